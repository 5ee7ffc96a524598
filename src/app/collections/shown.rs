//! One collection as JSON: with the words of its declaration, and beside them those
//! that the `pocketbase` client and its tools know the same things by.

use ringfence_rules::{Operation, OperationTexts};
use ringfence_schema::field::FILE_BYTES;
use ringfence_schema::{Collection, Document, Field, FieldKind, OnDelete, Value, ddl, system};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};

/// What PocketBase says of a list whose length nothing limits.
const UNLIMITED: u32 = i32::MAX as u32;

/// Everything that is declared of a collection.
pub fn shown(app: &App, collection: &Collection) -> Result<Value> {
    let nothing = OperationTexts::default();
    let rules = app.rules.texts(&collection.name).unwrap_or(&nothing);
    let own = system::fields(collection.kind);
    let fields: Result<Vec<Document>> = collection
        .fields
        .iter()
        .map(|field| shown_field(app, field, own.iter().any(|other| other.name == field.name)))
        .collect();
    let indexes: Vec<String> = ddl::indexes(collection)
        .into_iter()
        .map(|index| index.sql)
        .collect();
    Ok(json!({
        "id": collection.id,
        "name": collection.name,
        "type": collection.kind,
        "system": false,
        "fields": fields?,
        "indexes": indexes,
        "listRule": rules.get(Operation::List),
        "viewRule": rules.get(Operation::View),
        "createRule": rules.get(Operation::Insert),
        "updateRule": rules.get(Operation::Update),
        "deleteRule": rules.get(Operation::Delete),
        "rules": rules,
    }))
}

/// `is_system`: the collection has it without its being declared.
fn shown_field(app: &App, field: &Field, is_system: bool) -> Result<Document> {
    let mut shown = document(field)?;
    // A field is known by its name: a new name is declared beside the old one.
    shown.insert("id".to_owned(), field.name.clone().into());
    shown.insert("system".to_owned(), is_system.into());
    shown.insert("required".to_owned(), field.required.into());
    shown.insert("hidden".to_owned(), field.hidden.into());
    shown.insert("presentable".to_owned(), false.into());
    let beside = match &field.kind {
        FieldKind::Number { integer, .. } => json!({"onlyInt": integer}),
        FieldKind::Autodate {
            on_create,
            on_update,
        } => json!({"onCreate": on_create, "onUpdate": on_update}),
        FieldKind::Json { max } => json!({"maxSize": max.unwrap_or(0)}),
        FieldKind::Select { many, max, .. } => json!({"maxSelect": most(*many, *max)}),
        FieldKind::File { many, max, limits } => json!({
            "maxSelect": most(*many, *max),
            "maxSize": limits.max_size.unwrap_or(FILE_BYTES),
            "mimeTypes": limits.mime_types,
            "thumbs": limits.thumbs,
            // Each is under the rules of its record.
            "protected": true,
        }),
        FieldKind::Relation {
            collection,
            many,
            max,
            on_delete,
        } => json!({
            "collectionId": app.schema.get(collection).map(|other| &other.id),
            "cascadeDelete": *on_delete == OnDelete::Cascade,
            "maxSelect": most(*many, *max),
        }),
        _ => Value::Null,
    };
    if let Value::Object(beside) = beside {
        shown.extend(beside);
    }
    Ok(shown)
}

/// The most values that it holds: one, unless it is a list.
fn most(many: bool, max: Option<u32>) -> u32 {
    match many {
        true => max.unwrap_or(UNLIMITED),
        false => 1,
    }
}

fn document(field: &Field) -> Result<Document> {
    match serde_json::to_value(field).map_err(Error::internal)? {
        Value::Object(document) => Ok(document),
        _ => Err(Error::internal("a field is no object")),
    }
}
