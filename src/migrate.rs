//! The tables that an object keeps for itself: numbered steps, each run once.
//!
//! Every level uses it; what the steps are is declared by their owners. An app's
//! collections are `app::migrate`'s.

use std::collections::BTreeMap;

use ringfence_schema::date;

use crate::error::Result;
use crate::store::{Sql, SqlValue};

/// The tables of one part of an object: its name and every statement that made
/// them so far, in order.
// INVARIANT: a released step is never edited or taken out; a change is a new one.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// The module they belong to.
    pub owner: &'static str,
    /// One statement each.
    pub statements: &'static [&'static str],
}

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS \"_meta\" (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS \"_migrations\" (number INTEGER PRIMARY KEY, at TEXT NOT NULL, \
     owner TEXT NOT NULL, step INTEGER NOT NULL, what TEXT NOT NULL) STRICT",
];

/// Runs the steps that this database has not seen, all or none.
pub fn internal(sql: &dyn Sql, all: &[Steps], now_ms: u64) -> Result<()> {
    for table in TABLES {
        sql.execute(table, &[])?;
    }
    let done = count_done(sql)?;
    let behind =
        |steps: &&Steps| done.get(steps.owner).copied().unwrap_or(0) < steps.statements.len();
    if !all.iter().any(|steps| behind(&steps)) {
        return Ok(());
    }
    sql.transaction(&mut || {
        for steps in all.iter().filter(behind) {
            let first = done.get(steps.owner).copied().unwrap_or(0);
            for (step, statement) in steps.statements.iter().enumerate().skip(first) {
                sql.execute(statement, &[])?;
                record(sql, steps.owner, step + 1, statement, now_ms)?;
            }
        }
        Ok(())
    })
}

/// Notes an applied step.
pub fn record(sql: &dyn Sql, owner: &str, step: usize, what: &str, now_ms: u64) -> Result<()> {
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let at = date::format(i64::try_from(now_ms).unwrap_or(i64::MAX));
    sql.execute(
        "INSERT INTO \"_migrations\" (at, owner, step, what) VALUES (?, ?, ?, ?)",
        &[at.into(), owner.into(), step.into(), what.into()],
    )?;
    Ok(())
}

fn count_done(sql: &dyn Sql) -> Result<BTreeMap<String, usize>> {
    let rows = sql.query(
        "SELECT owner, max(step) FROM \"_migrations\" GROUP BY owner",
        &[],
    )?;
    let pair = |row: Vec<SqlValue>| match <[SqlValue; 2]>::try_from(row) {
        Ok([SqlValue::Text(owner), SqlValue::Integer(step)]) => {
            Some((owner, usize::try_from(step).unwrap_or(0)))
        }
        _ => None,
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::native::NativeSql;

    const FIRST: Steps = Steps {
        owner: "notes",
        statements: &["CREATE TABLE a (x TEXT) STRICT"],
    };
    const SECOND: Steps = Steps {
        owner: "notes",
        statements: &[
            "CREATE TABLE a (x TEXT) STRICT",
            "CREATE TABLE b (x TEXT) STRICT",
        ],
    };
    const BROKEN: Steps = Steps {
        owner: "more",
        statements: &[
            "CREATE TABLE c (x TEXT) STRICT",
            "CREATE TABLE a (x TEXT) STRICT",
        ],
    };

    fn steps_done(sql: &NativeSql) -> usize {
        sql.query("SELECT 1 FROM \"_migrations\"", &[])
            .unwrap()
            .len()
    }

    #[test]
    fn each_step_runs_once() {
        let sql = NativeSql::memory().unwrap();
        internal(&sql, &[FIRST], 0).unwrap();
        internal(&sql, &[FIRST], 0).unwrap();
        assert_eq!(steps_done(&sql), 1);
        internal(&sql, &[SECOND], 0).unwrap();
        assert_eq!(steps_done(&sql), 2);
        sql.query("SELECT * FROM b", &[]).unwrap();
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_of_the_others() {
        let sql = NativeSql::memory().unwrap();
        internal(&sql, &[FIRST], 0).unwrap();
        assert!(internal(&sql, &[SECOND, BROKEN], 0).is_err());
        assert_eq!(steps_done(&sql), 1);
        assert!(sql.query("SELECT * FROM b", &[]).is_err());
        assert!(sql.query("SELECT * FROM c", &[]).is_err());
    }
}
