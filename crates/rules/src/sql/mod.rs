//! A predicate as SQL text with `?` where its values go.

use crate::caller::Caller;
use crate::check::SortKey;
use crate::tree::Predicate;

/// A value to bind.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlParam {
    /// NULL.
    Null,
    /// REAL, as the platform binds every number.
    Number(f64),
    /// TEXT.
    Text(String),
}

/// SQL text and the values of its `?`, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// A condition, or the terms of an ORDER BY.
    pub text: String,
    /// One for each `?`.
    pub params: Vec<SqlParam>,
}

/// SQL text that serves every caller; each binds their own values.
#[derive(Clone, Debug)]
pub struct Template {
    /// A condition.
    pub text: String,
}

impl Template {
    /// The values of its `?` for one caller, in order.
    pub fn bind(&self, _caller: &Caller<'_>) -> Vec<SqlParam> {
        Vec::new()
    }
}

/// The condition on rows of `alias` that serves every caller.
pub fn template(_predicate: &Predicate, _alias: &str) -> Template {
    Template {
        text: "0".to_owned(),
    }
}

/// The condition on rows of `alias` for one caller: what the predicate says of the
/// caller is decided, so that only what it says of documents is left to an index.
pub fn emit(predicate: &Predicate, alias: &str, caller: &Caller<'_>) -> Fragment {
    let template = template(predicate, alias);
    Fragment {
        params: template.bind(caller),
        text: template.text,
    }
}

/// The terms of an ORDER BY on rows of `alias`; empty where there are no keys.
pub fn order_by(_keys: &[SortKey], _alias: &str, _caller: &Caller<'_>) -> Fragment {
    Fragment {
        text: String::new(),
        params: Vec::new(),
    }
}
