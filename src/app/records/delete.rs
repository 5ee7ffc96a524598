//! `DELETE …/records/{id}`: a record, and by cascade what belongs to it.

use ringfence_rules::Operation;
use ringfence_schema::name;

use super::written::Written;
use super::{allow_params, refuse, version};
use crate::app::query::Call;
use crate::error::{Code, Error, Result};
use crate::store::{SqlFailure, SqlValue, integer, text};

/// Removes the record of that id.
pub fn delete(call: &Call<'_>, id: &str) -> Result<Written> {
    allow_params(call, Operation::Delete, &[])?;
    remove(call, id)?;
    Ok(Written::nothing())
}

/// Removes it, if the caller may.
pub fn remove(call: &Call<'_>, id: &str) -> Result<()> {
    let app = &call.context.app;
    let bypass = call.bypasses_rules();
    let mut params = Vec::new();
    if bypass {
        params.push(SqlValue::from(id));
    } else {
        let caller = call.caller();
        call.table
            .delete_gate(&app.rules, call.collection)
            .bind(&caller, &mut params);
        params.push(SqlValue::from(id));
        call.table
            .view_gate(&app.rules, call.collection)
            .bind(&caller, &mut params);
    }
    let statement = call.table.delete(&app.rules, call.collection, bypass);
    let rows = app.sql.query(statement, &params)?;
    let row = rows.first().ok_or_else(|| Error::not_found("record"))?;
    if integer(row, 1) == 0 {
        return Err(refuse(call, Operation::Delete));
    }
    version::check_match(&call.context.request.headers, text(row, 0))?;
    run(call, id)?;
    call.table.forget_users(call.context, call.collection);
    if call.table.removes_files(call.schema(), call.collection) {
        app.files.touch();
    }
    Ok(())
}

fn run(call: &Call<'_>, id: &str) -> Result<()> {
    let statement = format!(
        "DELETE FROM {} WHERE id=?",
        name::quote(&call.collection.name)
    );
    call.context.app.sql.execute(&statement, &[id.into()]).map_err(|failure| match failure {
        SqlFailure::ForeignKey => Error::new(
            Code::Conflict,
            "Another record refers to this one and may not lose it; remove or change that first.",
        ),
        other => other.into(),
    })
}
