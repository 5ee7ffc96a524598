//! The database of an object, as the core knows it.
//!
//! Two implementations: `edge::sql` over the platform's SQLite, and the native
//! one of the tests over rusqlite with the platform's limits set.

#[cfg(not(target_arch = "wasm32"))]
pub mod native;

use std::any::Any;
use std::rc::Rc;

use crate::error::{Code, Error, Result};

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

impl SqlValue {
    /// The text, if it is one.
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

/// Rows in order, each its columns in order.
pub type Rows = Vec<Vec<SqlValue>>;

/// The text in a column of a row; empty where there is none.
pub fn text(row: &[SqlValue], column: usize) -> &str {
    match row.get(column) {
        Some(SqlValue::Text(text)) => text,
        _ => "",
    }
}

/// The whole number in a column of a row; 0 where there is none.
pub fn integer(row: &[SqlValue], column: usize) -> i64 {
    match row.get(column) {
        Some(SqlValue::Integer(number)) => *number,
        // The platform gives every number as a float.
        Some(SqlValue::Real(number)) => *number as i64,
        _ => 0,
    }
}

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

impl SqlFailure {
    /// From SQLite's words, as every binding of it passes them on.
    pub fn from_words(words: &str) -> Self {
        const UNIQUE: &str = "UNIQUE constraint failed: ";
        if let Some((_, rest)) = words.split_once(UNIQUE) {
            // The platform adds ": SQLITE_CONSTRAINT…" behind the columns.
            let columns = rest.split(": ").next().unwrap_or(rest);
            return Self::Unique(columns.to_owned());
        }
        if words.contains("FOREIGN KEY constraint failed") {
            return Self::ForeignKey;
        }
        Self::Other(words.to_owned())
    }
}

/// A text that is only passed on, such as a page of records for a reply.
#[derive(Clone, Debug)]
pub enum Passing {
    /// In our memory.
    Here(String),
    /// In the platform's, where it stays.
    There(Kept),
}

/// A text in the platform's memory; `edge` alone knows what it is.
#[derive(Clone)]
pub struct Kept(pub Rc<dyn Any>);

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Kept {}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

/// A database that answers at once.
pub trait Sql {
    /// Runs one statement and gives all its rows. At most 100 parameters.
    fn query(&self, sql: &str, params: &[SqlValue]) -> Result<Rows, SqlFailure>;

    /// The first row of a statement whose first column is a text that is only
    /// passed on: copying a page in and out costs more than all we do with it.
    fn query_passing(
        &self,
        sql: &str,
        params: &[SqlValue],
    ) -> Result<Option<(Passing, Vec<SqlValue>)>, SqlFailure> {
        let row = self.query(sql, params)?.into_iter().next();
        Ok(row.map(passing_here))
    }

    /// Runs one statement for what it does.
    fn execute(&self, sql: &str, params: &[SqlValue]) -> Result<(), SqlFailure> {
        self.query(sql, params).map(|_| ())
    }

    /// Runs `work` in a transaction (nested: a savepoint); an error rolls it back.
    fn transaction(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()>;
}

/// A row whose first column is a text, as `query_passing` gives it, read.
pub fn passing_here(row: Vec<SqlValue>) -> (Passing, Vec<SqlValue>) {
    let mut cells = row.into_iter();
    let text = cells.next().and_then(SqlValue::into_text);
    (Passing::Here(text.unwrap_or_default()), cells.collect())
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

/// Runs `work` in a transaction of `sql` and gives what it gives.
pub fn transact<T>(sql: &dyn Sql, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut outcome = None;
    sql.transaction(&mut || {
        outcome = Some(work()?);
        Ok(())
    })?;
    outcome.ok_or_else(|| Error::internal("the transaction did not run"))
}

/// Runs `work` in a transaction of `sql` that is taken back, and gives what it gives.
pub fn rehearse<T>(sql: &dyn Sql, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut outcome = None;
    let taken_back = sql.transaction(&mut || {
        outcome = Some(work());
        Err(Error::new(Code::Conflict, "Taken back."))
    });
    match (outcome, taken_back) {
        (Some(outcome), _) => outcome,
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::internal("the transaction did not run")),
    }
}

/// What a refused write tells the caller; anything else is ours.
impl From<SqlFailure> for Error {
    fn from(failure: SqlFailure) -> Self {
        match failure {
            SqlFailure::Unique(columns) => columns.split(", ").fold(
                Self::new(
                    Code::ValidationFailed,
                    "Another record has the same value where each must be different.",
                ),
                |error, column| {
                    let field = column.rsplit('.').next().unwrap_or(column);
                    error.field(field, "unique", "Another record has this value already.")
                },
            ),
            SqlFailure::ForeignKey => Self::new(
                Code::Conflict,
                "It refers to a record that does not exist, or a record that may not lose it refers to it.",
            ),
            SqlFailure::Other(_) => Self::internal(failure),
        }
    }
}
