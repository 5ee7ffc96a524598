//! Whole documents from the few fields that somebody names: what is left out has
//! its default, and what must be different in each record is made from its id.
//! Stores nothing, and asks for no required field.

use ringfence_schema::validate::check_value;
use ringfence_schema::{Collection, Document, Field, FieldKind, Value, name};

use super::wrong;
use crate::error::Result;

/// The document as it would be stored.
pub fn complete(
    collection: &Collection,
    id: &str,
    given: &Document,
    now: &str,
) -> Result<Document> {
    let mut image = Document::new();
    for field in &collection.fields {
        image.insert(field.name.clone(), initial(field, id, now));
    }
    merge(collection, &mut image, given)?;
    Ok(image)
}

/// The document as it would be stored after a change.
pub fn changed(
    collection: &Collection,
    old: &Document,
    change: &Document,
    now: &str,
) -> Result<Document> {
    let mut image = old.clone();
    image.insert("updated".to_owned(), now.into());
    merge(collection, &mut image, change)?;
    Ok(image)
}

fn initial(field: &Field, id: &str, now: &str) -> Value {
    match (&field.kind, field.name.as_str()) {
        (_, "id") => id.into(),
        (FieldKind::Autodate { .. }, _) => now.into(),
        (FieldKind::Email, _) if field.unique => format!("{id}@example.com").into(),
        (FieldKind::Text { .. }, _) if field.unique && field.required => id.into(),
        _ => field.default.clone().unwrap_or_else(|| field.zero()),
    }
}

fn merge(collection: &Collection, image: &mut Document, given: &Document) -> Result<()> {
    for (name, value) in given {
        let Some(field) = collection.field(name) else {
            let names = collection.fields.iter().map(|field| field.name.as_str());
            let hint = match name::nearest(name, names) {
                Some(near) => format!("; did you mean {near}?"),
                None => ".".to_owned(),
            };
            return Err(wrong(format!(
                "{} has no field {name}{hint}",
                collection.name
            )));
        };
        let value = match field.system || matches!(field.kind, FieldKind::Password { .. }) {
            true => value.clone(),
            false => check_value(field, value.clone())
                .map_err(|error| wrong(format!("{}.{name}: {}", collection.name, error.message)))?,
        };
        image.insert(name.clone(), value);
    }
    Ok(())
}
