//! `field+`, `+field` and `field-`: changes relative to what is stored.

use std::collections::HashSet;

use super::{FieldCode, FieldError};
use crate::{Collection, Field, FieldKind, Value};

/// What to do with the value there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    /// `field+`: add to a number, append to a list.
    Add,
    /// `+field`: prepend to a list.
    Prepend,
    /// `field-`: subtract from a number, remove from a list.
    Remove,
}

/// The field and modifier that a key names.
pub(super) fn find<'a>(collection: &'a Collection, key: &str) -> Option<(&'a Field, Modifier)> {
    let (name, modifier) = if let Some(name) = key.strip_suffix('+') {
        (name, Modifier::Add)
    } else if let Some(name) = key.strip_suffix('-') {
        (name, Modifier::Remove)
    } else {
        (key.strip_prefix('+')?, Modifier::Prepend)
    };
    Some((collection.field(name)?, modifier))
}

/// The value after the change; its bounds are checked with all others.
pub(super) fn apply(
    field: &Field,
    modifier: Modifier,
    before: Value,
    operand: Value,
) -> Result<Value, FieldError> {
    match &field.kind {
        FieldKind::Number { .. } if modifier != Modifier::Prepend => {
            add(&before, &operand, modifier)
        }
        _ if field.many() => join(before, operand, modifier),
        _ => Err(FieldError::new(
            FieldCode::Type,
            "Only a number can be added to or subtracted from, only a list can grow or shrink.",
        )),
    }
}

fn add(before: &Value, operand: &Value, modifier: Modifier) -> Result<Value, FieldError> {
    let sign = if modifier == Modifier::Remove { -1 } else { 1 };
    let before = if before.is_null() {
        &Value::from(0)
    } else {
        before
    };
    if let (Some(before), Some(operand)) = (before.as_i64(), operand.as_i64())
        && let Some(sum) = operand
            .checked_mul(sign)
            .and_then(|by| before.checked_add(by))
    {
        return Ok(Value::from(sum));
    }
    match (before.as_f64(), operand.as_f64()) {
        (Some(before), Some(operand)) => Ok(Value::from(before + operand * sign as f64)),
        _ => Err(FieldError::new(FieldCode::Type, "Must be a number.")),
    }
}

/// A value that a list has already is not added again.
fn join(before: Value, operand: Value, modifier: Modifier) -> Result<Value, FieldError> {
    let mut list = match before {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    let operands = match operand {
        Value::Array(operands) => operands,
        Value::String(one) => vec![Value::String(one)],
        _ => {
            return Err(FieldError::new(
                FieldCode::Type,
                "Must be a text or a list of texts.",
            ));
        }
    };
    let given: HashSet<String> = texts(&operands);
    let there: HashSet<String> = texts(&list);
    let is_in = |set: &HashSet<String>, value: &Value| {
        value.as_str().is_some_and(|text| set.contains(text))
    };
    match modifier {
        Modifier::Remove => list.retain(|value| !is_in(&given, value)),
        Modifier::Add => list.extend(operands.into_iter().filter(|v| !is_in(&there, v))),
        Modifier::Prepend => {
            list.retain(|value| !is_in(&given, value));
            list.splice(0..0, operands);
        }
    }
    Ok(Value::Array(list))
}

fn texts(values: &[Value]) -> HashSet<String> {
    values
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}
