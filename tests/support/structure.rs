//! What a database is made of and whether it is sound.

use std::collections::BTreeSet;

use ringfence::store::native::NativeSql;
use ringfence::store::{Sql, SqlValue};

/// Its tables, indexes and triggers; the columns of a table in no order.
pub fn structure(sql: &NativeSql) -> BTreeSet<String> {
    let all = texts(sql, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
    let sorted = |statement: String| match statement.split_once(" (") {
        Some((head, columns)) if head.starts_with("CREATE TABLE") => {
            let columns = columns.trim_end_matches(") STRICT");
            let set: BTreeSet<&str> = columns.split(", ").collect();
            format!("{head} {set:?}")
        }
        _ => statement,
    };
    all.into_iter().map(sorted).collect()
}

/// What SQLite finds wrong with it.
pub fn problems(sql: &NativeSql) -> Vec<String> {
    let mut found = texts(sql, "PRAGMA integrity_check");
    found.retain(|line| line != "ok");
    let dangling = sql.query("PRAGMA foreign_key_check", &[]).unwrap();
    found.extend(dangling.iter().map(|row| format!("{row:?}")));
    found
}

/// Every text of a query's rows.
pub fn texts(sql: &NativeSql, query: &str) -> Vec<String> {
    let rows = sql
        .query(query, &[])
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    let cells = rows.into_iter().flatten();
    cells
        .filter_map(|cell| match cell {
            SqlValue::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}
