//! The records that a step of `expand` leads to, as the caller may see them.

use std::collections::BTreeSet;

use ringfence_rules::Operation;
use ringfence_schema::{Collection, Field, name};
use serde_json::Value;

use crate::app::query::Call;
use crate::app::query::guard::{self, Condition};
use crate::app::query::select::ALIAS;
use crate::error::{Error, Result};
use crate::limits;
use crate::store::{SqlValue, text};

/// Those with these ids, each with its id.
pub(super) fn by_id<'a>(
    call: &Call<'_>,
    target: &Collection,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<(String, Value)>> {
    let wanted = Condition {
        text: format!("{ALIAS}.id IN (SELECT value FROM json_each(?))"),
        params: vec![list(ids)?],
    };
    let source = (format!("{ALIAS}.id"), String::new());
    read(call, target, Operation::View, source, wanted)
}

/// Those whose relation leads to these ids, each with the id it leads to.
pub(super) fn referring<'a>(
    call: &Call<'_>,
    target: &Collection,
    field: &str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<(String, Value)>> {
    let column = format!("{ALIAS}.{}", name::quote(field));
    let (key, join) = match target.field(field).is_some_and(Field::many) {
        true => (
            "item.value".to_owned(),
            format!(" JOIN json_each({column}) AS item"),
        ),
        false => (column, String::new()),
    };
    let wanted = Condition {
        text: format!("{key} IN (SELECT value FROM json_each(?))"),
        params: vec![list(ids)?],
    };
    // To come back along a relation is to read it.
    let wanted = wanted.and(guard::field(call, target, field, &call.caller_in("expand")));
    read(call, target, Operation::List, (key, join), wanted)
}

// INVARIANT: the rule of the collection that a step leads to decides about each of
// its records, as it does when they are asked for directly.
fn read(
    call: &Call<'_>,
    target: &Collection,
    operation: Operation,
    (key, join): (String, String),
    wanted: Condition,
) -> Result<Vec<(String, Value)>> {
    let caller = call.caller_in("expand");
    let Some(rule) = guard::rule(call, target, operation, &caller) else {
        return Ok(Vec::new());
    };
    let (_, table) = call
        .context
        .app
        .table(&target.name)
        .ok_or_else(|| Error::internal("a relation to no collection"))?;
    let rules = &call.context.app.rules;
    let record = table.record(rules, target, operation, call.bypasses_rules());
    let mut params = Vec::new();
    record.bind(|| caller, &mut params);
    let condition = wanted.and(rule);
    params.extend(condition.params.iter().cloned());
    let statement = format!(
        "SELECT {key},{} FROM {} AS {ALIAS}{join}{} ORDER BY {ALIAS}.rowid LIMIT {}",
        record.text,
        name::quote(&target.name),
        condition.clause(),
        limits::EXPAND_RECORDS,
    );
    let rows = call.context.app.sql.query(&statement, &params)?;
    rows.iter()
        .map(|row| {
            let record = serde_json::from_str(text(row, 1)).map_err(Error::internal)?;
            Ok((text(row, 0).to_owned(), record))
        })
        .collect()
}

fn list<'a>(ids: impl Iterator<Item = &'a str>) -> Result<SqlValue> {
    let ids: BTreeSet<&str> = ids.collect();
    serde_json::to_string(&ids)
        .map(SqlValue::from)
        .map_err(Error::internal)
}
