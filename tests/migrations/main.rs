//! Schema changes on real databases: what is kept, what is refused, what it says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod serving;
mod values;

use ringfence::app::{declared, migrate};
use ringfence::error::Code;
use ringfence::store::native::NativeSql;
use ringfence::store::{Sql, SqlValue};
use ringfence_schema::Schema;
use ringfence_schema::declaration::{Source, read_schema};

/// The schema that these files declare: `name: toml` each.
fn schema(files: &[(&str, &str)]) -> Schema {
    let sources: Vec<Source> = files
        .iter()
        .map(|(name, text)| Source {
            path: format!("schema/{name}.toml"),
            text: (*text).to_owned(),
        })
        .collect();
    let (schema, mistakes) = read_schema(&sources);
    assert_eq!(mistakes, [], "the test's own schema");
    schema
}

fn run(sql: &NativeSql, statement: &str) {
    sql.execute(statement, &[])
        .unwrap_or_else(|failure| panic!("{statement}: {failure}"));
}

/// All rows of a query, each cell as text.
fn rows(sql: &NativeSql, query: &str) -> Vec<String> {
    let cell = |value: &SqlValue| match value {
        SqlValue::Null => "NULL".to_owned(),
        SqlValue::Integer(number) => number.to_string(),
        SqlValue::Real(number) => format!("{number:?}"),
        SqlValue::Text(text) => text.clone(),
    };
    sql.query(query, &[])
        .unwrap_or_else(|failure| panic!("{query}: {failure}"))
        .iter()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|"))
        .collect()
}

/// A database at `old` with these rows.
fn database(old: &[(&str, &str)], statements: &[&str]) -> NativeSql {
    let sql = NativeSql::memory().unwrap();
    migrate::apply(&sql, &schema(old), 0).unwrap();
    for statement in statements {
        run(&sql, statement);
    }
    sql
}

fn migrated(old: &[(&str, &str)], statements: &[&str], new: &[(&str, &str)]) -> NativeSql {
    let sql = database(old, statements);
    migrate::apply(&sql, &schema(new), 1).unwrap_or_else(|error| panic!("{error}"));
    assert!(rows(&sql, "PRAGMA foreign_key_check").is_empty());
    assert_eq!(rows(&sql, "PRAGMA integrity_check"), ["ok"]);
    sql
}

/// What the refusal says, and that it left everything as it was.
fn refused(old: &[(&str, &str)], statements: &[&str], new: &[(&str, &str)]) -> String {
    let sql = database(old, statements);
    let before = dump(&sql);
    let error = migrate::apply(&sql, &schema(new), 1).unwrap_err();
    assert_eq!(error.code, Code::Unavailable);
    assert_eq!(dump(&sql), before);
    error.source.unwrap().to_string()
}

fn dump(sql: &NativeSql) -> Vec<String> {
    let mut all = rows(
        sql,
        "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name",
    );
    for table in rows(sql, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
        all.extend(rows(sql, &format!("SELECT * FROM \"{table}\"")));
    }
    all
}

const NOTES: (&str, &str) = ("notes", "[fields.title]\ntype = 'text'");
const TWO_NOTES: [&str; 1] = ["INSERT INTO notes (id, title) VALUES ('a', 'one'), ('b', 'two')"];

#[test]
fn the_example_app_is_created_whole_and_a_second_wake_does_nothing() {
    let (schema, _) = declared::declared().unwrap();
    let sql = NativeSql::memory().unwrap();
    migrate::apply(&sql, &schema, 0).unwrap();
    let steps = rows(&sql, "SELECT count(*) FROM _migrations");
    migrate::apply(&sql, &schema, 1).unwrap();
    assert_eq!(rows(&sql, "SELECT count(*) FROM _migrations"), steps);
    let tables = rows(
        &sql,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY 1",
    );
    assert_eq!(
        tables,
        [
            "comments",
            "memberships",
            "notes",
            "projects",
            "tasks",
            "teams",
            "users"
        ]
    );
}

#[test]
fn fields_are_added_renamed_and_dropped() {
    let new = "dropped = ['title']\n[fields.headline]\ntype = 'text'\n[fields.n]\ntype = 'number'\ninteger = true\ndefault = 7\n";
    let sql = migrated(&[NOTES], &TWO_NOTES, &[("notes", new)]);
    assert_eq!(
        rows(&sql, "SELECT id, headline, n FROM notes ORDER BY id"),
        ["a||7", "b||7"]
    );
    let renamed = new.replace("dropped = ['title']\n", "").replace(
        "[fields.headline]\n",
        "[fields.headline]\nrenamed_from = 'title'\n",
    );
    let sql = migrated(&[NOTES], &TWO_NOTES, &[("notes", &renamed)]);
    assert_eq!(
        rows(&sql, "SELECT id, headline, n FROM notes ORDER BY id"),
        ["a|one|7", "b|two|7"]
    );
    assert_eq!(
        rows(
            &sql,
            "SELECT at, what FROM _migrations WHERE owner = 'schema' ORDER BY number"
        ),
        [
            "1970-01-01 00:00:00.000Z|add collection notes",
            "1970-01-01 00:00:00.001Z|rename field notes.title to headline",
            "1970-01-01 00:00:00.001Z|add field notes.n",
        ]
    );
}

#[test]
fn a_field_that_is_not_declared_any_more_is_refused_while_it_holds_something() {
    let said = refused(
        &[NOTES],
        &TWO_NOTES,
        &[("notes", "[fields.x]\ntype = 'bool'")],
    );
    assert!(
        said.contains("notes.title: the field `title` is not declared any more"),
        "{said}"
    );
    assert!(
        said.contains("in 2 records, such as `a`, would be lost"),
        "{said}"
    );
    assert!(said.contains("dropped = [\"title\"]"), "{said}");
    migrated(
        &[NOTES],
        &["INSERT INTO notes (id) VALUES ('a')"],
        &[("notes", "")],
    );
}

#[test]
fn a_collection_that_is_not_declared_any_more_is_refused_while_it_has_records() {
    let said = refused(&[NOTES], &TWO_NOTES, &[]);
    assert!(
        said.contains("notes: the collection `notes` is not declared any more: its 2 records"),
        "{said}"
    );
    let sql = migrated(&[NOTES], &TWO_NOTES, &[("notes", "dropped = true")]);
    assert!(sql.query("SELECT * FROM notes", &[]).is_err());
}

#[test]
fn dropping_what_others_refer_to_deletes_nothing_else() {
    let team = (
        "teams",
        "[fields.name]\ntype = 'text'\n[fields.lead]\ntype = 'relation'\ncollection = 'users'\non_delete = 'restrict'",
    );
    let user = (
        "users",
        "[fields.team]\ntype = 'relation'\ncollection = 'teams'\non_delete = 'restrict'",
    );
    let note = (
        "notes",
        "[fields.team]\ntype = 'relation'\ncollection = 'teams'\non_delete = 'cascade'",
    );
    let sql = migrated(
        &[team, user, note],
        &[
            "INSERT INTO teams (id) VALUES ('t')",
            "INSERT INTO users (id, team) VALUES ('u', 't')",
            "UPDATE teams SET lead = 'u'",
            "INSERT INTO notes (id, team) VALUES ('n', 't')",
        ],
        &[
            ("teams", "dropped = true"),
            ("users", "dropped = true"),
            ("notes", "dropped = ['team']"),
        ],
    );
    assert_eq!(rows(&sql, "SELECT id FROM notes"), ["n"]);
}

#[test]
fn collections_swap_their_names_and_keep_their_relations() {
    let a = "[fields.x]\ntype = 'text'";
    let b = "[fields.a]\ntype = 'relation'\ncollection = 'a'\n[fields.all]\ntype = 'relation'\ncollection = 'a'\nmany = true";
    let sql = migrated(
        &[("a", a), ("b", b)],
        &[
            "INSERT INTO a (id, x) VALUES ('1', 'of a')",
            "INSERT INTO b (id, a, \"all\") VALUES ('2', '1', '[\"1\"]')",
        ],
        &[
            ("b", &format!("renamed_from = 'a'\n{a}")),
            (
                "c",
                &format!("renamed_from = 'b'\n{}", b.replace("'a'", "'b'")),
            ),
        ],
    );
    assert_eq!(rows(&sql, "SELECT id, x FROM b"), ["1|of a"]);
    assert_eq!(rows(&sql, "SELECT id, a, \"all\" FROM c"), ["2|1|[\"1\"]"]);
    run(&sql, "DELETE FROM b");
    assert_eq!(rows(&sql, "SELECT id, a, \"all\" FROM c"), ["2|NULL|[]"]);
}

#[test]
fn every_refusal_is_told_at_once() {
    let b = ("b", "[fields.x]\ntype = 'text'\n[fields.y]\ntype = 'text'");
    let said = refused(
        &[NOTES, b],
        &[
            TWO_NOTES[0],
            "INSERT INTO b (id, x, y) VALUES ('1', 'x', 'y')",
        ],
        &[("b", "[fields.x]\ntype = 'number'")],
    );
    assert_eq!(said.matches("\n- ").count(), 3, "{said}");
}

#[test]
fn a_changed_id_is_refused() {
    let said = refused(
        &[NOTES],
        &TWO_NOTES,
        &[("notes", &format!("id = 'other'\n{}", NOTES.1))],
    );
    assert!(said.contains("ids never change"), "{said}");
    let words = (
        "words",
        "renamed_from = 'notes'\n[fields.title]\ntype = 'text'",
    );
    let sql = migrated(&[NOTES], &TWO_NOTES, &[words]);
    let forgotten = schema(&[("words", NOTES.1)]);
    let error = migrate::apply(&sql, &forgotten, 2).unwrap_err();
    assert!(error.source.unwrap().to_string().contains("renamed_from"));
}

#[test]
fn a_collection_becomes_one_of_people() {
    let sql = migrated(
        &[("people", "[fields.name]\ntype = 'text'")],
        &[],
        &[("people", "kind = 'auth'\n[fields.name]\ntype = 'text'")],
    );
    run(
        &sql,
        "INSERT INTO people (id, email) VALUES ('a', 'a@b.co')",
    );
    let said = refused(
        &[("people", "")],
        &["INSERT INTO people (id) VALUES ('a')"],
        &[("people", "kind = 'auth'")],
    );
    assert!(said.contains("people.email"), "{said}");
}

#[test]
fn lists_of_relations_are_kept_as_foreign_keys_would() {
    let tags = ("tags", "");
    for (action, after) in [
        ("set-null", Ok(vec!["1|[\"b\"]", "2|[]", "3|[]"])),
        ("cascade", Ok(vec!["1|[\"b\"]", "3|[]"])),
        ("restrict", Err("foreign key")),
    ] {
        let notes = format!(
            "[fields.tags]\ntype = 'relation'\ncollection = 'tags'\nmany = true\non_delete = '{action}'"
        );
        let sql = database(
            &[tags, ("notes", &notes)],
            &[
                "INSERT INTO tags (id) VALUES ('a'), ('b'), ('aa')",
                "INSERT INTO notes (id, tags) VALUES ('1', '[\"b\",\"a\"]'), ('2', '[\"a\"]'), ('3', '[]')",
            ],
        );
        let bad = "INSERT INTO notes (id, tags) VALUES ('4', '[\"a\",\"gone\"]')";
        assert_eq!(
            sql.execute(bad, &[]).unwrap_err().to_string(),
            "foreign key"
        );
        let bad = "UPDATE notes SET tags = '[\"gone\"]' WHERE id = '3'";
        assert_eq!(
            sql.execute(bad, &[]).unwrap_err().to_string(),
            "foreign key"
        );
        let outcome = sql.execute("DELETE FROM tags WHERE id = 'a'", &[]);
        match after {
            Ok(expected) => assert_eq!(
                rows(&sql, "SELECT id, tags FROM notes ORDER BY id"),
                expected
            ),
            Err(words) => assert_eq!(outcome.unwrap_err().to_string(), words),
        }
        run(&sql, "DELETE FROM tags WHERE id = 'aa'");
    }
}
