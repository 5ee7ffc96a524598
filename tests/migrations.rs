//! Schema changes on real databases: what is kept, what is refused, what it says.

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

/// One value through a change of its field's type: stored after, or refused.
fn converted(old: &str, value: &str, new: &str) -> Result<String, ()> {
    let declare = |kind: &str| format!("[fields.f]\n{kind}");
    let sql = database(&[("t", &declare(old))], &[]);
    run(&sql, "INSERT INTO t (id) VALUES ('unset')");
    run(
        &sql,
        &format!("INSERT INTO t (id, f) VALUES ('set', {value})"),
    );
    let outcome = migrate::apply(&sql, &schema(&[("t", &declare(new))]), 1);
    if let Err(error) = outcome {
        assert_eq!(error.code, Code::Unavailable, "{old} to {new}: {error}");
        let lossy = format!("{new}\nlossy = true");
        migrate::apply(&sql, &schema(&[("t", &declare(&lossy))]), 1)
            .unwrap_or_else(|error| panic!("{lossy}: {error}"));
        return Err(());
    }
    Ok(rows(&sql, "SELECT f FROM t WHERE id = 'set'").remove(0))
}

#[test]
fn values_follow_their_type_or_the_change_is_refused() {
    let many = "type = 'select'\nvalues = ['a', 'b']\nmany = true";
    let one = "type = 'select'\nvalues = ['a', 'b']";
    for (old, value, new, expected) in [
        (
            "type = 'number'\ninteger = true",
            "5",
            "type = 'number'",
            Ok("5.0"),
        ),
        (
            "type = 'number'",
            "5.0",
            "type = 'number'\ninteger = true",
            Ok("5"),
        ),
        (
            "type = 'number'",
            "5.5",
            "type = 'number'\ninteger = true",
            Err(()),
        ),
        ("type = 'number'", "5.0", "type = 'text'", Ok("5")),
        ("type = 'number'", "5.5", "type = 'json'", Ok("5.5")),
        ("type = 'number'", "1.0", "type = 'bool'", Ok("1")),
        ("type = 'number'", "2.0", "type = 'bool'", Err(())),
        ("type = 'bool'", "1", "type = 'text'", Ok("true")),
        (
            "type = 'bool'",
            "1",
            "type = 'number'\ninteger = true",
            Ok("1"),
        ),
        (
            "type = 'text'",
            "'x'",
            "type = 'text'\nnullable = true",
            Ok("x"),
        ),
        (
            "type = 'text'\nnullable = true",
            "'x'",
            "type = 'text'",
            Ok("x"),
        ),
        (
            "type = 'text'\nnullable = true",
            "NULL",
            "type = 'text'",
            Ok(""),
        ),
        (
            "type = 'text'",
            "'5'",
            "type = 'number'\ninteger = true",
            Ok("5"),
        ),
        (
            "type = 'text'",
            "'-1.5e3'",
            "type = 'number'",
            Ok("-1500.0"),
        ),
        ("type = 'text'", "'five'", "type = 'number'", Err(())),
        ("type = 'text'", "'true'", "type = 'bool'", Ok("1")),
        ("type = 'text'", "'A@B.co'", "type = 'email'", Ok("a@b.co")),
        ("type = 'text'", "'nobody'", "type = 'email'", Err(())),
        (
            "type = 'text'",
            "'https://a.example'",
            "type = 'url'",
            Ok("https://a.example"),
        ),
        ("type = 'text'", "'example'", "type = 'url'", Err(())),
        (
            "type = 'text'",
            "'2026-11-20T12:00:00+02:00'",
            "type = 'date'",
            Ok("2026-11-20 10:00:00.000Z"),
        ),
        ("type = 'text'", "'now'", "type = 'date'", Err(())),
        ("type = 'text'", "'a'", one, Ok("a")),
        ("type = 'text'", "'c'", one, Err(())),
        ("type = 'text'", "'a'", many, Ok("[\"a\"]")),
        (
            "type = 'text'",
            "'say \"a\"'",
            "type = 'json'",
            Ok("\"say \\\"a\\\"\""),
        ),
        (
            one,
            "'a'",
            "type = 'select'\nvalues = ['a', 'b', 'c']",
            Ok("a"),
        ),
        (one, "'b'", "type = 'select'\nvalues = ['a']", Err(())),
        (one, "'b'", "type = 'text'", Ok("b")),
        (one, "'b'", many, Ok("[\"b\"]")),
        (many, "'[\"b\"]'", one, Ok("b")),
        (many, "'[\"b\",\"a\"]'", one, Err(())),
        (
            many,
            "'[\"b\",\"a\"]'",
            "type = 'json'",
            Ok("[\"b\",\"a\"]"),
        ),
        (
            many,
            "'[\"b\",\"a\"]'",
            "type = 'select'\nvalues = ['a']\nmany = true",
            Err(()),
        ),
        ("type = 'json'", "'\"x\"'", "type = 'text'", Ok("x")),
        ("type = 'json'", "'true'", "type = 'bool'", Ok("1")),
        ("type = 'json'", "'{\"a\":1}'", "type = 'text'", Err(())),
        (
            "type = 'json'",
            "'[\"a\",\"b\"]'",
            many,
            Ok("[\"a\",\"b\"]"),
        ),
        ("type = 'json'", "'[\"a\",{}]'", many, Err(())),
        (
            "type = 'json'",
            "'{\"lon\":1,\"lat\":2}'",
            "type = 'geo'",
            Ok("{\"lat\":2,\"lon\":1}"),
        ),
        (
            "type = 'json'",
            "'{\"lon\":1,\"lat\":91}'",
            "type = 'geo'",
            Err(()),
        ),
        (
            "type = 'geo'",
            "'{\"lat\":2,\"lon\":1}'",
            "type = 'json'",
            Ok("{\"lat\":2,\"lon\":1}"),
        ),
        (
            "type = 'geo'",
            "'{\"lat\":2,\"lon\":1}'",
            "type = 'text'",
            Err(()),
        ),
        (
            "type = 'text'",
            "'set'",
            "type = 'relation'\ncollection = 't'",
            Ok("set"),
        ),
        (
            "type = 'text'",
            "'gone'",
            "type = 'relation'\ncollection = 't'",
            Err(()),
        ),
        (
            "type = 'text'",
            "'set'",
            "type = 'relation'\ncollection = 't'\nmany = true",
            Ok("[\"set\"]"),
        ),
        (
            "type = 'relation'\ncollection = 't'",
            "'set'",
            "type = 'relation'\ncollection = 't'\non_delete = 'cascade'",
            Ok("set"),
        ),
        (
            "type = 'relation'\ncollection = 't'",
            "'set'",
            "type = 'text'",
            Ok("set"),
        ),
        (
            "type = 'date'",
            "'2026-11-20 10:00:00.000Z'",
            "type = 'text'",
            Ok("2026-11-20 10:00:00.000Z"),
        ),
        (
            "type = 'file'",
            "'a.png'",
            "type = 'file'\nmany = true",
            Ok("[\"a.png\"]"),
        ),
    ] {
        assert_eq!(
            converted(old, value, new),
            expected.map(str::to_owned),
            "{old}: {value}, to {new}"
        );
    }
}

#[test]
fn a_relation_to_another_collection_keeps_what_is_there_too() {
    let notes = |target: &str| format!("[fields.of]\ntype = 'relation'\ncollection = '{target}'");
    let (a, b) = (("a", ""), ("b", ""));
    let statements = [
        "INSERT INTO a (id) VALUES ('1'), ('2')",
        "INSERT INTO b (id) VALUES ('1')",
        "INSERT INTO notes (id, \"of\") VALUES ('n', '1')",
    ];
    let old = [a, b, ("notes", &notes("a")[..])];
    let new = [a, b, ("notes", &notes("b")[..])];
    let sql = migrated(&old, &statements, &new);
    assert_eq!(rows(&sql, "SELECT id, \"of\" FROM notes"), ["n|1"]);
    run(&sql, "DELETE FROM b");
    assert_eq!(rows(&sql, "SELECT id, \"of\" FROM notes"), ["n|NULL"]);
    let more = [
        statements[0],
        statements[1],
        "INSERT INTO notes (id, \"of\") VALUES ('n', '2')",
    ];
    let said = refused(&old, &more, &new);
    assert!(
        said.contains("notes.of: the value of `of` in 1 records, such as `n`"),
        "{said}"
    );
}

#[test]
fn a_required_field_needs_a_default_when_there_are_records() {
    let required = "[fields.title]\ntype = 'text'\n[fields.x]\ntype = 'text'\nrequired = true";
    let said = refused(&[NOTES], &TWO_NOTES, &[("notes", required)]);
    assert!(
        said.contains("notes.x: `x` is required, and the 2 records there are"),
        "{said}"
    );
    migrated(&[NOTES], &[], &[("notes", required)]);
    let title = "[fields.title]\ntype = 'text'\nrequired = true";
    let some = ["INSERT INTO notes (id, title) VALUES ('a', 'one'), ('b', '')"];
    let said = refused(&[NOTES], &some, &[("notes", title)]);
    assert!(
        said.contains("and 1 records, such as `b`, have no value"),
        "{said}"
    );
    let sql = migrated(
        &[NOTES],
        &some,
        &[("notes", &format!("{title}\ndefault = 'none'"))],
    );
    assert_eq!(
        rows(&sql, "SELECT title FROM notes ORDER BY id"),
        ["one", "none"]
    );
}

#[test]
fn a_unique_index_over_duplicates_is_refused_and_names_them() {
    let unique = ("notes", "[fields.title]\ntype = 'text'\nunique = true");
    let twice =
        ["INSERT INTO notes (id, title) VALUES ('a', 'x'), ('b', 'x'), ('c', ''), ('d', '')"];
    let said = refused(&[NOTES], &twice, &[unique]);
    assert!(
        said.contains("1 values are there more than once, such as `x` in 2 records"),
        "{said}"
    );
    let sql = migrated(
        &[NOTES],
        &["INSERT INTO notes (id, title) VALUES ('a', 'x'), ('c', ''), ('d', '')"],
        &[unique],
    );
    assert!(
        sql.execute("INSERT INTO notes (id, title) VALUES ('e', 'x')", &[])
            .is_err()
    );
    let compound = "[fields.n]\ntype = 'number'\n[fields.title]\ntype = 'text'\n[[indexes]]\nfields = ['title', 'n']\nunique = true";
    let said = refused(&[NOTES], &twice, &[("notes", compound)]);
    assert!(
        said.contains("such as `x, 0.0` in 2 records")
            || said.contains("such as `x, 0` in 2 records"),
        "{said}"
    );
}

#[test]
fn a_default_that_would_fill_two_records_of_a_unique_index_is_refused() {
    let fields = "[fields.a]\ntype = 'text'\n[[indexes]]\nfields = ['a', 'b']\nunique = true\n[fields.b]\ntype = 'text'\n";
    let said = refused(
        &[("t", fields)],
        &["INSERT INTO t (id, a, b) VALUES ('1', 'x', ''), ('2', 'x', '')"],
        &[("t", &format!("{fields}required = true\ndefault = 'd'"))],
    );
    assert!(said.contains("such as `x, d` in 2 records"), "{said}");
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
