//! One value: is it of the field's type, within its bounds, and what is its
//! stored form.

use std::collections::HashSet;

use super::format::{is_email, is_url};
use super::{FieldCode, FieldError};
use crate::{Field, FieldKind, Value, date};

/// Whole numbers beyond this are not exact in JSON.
pub const INTEGER_MAX: i64 = (1 << 53) - 1;
/// The longest password, in bytes: hashing must not cost what the caller likes.
const PASSWORD_BYTES: usize = 256;
/// The longest id, in bytes.
const ID_BYTES: usize = 64;

type Checked = Result<Value, FieldError>;

/// The value in its stored form. Null is unset, whatever the type.
pub(super) fn check(field: &Field, value: Value) -> Checked {
    let value = if value.is_null() {
        field.zero()
    } else {
        normalise(field, value)?
    };
    if is_unset(field, &value) {
        return if field.required {
            fail(FieldCode::Required, "Must be set.")
        } else {
            Ok(value)
        };
    }
    check_bounds(field, &value)?;
    Ok(value)
}

/// The id of a new record.
pub(super) fn check_id(value: Value) -> Checked {
    let fits = value.as_str().is_some_and(|id| {
        (1..=ID_BYTES).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            // INVARIANT: no record hides behind `…/records/count`.
            && id != "count"
    });
    if fits {
        return Ok(value);
    }
    fail(
        FieldCode::InvalidId,
        format!("Must be 1 to {ID_BYTES} letters, digits, `_` or `-`, and not `count`."),
    )
}

/// The right type, in the one form in which it is stored.
fn normalise(field: &Field, value: Value) -> Checked {
    match &field.kind {
        FieldKind::Json { .. } if holds_nul(&value) => fail(FieldCode::Type, NUL),
        FieldKind::Json { .. } => Ok(value),
        FieldKind::Bool if value.is_boolean() => Ok(value),
        FieldKind::Bool => fail(FieldCode::Type, "Must be true or false."),
        FieldKind::Number { integer, .. } => number(value, *integer),
        FieldKind::Geo => geo(&value),
        _ if field.many() => list(value),
        kind => {
            let Value::String(text) = value else {
                return fail(FieldCode::Type, "Must be a text.");
            };
            if text.contains('\0') {
                return fail(FieldCode::Type, NUL);
            }
            match kind {
                // Only a text can be set and empty.
                _ if text.is_empty() && !matches!(kind, FieldKind::Text { .. }) => Ok(field.zero()),
                FieldKind::Date { .. } | FieldKind::Autodate { .. } => moment(text),
                FieldKind::Email => Ok(Value::String(text.to_lowercase())),
                _ => Ok(Value::String(text)),
            }
        }
    }
}

/// SQLite's functions end a text there: a rule in SQL would not see what follows.
const NUL: &str = "May not contain the character U+0000.";

/// Whether a text anywhere in the value has U+0000; names of members too.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Null, or the zero value where the field cannot be null.
fn is_unset(field: &Field, value: &Value) -> bool {
    match value {
        Value::Null => true,
        _ if field.nullable || matches!(field.kind, FieldKind::Json { .. }) => false,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(point) => point.values().all(|n| n.as_f64() == Some(0.0)),
    }
}

fn check_bounds(field: &Field, value: &Value) -> Result<(), FieldError> {
    let text = value.as_str().unwrap_or_default();
    match &field.kind {
        FieldKind::Text { min, max, pattern } => {
            check_length(text, *min, *max)?;
            match pattern {
                Some(pattern) if !pattern.matches(text) => fail(
                    FieldCode::Pattern,
                    format!("Must match the pattern `{}`.", pattern.as_str()),
                ),
                _ => Ok(()),
            }
        }
        FieldKind::Number { min, max, .. } => check_range(value, *min, *max),
        FieldKind::Email if !is_email(text) => {
            fail(FieldCode::InvalidEmail, "Must be an email address.")
        }
        FieldKind::Url if !is_url(text) => fail(
            FieldCode::InvalidUrl,
            "Must be a URL that begins with http:// or https://.",
        ),
        FieldKind::Date { min, max } => check_moment(text, min.as_deref(), max.as_deref()),
        FieldKind::Select { values, many, max } => {
            check_count(value, *many, *max)?;
            check_choice(value, values)
        }
        FieldKind::Relation { many, max, .. } => check_count(value, *many, *max),
        FieldKind::File { many, max, .. } => {
            check_count(value, *many, *max)?;
            check_file_names(value)
        }
        FieldKind::Json { max: Some(max) } if value.to_string().len() > *max as usize => fail(
            FieldCode::Max,
            format!("Must be at most {max} bytes of JSON."),
        ),
        FieldKind::Password { min } => check_password(text, *min),
        _ => Ok(()),
    }
}

fn number(value: Value, integer: bool) -> Checked {
    let Value::Number(number) = &value else {
        return fail(FieldCode::Type, "Must be a number.");
    };
    let real = number.as_f64().unwrap_or_default();
    if integer && real.fract() != 0.0 {
        return fail(FieldCode::NotInteger, "Must be a whole number.");
    }
    if integer && real.abs() > INTEGER_MAX as f64 {
        let code = if real > 0.0 {
            FieldCode::Max
        } else {
            FieldCode::Min
        };
        return fail(code, format!("Must be within ±{INTEGER_MAX} to be exact."));
    }
    // 5.0 is 5, as reads give it.
    if number.is_f64() && real.fract() == 0.0 && real.abs() <= INTEGER_MAX as f64 {
        return Ok(Value::from(real as i64));
    }
    Ok(value)
}

fn geo(value: &Value) -> Checked {
    const MESSAGE: &str =
        r#"Must be a point like {"lon": 13.4, "lat": 52.5}: lon within ±180, lat within ±90."#;
    let coordinate = |name: &str, limit: f64| {
        let number = value.get(name).filter(|number| number.is_number())?;
        (number.as_f64()?.abs() <= limit).then(|| number.clone())
    };
    let only_these = value.as_object().is_some_and(|point| point.len() == 2);
    match (coordinate("lon", 180.0), coordinate("lat", 90.0)) {
        (Some(lon), Some(lat)) if only_these => {
            let point = [("lon", number(lon, false)?), ("lat", number(lat, false)?)];
            Ok(Value::Object(
                point
                    .into_iter()
                    .map(|(name, n)| (name.to_owned(), n))
                    .collect(),
            ))
        }
        _ => fail(FieldCode::InvalidGeo, MESSAGE),
    }
}

/// One text stands for a list of it, as forms send it.
fn list(value: Value) -> Checked {
    const MESSAGE: &str = "Must be a list of texts, none of them empty.";
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![Value::String(text)],
        _ => return fail(FieldCode::Type, MESSAGE),
    };
    let mut seen = HashSet::with_capacity(items.len());
    for item in &items {
        let Some(text) = item.as_str().filter(|text| !text.is_empty()) else {
            return fail(FieldCode::Type, MESSAGE);
        };
        if !seen.insert(text) {
            return fail(
                FieldCode::Duplicate,
                format!("`{text}` is in the list twice."),
            );
        }
    }
    Ok(Value::Array(items))
}

fn moment(text: String) -> Checked {
    match date::parse(&text) {
        Some(ms) => Ok(Value::String(date::format(ms))),
        None => fail(
            FieldCode::InvalidDate,
            "Must be a moment like 2026-11-20 10:00:00.000Z.",
        ),
    }
}

fn check_length(text: &str, min: Option<u32>, max: Option<u32>) -> Result<(), FieldError> {
    if min.is_none() && max.is_none() {
        return Ok(());
    }
    let length = text.chars().count();
    match (min, max) {
        (Some(min), _) if length < min as usize => fail(
            FieldCode::Min,
            format!("Must have at least {min} characters; it has {length}."),
        ),
        (_, Some(max)) if length > max as usize => fail(
            FieldCode::Max,
            format!("Must have at most {max} characters; it has {length}."),
        ),
        _ => Ok(()),
    }
}

fn check_range(value: &Value, min: Option<f64>, max: Option<f64>) -> Result<(), FieldError> {
    let number = value.as_f64().unwrap_or_default();
    match (min, max) {
        (Some(min), _) if number < min => fail(FieldCode::Min, format!("Must be at least {min}.")),
        (_, Some(max)) if number > max => fail(FieldCode::Max, format!("Must be at most {max}.")),
        _ => Ok(()),
    }
}

fn check_moment(text: &str, min: Option<&str>, max: Option<&str>) -> Result<(), FieldError> {
    match (min, max) {
        (Some(min), _) if text < min => fail(FieldCode::Min, format!("Must not be before {min}.")),
        (_, Some(max)) if text > max => fail(FieldCode::Max, format!("Must not be after {max}.")),
        _ => Ok(()),
    }
}

fn check_count(value: &Value, many: bool, max: Option<u32>) -> Result<(), FieldError> {
    let count = value.as_array().map_or(0, Vec::len);
    match max {
        Some(max) if many && count > max as usize => fail(
            FieldCode::TooMany,
            format!("Must have at most {max} values; it has {count}."),
        ),
        _ => Ok(()),
    }
}

fn check_choice(value: &Value, values: &[String]) -> Result<(), FieldError> {
    match texts(value).find(|text| !values.iter().any(|known| known == text)) {
        Some(other) => fail(
            FieldCode::NotInList,
            format!("`{other}` is not one of {}.", values.join(", ")),
        ),
        None => Ok(()),
    }
}

fn check_file_names(value: &Value) -> Result<(), FieldError> {
    let is_name = |text: &str| {
        text.len() <= 255
            && !text.starts_with('.')
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    if texts(value).all(is_name) {
        return Ok(());
    }
    fail(
        FieldCode::InvalidFile,
        "Must be the name of a file: letters, digits, `.`, `_` and `-`.",
    )
}

fn check_password(text: &str, min: u32) -> Result<(), FieldError> {
    if text.len() > PASSWORD_BYTES {
        return fail(
            FieldCode::Max,
            format!("Must be at most {PASSWORD_BYTES} bytes long."),
        );
    }
    check_length(text, Some(min), None)
}

/// The text itself, or those of the list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
        .iter()
        .filter_map(Value::as_str)
}

fn fail<T>(code: FieldCode, message: impl Into<String>) -> Result<T, FieldError> {
    Err(FieldError::new(code, message))
}
