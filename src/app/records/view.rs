//! `GET …/records/{id}`: one record.

use ringfence_rules::Operation;

use super::shape::Shape;
use super::{allow_params, version};
use crate::app::query::Call;
use crate::error::{Error, Result};
use crate::http::Reply;
use crate::store::{Passing, SqlValue, passing_here, text};

/// The record of that id, if the caller may see it.
pub fn view(call: &Call<'_>, id: &str) -> Result<Reply> {
    allow_params(call, Operation::View, &["expand", "fields"])?;
    let shape = Shape::read(call)?;
    let app = &call.context.app;
    let bypass = call.bypasses_rules();
    let mut params = Vec::with_capacity(4);
    let shown = call
        .table
        .record(&app.rules, call.collection, Operation::View, bypass);
    shown.bind(|| call.caller(), &mut params);
    params.push(SqlValue::from(id));
    if !bypass {
        call.table
            .view_gate(&app.rules, call.collection)
            .bind(&call.caller(), &mut params);
    }
    let statement = call.table.view(&app.rules, call.collection, bypass);
    let found = match shape.is_plain() {
        true => app.sql.query_passing(statement, &params)?,
        false => {
            let row = app.sql.query(statement, &params)?.into_iter().next();
            row.map(passing_here)
        }
    };
    let (record, beside) = found.ok_or_else(|| Error::not_found("record"))?;
    let updated = text(&beside, 0);
    let etag = Some(version::etag(updated));
    // What is expanded, and who may see which field, may have changed while the
    // record did not.
    let is_known_by_version = !shape.expands() && shown.is_same_for_all();
    if is_known_by_version && version::is_known(&call.context.request.headers, updated) {
        return Ok(Reply {
            etag,
            ..Reply::json_text(304, String::new())
        });
    }
    let record = match record {
        Passing::Here(record) => Passing::Here(shape.apply(call, record)?),
        kept @ Passing::There(_) => kept,
    };
    Ok(Reply {
        etag,
        ..Reply::around(200, String::new(), record, "")
    })
}
