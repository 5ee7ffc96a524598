//! The database of an object, as the core knows it.
//!
//! Two implementations: `edge::sql` over the platform's SQLite, and the native
//! one of the tests over rusqlite with the platform's limits set.

use crate::error::Result;

/// A value bound to a statement or read from a row.
// INVARIANT: an integer is within ±(2^53 - 1): the platform binds numbers as
// REAL, and the native tests do the same so that no statement can rely on more.
// Compare and store them in typed columns; never bind one where its text shows
// (json_object, ||, typeof).
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// NULL.
    Null,
    /// INTEGER in, bound as REAL.
    Integer(i64),
    /// REAL.
    Real(f64),
    /// TEXT.
    Text(String),
}

impl From<&str> for SqlValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for SqlValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

/// Rows in order, each its columns in order.
pub type Rows = Vec<Vec<SqlValue>>;

/// What a database refused, told apart as far as a reply depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlFailure {
    /// A UNIQUE index: `table.column` names, comma-separated, as SQLite says.
    Unique(String),
    /// A foreign key.
    ForeignKey,
    /// Anything else, with SQLite's words, for the log.
    Other(String),
}

/// A database that answers at once.
pub trait Sql {
    /// Runs one statement and gives all its rows. At most 100 parameters.
    fn query(&self, sql: &str, params: &[SqlValue]) -> Result<Rows, SqlFailure>;

    /// Runs one statement, gives the number of rows that it returned or zero.
    fn execute(&self, sql: &str, params: &[SqlValue]) -> Result<(), SqlFailure> {
        self.query(sql, params).map(|_| ())
    }

    /// Runs `work` in a transaction (nested: a savepoint); an error rolls it back.
    fn transaction(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()>;
}

impl std::fmt::Display for SqlFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unique(columns) => write!(f, "unique index on {columns}"),
            Self::ForeignKey => write!(f, "foreign key"),
            Self::Other(words) => write!(f, "{words}"),
        }
    }
}

impl std::error::Error for SqlFailure {}

/// A failure nobody expected is ours.
impl From<SqlFailure> for crate::error::Error {
    fn from(failure: SqlFailure) -> Self {
        Self::internal(failure)
    }
}
