//! `PATCH …/records/{id}`: a change of some fields.

use ringfence_rules::{Operation, Predicate};
use ringfence_schema::validate::{self, Writer};
use ringfence_schema::{Document, Value, column, name};

use super::shape::Shape;
use super::written::Written;
use super::{allow_params, check_rule, permitted, relations, rule_of, take_input, version};
use crate::app::files::claim;
use crate::app::files::tables::files_of;
use crate::app::query::Call;
use crate::app::users::password::Hashed;
use crate::error::{Error, Result};
use crate::store::{SqlValue, text};

/// Changes the record of that id by the call's document.
pub fn update(call: &mut Call<'_>, id: &str, hashed: &Hashed) -> Result<Written> {
    allow_params(call, Operation::Update, &["expand", "fields"])?;
    let shape = Shape::read(call)?;
    let record = change(call, id, hashed)?;
    Written::record(call, &shape, &record)
}

/// Whether `update` would be refused by a rule or by what it was sent; writes nothing.
pub fn check_whole(call: &Call<'_>, id: &str) -> Result<()> {
    allow_params(call, Operation::Update, &["expand", "fields"])?;
    Shape::read(call)?;
    check(call, id)
}

/// Changes it, whatever the reply will be; gives it as it is then.
pub fn change(call: &mut Call<'_>, id: &str, hashed: &Hashed) -> Result<Document> {
    let stored = load(call, id)?;
    let rule = rule_of(call, Operation::Update)?;
    version::check_match(&call.context.request.headers, updated(&stored))?;
    let input = take_input(call, rule);
    let (mut record, mut changed) = merge(call, rule, &stored, input)?;
    if changed.is_empty() {
        return Ok(record);
    }
    hashed.complete_update(call.context, call.collection, id, &mut record, &mut changed)?;
    write(call, id, &record, &changed)?;
    claim::claim(call, id, &record)?;
    if files_of(call.collection).any(|field| changed.contains(&field.name)) {
        call.context.app.files.touch();
    }
    if call.collection.is_auth() {
        call.context.app.users.forget(&call.collection.name, id);
    }
    Ok(record)
}

/// Whether the caller may change the record so; writes nothing.
pub fn check(call: &Call<'_>, id: &str) -> Result<()> {
    let stored = load(call, id)?;
    let rule = rule_of(call, Operation::Update)?;
    version::check_match(&call.context.request.headers, updated(&stored))?;
    let mut input = call.body.clone();
    // No fields, but part of what a change of a password says.
    input.remove("oldPassword");
    input.remove("passwordConfirm");
    merge(call, rule, &stored, input).map(|_| ())
}

/// The record as it would be stored and the fields that change, if the rule
/// allows it.
fn merge(
    call: &Call<'_>,
    rule: Option<&Predicate>,
    stored: &Document,
    mut input: Document,
) -> Result<(Document, Vec<String>)> {
    let unread = permitted::prepare(call, stored, &mut input)?;
    let now = version::next(call.now, updated(stored));
    let writer = Writer {
        now: &now,
        id: call.writer_id(),
        admin: call.bypasses_rules(),
        unread: &unread,
    };
    let (record, changed) = validate::update(call.collection, stored, input, writer)?;
    claim::check(call, Some(stored), &record, &unread)?;
    check_rule(call, rule, Operation::Update, Some(stored), Some(&record))?;
    permitted::check_update(call, stored, &record, &changed)?;
    Ok((record, changed))
}

/// The record of that id as rules see it, if the caller may view it.
fn load(call: &Call<'_>, id: &str) -> Result<Document> {
    let app = &call.context.app;
    let bypass = call.bypasses_rules();
    let mut params = vec![SqlValue::from(id)];
    if !bypass {
        call.table
            .view_gate(&app.rules, call.collection)
            .bind(&call.caller(), &mut params);
    }
    let statement = call.table.load(&app.rules, call.collection, bypass);
    let rows = app.sql.query(statement, &params)?;
    let row = rows.first().ok_or_else(|| Error::not_found("record"))?;
    serde_json::from_str(text(row, 0)).map_err(Error::internal)
}

fn write(call: &Call<'_>, id: &str, record: &Document, changed: &[String]) -> Result<()> {
    let fields = call
        .collection
        .fields
        .iter()
        .filter(|field| changed.contains(&field.name));
    let mut statement = format!("UPDATE {} SET ", name::quote(&call.collection.name));
    let mut params = Vec::with_capacity(changed.len() + 1);
    for field in fields {
        if !params.is_empty() {
            statement.push(',');
        }
        statement.push_str(&name::quote(&field.name));
        statement.push_str("=?");
        let value = record.get(&field.name).unwrap_or(&Value::Null);
        params.push(column::bind(field, value).into());
    }
    statement.push_str(" WHERE id=?");
    params.push(id.into());
    let sql = &call.context.app.sql;
    sql.execute(&statement, &params)
        .map_err(|failure| relations::explain(call, record, failure))
}

fn updated(record: &Document) -> &str {
    record
        .get("updated")
        .and_then(Value::as_str)
        .unwrap_or_default()
}
