//! Documents as clients send them, made into records as they are stored.
//!
//! Checks what a document alone can tell. Whether a value is unique and whether
//! a record it refers to exists, the database says on writing. Ids, password
//! hashes and token keys are made by the caller.

mod error;
mod format;
mod modifier;
mod value;

#[cfg(test)]
mod tests;

pub use error::{FieldCode, FieldError, FieldErrors};
pub use value::INTEGER_MAX;

use crate::{Collection, Document, Field, FieldKind, Value, name};

/// What the server adds to a record, so that clients may send it back as it came.
const ECHOED: [&str; 3] = ["collectionId", "collectionName", "expand"];

/// Who writes, and when.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    /// The moment, as it is stored.
    pub now: &'a str,
    /// For `created_by` and `updated_by`; empty: nobody signed in.
    pub id: &'a str,
    /// May write system and hidden fields too.
    pub admin: bool,
    /// The fields that they may not read, of those that they send. An update counts
    /// what is sent for them as a change whatever is stored, and changes nothing
    /// relative to it: no answer tells what that is.
    pub unread: &'a [String],
}

impl Writer<'_> {
    fn is_blind(&self, field: &Field) -> bool {
        self.unread.contains(&field.name)
    }
}

/// The whole record that an insert stores: every field, in its stored form. The
/// input must have an `id`, the client's or a new one of the caller's.
pub fn insert(
    collection: &Collection,
    mut record: Document,
    writer: Writer<'_>,
) -> Result<Document, FieldErrors> {
    let mut errors = FieldErrors::default();
    let rest = take_rest(collection, &mut record);
    for field in &collection.fields {
        if !record.contains_key(&field.name) {
            record.insert(field.name.clone(), initial(field, writer));
        } else if let Some(error) = refuse_write(field, writer) {
            errors.add(&field.name, error);
        }
    }
    apply_rest(collection, rest, &mut record, writer, &mut errors, |_| {});
    for field in &collection.fields {
        check_in_place(field, &mut record, &mut errors);
    }
    errors.or(record)
}

/// The whole record after an update and the names of the fields that it changes;
/// none: there is nothing to write. Fields that the input leaves alone are not
/// checked again. `stored` is the record as reads give it, hidden fields included;
/// its password is not the hash, so write the changed fields only.
pub fn update(
    collection: &Collection,
    stored: &Document,
    mut input: Document,
    writer: Writer<'_>,
) -> Result<(Document, Vec<String>), FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut record = stored.clone();
    let mut touched: Vec<&Field> = Vec::new();
    for field in &collection.fields {
        let Some(value) = input.remove(&field.name) else {
            continue;
        };
        // Sending back what is stored changes nothing and is always allowed.
        if !writer.is_blind(field) && stored.get(&field.name) == Some(&value) {
            continue;
        }
        match refuse_change(field, writer) {
            Some(error) => errors.add(&field.name, error),
            None => {
                record.insert(field.name.clone(), value);
                touched.push(field);
            }
        }
    }
    apply_rest(
        collection,
        input,
        &mut record,
        writer,
        &mut errors,
        |field| {
            if !touched.iter().any(|known| known.name == field.name) {
                touched.push(field);
            }
        },
    );
    for field in &touched {
        check_in_place(field, &mut record, &mut errors);
    }
    let mut changed: Vec<String> = touched
        .iter()
        .filter(|field| {
            writer.is_blind(field) || record.get(&field.name) != stored.get(&field.name)
        })
        .map(|field| field.name.clone())
        .collect();
    if !changed.is_empty() {
        stamp_update(collection, &mut record, &mut changed, writer);
    }
    errors.or((record, changed))
}

/// One value of a field in its stored form, or what is wrong with it.
pub fn check_value(field: &Field, value: Value) -> Result<Value, FieldError> {
    value::check(field, value)
}

/// Takes out what is no field.
fn take_rest(collection: &Collection, input: &mut Document) -> Document {
    let others: Vec<String> = input
        .keys()
        .filter(|key| collection.field(key).is_none())
        .cloned()
        .collect();
    others
        .into_iter()
        .filter_map(|key| input.remove_entry(&key))
        .collect()
}

/// Modifiers, and whatever is no field at all.
fn apply_rest<'a>(
    collection: &'a Collection,
    rest: Document,
    record: &mut Document,
    writer: Writer<'_>,
    errors: &mut FieldErrors,
    mut touch: impl FnMut(&'a Field),
) {
    for (key, operand) in rest {
        if ECHOED.contains(&key.as_str()) {
            continue;
        }
        let Some((field, modifier)) = modifier::find(collection, &key) else {
            errors.add(&key, unknown(collection, &key, writer));
            continue;
        };
        if let Some(error) = refuse_change(field, writer).or_else(|| refuse_blind(field, writer)) {
            errors.add(&key, error);
            continue;
        }
        let before = record.remove(&field.name).unwrap_or_else(|| field.zero());
        match modifier::apply(field, modifier, before, operand) {
            Ok(value) => {
                record.insert(field.name.clone(), value);
                touch(field);
            }
            Err(error) => errors.add(&key, error),
        }
    }
}

fn check_in_place(field: &Field, record: &mut Document, errors: &mut FieldErrors) {
    let Some(slot) = record.get_mut(&field.name) else {
        return;
    };
    let checked = if field.name == "id" {
        value::check_id(slot.take())
    } else {
        value::check(field, slot.take())
    };
    match checked {
        Ok(value) => *slot = value,
        Err(error) => errors.add(&field.name, error),
    }
}

/// What a field of a new record is where the input does not say.
fn initial(field: &Field, writer: Writer<'_>) -> Value {
    match &field.kind {
        FieldKind::Autodate {
            on_create: true, ..
        } => Value::from(writer.now),
        _ if field.system && matches!(field.name.as_str(), "created_by" | "updated_by") => {
            Value::from(writer.id)
        }
        _ => field.default.clone().unwrap_or_else(|| field.zero()),
    }
}

fn stamp_update(
    collection: &Collection,
    record: &mut Document,
    changed: &mut Vec<String>,
    writer: Writer<'_>,
) {
    for field in &collection.fields {
        let stamp = match &field.kind {
            FieldKind::Autodate {
                on_update: true, ..
            } => writer.now,
            _ if field.system && field.name == "updated_by" => writer.id,
            _ => continue,
        };
        if changed.contains(&field.name) {
            continue;
        }
        if record.get(&field.name).and_then(Value::as_str) != Some(stamp) {
            record.insert(field.name.clone(), Value::from(stamp));
            changed.push(field.name.clone());
        }
    }
}

fn refuse_write(field: &Field, writer: Writer<'_>) -> Option<FieldError> {
    if writer.admin || field.name == "id" {
        return None;
    }
    if field.hidden && !matches!(field.kind, FieldKind::Password { .. }) {
        // A client may not learn that there is such a field.
        return Some(FieldError::unknown(None));
    }
    (field.system || matches!(field.kind, FieldKind::Autodate { .. })).then(|| {
        FieldError::new(
            FieldCode::ReadOnly,
            "The server keeps this field; leave it out.",
        )
    })
}

fn refuse_change(field: &Field, writer: Writer<'_>) -> Option<FieldError> {
    if field.name == "id" {
        return Some(FieldError::new(
            FieldCode::ReadOnly,
            "The id of a record never changes.",
        ));
    }
    refuse_write(field, writer)
}

fn refuse_blind(field: &Field, writer: Writer<'_>) -> Option<FieldError> {
    writer.is_blind(field).then(|| {
        FieldError::new(
            FieldCode::Forbidden,
            "You may not read this field, so send the whole of its new value.",
        )
    })
}

fn unknown(collection: &Collection, key: &str, writer: Writer<'_>) -> FieldError {
    let visible = collection
        .fields
        .iter()
        .filter(|field| refuse_write(field, writer).is_none())
        .map(|field| field.name.as_str());
    let bare = key.trim_matches(['+', '-']);
    FieldError::unknown(name::nearest(bare, visible))
}
