//! `Sql` over rusqlite, for the tests: the platform's limits and its way of
//! binding numbers, so that what passes here passes there.

use std::cell::Cell;
use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql};

use super::{Rows, Sql, SqlFailure, SqlValue};
use crate::error::{Error, Result};

/// A database in memory or in a file.
pub struct NativeSql {
    connection: Connection,
    depth: Cell<u32>,
}

impl NativeSql {
    /// An empty database in memory.
    pub fn memory() -> Result<Self> {
        Self::limited(Connection::open_in_memory().map_err(Error::internal)?)
    }

    /// The database in that file.
    pub fn file(path: &Path) -> Result<Self> {
        Self::limited(Connection::open(path).map_err(Error::internal)?)
    }

    fn limited(connection: Connection) -> Result<Self> {
        // The limits of a SQLite-backed Durable Object, as its documentation and
        // workerd's source give them.
        let limits = [
            (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (Limit::SQLITE_LIMIT_COLUMN, 100),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
            (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
        ];
        for (limit, value) in limits {
            connection
                .set_limit(limit, value)
                .map_err(Error::internal)?;
        }
        connection
            .pragma_update(None, "foreign_keys", true)
            .map_err(Error::internal)?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(Self {
            connection,
            depth: Cell::new(0),
        })
    }

    fn run(&self, statement: &str) -> Result<()> {
        self.connection
            .execute_batch(statement)
            .map_err(|error| failure(error).into())
    }
}

impl Sql for NativeSql {
    fn query(&self, sql: &str, params: &[SqlValue]) -> Result<Rows, SqlFailure> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(params))
            .map_err(failure)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            // Not before the first step: a kept `SELECT *` meets a new column there.
            let columns = row.as_ref().column_count();
            let cells =
                (0..columns).map(|column| row.get_ref(column).map_err(failure).and_then(read));
            found.push(cells.collect::<Result<_, _>>()?);
        }
        Ok(found)
    }

    fn transaction(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        let depth = self.depth.get();
        self.depth.set(depth + 1);
        self.run(&format!("SAVEPOINT level_{depth}"))?;
        let outcome = work();
        self.depth.set(depth);
        if outcome.is_err() {
            self.run(&format!("ROLLBACK TO level_{depth}"))?;
        }
        let released = self.run(&format!("RELEASE level_{depth}"));
        if released.is_err() {
            // A deferred foreign key is only found out here.
            self.run(&format!("ROLLBACK TO level_{depth}; RELEASE level_{depth}"))?;
        }
        outcome.and(released)
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            // As the platform does: every number is REAL.
            Self::Integer(number) => ToSqlOutput::Owned(Value::Real(*number as f64)),
            Self::Real(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn read(value: ValueRef<'_>) -> Result<SqlValue, SqlFailure> {
    Ok(match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(number) => SqlValue::Integer(number),
        ValueRef::Real(number) => SqlValue::Real(number),
        ValueRef::Text(text) => SqlValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(_) => return Err(SqlFailure::Other("a blob where none is stored".into())),
    })
}

fn failure(error: rusqlite::Error) -> SqlFailure {
    let words = error.to_string();
    SqlFailure::from_words(&words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn numbers_are_bound_as_real_as_on_the_platform() {
        let sql = NativeSql::memory().unwrap();
        let rows = sql
            .query("SELECT typeof(?)", &[SqlValue::Integer(5)])
            .unwrap();
        assert_eq!(rows, vec![vec![SqlValue::Text("real".into())]]);
    }

    #[test]
    fn a_failed_transaction_leaves_nothing_and_an_outer_one_stands() {
        let sql = NativeSql::memory().unwrap();
        sql.execute("CREATE TABLE t (a TEXT UNIQUE) STRICT", &[])
            .unwrap();
        sql.transaction(&mut || {
            sql.execute("INSERT INTO t VALUES ('outer')", &[])?;
            let inner = sql.transaction(&mut || {
                sql.execute("INSERT INTO t VALUES ('inner')", &[])?;
                Err(Error::new(Code::Conflict, "no"))
            });
            assert!(inner.is_err());
            Ok(())
        })
        .unwrap();
        assert_eq!(
            sql.query("SELECT a FROM t", &[]).unwrap(),
            vec![vec!["outer".into()]]
        );
        let twice = sql.execute("INSERT INTO t VALUES ('outer')", &[]);
        assert_eq!(twice, Err(SqlFailure::Unique("t.a".into())));
    }

    #[test]
    fn a_deferred_foreign_key_rolls_the_transaction_back() {
        let sql = NativeSql::memory().unwrap();
        sql.execute("CREATE TABLE a (id TEXT PRIMARY KEY) STRICT", &[])
            .unwrap();
        sql.execute(
            "CREATE TABLE b (a TEXT REFERENCES a(id) DEFERRABLE INITIALLY DEFERRED) STRICT",
            &[],
        )
        .unwrap();
        let outcome =
            sql.transaction(&mut || Ok(sql.execute("INSERT INTO b VALUES ('gone')", &[])?));
        assert_eq!(outcome.unwrap_err().code, Code::Conflict);
        assert!(sql.query("SELECT * FROM b", &[]).unwrap().is_empty());
    }

    #[test]
    fn the_platforms_limits_hold() {
        let sql = NativeSql::memory().unwrap();
        let many = format!("SELECT max({})", vec!["1"; 33].join(","));
        assert!(sql.query(&many, &[]).is_err());
        let bound = format!("SELECT {}", vec!["?"; 101].join("||"));
        assert!(sql.query(&bound, &vec![SqlValue::Null; 101]).is_err());
    }
}
