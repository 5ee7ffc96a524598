//! Declarations in TOML: what is read, and every mistake with its place.

#![expect(clippy::too_many_lines, reason = "a table of cases is one test")]

use serde_json::json;

use super::*;
use crate::{CollectionKind, FieldKind, OnDelete};

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// The mistakes of one collection, beside a sound one, as they are printed.
fn mistakes(text: &str) -> Vec<String> {
    let users = source("schema/users.toml", "kind = 'auth'");
    let (_, mistakes) = read_schema(&[users, source("schema/t.toml", text)]);
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_collection_is_read() {
    let text = r#"
renamed_from = "todos"
dropped = ["old"]

[fields.title]
type = "text"
required = true
max = 200

[fields.a]
type = "relation"
collection = "users"
on_delete = "cascade"

[fields.due]
type = "date"
min = "2026-01-01"
default = "2026-11-20 10:00:00.000Z"

[[indexes]]
fields = ["a", "title"]
unique = true
"#;
    let users = source(
        "schema/users.toml",
        "kind = 'auth'\n[fields.password]\ntype = 'password'\nmin = 12",
    );
    let (schema, mistakes) = read_schema(&[users, source("schema/t.toml", text)]);
    assert_eq!(mistakes, []);
    let tasks = schema.get("t").unwrap();
    let names: Vec<&str> = tasks
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "id",
            "created",
            "updated",
            "created_by",
            "updated_by",
            "title",
            "a",
            "due"
        ]
    );
    assert_eq!(tasks.id, crate::name::collection_id("todos"));
    assert_eq!(tasks.dropped, ["old"]);
    assert!(tasks.indexes[0].unique);
    assert_eq!(
        tasks.field("a").unwrap().kind,
        FieldKind::Relation {
            collection: "users".into(),
            many: false,
            max: None,
            on_delete: OnDelete::Cascade
        }
    );
    let due = tasks.field("due").unwrap();
    assert_eq!(due.default, Some(json!("2026-11-20 10:00:00.000Z")));
    let users = schema.get("users").unwrap();
    assert_eq!(users.kind, CollectionKind::Auth);
    assert_eq!(
        users.field("password").unwrap().kind,
        FieldKind::Password { min: 12 }
    );
    assert_eq!(
        users
            .fields
            .iter()
            .filter(|field| field.name == "password")
            .count(),
        1
    );
}

#[test]
fn a_schema_survives_the_round_trip_through_json() {
    let text = "[fields.n]\ntype = 'number'\nmin = 1\ndefault = 2\n[fields.s]\ntype = 'select'\nvalues = ['a']\nmany = true";
    let (schema, mistakes) = read_schema(&[source("schema/t.toml", text)]);
    assert_eq!(mistakes, []);
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
}

#[test]
fn a_field_says_which_files_it_takes() {
    let text = "[fields.f]\ntype = 'file'\nmax_size = 6_000_000_000\nmime_types = 'image/png'\n[fields.g]\ntype = 'file'";
    let (schema, mistakes) = read_schema(&[source("schema/t.toml", text)]);
    assert_eq!(mistakes, []);
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
    let limits = |name: &str| schema.collections[0].field(name).unwrap().files().unwrap();
    let (one, other) = (limits("f"), limits("g"));
    assert!(one.check_size(6_000_000_000).is_ok() && one.check_size(6_000_000_001).is_err());
    assert!(one.check_type("image/png").is_ok() && one.check_type("image/jpeg").is_err());
    let most = crate::field::FILE_BYTES;
    assert!(other.check_size(most).is_ok() && other.check_size(most + 1).is_err());
    assert!(other.check_type("anything/at-all; charset=x").is_ok());
}

#[test]
fn a_dropped_collection_is_one_line() {
    let (schema, mistakes) = read_schema(&[source("schema/t.toml", "dropped = true")]);
    assert_eq!((schema.dropped, mistakes), (vec!["t".to_owned()], vec![]));
}

#[test]
fn every_mistake_has_its_place_and_a_hint() {
    for (text, expected) in [
        (
            "kind = 'atuh'",
            "schema/t.toml:1:8: there is no kind `atuh`\n    hint: did you mean \"auth\"?",
        ),
        (
            "knid = 'auth'",
            "schema/t.toml:1:1: a collection has no option `knid`\n    hint: did you mean `kind`?",
        ),
        (
            "[fields.a]\ntype = 'txt'",
            "schema/t.toml:2:8: there is no type `txt`\n    hint: did you mean \"text\"?",
        ),
        (
            "[fields.a]\ntype = 5",
            "schema/t.toml:2:8: there is no type ``\n    hint: there are: text, number, bool, email, url, date, autodate, select, json, relation, geo, file, password",
        ),
        (
            "[fields.a]\nrequired = true",
            "schema/t.toml:1:9: the field `a` has no `type`\n    hint: add one: text, number, bool, email, url, date, autodate, select, json, relation, geo, file, password",
        ),
        (
            "[fields.a]\ntype = 'text'\nrequred = true",
            "schema/t.toml:3:1: a text field has no option `requred`\n    hint: did you mean `required`?",
        ),
        (
            "[fields.a]\ntype = 'bool'\nmax = 5",
            "schema/t.toml:3:1: a bool field has no option `max`",
        ),
        (
            "[fields.a]\ntype = 'text'\nmax = 'ten'",
            "schema/t.toml:3:7: `max` is a whole number from 0, not a string",
        ),
        (
            "[fields.a]\ntype = 'text'\nmax = -1",
            "schema/t.toml:3:7: `max` is a whole number from 0, not an integer",
        ),
        (
            "[fields.a]\ntype = 'text'\nrequired = 'yes'",
            "schema/t.toml:3:12: `required` is true or false, not a string",
        ),
        (
            "[fields.a]\ntype = 'text'\nmin = 5\nmax = 4",
            "schema/t.toml:4:7: `max` is below `min`",
        ),
        (
            "[fields.a]\ntype = 'text'\npattern = '['",
            "schema/t.toml:3:11: not a regular expression",
        ),
        (
            "[fields.a]\ntype = 'text'\nunique = true\ndefault = 'x'",
            "schema/t.toml:4:11: `unique` and `default` exclude each other",
        ),
        (
            "[fields.a]\ntype = 'number'\ndefault = 'x'",
            "schema/t.toml:3:11: the default does not fit: Must be a number.",
        ),
        (
            "[fields.a]\ntype = 'file'\nmax_size = -1",
            "schema/t.toml:3:12: `max_size` is a number of bytes from 0, not an integer",
        ),
        (
            "[fields.a]\ntype = 'file'\nmax_size = 0",
            "schema/t.toml:3:12: no file would fit",
        ),
        (
            "[fields.a]\ntype = 'file'\nmime_types = ['image/png', 'image/*']",
            "schema/t.toml:3:1: `image/*` is no type of files",
        ),
        (
            "[fields.a]\ntype = 'file'\nmime_types = ['text/plain', 'text/csv']",
            "schema/t.toml:3:1: no file is `text/csv` by its content",
        ),
        (
            "[fields.a]\ntype = 'file'\nthumbs = ['100x100', '100x100c']",
            "schema/t.toml:3:1: `100x100c` is no size of thumbs",
        ),
        (
            "[fields.a]\ntype = 'file'\nthumbs = ['5000x0']",
            "schema/t.toml:3:1: `5000x0` is no size of thumbs",
        ),
        (
            "[fields.a]\ntype = 'file'\ndefault = 'a.png'",
            "schema/t.toml:2:8: a file cannot be `unique` or have a `default`",
        ),
        (
            "[fields.a]\ntype = 'json'\nnullable = true",
            "schema/t.toml:3:12: a list, json, autodate or password cannot be `nullable`",
        ),
        (
            "[fields.a]\ntype = 'date'\nmin = 'soon'",
            "schema/t.toml:3:7: `min` is no moment",
        ),
        (
            "[fields.a]\ntype = 'autodate'",
            "schema/t.toml:2:8: it would never be set",
        ),
        (
            "[fields.a]\ntype = 'select'\nvalues = []",
            "schema/t.toml:3:1: nothing could be chosen",
        ),
        (
            "[fields.a]\ntype = 'select'\nvalues = ['x', 'x']",
            "schema/t.toml:3:1: `x` is listed twice",
        ),
        (
            "[fields.a]\ntype = 'select'\nvalues = ['x']\nmax = 2",
            "schema/t.toml:4:7: `max` counts the values of a list",
        ),
        (
            "[fields.a]\ntype = 'relation'",
            "schema/t.toml:1:9: the relation `a` does not say to which `collection`",
        ),
        (
            "[fields.a]\ntype = 'relation'\ncollection = 'user'",
            "schema/t.toml:3:14: there is no collection `user`\n    hint: did you mean `users`?",
        ),
        (
            "[fields.a]\ntype = 'relation'\ncollection = 'users'\non_delete = 'casade'",
            "schema/t.toml:4:13: there is no on_delete `casade`\n    hint: did you mean \"cascade\"?",
        ),
        (
            "[fields.a]\ntype = 'relation'\ncollection = 'users'\nrequired = true",
            "schema/t.toml:1:9: a required relation cannot be unset",
        ),
        (
            "[fields.a]\ntype = 'password'",
            "schema/t.toml:2:8: only the `password` of an auth collection is a password",
        ),
        (
            "[fields.created]\ntype = 'date'",
            "schema/t.toml:1:9: there is a field `created` already",
        ),
        (
            "[fields.a]\ntype = 'bool'\n[fields.A]\ntype = 'bool'",
            "schema/t.toml:3:9: there is a field `a` already",
        ),
        (
            "[fields.expand]\ntype = 'bool'",
            "schema/t.toml:1:9: `expand` is reserved",
        ),
        (
            "[fields.'a-b']\ntype = 'bool'",
            "schema/t.toml:1:9: `a-b` is no name",
        ),
        (
            "[fields.b_via_a]\ntype = 'bool'",
            "schema/t.toml:1:9: `b_via_a` contains `_via_`",
        ),
        (
            "[[indexes]]\nfields = ['titel']",
            "schema/t.toml:2:1: there is no field `titel`",
        ),
        (
            "[[indexes]]\nfields = ['id']\nuniqe = true",
            "schema/t.toml:3:1: an index has no option `uniqe`\n    hint: did you mean `unique`?",
        ),
        (
            "[[indexes]]\nfields = ['id']\n[[indexes]]\nfields = ['id']",
            "schema/t.toml:1:3: two indexes would be called `idx_t_id`",
        ),
        (
            "fields = 5",
            "schema/t.toml:1:10: `fields` is a table of fields",
        ),
        (
            "[fields]\na = 'text'",
            "schema/t.toml:2:5: a field is a table",
        ),
        (
            "dropped = ['a']\n[fields.a]\ntype = 'bool'",
            "schema/t.toml:1:1: `a` is declared as a field and as dropped",
        ),
        ("[fields.a", "schema/t.toml:1:10: "),
    ] {
        let found = mistakes(text);
        assert!(
            found.iter().any(|line| line.starts_with(expected)),
            "{text}\nexpected {expected}\nfound {found:#?}"
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let found = mistakes(
        "knid = 'x'\n[fields.a]\ntype = 'txt'\n[fields.b]\ntype = 'text'\nmin = 2\nmax = 1",
    );
    let lines: Vec<&str> = found.iter().map(|line| &line[..17]).collect();
    assert_eq!(
        lines,
        [
            "schema/t.toml:1:1",
            "schema/t.toml:3:8",
            "schema/t.toml:7:7"
        ]
    );
}

#[test]
fn an_option_that_is_not_understood_is_one_mistake() {
    let found = mistakes(
        "[fields.a]\ntype = 'relation'\ncollection = 'users'\nrequired = true\non_delete = 'casade'",
    );
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn names_that_clash_across_collections_are_told() {
    let (_, found) = read_schema(&[
        source("schema/Notes.toml", ""),
        source("schema/notes.toml", ""),
        source("schema/sqlite_x.toml", ""),
        source("schema/a.toml", ""),
        source("schema/b.toml", "renamed_from = 'a'"),
    ]);
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    let all = told.join("\n");
    assert!(
        all.contains("schema/notes.toml:1:1: there is a collection `Notes` already"),
        "{all}"
    );
    assert!(
        all.contains("schema/sqlite_x.toml:1:1: `sqlite_x` starts with `sqlite_`"),
        "{all}"
    );
    assert!(
        all.contains("schema/b.toml:1:16: it has the same id as `a`"),
        "{all}"
    );
}

#[test]
fn the_form_of_rules_is_checked() {
    let text = "red = 'true'\nlist = 5\ncreate = 'true'\ninsertRule = 'true'\nview = '''\na\nb'''";
    let (files, found) = read_rules(&[source("rules/t.toml", text)]);
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "rules/t.toml:1:1: there is no operation `red`\n    hint: did you mean `read`?",
            "rules/t.toml:2:8: a rule is a text\n    hint: write it in quotes; `\"true\"` lets everybody",
            "rules/t.toml:4:1: there is a rule for insert already",
        ]
    );
    let mistake = files[0].mistake(None, "view", 2, "wrong".to_owned(), None);
    assert_eq!(mistake.to_string(), "rules/t.toml:7:1: wrong");
}
