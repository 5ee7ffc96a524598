//! Documents checked field by field: what is taken, normalised and refused.

#![expect(clippy::too_many_lines, reason = "a table of cases is one test")]

use serde_json::json;

use super::*;
use crate::{CollectionKind, OnDelete, Pattern, system};

const WRITER: Writer<'static> = Writer {
    now: "2026-11-20 10:00:00.000Z",
    id: "ann",
    admin: false,
    unread: &[],
};

fn field(kind: serde_json::Value) -> Field {
    let mut kind = kind;
    kind["name"] = json!("f");
    serde_json::from_value(kind).unwrap()
}

fn collection(fields: Vec<Field>) -> Collection {
    let mut all = system::fields(CollectionKind::Base);
    all.extend(fields);
    Collection {
        id: "c".into(),
        name: "things".into(),
        kind: CollectionKind::Base,
        fields: all,
        indexes: vec![],
        renamed_from: vec![],
        dropped: vec![],
    }
}

fn document(value: serde_json::Value) -> Document {
    value.as_object().unwrap().clone()
}

/// What an insert of `f` stores, or the code of its error.
fn stored(kind: serde_json::Value, value: serde_json::Value) -> Result<Value, &'static str> {
    let things = collection(vec![field(kind)]);
    insert(&things, document(json!({"id": "a", "f": value})), WRITER)
        .map(|record| record["f"].clone())
        .map_err(|errors| errors.0["f"].code.as_str())
}

#[test]
fn values_are_stored_in_one_form() {
    for (kind, given, expected) in [
        (json!({"type": "text"}), json!("é"), json!("é")),
        (json!({"type": "text"}), json!(null), json!("")),
        (
            json!({"type": "text", "nullable": true}),
            json!(null),
            json!(null),
        ),
        (
            json!({"type": "text", "nullable": true}),
            json!(""),
            json!(""),
        ),
        (json!({"type": "text", "max": 2}), json!("éé"), json!("éé")),
        (json!({"type": "number"}), json!(5.0), json!(5)),
        (json!({"type": "number"}), json!(1.5), json!(1.5)),
        (json!({"type": "number", "min": 1.0}), json!(0), json!(0)),
        (
            json!({"type": "number", "integer": true}),
            json!(9007199254740991_i64),
            json!(9007199254740991_i64),
        ),
        (json!({"type": "bool"}), json!(true), json!(true)),
        (
            json!({"type": "email"}),
            json!("Ann@Example.ORG"),
            json!("ann@example.org"),
        ),
        (
            json!({"type": "url"}),
            json!("https://a.example/"),
            json!("https://a.example/"),
        ),
        (
            json!({"type": "date"}),
            json!("2026-11-20T12:00:00+02:00"),
            json!("2026-11-20 10:00:00.000Z"),
        ),
        (
            json!({"type": "select", "values": ["a", "b"]}),
            json!("b"),
            json!("b"),
        ),
        (
            json!({"type": "select", "values": ["a", "b"], "many": true}),
            json!("b"),
            json!(["b"]),
        ),
        (
            json!({"type": "json"}),
            json!({"x": [1]}),
            json!({"x": [1]}),
        ),
        (
            json!({"type": "geo"}),
            json!({"lon": -180, "lat": 90.0}),
            json!({"lon": -180, "lat": 90}),
        ),
        (json!({"type": "file"}), json!("a_1.png"), json!("a_1.png")),
        (
            json!({"type": "password", "min": 3}),
            json!("éàü"),
            json!("éàü"),
        ),
    ] {
        assert_eq!(
            stored(kind.clone(), given.clone()),
            Ok(expected),
            "{kind} {given}"
        );
    }
}

#[test]
fn an_empty_text_unsets_a_nullable_field_that_is_no_text() {
    for kind in [
        json!({"type": "relation", "collection": "things", "on_delete": "restrict", "nullable": true}),
        json!({"type": "date", "nullable": true}),
        json!({"type": "select", "values": ["a"], "nullable": true}),
        json!({"type": "email", "nullable": true}),
    ] {
        assert_eq!(stored(kind.clone(), json!("")), Ok(json!(null)), "{kind}");
    }
}

#[test]
fn every_bad_value_has_its_code() {
    for (kind, given, code) in [
        (
            json!({"type": "text", "required": true}),
            json!(""),
            "required",
        ),
        (json!({"type": "text"}), json!(1), "type"),
        (json!({"type": "text"}), json!("a\0b"), "type"),
        (json!({"type": "json"}), json!({"a": ["b\0"]}), "type"),
        (json!({"type": "json"}), json!({"a\0": 1}), "type"),
        (json!({"type": "text", "min": 2}), json!("a"), "min"),
        (
            json!({"type": "text", "min": 1, "nullable": true}),
            json!(""),
            "min",
        ),
        (json!({"type": "text", "max": 2}), json!("abc"), "max"),
        (
            json!({"type": "text", "pattern": "[a-z]+"}),
            json!("ab1"),
            "pattern",
        ),
        (
            json!({"type": "number", "required": true}),
            json!(0),
            "required",
        ),
        (json!({"type": "number"}), json!("5"), "type"),
        (
            json!({"type": "number", "integer": true}),
            json!(1.5),
            "not_integer",
        ),
        (
            json!({"type": "number", "integer": true}),
            json!(9007199254740992_i64),
            "max",
        ),
        (
            json!({"type": "number", "integer": true}),
            json!(-1e300),
            "min",
        ),
        (json!({"type": "number", "min": 2.0}), json!(1), "min"),
        (json!({"type": "number", "max": 2.0}), json!(3), "max"),
        (json!({"type": "bool"}), json!("true"), "type"),
        (
            json!({"type": "bool", "required": true}),
            json!(false),
            "required",
        ),
        (json!({"type": "email"}), json!("ann"), "invalid_email"),
        (
            json!({"type": "url"}),
            json!("javascript:alert(1)"),
            "invalid_url",
        ),
        (json!({"type": "date"}), json!("tomorrow"), "invalid_date"),
        (
            json!({"type": "date", "min": "2026-01-01 00:00:00.000Z"}),
            json!("2025-12-31"),
            "min",
        ),
        (
            json!({"type": "select", "values": ["a"]}),
            json!("b"),
            "not_in_list",
        ),
        (
            json!({"type": "select", "values": ["a"]}),
            json!(["a"]),
            "type",
        ),
        (
            json!({"type": "select", "values": ["a"], "many": true}),
            json!(["a", "a"]),
            "duplicate",
        ),
        (
            json!({"type": "select", "values": ["a", "b"], "many": true, "max": 1}),
            json!(["a", "b"]),
            "too_many",
        ),
        (
            json!({"type": "select", "values": ["a"], "many": true}),
            json!(["a", ""]),
            "type",
        ),
        (json!({"type": "json", "max": 4}), json!("long"), "max"),
        (
            json!({"type": "json", "required": true}),
            json!(null),
            "required",
        ),
        (
            json!({"type": "geo"}),
            json!({"lon": 181, "lat": 0}),
            "invalid_geo",
        ),
        (json!({"type": "geo"}), json!({"lon": 1}), "invalid_geo"),
        (json!({"type": "file"}), json!("../etc"), "invalid_file"),
        (json!({"type": "password", "min": 3}), json!("ab"), "min"),
        (
            json!({"type": "password", "min": 3}),
            json!("a".repeat(257)),
            "max",
        ),
        (
            json!({"type": "autodate", "on_create": true}),
            json!("2026-11-20"),
            "read_only",
        ),
        (
            json!({"type": "text", "hidden": true}),
            json!("x"),
            "unknown",
        ),
    ] {
        assert_eq!(
            stored(kind.clone(), given.clone()),
            Err(code),
            "{kind} {given}"
        );
    }
}

#[test]
fn an_insert_fills_every_field() {
    let mut title = field(json!({"type": "text", "default": "new"}));
    title.name = "title".into();
    let things = collection(vec![
        title,
        field(json!({"type": "relation", "collection": "users", "on_delete": "cascade"})),
    ]);
    let record = insert(
        &things,
        document(json!({"id": "a", "collectionName": "things"})),
        WRITER,
    );
    assert_eq!(
        serde_json::Value::Object(record.unwrap()),
        json!({
            "id": "a", "created": WRITER.now, "updated": WRITER.now,
            "created_by": "ann", "updated_by": "ann", "title": "new", "f": ""
        })
    );
}

#[test]
fn system_fields_are_the_servers_and_an_administrators() {
    let things = collection(vec![]);
    let input = document(json!({"id": "a", "created": "2020-01-01", "created_by": "bob"}));
    let errors = insert(&things, input.clone(), WRITER).unwrap_err();
    assert_eq!(errors.0["created"].code, FieldCode::ReadOnly);
    assert_eq!(errors.0["created_by"].code, FieldCode::ReadOnly);
    let admin = Writer {
        admin: true,
        unread: &[],
        ..WRITER
    };
    let record = insert(&things, input, admin).unwrap();
    assert_eq!(record["created"], "2020-01-01 00:00:00.000Z");
    assert_eq!(record["created_by"], "bob");
}

#[test]
fn an_unknown_field_names_the_nearest_and_never_a_hidden_one() {
    let mut secret = field(json!({"type": "text", "hidden": true}));
    secret.name = "secrets".into();
    let mut title = field(json!({"type": "text"}));
    title.name = "title".into();
    let things = collection(vec![title, secret]);
    let input = document(json!({"id": "a", "titel": "x", "secret": "x", "titel+": "x"}));
    let errors = insert(&things, input, WRITER).unwrap_err();
    assert_eq!(
        errors.0["titel"].message,
        "There is no such field. Did you mean `title`?"
    );
    assert_eq!(
        errors.0["titel+"].message,
        "There is no such field. Did you mean `title`?"
    );
    assert_eq!(errors.0["secret"].message, "There is no such field.");
}

#[test]
fn a_bad_id_is_refused() {
    let things = collection(vec![]);
    for id in [
        json!(""),
        json!("a/b"),
        json!("count"),
        json!(7),
        json!(null),
        json!("x".repeat(65)),
    ] {
        let errors = insert(&things, document(json!({"id": id})), WRITER).unwrap_err();
        assert_eq!(errors.0["id"].code, FieldCode::InvalidId);
    }
}

fn tasks() -> Collection {
    let fields = [
        ("title", json!({"type": "text", "required": true})),
        ("n", json!({"type": "number", "max": 10.0})),
        (
            "tags",
            json!({"type": "select", "values": ["a", "b", "c"], "many": true, "max": 2}),
        ),
    ];
    collection(
        fields
            .into_iter()
            .map(|(name, kind)| Field {
                name: name.into(),
                ..field(kind)
            })
            .collect(),
    )
}

fn task() -> Document {
    document(json!({
        "id": "a", "created": "2026-01-01 00:00:00.000Z", "updated": "2026-01-01 00:00:00.000Z",
        "created_by": "bob", "updated_by": "bob", "title": "", "n": 3, "tags": ["a", "b"]
    }))
}

#[test]
fn an_update_merges_and_names_what_changes() {
    let (record, changed) = update(
        &tasks(),
        &task(),
        document(json!({"n": 4, "tags": ["a", "b"]})),
        WRITER,
    )
    .unwrap();
    assert_eq!(changed, ["n", "updated", "updated_by"]);
    assert_eq!(record["n"], 4);
    assert_eq!(record["updated"], WRITER.now);
    assert_eq!(record["updated_by"], "ann");
    assert_eq!(record["created_by"], "bob");
}

#[test]
fn an_update_that_changes_nothing_writes_nothing() {
    let echo = task();
    let (record, changed) = update(&tasks(), &task(), echo, WRITER).unwrap();
    assert!(changed.is_empty());
    assert_eq!(record, task());
    let undone = document(json!({"n": 3.0}));
    assert!(
        update(&tasks(), &task(), undone, WRITER)
            .unwrap()
            .1
            .is_empty()
    );
}

#[test]
fn an_update_checks_what_it_touches_and_no_more() {
    // `title` is required and unset since before that was asked.
    assert!(update(&tasks(), &task(), document(json!({"n": 5})), WRITER).is_ok());
    let errors = update(
        &tasks(),
        &task(),
        document(json!({"title": null, "id": "b"})),
        WRITER,
    );
    let errors = errors.unwrap_err();
    assert_eq!(errors.0["title"].code, FieldCode::Required);
    assert_eq!(errors.0["id"].code, FieldCode::ReadOnly);
}

#[test]
fn modifiers_change_what_is_stored() {
    for (input, field, expected) in [
        (json!({"n+": 2}), "n", json!(5)),
        (json!({"n-": 0.5}), "n", json!(2.5)),
        (json!({"n": 2, "n+": 2}), "n", json!(4)),
        (json!({"tags-": "a"}), "tags", json!(["b"])),
        (
            json!({"tags-": "a", "tags+": ["c", "b"]}),
            "tags",
            json!(["b", "c"]),
        ),
        (
            json!({"tags-": ["a"], "+tags": "c"}),
            "tags",
            json!(["c", "b"]),
        ),
    ] {
        let (record, changed) = update(&tasks(), &task(), document(input.clone()), WRITER)
            .unwrap_or_else(|errors| panic!("{input}: {errors}"));
        assert_eq!(record[field], expected, "{input}");
        assert!(changed.contains(&field.to_owned()));
    }
    for (input, key, code) in [
        (json!({"n+": 8}), "n", FieldCode::Max),
        (json!({"n+": "1"}), "n+", FieldCode::Type),
        (json!({"+n": 1}), "+n", FieldCode::Type),
        (json!({"title+": "x"}), "title+", FieldCode::Type),
        (json!({"tags+": "c"}), "tags", FieldCode::TooMany),
        (json!({"tags+": "z"}), "tags", FieldCode::TooMany),
        (json!({"tags+": 1}), "tags+", FieldCode::Type),
        (json!({"created+": 1}), "created+", FieldCode::ReadOnly),
        (json!({"nope+": 1}), "nope+", FieldCode::Unknown),
    ] {
        let errors = update(&tasks(), &task(), document(input.clone()), WRITER).unwrap_err();
        assert_eq!(errors.0[key].code, code, "{input}");
    }
}

#[test]
fn a_sum_beyond_the_integers_becomes_real_and_not_a_panic() {
    let mut stored = task();
    stored.insert("n".into(), json!(i64::MIN));
    let errors = update(&tasks(), &stored, document(json!({"n-": i64::MIN})), WRITER);
    assert!(errors.is_ok());
}

#[test]
fn kinds_survive_the_round_trip_through_json() {
    let kinds = [
        FieldKind::Text {
            min: Some(1),
            max: None,
            pattern: Some(Pattern::new("a+")),
        },
        FieldKind::Relation {
            collection: "users".into(),
            many: true,
            max: None,
            on_delete: OnDelete::SetNull,
        },
        FieldKind::Autodate {
            on_create: true,
            on_update: false,
        },
    ];
    for kind in kinds {
        let field = Field {
            default: Some(json!("x")),
            ..Field::new("f", kind)
        };
        let text = serde_json::to_string(&field).unwrap();
        assert_eq!(
            serde_json::from_str::<Field>(&text).unwrap(),
            field,
            "{text}"
        );
    }
}
