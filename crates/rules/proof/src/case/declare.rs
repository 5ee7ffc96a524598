//! Collections and fields as case files declare them.

use ringfence_schema::name::collection_id;
use ringfence_schema::system::fields;
use ringfence_schema::{
    Collection, CollectionKind, Field, FieldKind, FileLimits, OnDelete, Schema,
};

/// `posts`, `users auth`
pub(super) fn collection(schema: &mut Schema, rest: &str) {
    let (name, kind) = match rest.split_once(' ') {
        Some((name, "auth")) => (name, CollectionKind::Auth),
        None => (rest, CollectionKind::Base),
        _ => panic!("no collection: {rest}"),
    };
    schema.collections.push(new_collection(name, kind));
}

/// A collection with its system fields.
pub(crate) fn new_collection(name: &str, kind: CollectionKind) -> Collection {
    Collection {
        id: collection_id(name),
        name: name.to_owned(),
        kind,
        fields: fields(kind),
        indexes: Vec::new(),
        renamed_from: Vec::new(),
        dropped: Vec::new(),
    }
}

/// `owner relation users`, `tags select many a b`, `age number nullable`
pub(super) fn field(schema: &mut Schema, line: &str, number: usize) {
    let mut words = line.split_whitespace();
    let (name, kind) = match (words.next(), words.next()) {
        (Some(name), Some(kind)) => (name, kind),
        _ => panic!("line {number}: a field has a name and a type"),
    };
    let mut options: Vec<&str> = words.collect();
    let mut take = |word: &str| {
        let before = options.len();
        options.retain(|option| *option != word);
        options.len() < before
    };
    let (nullable, hidden, many) = (take("nullable"), take("hidden"), take("many"));
    let kind = kind_of(kind, many, &options);
    let field = Field {
        nullable,
        hidden,
        ..Field::new(name, kind)
    };
    let collection = schema.collections.last_mut();
    collection
        .expect("a collection before its fields")
        .fields
        .push(field);
}

fn kind_of(kind: &str, many: bool, options: &[&str]) -> FieldKind {
    match kind {
        "text" => FieldKind::Text {
            min: None,
            max: None,
            pattern: None,
        },
        "email" => FieldKind::Email,
        "url" => FieldKind::Url,
        "number" | "integer" => FieldKind::Number {
            integer: kind == "integer",
            min: None,
            max: None,
        },
        "bool" => FieldKind::Bool,
        "date" => FieldKind::Date {
            min: None,
            max: None,
        },
        "json" => FieldKind::Json { max: None },
        "geo" => FieldKind::Geo,
        "select" => FieldKind::Select {
            values: options.iter().map(|value| (*value).to_owned()).collect(),
            many,
            max: None,
        },
        "relation" => FieldKind::Relation {
            collection: options[0].to_owned(),
            many,
            max: None,
            on_delete: OnDelete::SetNull,
        },
        "file" => FieldKind::File {
            many,
            max: None,
            limits: FileLimits::default(),
        },
        "password" => FieldKind::Password { min: 8 },
        _ => panic!("no type of field: {kind}"),
    }
}

/// The words that declare a field.
pub(super) fn describe(field: &Field) -> String {
    let mut words = vec![field.name.clone()];
    words.push(
        match &field.kind {
            FieldKind::Text { .. } => "text",
            FieldKind::Email => "email",
            FieldKind::Url => "url",
            FieldKind::Number { integer: true, .. } => "integer",
            FieldKind::Number { .. } => "number",
            FieldKind::Bool => "bool",
            FieldKind::Date { .. } | FieldKind::Autodate { .. } => "date",
            FieldKind::Json { .. } => "json",
            FieldKind::Geo => "geo",
            FieldKind::Select { .. } => "select",
            FieldKind::Relation { .. } => "relation",
            FieldKind::File { .. } => "file",
            FieldKind::Password { .. } => "password",
        }
        .to_owned(),
    );
    for (flag, word) in [
        (field.many(), "many"),
        (field.nullable, "nullable"),
        (field.hidden, "hidden"),
    ] {
        if flag {
            words.push(word.to_owned());
        }
    }
    match &field.kind {
        FieldKind::Select { values, .. } => words.extend(values.iter().cloned()),
        FieldKind::Relation { collection, .. } => words.push(collection.clone()),
        _ => {}
    }
    words.join(" ")
}
