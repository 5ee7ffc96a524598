//! Whether a write may touch the fields that it touches: the write rules of
//! fields, and masks that come back.
//!
//! Whether the record may be written at all is decided before, by its own rule.

use ringfence_rules::{FieldRules, Input, Operation, eval};
use ringfence_schema::mask::HIDDEN;
use ringfence_schema::{Document, FieldCode, Value};

use crate::app::query::Call;
use crate::app::query::disclosure::{Reader, Sight};
use crate::app::query::documents::Stored;
use crate::error::{Code, Error, Result};

/// The rules of the fields that a call writes, unless it is under none.
pub fn rules<'a>(call: &Call<'a>) -> Option<&'a FieldRules> {
    if call.bypasses_rules() {
        return None;
    }
    let rules = call.context.app.rules.fields(&call.collection.name)?;
    rules.is_about_writes().then_some(rules)
}

/// The fields that a document names, where it matters.
pub fn named(call: &Call<'_>, input: &Document) -> Vec<String> {
    if rules(call).is_none() {
        return Vec::new();
    }
    let collection = call.collection;
    let known = |key: &String| {
        let bare = key.trim_matches(['+', '-']);
        let name = if collection.field(key).is_some() {
            key
        } else {
            bare
        };
        collection.field(name).map(|field| field.name.clone())
    };
    input.keys().filter_map(known).collect()
}

/// Prepares a change: takes out masked values that came back as they were shown,
/// and says which fields the writer may not read. What is sent for those counts as
/// a change whatever is stored, so that no answer tells whether a guess was right.
pub fn prepare(call: &Call<'_>, stored: &Document, input: &mut Document) -> Result<Vec<String>> {
    let Some(rules) = rules(call) else {
        return Ok(Vec::new());
    };
    let reader = Reader::new(&call.context.app, call.caller());
    let mut unread = Vec::new();
    for name in named(call, input) {
        let Some(rule) = rules.get(&name) else {
            continue;
        };
        let sight = reader.sight(rule, stored)?;
        if matches!(sight, Sight::Whole) {
            continue;
        }
        let echoed = match &sight {
            Sight::Masked(_) => stored.get(&name).and_then(|value| sight.of(value)),
            _ => None,
        };
        if echoed.is_some() && input.get(&name) == echoed.as_ref() {
            input.remove(&name);
            continue;
        }
        if matches!(sight, Sight::Masked(_)) && input.get(&name).is_some_and(is_masked) {
            return Err(refuse(std::iter::once((name, MASKED))));
        }
        unread.push(name);
    }
    Ok(unread)
}

/// Refuses a new record that sets a field which its writer may not set.
pub fn check_insert(call: &Call<'_>, named: &[String], record: &Document) -> Result<()> {
    let Some(rules) = rules(call) else {
        return Ok(());
    };
    let reader = Reader::new(&call.context.app, call.caller());
    let mut written = Vec::new();
    for name in named {
        let field = call.collection.field(name);
        let unset = field.map(|field| field.default.clone().unwrap_or_else(|| field.zero()));
        // What the record would have anyway is not set by anybody.
        if record.get(name) == unset.as_ref() {
            continue;
        }
        if let Some(rule) = rules.get(name)
            && record.get(name).is_some_and(is_masked)
            && matches!(reader.sight(rule, record)?, Sight::Masked(_))
        {
            return Err(refuse(std::iter::once((name.clone(), MASKED))));
        }
        written.push(name.clone());
    }
    check(call, rules, Operation::Insert, None, record, &written)
}

/// Refuses a change of fields that its writer may not change.
pub fn check_update(
    call: &Call<'_>,
    stored: &Document,
    record: &Document,
    changed: &[String],
) -> Result<()> {
    match rules(call) {
        None => Ok(()),
        Some(rules) => check(
            call,
            rules,
            Operation::Update,
            Some(stored),
            record,
            changed,
        ),
    }
}

const MASKED: &str =
    "This is the masked value that you were shown; send the whole value, or leave it out.";

fn check(
    call: &Call<'_>,
    rules: &FieldRules,
    operation: Operation,
    old: Option<&Document>,
    new: &Document,
    written: &[String],
) -> Result<()> {
    let caller = call.caller();
    let input = Input {
        caller: &caller,
        old,
        new: Some(new),
    };
    let mut refused = Vec::new();
    for name in written {
        let Some(rule) = rules.get(name).and_then(|rule| rule.write(operation)) else {
            continue;
        };
        if !eval::eval(rule, &input, &Stored(&call.context.app)).map_err(Error::internal)? {
            refused.push((name.clone(), "The rules do not let you write this field."));
        }
    }
    match refused.is_empty() {
        true => Ok(()),
        false => Err(refuse(refused.into_iter())),
    }
}

fn is_masked(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains(HIDDEN))
}

fn refuse(fields: impl Iterator<Item = (String, &'static str)>) -> Error {
    let whole = Error::new(
        Code::ValidationFailed,
        "Some fields are not yours to write so; `data` says which.",
    );
    fields.fold(whole, |error, (name, why)| {
        error.field(name, FieldCode::Forbidden.as_str(), why)
    })
}
