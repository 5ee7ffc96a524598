//! Names and types: from what a text says to what it means in a schema.

use ringfence_schema::{Collection, Schema};

use crate::diagnostic::Diagnostic;
use crate::ruleset::{Operation, Ruleset};
use crate::syntax::{Expr, parse};
use crate::tree::{Node, Predicate, Scalar};

/// What a condition is for, which says what it may see.
#[derive(Clone, Copy, Debug)]
pub enum Usage<'a> {
    /// A rule: it sees everything but passwords.
    Rule(Operation),
    /// A client's filter: hidden fields are unknown to it, emails are unset unless
    /// they are public or the caller's own, other records are there only if their
    /// own list rule says so.
    Filter(&'a Ruleset),
    /// An administrator's filter: it sees everything but passwords.
    Administrator,
}

/// One key of a sort order.
#[derive(Clone, Debug)]
pub struct SortKey {
    pub(crate) scalar: Option<Scalar>,
    /// Largest first.
    pub descending: bool,
}

impl SortKey {
    /// The field of the record that it is, if it is one and all may see it.
    pub fn field(&self) -> Option<&str> {
        None
    }
}

/// The meaning of a parsed text.
pub fn check(
    _schema: &Schema,
    _collection: &Collection,
    _usage: Usage<'_>,
    expr: &Expr,
) -> Result<Predicate, Vec<Diagnostic>> {
    let _ = Predicate::new(Node::Const(false));
    Err(vec![Diagnostic::new(expr.span, "not understood")])
}

/// The meaning of a text.
pub fn compile(
    schema: &Schema,
    collection: &Collection,
    usage: Usage<'_>,
    text: &str,
) -> Result<Predicate, Vec<Diagnostic>> {
    let expr = parse(text).map_err(|diagnostic| vec![diagnostic])?;
    check(schema, collection, usage, &expr)
}

/// The meaning of a sort order: `-created,title,author.name,@random`.
pub fn sort(
    _schema: &Schema,
    _collection: &Collection,
    _usage: Usage<'_>,
    _text: &str,
) -> Result<Vec<SortKey>, Vec<Diagnostic>> {
    Ok(Vec::new())
}
