//! What would be lost, and the query that finds it.

use std::fmt;

use crate::ColumnValue;

/// A step that is not taken, and what to declare so that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `collection` or `collection.field`.
    pub place: String,
    /// What would be lost.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.message, self.hint)
    }
}

/// A query that must give no row.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Gives how many there are and one of them, or nothing.
    pub sql: String,
    /// What to bind.
    pub params: Vec<ColumnValue>,
    refusal: Refusal,
}

impl Check {
    /// Refuses if the rows of `select`, whose column is called `sample`, are any.
    pub(super) fn count(select: &str, refusal: Refusal) -> Self {
        Self {
            sql: format!(
                "SELECT * FROM (SELECT count(*) AS n, CAST(min(sample) AS TEXT) FROM ({select})) \
                 WHERE n > 0"
            ),
            params: Vec::new(),
            refusal,
        }
    }

    /// The refusal, of the row that the query gave.
    pub fn refuse(&self, count: i64, sample: &str) -> Refusal {
        Refusal {
            message: self
                .refusal
                .message
                .replace("{count}", &count.to_string())
                .replace("{sample}", sample),
            ..self.refusal.clone()
        }
    }
}
