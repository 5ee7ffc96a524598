//! What a caller may see of a collection, and what of it they ask for: rules and
//! filters as one condition of a statement.
//!
//! Every way to many records goes through `rule`: list, count, expand, bulk.

use ringfence_rules::check::{self, Usage};
use ringfence_rules::{Caller, Diagnostic, Fragment, Operation, SortKey, SqlParam, sql};
use ringfence_schema::Collection;

use super::call::Call;
use super::select::ALIAS;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::store::SqlValue;

/// A condition on the rows of a collection, as `ALIAS`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// SQL with `?`.
    pub text: String,
    /// Their values.
    pub params: Vec<SqlValue>,
}

impl Condition {
    /// Holds where both do; an empty text holds everywhere.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self.text.is_empty() {
            return other;
        }
        if !other.text.is_empty() {
            self.text = format!("({}) AND ({})", self.text, other.text);
            self.params.extend(other.params);
        }
        self
    }

    /// Whether a statement has room for it and its like once more.
    pub fn goes_twice(&self) -> bool {
        // Half of what the platform takes, less what else a statement of ours has.
        self.params.len() <= limits::SQL_PARAMETERS / 2 - 10
            && self.text.len() <= limits::SQL_BYTES / 2 - 10_000
    }

    /// ` WHERE …`, or nothing where it holds everywhere.
    pub fn clause(&self) -> String {
        match self.text.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", self.text),
        }
    }
}

/// The records of a collection that a rule leaves to this caller, or nothing if
/// there is no such rule.
// INVARIANT: one predicate guards list, count, expand and bulk; a missing rule denies.
pub fn rule(
    call: &Call<'_>,
    collection: &Collection,
    operation: Operation,
    caller: &Caller<'_>,
) -> Option<Condition> {
    if call.bypasses_rules() {
        return Some(Condition::default());
    }
    let predicate = call.context.app.rules.get(&collection.name, operation)?;
    Some(match predicate.constant() {
        Some(true) => Condition::default(),
        _ => sql::emit(predicate, ALIAS, caller).into(),
    })
}

/// Where a field of a record may be read, for those who go by its value.
pub fn field(
    call: &Call<'_>,
    collection: &Collection,
    name: &str,
    caller: &Caller<'_>,
) -> Condition {
    let rules = call.context.app.rules.fields(&collection.name);
    let rule = rules.and_then(|rules| rules.get(name)?.read(Operation::List));
    match rule.filter(|_| !call.bypasses_rules()) {
        Some(rule) => sql::emit(rule, ALIAS, caller).into(),
        None => Condition::default(),
    }
}

/// The condition that the caller asks for.
// INVARIANT: a client's filter goes through `Usage::Filter`, which knows only what
// its caller may see.
pub fn filter(call: &Call<'_>, text: Option<&str>) -> Result<Condition> {
    let Some(text) = text else {
        return Ok(Condition::default());
    };
    within_limit("filter", text)?;
    let predicate = check::compile(call.schema(), call.collection, usage(call), text)
        .map_err(|diagnostics| refuse("filter", text, &diagnostics))?;
    Ok(match predicate.constant() {
        Some(true) => Condition::default(),
        _ => sql::emit(&predicate, ALIAS, &call.caller()).into(),
    })
}

/// The sort that the caller asks for.
pub fn sort(call: &Call<'_>, text: &str) -> Result<Vec<SortKey>> {
    within_limit("sort", text)?;
    check::sort(call.schema(), call.collection, usage(call), text)
        .map_err(|diagnostics| refuse("sort", text, &diagnostics))
}

fn usage<'a>(call: &Call<'a>) -> Usage<'a> {
    match call.bypasses_rules() {
        true => Usage::Administrator,
        false => Usage::Filter(&call.context.app.rules),
    }
}

/// Refuses a filter or sort before it is parsed: how long that takes must not be the
/// caller's choice.
pub fn within_limit(what: &str, text: &str) -> Result<()> {
    match text.len() > limits::FILTER_BYTES {
        true => Err(Error::new(
            Code::InvalidFilter,
            format!(
                "The {what} is too long: it has {} bytes, and {} are the most.",
                text.len(),
                limits::FILTER_BYTES
            ),
        )),
        false => Ok(()),
    }
}

/// What a caller hears of a filter or sort that does not hold together.
pub fn refuse(what: &str, text: &str, diagnostics: &[Diagnostic]) -> Error {
    let told: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let (_, column) = diagnostic.position(text);
            format!("at character {column}, {diagnostic}")
        })
        .collect();
    Error::new(
        Code::InvalidFilter,
        format!("The {what} cannot be used: {}.", told.join("; ")),
    )
}

impl From<Fragment> for Condition {
    fn from(fragment: Fragment) -> Self {
        Self {
            text: fragment.text,
            params: fragment.params.into_iter().map(SqlValue::from).collect(),
        }
    }
}

impl From<SqlParam> for SqlValue {
    fn from(param: SqlParam) -> Self {
        match param {
            SqlParam::Null => Self::Null,
            SqlParam::Number(number) => Self::Real(number),
            SqlParam::Text(text) => Self::Text(text),
        }
    }
}
