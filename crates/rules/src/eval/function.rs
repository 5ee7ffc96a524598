//! Functions of values: what they mean. The SQL is `sql/function.rs`.

use super::value::{Number, Value};
use crate::distance::kilometres;
use crate::tree::Function;

/// The value of a function.
pub(super) fn call<'v>(function: &Function, arguments: Vec<Value<'v>>) -> Value<'v> {
    let mut arguments = arguments.into_iter();
    let first = arguments.next().unwrap_or(Value::Absent);
    match (function, first) {
        (Function::Length, Value::Text(text)) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            Value::Number(Number::Whole(length))
        }
        (Function::Length, _) => Value::Number(Number::Whole(0)),
        (Function::Lower, Value::Text(text)) => Value::text(text.to_ascii_lowercase()),
        (Function::Upper, Value::Text(text)) => Value::text(text.to_ascii_uppercase()),
        (Function::Strftime(meaning), Value::Text(date)) => {
            meaning.apply(&date).map_or(Value::Absent, Value::text)
        }
        (Function::Distance, Value::Number(lon_a)) => {
            let rest: Vec<f64> = arguments.filter_map(real).collect();
            let distance = match rest.as_slice() {
                [lat_a, lon_b, lat_b] => kilometres(lon_a.as_real(), *lat_a, *lon_b, *lat_b),
                _ => None,
            };
            distance.map_or(Value::Absent, |found| Value::Number(Number::Real(found)))
        }
        _ => Value::Absent,
    }
}

fn real(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Number(number) => Some(number.as_real()),
        _ => None,
    }
}
