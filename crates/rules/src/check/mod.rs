//! Names and types: from what a text says to what it means in a schema. Knows
//! nothing of values: those are the engines'.

mod builtin;
mod call;
mod compare;
mod condition;
mod fact;
mod function;
mod inside;
mod join;
mod key;
mod macros;
mod parts;
mod path;
mod people;
mod sort;
mod types;
mod words;

use ringfence_schema::{Collection, Schema};

pub(crate) use macros::declared;
pub(crate) use parts::{meaning, parts};
pub(crate) use sort::By;
pub use sort::{SortKey, sort};
pub use words::words;

use crate::diagnostic::{Diagnostic, Span};
use crate::fold;
use crate::ruleset::{Operation, Ruleset};
use crate::sql;
use crate::syntax::{Expr, ExprKind, OperandKind, parse};
use crate::tree::{Guard, Predicate, Row, Source, VarId};
use key::Key;

/// How many relations a path may follow.
pub const MAX_HOPS: usize = 6;
/// How many values one condition may bind, so that a rule, a filter and a page
/// fit into the 100 of a statement.
pub const MAX_PARAMS: usize = 45;
/// How long the SQL of one condition may be, in bytes.
pub const MAX_SQL: usize = 30_000;

/// How deep the expression of one condition may be, of the platform's 100.
pub const MAX_SQL_DEPTH: usize = 80;

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

/// The meaning of a parsed text.
pub fn check(
    schema: &Schema,
    collection: &Collection,
    usage: Usage<'_>,
    expr: &Expr,
) -> Result<Predicate, Vec<Diagnostic>> {
    let mut checker = Checker::new(schema, collection, usage);
    let root = fold::simplify(checker.region(expr));
    if checker.diagnostics.is_empty() {
        checker.refuse_pointless(expr, &root);
    }
    let predicate = Predicate::new(root);
    if checker.diagnostics.is_empty() {
        let template = sql::template(&predicate, &collection.name);
        checker.refuse_costly(expr, &template);
    }
    if checker.diagnostics.is_empty() {
        Ok(predicate)
    } else {
        Err(checker.diagnostics)
    }
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

/// The state of one check.
pub(in crate::check) struct Checker<'a> {
    schema: &'a Schema,
    /// The collection that the condition is about.
    home: &'a Collection,
    usage: Usage<'a>,
    /// What bare names are fields of; none in an execute rule.
    scope: Option<(Row, &'a Collection)>,
    /// Items that `?` comparisons share, for each negation-free stretch.
    regions: Vec<Vec<Binding>>,
    next_var: VarId,
    diagnostics: Vec<Diagnostic>,
    /// The macros that the checker is in, and how many it has been in.
    calls: macros::Calls,
}

/// A path's many items, to be bound by `Exists`.
pub(in crate::check) struct Binding {
    /// `?` comparisons of one path share an item.
    key: Key,
    var: VarId,
    source: Source,
}

impl<'a> Checker<'a> {
    fn new(schema: &'a Schema, home: &'a Collection, usage: Usage<'a>) -> Self {
        let row = match usage {
            Usage::Rule(Operation::Execute) => None,
            Usage::Rule(Operation::Insert) => Some(Row::New),
            _ => Some(Row::Old),
        };
        Self {
            schema,
            home,
            usage,
            scope: row.map(|row| (row, home)),
            regions: Vec::new(),
            next_var: 0,
            diagnostics: Vec::new(),
            calls: macros::Calls::default(),
        }
    }

    fn new_var(&mut self) -> VarId {
        self.next_var += 1;
        self.next_var
    }

    fn is_filter(&self) -> bool {
        matches!(self.usage, Usage::Filter(_))
    }

    /// What must hold of a joined record for it to be there.
    // INVARIANT: a client's filter sees other records through their list rule only.
    fn guard(&self, collection: &str) -> Guard {
        let Usage::Filter(ruleset) = self.usage else {
            return None;
        };
        match ruleset.get(collection, Operation::List) {
            Some(rule) if rule.constant() == Some(true) => None,
            Some(rule) => Some(rule.root.clone()),
            None => Some(std::sync::Arc::new(crate::tree::Node::Const(false))),
        }
    }

    fn refuse_costly(&mut self, expr: &Expr, template: &sql::Template) {
        let params = template.params();
        if params > MAX_PARAMS {
            self.diagnostics.push(
                Diagnostic::new(
                    expr.span,
                    format!("{params} values in one condition; at most {MAX_PARAMS} fit"),
                )
                .hint("a list after IN counts once"),
            );
        } else if template.text.len() > MAX_SQL || template.depth() > MAX_SQL_DEPTH {
            self.diagnostics.push(Diagnostic::new(
                expr.span,
                "this condition is too large or too deep for the database to answer",
            ));
        }
    }

    /// A rule that can never fail, or never hold, is a mistake unless it is
    /// written as just that.
    fn refuse_pointless(&mut self, expr: &Expr, root: &crate::tree::Node) {
        if !matches!(self.usage, Usage::Rule(_)) || is_literal(expr) {
            return;
        }
        let message = match fold::decide(root) {
            Some(true) => "this rule always holds, whatever the record and the caller",
            Some(false) => "this rule can never hold",
            None => return self.refuse_pointless_clause(root, expr.span),
        };
        self.diagnostics.push(
            Diagnostic::new(expr.span, message)
                .hint("write `true` or `false` if that is what you mean"),
        );
    }

    fn refuse_pointless_clause(&mut self, root: &crate::tree::Node, span: Span) {
        if let Some(message) = fold::pointless_clause(root) {
            self.diagnostics.push(Diagnostic::new(span, message));
        }
    }
}

/// `true`, `false`, `1=1`, `1=0`.
fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Test(operand) => matches!(operand.kind, OperandKind::Bool(_)),
        ExprKind::Compare { left, right, .. } => {
            matches!(left.kind, OperandKind::Number(_))
                && matches!(right.kind, OperandKind::Number(_))
        }
        _ => false,
    }
}
