//! Whether a schema makes sense: what no single value of it can tell.
//!
//! Used on every schema, whoever wrote it; where in a file a problem is, the
//! reader of that file finds by its path.

use std::collections::BTreeMap;

use crate::column::holds_json;
use crate::name::{self, nearest};
use crate::{Collection, Field, FieldKind, OnDelete, Schema, ddl, system, validate};

/// The platform's most columns of a table.
const COLUMNS: usize = 100;

/// Something that is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The collection.
    pub collection: String,
    /// Where in it: `fields`, the name, the option; or `indexes` and the number.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do, where there is something to say.
    pub hint: Option<String>,
}

/// Everything that is wrong.
pub fn check(schema: &Schema) -> Vec<Problem> {
    let mut problems = Vec::new();
    for collection in &schema.collections {
        let mut found = Found {
            collection,
            problems: &mut problems,
        };
        check_names(schema, &mut found);
        for field in collection
            .fields
            .iter()
            .filter(|field| !is_own(collection, field))
        {
            check_options(field, &mut found);
            check_kind(schema, field, &mut found);
        }
        check_indexes(&mut found);
    }
    check_unique_names(schema, &mut problems);
    problems
}

struct Found<'a> {
    collection: &'a Collection,
    problems: &'a mut Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, path: &[&str], message: impl Into<String>, hint: Option<String>) {
        self.problems.push(Problem {
            collection: self.collection.name.clone(),
            path: path.iter().map(|step| (*step).to_owned()).collect(),
            message: message.into(),
            hint,
        });
    }

    fn of(&mut self, field: &Field, option: &str, message: impl Into<String>, hint: &str) {
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        self.add(&["fields", &field.name, option], message, hint);
    }
}

/// Whether it is one of those that every collection of its kind has.
fn is_own(collection: &Collection, field: &Field) -> bool {
    system::fields(collection.kind)
        .iter()
        .any(|own| own.name == field.name)
}

fn check_names(schema: &Schema, found: &mut Found<'_>) {
    let collection = found.collection;
    if let Err(message) = name::check(&collection.name) {
        found.add(&[], message, None);
    }
    if collection.fields.len() > COLUMNS {
        let message = format!("it has more than {COLUMNS} fields, the system's own included");
        found.add(&["fields"], message, None);
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for field in &collection.fields {
        let path = ["fields", field.name.as_str()];
        if let Some(other) = seen.insert(field.name.to_ascii_lowercase(), &field.name) {
            let hint = is_own(collection, field)
                || system::fields(collection.kind)
                    .iter()
                    .any(|own| own.name == other);
            let message =
                format!("there is a field `{other}` already; letter case does not tell them apart");
            let hint = hint.then(|| {
                format!("every collection of this kind has `{other}` by itself; leave it out")
            });
            found.add(&path, message, hint);
        } else if !is_own(collection, field)
            && let Err(message) = name::check(&field.name)
        {
            found.add(&path, message, None);
        }
        for earlier in field
            .renamed_from
            .iter()
            .filter(|name| **name == field.name)
        {
            found.of(
                field,
                "renamed_from",
                format!("`{earlier}` is its name now"),
                "",
            );
        }
    }
    for dropped in collection
        .dropped
        .iter()
        .filter(|name| collection.field(name).is_some())
    {
        let message = format!("`{dropped}` is declared as a field and as dropped");
        found.add(&["dropped"], message, None);
    }
    if schema.dropped.contains(&collection.name) {
        found.add(&["dropped"], "it is declared and dropped at once", None);
    }
}

fn check_options(field: &Field, found: &mut Found<'_>) {
    let holds_text = matches!(
        field.kind,
        FieldKind::Autodate { .. } | FieldKind::Password { .. } | FieldKind::Json { .. }
    );
    if field.nullable && (field.many() || holds_text) {
        found.of(
            field,
            "nullable",
            "a list, json, autodate or password cannot be `nullable`",
            "an unset list is empty and unset json is null as it is",
        );
    }
    let never_unique = matches!(field.kind, FieldKind::Bool | FieldKind::Password { .. });
    if field.unique && (holds_json(field) || never_unique) {
        found.of(
            field,
            "unique",
            "values of this type cannot be `unique`",
            "",
        );
    }
    if field.unique && field.default.is_some() {
        found.of(
            field,
            "default",
            "`unique` and `default` exclude each other: the second record would clash with the first",
            "leave one of them out",
        );
    }
    if let Some(default) = &field.default {
        if matches!(
            field.kind,
            FieldKind::Password { .. } | FieldKind::Autodate { .. }
        ) {
            found.of(
                field,
                "default",
                "a field of this type cannot have a `default`",
                "",
            );
        } else if let Err(error) = validate::check_value(field, default.clone()) {
            found.of(
                field,
                "default",
                format!("the default does not fit: {}", error.message),
                "",
            );
        }
    }
}

fn check_kind(schema: &Schema, field: &Field, found: &mut Found<'_>) {
    match &field.kind {
        FieldKind::Text { min, max, pattern } => {
            check_order(
                field,
                min.zip(*max).is_some_and(|(min, max)| min > max),
                found,
            );
            if let Some(Err(error)) = pattern.as_ref().map(crate::Pattern::check) {
                found.of(
                    field,
                    "pattern",
                    format!("not a regular expression: {error}"),
                    "",
                );
            }
        }
        FieldKind::Number { min, max, .. } => {
            check_order(
                field,
                min.zip(*max).is_some_and(|(min, max)| min > max),
                found,
            );
        }
        FieldKind::Date { min, max } => {
            let reversed = min
                .as_ref()
                .zip(max.as_ref())
                .is_some_and(|(min, max)| min > max);
            check_order(field, reversed, found);
        }
        FieldKind::Autodate {
            on_create,
            on_update,
        } if !on_create && !on_update => {
            found.of(
                field,
                "type",
                "it would never be set",
                "add `on_create = true`, `on_update = true` or both",
            );
        }
        FieldKind::Select { values, max, .. } => {
            check_choices(field, values, found);
            check_many(field, *max, found);
        }
        FieldKind::Relation {
            collection,
            max,
            on_delete,
            ..
        } => {
            check_relation(schema, field, collection, *on_delete, found);
            check_many(field, *max, found);
        }
        FieldKind::File { max, .. } => check_many(field, *max, found),
        FieldKind::Password { .. } => found.of(
            field,
            "type",
            "only the `password` of an auth collection is a password",
            "make the collection `kind = \"auth\"`, or the field a hidden text",
        ),
        _ => {}
    }
}

fn check_order(field: &Field, reversed: bool, found: &mut Found<'_>) {
    if reversed {
        found.of(field, "max", "`max` is below `min`", "");
    }
}

fn check_many(field: &Field, max: Option<u32>, found: &mut Found<'_>) {
    if max.is_some() && !field.many() {
        found.of(
            field,
            "max",
            "`max` counts the values of a list",
            "add `many = true`, or leave it out",
        );
    }
    if max == Some(0) {
        found.of(
            field,
            "max",
            "a list of at most 0 values is always empty",
            "",
        );
    }
}

fn check_choices(field: &Field, values: &[String], found: &mut Found<'_>) {
    if values.is_empty() {
        found.of(
            field,
            "values",
            "nothing could be chosen",
            "list at least one value",
        );
    }
    for (position, value) in values.iter().enumerate() {
        if value.is_empty() {
            found.of(
                field,
                "values",
                "an empty value cannot be told from an unset one",
                "leave it out",
            );
        } else if values.iter().take(position).any(|earlier| earlier == value) {
            found.of(field, "values", format!("`{value}` is listed twice"), "");
        }
    }
}

fn check_relation(
    schema: &Schema,
    field: &Field,
    target: &str,
    on_delete: OnDelete,
    found: &mut Found<'_>,
) {
    if schema.get(target).is_none() {
        let near = nearest(target, schema.collections.iter().map(|c| c.name.as_str()));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no collection `{target}`");
        found.add(&["fields", &field.name, "collection"], message, hint);
    }
    if field.required && on_delete == OnDelete::SetNull {
        found.of(
            field,
            "on_delete",
            "a required relation cannot be unset when its record is deleted",
            "use `cascade` or `restrict`, or leave out `required`",
        );
    }
}

fn check_indexes(found: &mut Found<'_>) {
    let collection = found.collection;
    for (number, index) in collection.indexes.iter().enumerate() {
        let number = number.to_string();
        let path = ["indexes", number.as_str(), "fields"];
        if index.fields.is_empty() {
            found.add(&path, "an index needs at least one field", None);
        }
        for (position, name) in index.fields.iter().enumerate() {
            match collection.field(name) {
                None => {
                    let names = collection.fields.iter().map(|field| field.name.as_str());
                    let hint = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
                    found.add(&path, format!("there is no field `{name}`"), hint);
                }
                Some(field) if holds_json(field) => {
                    found.add(
                        &path,
                        format!("`{name}` holds a list or json, which no index serves"),
                        None,
                    );
                }
                Some(_)
                    if index
                        .fields
                        .iter()
                        .take(position)
                        .any(|earlier| earlier == name) =>
                {
                    found.add(&path, format!("`{name}` is in it twice"), None);
                }
                Some(_) => {}
            }
        }
    }
}

/// Tables and indexes share one space of names, in which letter case is nothing.
fn check_unique_names(schema: &Schema, problems: &mut Vec<Problem>) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for collection in &schema.collections {
        let mut found = Found {
            collection,
            problems,
        };
        if let Some(other) = names.insert(
            collection.name.to_ascii_lowercase(),
            collection.name.clone(),
        ) {
            let message = format!(
                "there is a collection `{other}` already; letter case does not tell them apart"
            );
            found.add(&[], message, None);
        }
        if let Some(other) = ids.insert(&collection.id, &collection.name) {
            let message = format!("it has the same id as `{other}`");
            let hint = format!(
                "give it one of its own: `id = \"{}\"`",
                name::collection_id(&format!("{}2", collection.name))
            );
            found.add(&["renamed_from"], message, Some(hint));
        }
    }
    for collection in &schema.collections {
        for index in ddl::indexes(collection) {
            let of = format!("an index of `{}`", collection.name);
            if let Some(other) = names.insert(index.name.to_ascii_lowercase(), of) {
                let mut found = Found {
                    collection,
                    problems,
                };
                let message = format!(
                    "two indexes would be called `{}`, the other is {other}",
                    index.name
                );
                found.add(&["indexes"], message, Some("an index of the same fields is enough once; rename a field or collection if the fields differ".to_owned()));
            }
        }
    }
}
