//! Random worlds and conditions about them, the same for the same dice.

mod condition;
mod function;
mod target;
mod values;

use std::collections::BTreeMap;

use ringfence_rules::{FieldTexts, Operation, OperationTexts, Unmasked};
use ringfence_schema::{
    Collection, CollectionKind, Document, Field, FieldKind, Macro, Mask, OnDelete, Schema,
};

pub use condition::question;

use crate::case::new_collection;
use crate::dice::Dice;
use crate::world::{Person, World, complete};

/// The collections of every world; their fields differ.
const COLLECTIONS: [(&str, CollectionKind); 6] = [
    ("comments", CollectionKind::Base),
    ("permissions", CollectionKind::Base),
    ("posts", CollectionKind::Base),
    ("staff", CollectionKind::Auth),
    ("teams", CollectionKind::Base),
    ("users", CollectionKind::Auth),
];

/// The app's own macros of every world.
const MACROS: [(&str, &str); 5] = [
    (
        "leads(team: teams)",
        "@team IN (SELECT id FROM teams WHERE lead = @request.auth.id)",
    ),
    (
        "alike(left: text, right: text)",
        "lower(@left) = @right:lower || @left ~ 'a%b'",
    ),
    (
        "within(at: date, low: number, high: number)",
        "@at > @yesterday && @hour >= @low && @hour < @high",
    ),
    (
        "leads_with(team: teams, who: users)",
        "@leads(@team) && @who IN (SELECT lead FROM teams WHERE id = @team)",
    ),
    ("lead_of(team: teams)", "@team.lead"),
];

/// The app's own macros.
pub fn macros() -> Vec<Macro> {
    let read = |(signature, text): &(&str, &str)| Macro::new(signature, text).expect("a macro");
    MACROS.iter().map(read).collect()
}

/// A world with a schema, records, after-images and people, without given rules.
pub fn world(dice: &mut Dice) -> World {
    let schema = Schema {
        collections: COLLECTIONS
            .iter()
            .map(|(name, kind)| collection(dice, name, *kind))
            .collect(),
        dropped: Vec::new(),
        macros: macros(),
    };
    let mut world = World {
        schema,
        ..World::default()
    };
    for collection in &world.schema.collections {
        let count = if collection.is_auth() {
            3
        } else {
            1 + dice.below(6)
        };
        let records: Vec<Document> = (1..=count)
            .map(|number| record(dice, collection, &values::nth_id(&collection.name, number)))
            .collect();
        let images = records.iter().map(|old| changed(dice, collection, old));
        world
            .after
            .insert(collection.name.clone(), images.collect());
        world.records.insert(collection.name.clone(), records);
    }
    world.people = (0..4).map(|number| person(dice, &world, number)).collect();
    world
}

/// Gives the world list rules, for filters to be under.
pub fn give_rules(dice: &mut Dice, world: &mut World) {
    for collection in &world.schema.collections {
        let text = match dice.below(4) {
            0 => continue,
            1 => "true".to_owned(),
            _ => {
                let asked = crate::engines::Asked::Rule(Operation::List);
                condition::about(dice, world, &collection.name, asked, 1)
            }
        };
        // Not every random text is a rule; one that is not is not given.
        for fields in [give_fields(dice, world, collection), BTreeMap::new()] {
            let mut given = world.given.clone();
            let texts = OperationTexts {
                list: Some(text.clone()),
                fields,
                ..OperationTexts::default()
            };
            given.insert(collection.name.clone(), texts);
            if ringfence_rules::Ruleset::new(&world.schema, &given).is_ok() {
                world.given = given;
                break;
            }
        }
    }
}

/// Rules and masks of some fields.
fn give_fields(
    dice: &mut Dice,
    world: &World,
    collection: &Collection,
) -> BTreeMap<String, FieldTexts> {
    let mut given = BTreeMap::new();
    for field in &collection.fields {
        if field.hidden || field.system || !dice.percent(10) {
            continue;
        }
        let rule = |dice: &mut Dice| {
            let asked = crate::engines::Asked::Rule(Operation::List);
            Some(condition::about(dice, world, &collection.name, asked, 1))
        };
        let mut texts = FieldTexts::default();
        if dice.percent(75) {
            texts.list = rule(dice);
        }
        if matches!(field.kind, FieldKind::Text { .. }) && dice.percent(40) {
            texts.mask = Some(Mask::Full);
            texts.unmasked = rule(dice).map(Unmasked::Rule);
        }
        given.insert(field.name.clone(), texts);
    }
    given
}

fn collection(dice: &mut Dice, name: &str, kind: CollectionKind) -> Collection {
    let mut collection = new_collection(name, kind);
    let mut add = |name: &str, kind: FieldKind, dice: &mut Dice| {
        collection.fields.push(Field {
            nullable: dice.percent(25),
            hidden: dice.percent(10),
            ..Field::new(name, kind)
        });
    };
    let relation = |to: &str, many| FieldKind::Relation {
        collection: to.to_owned(),
        many,
        max: None,
        on_delete: OnDelete::SetNull,
    };
    let select = |values: &[&str], many| FieldKind::Select {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        many,
        max: None,
    };
    match name {
        "users" => {
            add("role", select(&["author", "editor"], false), dice);
            add("groups", select(&["a", "b", "c"], true), dice);
            add("teams", relation("teams", true), dice);
            add("boss", relation("users", false), dice);
        }
        "staff" => {
            add("role", select(&["author", "editor"], false), dice);
            add("friend", relation("users", false), dice);
        }
        "teams" => {
            add("lead", relation("users", false), dice);
            add("members", relation("users", true), dice);
        }
        "permissions" => {
            add("collection", select(&["posts", "users", "*"], false), dice);
            add("operation", select(&["read", "update", "*"], true), dice);
            add("role", select(&["author", "editor"], false), dice);
            add("group", select(&["a", "b", "c"], false), dice);
            add("user", relation("users", false), dice);
        }
        "posts" => {
            add("owner", relation("users", false), dice);
            add("reviewer", relation("staff", false), dice);
            add("team", relation("teams", false), dice);
            add("readers", relation("users", true), dice);
        }
        _ => {
            add("post", relation("posts", false), dice);
            add("seen", relation("posts", true), dice);
            add("author", relation("users", false), dice);
        }
    }
    for name in ["f1", "f2", "f3", "f4", "f5"] {
        let kind = plain_kind(dice);
        add(name, kind, dice);
    }
    collection
}

fn plain_kind(dice: &mut Dice) -> FieldKind {
    match dice.below(10) {
        0..3 => FieldKind::Text {
            min: None,
            max: None,
            pattern: None,
        },
        3 | 4 => FieldKind::Number {
            integer: dice.percent(50),
            min: None,
            max: None,
        },
        5 => FieldKind::Bool,
        6 => FieldKind::Date {
            min: None,
            max: None,
        },
        7 => FieldKind::Select {
            values: ["a", "b", "xy"].map(str::to_owned).to_vec(),
            many: dice.percent(50),
            max: None,
        },
        8 => FieldKind::Json { max: None },
        _ => FieldKind::Geo,
    }
}

fn record(dice: &mut Dice, collection: &Collection, id: &str) -> Document {
    let mut record = complete(collection, Document::new());
    for field in &collection.fields {
        record.insert(field.name.clone(), values::stored(dice, field));
    }
    record.insert("id".to_owned(), id.into());
    record
}

fn changed(dice: &mut Dice, collection: &Collection, old: &Document) -> Document {
    let mut image = old.clone();
    for field in collection.fields.iter().filter(|field| field.name != "id") {
        if dice.percent(30) {
            image.insert(field.name.clone(), values::stored(dice, field));
        }
    }
    image
}

fn person(dice: &mut Dice, world: &World, number: usize) -> Person {
    let mut person = Person::new(&format!("caller{number}"));
    if number > 0 {
        let people = if dice.percent(25) { "staff" } else { "users" };
        let user = dice.pick(world.records(people));
        let id = user["id"].as_str().expect("an id").to_owned();
        person.auth = Some((people.to_owned(), id));
    }
    for collection in &world.schema.collections {
        for field in &collection.fields {
            if dice.percent(25) {
                let value = values::sent(dice, field);
                person.body.insert(field.name.clone(), value);
            }
        }
    }
    for name in ["q", "page"] {
        if dice.percent(60) {
            person
                .query
                .insert(name.to_owned(), values::text(dice).into());
        }
    }
    for name in ["x_token", "lang"] {
        if dice.percent(60) {
            person
                .headers
                .insert(name.to_owned(), values::text(dice).into());
        }
    }
    person.method = dice.pick(&["GET", "POST", "PATCH"]).to_string();
    person.context = dice.pick(&["default", "realtime"]).to_string();
    person.now = values::date(dice);
    person
}
