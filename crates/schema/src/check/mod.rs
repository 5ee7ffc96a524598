//! Whether a schema makes sense: what no single value of it can tell.
//!
//! Used on every schema, whoever wrote it; where in a file a problem is, the
//! reader of that file finds by its path.

mod field;

use std::collections::BTreeMap;

use crate::column::holds_json;
use crate::name::{self, nearest};
use crate::{Collection, Field, Schema, ddl, system};

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
            field::check(schema, field, &mut found);
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
