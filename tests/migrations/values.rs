//! What becomes of values when their field changes.

#![expect(clippy::too_many_lines, reason = "a table of cases is one test")]

use ringfence::app::migrate;
use ringfence::error::Code;
use ringfence::store::Sql;

use crate::{NOTES, TWO_NOTES, database, migrated, refused, rows, run, schema};

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
