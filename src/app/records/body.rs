//! The body of a request as a document: a JSON object, or a form whose texts
//! become the types of the collection's fields.
//!
//! What the values must be is for the schema to say, not decided here.

use ringfence_schema::{Collection, Document, Field, FieldKind, Value};
use serde_json::json;

use crate::app::files::form;
use crate::error::{Code, Error, Result};
use crate::http::{Body, FormPart};
use crate::limits;

/// The part of a form that holds a whole JSON object.
const PAYLOAD: &str = "@jsonPayload";

/// The document that a body holds; none is an empty one.
pub fn read(body: &Body, collection: &Collection) -> Result<Document> {
    match body {
        Body::Empty | Body::Stored(_) => Ok(Document::new()),
        Body::Json(text) if text.len() > limits::BODY_BYTES => {
            Err(too_large(text.len(), limits::BODY_BYTES))
        }
        Body::Json(text) => parse(text),
        Body::Form(parts) => {
            let mut document = payload(parts)?.unwrap_or_default();
            for part in parts.iter().filter(|part| part.name != PAYLOAD) {
                add(&mut document, part, collection)?;
            }
            Ok(document)
        }
    }
}

/// A JSON object, or where it stops being one.
pub fn parse(text: &str) -> Result<Document> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Error::new(
            Code::BadRequest,
            format!("The body is not valid JSON: {error}."),
        )
    })?;
    match value {
        Value::Object(document) => Ok(document),
        other => Err(Error::new(
            Code::BadRequest,
            format!("The body must be a JSON object, not {}.", name_of(&other)),
        )),
    }
}

/// The JSON objects in a form's payload parts, merged.
pub fn payload(parts: &[FormPart]) -> Result<Option<Document>> {
    let mut whole: Option<Document> = None;
    for part in parts.iter().filter(|part| part.name == PAYLOAD) {
        whole.get_or_insert_default().extend(parse(&part.value)?);
    }
    Ok(whole)
}

/// The refusal of a body that is too long.
pub fn too_large(bytes: usize, most: usize) -> Error {
    Error::new(
        Code::PayloadTooLarge,
        format!("The body has {bytes} bytes; {most} are the most."),
    )
}

/// What a value is, for a message.
pub fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Adds a part of a form to a document.
pub fn add(document: &mut Document, part: &FormPart, collection: &Collection) -> Result<()> {
    let field = collection.field(part.name.trim_matches(['+', '-']));
    let value = match (&part.file, field) {
        // Of one that is hidden, or not there, is told what is told without a file.
        (Some(_), Some(field)) if field.files().is_none() && !field.hidden => {
            return Err(form::no_file_field(&part.name));
        }
        (Some(file), _) => json!({ "upload": file.key }),
        (None, Some(field)) => typed(field, &part.value),
        (None, None) => Value::from(part.value.as_str()),
    };
    if !field.is_some_and(Field::many) {
        document.insert(part.name.clone(), value);
        return Ok(());
    }
    let list = document
        .entry(part.name.clone())
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(items) = list {
        match value {
            Value::Array(more) => items.extend(more),
            // An empty text clears a list.
            Value::String(text) if text.is_empty() => {}
            one => items.push(one),
        }
    }
    Ok(())
}

/// A text of a form as the field has it; what does not fit stays a text, which
/// validation then names.
fn typed(field: &Field, text: &str) -> Value {
    let as_json = || serde_json::from_str(text).ok();
    let read = match field.kind {
        FieldKind::Number { .. } if text.is_empty() => Some(Value::from(0)),
        FieldKind::Bool if text.is_empty() => Some(Value::Bool(false)),
        FieldKind::Number { .. } => as_json().filter(Value::is_number),
        FieldKind::Bool => as_json().filter(Value::is_boolean),
        FieldKind::Json { .. } | FieldKind::Geo => as_json(),
        _ if field.many() && text.starts_with('[') => as_json().filter(Value::is_array),
        _ => None,
    };
    read.unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_schema::CollectionKind;

    fn part(name: &str, value: &str) -> FormPart {
        FormPart {
            name: name.into(),
            value: value.into(),
            file: None,
        }
    }

    fn posts() -> Collection {
        let number = FieldKind::Number {
            integer: false,
            min: None,
            max: None,
        };
        let tags = FieldKind::Select {
            values: vec!["a".into(), "b".into()],
            many: true,
            max: None,
        };
        Collection {
            id: "c".into(),
            name: "posts".into(),
            kind: CollectionKind::Base,
            fields: vec![
                Field::new("done", FieldKind::Bool),
                Field::new("size", number),
                Field::new("tags", tags),
                Field::new("extra", FieldKind::Json { max: None }),
            ],
            indexes: Vec::new(),
            renamed_from: Vec::new(),
            dropped: Vec::new(),
        }
    }

    #[test]
    fn a_forms_texts_take_the_types_of_their_fields() {
        let form = Body::Form(vec![
            part("@jsonPayload", r#"{"title":"5"}"#),
            part("done", "true"),
            part("size", "1.5"),
            part("tags", "a"),
            part("tags", "b"),
            part("tags+", "[\"b\"]"),
            part("extra", "{\"x\":1}"),
            part("other", "7"),
        ]);
        let document = read(&form, &posts()).unwrap();
        let expected = json!({"title": "5", "done": true, "size": 1.5, "tags": ["a", "b"],
            "tags+": ["b"], "extra": {"x": 1}, "other": "7"});
        assert_eq!(Value::Object(document), expected);
    }

    #[test]
    fn a_body_that_is_no_object_is_refused_where_it_goes_wrong() {
        for (text, expected) in [
            ("{\"a\":1,}", "line 1 column 8"),
            ("[1]", "not an array"),
            ("", "line 1 column 0"),
            ("{\"a\":1} x", "line 1 column 9"),
        ] {
            let message = read(&Body::Json(text.into()), &posts())
                .unwrap_err()
                .message;
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
