//! Relations on writing: which reference a refused write owes to.
//!
//! The database itself holds references, single ones by foreign keys and lists by
//! triggers that fail in the same words.

use ringfence_schema::{Document, Field, FieldKind, Value, name};

use crate::app::query::Call;
use crate::error::{Code, Error, Result};
use crate::store::{SqlFailure, SqlValue, text};

/// What a refused write tells: the field that leads nowhere, or the one whose
/// value is taken.
pub fn explain(call: &Call<'_>, record: &Document, failure: SqlFailure) -> Error {
    if failure != SqlFailure::ForeignKey {
        return failure.into();
    }
    for field in &call.collection.fields {
        match missing(call, field, record) {
            Ok(None) => {}
            Ok(Some(error)) | Err(error) => return error,
        }
    }
    failure.into()
}

fn missing(call: &Call<'_>, field: &Field, record: &Document) -> Result<Option<Error>> {
    let FieldKind::Relation { collection, .. } = &field.kind else {
        return Ok(None);
    };
    let ids = match record.get(&field.name) {
        Some(Value::String(id)) if !id.is_empty() => Value::from(vec![id.as_str()]),
        Some(Value::Array(ids)) => Value::from(ids.as_slice()),
        _ => return Ok(None),
    };
    let statement = format!(
        "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM {}) LIMIT 1",
        name::quote(collection)
    );
    let ids = SqlValue::from(ids.to_string());
    let rows = call.context.app.sql.query(&statement, &[ids])?;
    Ok(rows.first().map(|row| {
        let told = format!("There is no record {} in {collection}.", text(row, 0));
        Error::new(
            Code::ValidationFailed,
            "Some fields are not as the collection asks; `data` says which and why.",
        )
        .field(&field.name, "missing_record", told)
    }))
}
