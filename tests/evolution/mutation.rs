//! Schemas at random, and changes to them.

use fastrand::Rng;
use ringfence_schema::check::check;
use ringfence_schema::{
    Collection, CollectionKind, Field, FieldKind, FileLimits, Index, OnDelete, Schema, Value,
    column, name, system,
};
use serde_json::json;

/// A schema of a few collections that refer to each other.
pub fn new_schema(rng: &mut Rng) -> Schema {
    let mut schema = Schema::default();
    for _ in 0..3 {
        add_collection(&mut schema, rng);
    }
    schema
}

/// The schema after some changes, sound in itself.
pub fn mutate(schema: &Schema, rng: &mut Rng) -> Schema {
    let mut next = schema.clone();
    next.dropped.clear();
    for collection in &mut next.collections {
        collection.dropped.clear();
        for field in &mut collection.fields {
            field.lossy = false;
        }
    }
    for _ in 0..rng.usize(1..6) {
        let mut tried = next.clone();
        change(&mut tried, rng);
        tried.collections.sort_by(|a, b| a.name.cmp(&b.name));
        if check(&tried).is_empty() {
            next = tried;
        }
    }
    next
}

/// The same with every loss declared: also of what is not there, which means
/// nothing.
pub fn declare_losses(mut schema: Schema) -> Schema {
    let names = |prefix: char| (0..100_u8).map(move |n| format!("{prefix}{n}"));
    schema.dropped = names('c')
        .filter(|name| schema.get(name).is_none())
        .collect();
    for collection in &mut schema.collections {
        let gone = names('f').filter(|name| collection.field(name).is_none());
        collection.dropped = gone.collect();
        for field in &mut collection.fields {
            field.lossy = !field.system;
        }
    }
    schema
}

fn change(schema: &mut Schema, rng: &mut Rng) {
    let targets: Vec<String> = schema.collections.iter().map(|c| c.name.clone()).collect();
    match rng.u8(..10) {
        0 if schema.collections.len() < 5 => return add_collection(schema, rng),
        1 => return drop_collection(schema, rng),
        2 => return rename_collection(schema, rng),
        _ => {}
    }
    let Some(collection) = rng.choice(&mut schema.collections) else {
        return;
    };
    match rng.u8(..8) {
        0 | 1 => add_field(collection, &targets, rng),
        2 => change_indexes(collection, rng),
        action => change_field(collection, &targets, action, rng),
    }
}

fn change_field(collection: &mut Collection, targets: &[String], action: u8, rng: &mut Rng) {
    let fresh = format!("f{}", rng.u8(..100));
    let declared: Vec<String> = collection
        .fields
        .iter()
        .filter(|field| !field.system)
        .map(|field| field.name.clone())
        .collect();
    let Some(name) = rng.choice(declared) else {
        return;
    };
    if action == 3 || action == 4 && collection.field(&fresh).is_none() {
        collection
            .indexes
            .retain(|index| !index.fields.contains(&name));
    }
    if action == 3 {
        return collection.fields.retain(|field| field.name != name);
    }
    let is_free = collection.field(&fresh).is_none();
    let Some(field) = collection
        .fields
        .iter_mut()
        .find(|field| field.name == name)
    else {
        return;
    };
    match action {
        4 if is_free => {
            field.renamed_from.push(name);
            field.name = fresh;
        }
        5 => {
            field.kind = random_kind(targets, rng);
            field.default = None;
        }
        6 => {
            field.required = !field.required;
            field.default = random_default(field, rng);
            field.unique = false;
        }
        _ => match rng.u8(..3) {
            0 => field.nullable = !field.nullable,
            1 => (field.unique, field.default) = (!field.unique, None),
            _ => {
                if let FieldKind::Relation { on_delete, .. } = &mut field.kind {
                    *on_delete = random_action(rng);
                }
            }
        },
    }
}

fn add_collection(schema: &mut Schema, rng: &mut Rng) {
    let name = format!("c{}", rng.u8(..100));
    if schema.get(&name).is_some() {
        return;
    }
    let mut targets: Vec<String> = schema.collections.iter().map(|c| c.name.clone()).collect();
    targets.push(name.clone());
    let mut collection = Collection {
        id: name::collection_id(&format!("{name} {}", rng.u64(..))),
        name,
        kind: CollectionKind::Base,
        fields: system::fields(CollectionKind::Base),
        indexes: Vec::new(),
        renamed_from: Vec::new(),
        dropped: Vec::new(),
    };
    for _ in 0..rng.u8(1..6) {
        add_field(&mut collection, &targets, rng);
    }
    schema.collections.push(collection);
    schema.collections.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Relations to it go with it, or turn to another.
fn drop_collection(schema: &mut Schema, rng: &mut Rng) {
    if schema.collections.len() < 2 {
        return;
    }
    let gone = schema
        .collections
        .remove(rng.usize(..schema.collections.len()))
        .name;
    let other = schema
        .collections
        .first()
        .map(|c| c.name.clone())
        .unwrap_or_default();
    for collection in &mut schema.collections {
        for field in &mut collection.fields {
            if let FieldKind::Relation { collection, .. } = &mut field.kind
                && *collection == gone
            {
                collection.clone_from(&other);
            }
        }
    }
}

fn rename_collection(schema: &mut Schema, rng: &mut Rng) {
    let fresh = format!("c{}", rng.u8(..100));
    if schema.get(&fresh).is_some() {
        return;
    }
    let Some(renamed) = rng.choice(&mut schema.collections) else {
        return;
    };
    let old = std::mem::replace(&mut renamed.name, fresh.clone());
    for field in schema.collections.iter_mut().flat_map(|c| &mut c.fields) {
        if let FieldKind::Relation { collection, .. } = &mut field.kind
            && *collection == old
        {
            collection.clone_from(&fresh);
        }
    }
}

fn add_field(collection: &mut Collection, targets: &[String], rng: &mut Rng) {
    let mut field = Field::new(format!("f{}", rng.u8(..100)), random_kind(targets, rng));
    if collection.field(&field.name).is_some() {
        return;
    }
    field.nullable = rng.u8(..4) == 0 && !column::holds_json(&field);
    field.unique = rng.u8(..6) == 0 && !column::holds_json(&field) && field.kind != FieldKind::Bool;
    if !field.unique && rng.bool() {
        field.default = random_default(&field, rng);
    }
    collection.fields.push(field);
}

fn change_indexes(collection: &mut Collection, rng: &mut Rng) {
    if rng.bool() {
        collection.indexes.pop();
        return;
    }
    let indexable = collection
        .fields
        .iter()
        .filter(|field| !column::holds_json(field));
    let names: Vec<String> = indexable.map(|field| field.name.clone()).collect();
    let fields = rng.choose_multiple(names, 2);
    collection.indexes.push(Index {
        fields,
        unique: rng.bool(),
    });
}

fn random_kind(targets: &[String], rng: &mut Rng) -> FieldKind {
    let many = rng.bool();
    match rng.u8(..12) {
        0 => FieldKind::Number {
            integer: many,
            min: None,
            max: None,
        },
        1 => FieldKind::Bool,
        2 => FieldKind::Email,
        3 => FieldKind::Url,
        4 => FieldKind::Date {
            min: None,
            max: None,
        },
        5 => {
            let values = ["a", "b", "don't"].map(str::to_owned);
            let values = values[..rng.usize(1..4)].to_vec();
            FieldKind::Select {
                values,
                many,
                max: None,
            }
        }
        6 => FieldKind::Json { max: None },
        7 | 8 => FieldKind::Relation {
            collection: rng.choice(targets).cloned().unwrap_or_default(),
            many,
            max: None,
            on_delete: random_action(rng),
        },
        9 => FieldKind::Geo,
        10 => FieldKind::File {
            many,
            max: None,
            limits: FileLimits::default(),
        },
        _ => FieldKind::Text {
            min: None,
            max: None,
            pattern: None,
        },
    }
}

fn random_action(rng: &mut Rng) -> OnDelete {
    let actions = [OnDelete::Cascade, OnDelete::Restrict, OnDelete::SetNull];
    rng.choice(actions).unwrap_or(OnDelete::Cascade)
}

fn random_default(field: &Field, rng: &mut Rng) -> Option<Value> {
    match &field.kind {
        FieldKind::Number { .. } => Some(json!(rng.u8(1..9))),
        FieldKind::Bool => Some(json!(true)),
        FieldKind::Text { .. } => Some(json!("it's \"default\"")),
        FieldKind::Select {
            values, many: true, ..
        } => Some(json!([values.first()?])),
        FieldKind::Select { values, .. } => Some(json!(values.first()?)),
        FieldKind::Json { .. } => Some(json!({"d": 1})),
        _ => None,
    }
}
