//! Databases that earlier versions left behind, opened with a newer schema.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../build/declare.rs"]
mod declare;
#[path = "support/structure.rs"]
mod structure;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ringfence::app::declared::declared;
use ringfence::app::migrate;
use ringfence::store::Sql;
use ringfence::store::native::NativeSql;
use ringfence_schema::Schema;
use structure::{problems, structure, texts};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn schema_of(folder: &str) -> Schema {
    let sources = declare::read_folder(&fixtures().join(folder), "schema").unwrap();
    declare::check(&sources, &[]).unwrap().0
}

/// A copy of a fixture, gone when it is dropped.
struct Copy {
    sql: NativeSql,
    path: PathBuf,
}

impl Drop for Copy {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).unwrap();
    }
}

/// A copy of the database, brought to the schema; sound, and as a new one would be.
fn opened(folder: &str, schema: &Schema) -> Copy {
    static COPIES: AtomicUsize = AtomicUsize::new(0);
    let number = COPIES.fetch_add(1, Ordering::Relaxed);
    let name = format!("ringfence-fixture-{}-{number}.db", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::copy(fixtures().join(folder).join("app.db"), &path).unwrap();
    let sql = NativeSql::file(&path).unwrap();
    migrate::apply(&sql, schema, 1).unwrap_or_else(|error| panic!("{folder}: {error}"));
    assert_eq!(problems(&sql), Vec::<String>::new(), "{folder}");
    let new = NativeSql::memory().unwrap();
    migrate::apply(&new, schema, 1).unwrap();
    assert_eq!(structure(&sql), structure(&new), "{folder}");
    Copy { sql, path }
}

#[test]
fn a_database_at_its_own_schema_is_left_alone() {
    for folder in ["todo-1", "todo-2", "example-1"] {
        let copy = opened(folder, &schema_of(folder));
        // A newer program may keep tables of its own beside the collections.
        let changes = "SELECT what FROM _migrations \
                       WHERE at > '1970-01-01 00:00:00.000Z' AND owner = 'schema'";
        assert_eq!(texts(&copy.sql, changes), Vec::<String>::new(), "{folder}");
    }
}

#[test]
fn every_earlier_todo_app_becomes_the_newest() {
    let newest = schema_of("todo-now");
    for folder in ["todo-1", "todo-2"] {
        let copy = opened(folder, &newest);
        assert_eq!(
            texts(
                &copy.sql,
                "SELECT json_array(id, email, name, password, created) FROM users ORDER BY id"
            ),
            [
                r#"["ann","ann@example.org","Ann","hash","2026-01-01 00:00:00.000Z"]"#,
                r#"["bob","bob@example.org","Somebody","hash","2026-01-01 00:00:00.000Z"]"#,
            ],
            "{folder}"
        );
        assert_eq!(
            texts(
                &copy.sql,
                "SELECT json_array(id, title, done, json(assignees), priority, due, json(tags)) \
                 FROM tasks ORDER BY id"
            ),
            [
                r#"["1","Write it down","true",["ann"],3.0,"2026-02-01 00:00:00.000Z",["old"]]"#,
                r#"["2","Ünïcode, \"quotes\" and 'apostrophes'","false",["bob"],0.0,"2026-02-01 11:30:00.000Z",["old"]]"#,
                r#"["3","Nobody's","false",[],1.0,null,["old"]]"#,
            ],
            "{folder}"
        );
    }
}

#[test]
fn one_version_after_the_other_ends_where_a_leap_does() {
    let copy = opened("todo-1", &schema_of("todo-2"));
    migrate::apply(&copy.sql, &schema_of("todo-now"), 2).unwrap();
    let leap = opened("todo-1", &schema_of("todo-now"));
    assert_eq!(structure(&copy.sql), structure(&leap.sql));
    let rows =
        "SELECT json_array(id, title, done, assignees, priority, due) FROM tasks ORDER BY id";
    assert_eq!(texts(&copy.sql, rows), texts(&leap.sql, rows));
}

#[test]
fn the_example_app_of_the_first_release_still_opens() {
    let copy = opened("example-1", &declared().unwrap().0);
    let sql = &copy.sql;
    let rows =
        "SELECT json_array(id, title, assignee, status, estimate, tags) FROM tasks ORDER BY id";
    assert_eq!(
        texts(sql, rows),
        [
            r#"["t1","Engine","bob","doing",2.5,"[\"bug\",\"design\"]"]"#,
            r#"["t2","Fuel",null,"todo",null,"[]"]"#,
        ]
    );
    // What belongs to a team goes with it; a user who owns one cannot go before.
    assert!(
        sql.execute("DELETE FROM users WHERE id = 'ann'", &[])
            .is_err()
    );
    sql.execute("DELETE FROM teams", &[]).unwrap();
    for table in ["memberships", "projects", "tasks", "comments"] {
        assert_eq!(
            texts(sql, &format!("SELECT id FROM {table}")),
            Vec::<String>::new()
        );
    }
}
