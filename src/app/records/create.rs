//! `POST …/records`: a new record.

use ringfence_rules::Operation;
use ringfence_schema::validate::{self, Writer};
use ringfence_schema::{Document, Value, column};

use super::shape::Shape;
use super::written::Written;
use super::{allow_params, check_rule, id, permitted, relations, rule_of, take_input};
use crate::app::files::claim;
use crate::app::query::Call;
use crate::app::users::password::Hashed;
use crate::error::Result;
use crate::store::SqlValue;

/// Stores the call's document as a new record.
pub fn create(call: &mut Call<'_>, hashed: &Hashed) -> Result<Written> {
    let (shape, mut record) = prepare(call)?;
    let collection = call.collection;
    hashed.complete_insert(collection, &mut record)?;
    let values = collection.fields.iter().map(|field| {
        record
            .get(&field.name)
            .map_or(SqlValue::Null, |value| column::bind(field, value).into())
    });
    let params: Vec<SqlValue> = values.collect();
    let sql = &call.context.app.sql;
    sql.execute(call.table.insert(collection), &params)
        .map_err(|failure| relations::explain(call, &record, failure))?;
    let id = record.get("id").and_then(Value::as_str);
    claim::claim(call, id.unwrap_or_default(), &record)?;
    Written::record(call, &shape, &record)
}

/// Whether the caller may store it; writes nothing.
pub fn check(call: &mut Call<'_>) -> Result<()> {
    prepare(call).map(|_| ())
}

/// The record as it would be stored, but for passwords, if the rules allow it.
fn prepare(call: &mut Call<'_>) -> Result<(Shape, Document)> {
    allow_params(call, Operation::Insert, &["expand", "fields"])?;
    let shape = Shape::read(call)?;
    let rule = rule_of(call, Operation::Insert)?;
    let mut input = take_input(call, rule);
    let named = permitted::named(call, &input);
    if input.get("id").is_none_or(|id| id.as_str() == Some("")) {
        input.insert("id".to_owned(), Value::String(id::new()?));
    }
    let writer = Writer {
        now: call.now,
        id: call.writer_id(),
        admin: call.bypasses_rules(),
        unread: &[],
    };
    let record = validate::insert(call.collection, input, writer)?;
    claim::check(call, None, &record, &[])?;
    check_rule(call, rule, Operation::Insert, None, Some(&record))?;
    permitted::check_insert(call, &named, &record)?;
    Ok((shape, record))
}
