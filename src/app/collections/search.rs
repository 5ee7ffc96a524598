//! Which collections are asked for, and in which order: `filter` and `sort` on
//! their `id`, `name`, `type` and `system`, in the language of all filters.

use std::cmp::Ordering;

use ringfence_rules::check::{self, Usage};
use ringfence_rules::{Caller, Input, eval};
use ringfence_schema::{Collection, CollectionKind, Document, Field, FieldKind, Schema};
use serde_json::{Value, json};

use crate::app::Context;
use crate::app::query::guard::{refuse, within_limit};
use crate::app::records::serve::moment;
use crate::error::{Code, Error, Result};

/// The collections that the filter leaves, in the order of the sort.
pub fn search<'a>(
    context: &'a Context,
    filter: Option<&str>,
    sort: Option<&str>,
) -> Result<Vec<&'a Collection>> {
    let described = described();
    let mut found: Vec<(Document, &Collection)> = context
        .app
        .schema
        .collections
        .iter()
        .map(|collection| (document(collection), collection))
        .collect();
    if let Some(text) = filter {
        found = keep(context, &described, text, found)?;
    }
    if let Some(text) = sort {
        let keys = keys(&described, text)?;
        found.sort_by(|(a, _), (b, _)| compare(&keys, a, b));
    }
    Ok(found
        .into_iter()
        .map(|(_, collection)| collection)
        .collect())
}

/// A collection as the filter knows it.
fn document(collection: &Collection) -> Document {
    [
        ("id", json!(collection.id)),
        ("name", json!(collection.name)),
        ("type", json!(collection.kind)),
        ("system", json!(false)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

/// The collection whose records the collections are.
fn described() -> Collection {
    let text = |name| {
        let kind = FieldKind::Text {
            min: None,
            max: None,
            pattern: None,
        };
        Field::new(name, kind)
    };
    Collection {
        id: "collections".to_owned(),
        name: "collections".to_owned(),
        kind: CollectionKind::Base,
        fields: vec![
            text("id"),
            text("name"),
            text("type"),
            Field::new("system", FieldKind::Bool),
        ],
        indexes: Vec::new(),
        renamed_from: Vec::new(),
        dropped: Vec::new(),
    }
}

fn keep<'a>(
    context: &Context,
    described: &Collection,
    text: &str,
    found: Vec<(Document, &'a Collection)>,
) -> Result<Vec<(Document, &'a Collection)>> {
    within_limit("filter", text)?;
    // No records are joined: the collections are none of the app's own.
    let predicate = check::compile(&Schema::default(), described, Usage::Administrator, text)
        .map_err(|diagnostics| refuse("filter", text, &diagnostics))?;
    let now = moment(context);
    let nothing = Document::new();
    let caller = Caller::anonymous(&nothing, &now);
    let mut kept = Vec::new();
    for (document, collection) in found {
        let input = Input {
            caller: &caller,
            old: Some(&document),
            new: None,
        };
        if eval::eval(&predicate, &input, &eval::NoDocuments).map_err(Error::internal)? {
            kept.push((document, collection));
        }
    }
    Ok(kept)
}

/// The fields to sort by, and whether the largest comes first.
fn keys(described: &Collection, text: &str) -> Result<Vec<(String, bool)>> {
    within_limit("sort", text)?;
    let keys = check::sort(&Schema::default(), described, Usage::Administrator, text)
        .map_err(|diagnostics| refuse("sort", text, &diagnostics))?;
    keys.iter()
        .map(|key| match key.field() {
            Some(field) => Ok((field.to_owned(), key.descending)),
            None => Err(Error::new(
                Code::InvalidFilter,
                "Collections are sorted by id, name, type or system.",
            )),
        })
        .collect()
}

fn compare(keys: &[(String, bool)], a: &Document, b: &Document) -> Ordering {
    let text = |document: &Document, key: &str| document.get(key).map(Value::to_string);
    keys.iter().fold(Ordering::Equal, |order, (key, descends)| {
        let further = text(a, key).cmp(&text(b, key));
        order.then(if *descends {
            further.reverse()
        } else {
            further
        })
    })
}
