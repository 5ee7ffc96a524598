//! Why a rule came out as it did: its clauses as they are written, the truth of
//! each, the values compared, and the one that decided. Reads what `eval` reads and
//! decides nothing itself: whether the whole holds is the evaluator's word.

use ringfence_schema::{Collection, Schema};
use serde::Serialize;
use serde_json::Value as Json;

use crate::check::{Usage, check, meaning, parts};
use crate::diagnostic::{Diagnostic, Span};
use crate::eval::{self, Documents, Engine, Frame, Input, LookupError};
use crate::syntax::{Expr, ExprKind};
use crate::tree::Predicate;

/// Why a condition holds or does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Whether it holds.
    pub holds: bool,
    /// The smallest clause that this follows from, without what is inside it.
    pub deciding: Clause,
    /// The whole.
    pub tree: Clause,
}

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clause {
    /// As the printer writes it.
    pub text: String,
    /// Where it stands in the rule.
    pub span: Span,
    /// Whether it holds.
    pub holds: bool,
    /// How its clauses are joined; none where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<Joined>,
    /// What it compares.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Compared>,
    /// Its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Clause>,
    /// What its parts alone do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// How clauses make a larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Joined {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Not,
}

/// Something compared and what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// As it is written.
    pub text: String,
    /// Null where it is absent; an array where the path has many values.
    pub value: Json,
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq)]
pub enum Unexplained {
    /// The condition does not fit the schema.
    Refused(Vec<Diagnostic>),
    /// Other records could not be read.
    Lookup(LookupError),
}

const SAME_RECORD: &str =
    "its parts ask with ? about one and the same record: each may hold of some, all of none";

/// Why the condition holds of the input or does not.
pub fn explain(
    schema: &Schema,
    collection: &Collection,
    usage: Usage<'_>,
    expr: &Expr,
    input: &Input<'_>,
    documents: &dyn Documents,
) -> Result<Explanation, Unexplained> {
    check(schema, collection, usage, expr).map_err(Unexplained::Refused)?;
    let asking = Asking {
        schema,
        collection,
        usage,
        input,
        documents,
    };
    let tree = asking.clause(expr).map_err(Unexplained::Lookup)?;
    let deciding = Clause {
        clauses: Vec::new(),
        ..deciding(&tree).clone()
    };
    Ok(Explanation {
        holds: tree.holds,
        deciding,
        tree,
    })
}

struct Asking<'a> {
    schema: &'a Schema,
    collection: &'a Collection,
    usage: Usage<'a>,
    input: &'a Input<'a>,
    documents: &'a dyn Documents,
}

impl Asking<'_> {
    fn clause(&self, expr: &Expr) -> Result<Clause, LookupError> {
        let (joined, inner) = match &expr.kind {
            ExprKind::And(terms) => (Some(Joined::And), terms.as_slice()),
            ExprKind::Or(terms) => (Some(Joined::Or), terms.as_slice()),
            ExprKind::Not(term) => (Some(Joined::Not), std::slice::from_ref(&**term)),
            _ => (None, &[][..]),
        };
        let clauses: Vec<Clause> = inner
            .iter()
            .map(|term| self.clause(term))
            .collect::<Result<_, _>>()?;
        let holds = self.holds(expr)?;
        let sum = joined.map(|joined| match joined {
            Joined::And => clauses.iter().all(|clause| clause.holds),
            Joined::Or => clauses.iter().any(|clause| clause.holds),
            Joined::Not => !clauses.iter().any(|clause| clause.holds),
        });
        Ok(Clause {
            text: expr.to_string(),
            span: expr.span,
            holds,
            joined,
            values: self.values(expr)?,
            note: sum.filter(|sum| *sum != holds).map(|_| SAME_RECORD),
            clauses,
        })
    }

    fn holds(&self, expr: &Expr) -> Result<bool, LookupError> {
        // The whole was checked, so each part of it has a meaning.
        match meaning(self.schema, self.collection, self.usage, expr) {
            Some(node) => eval::eval(&Predicate::new(node), self.input, self.documents),
            None => Ok(false),
        }
    }

    fn values(&self, expr: &Expr) -> Result<Vec<Compared>, LookupError> {
        let engine = Engine {
            caller: self.input.caller,
            documents: self.documents,
        };
        let frame = Frame {
            old: self.input.old,
            new: self.input.new,
            items: None,
        };
        let parts = parts(self.schema, self.collection, self.usage, expr);
        parts
            .into_iter()
            .map(|part| {
                let mut found = Vec::new();
                for scalar in &part.scalars {
                    let more = engine.values(scalar, &part.items, &frame)?;
                    found.resize(more.len(), Json::Null);
                    for (known, more) in found.iter_mut().zip(more) {
                        if known.is_null() {
                            *known = more;
                        }
                    }
                }
                let value = match (part.items.is_empty(), found.pop()) {
                    (true, only) => only.unwrap_or_default(),
                    (false, last) => {
                        found.extend(last);
                        Json::Array(found)
                    }
                };
                Ok(Compared {
                    text: part.text,
                    value,
                })
            })
            .collect()
    }
}

/// The smallest clause that the truth of this one follows from.
fn deciding(clause: &Clause) -> &Clause {
    if clause.note.is_some() {
        return clause;
    }
    let inner = match (clause.joined, clause.holds) {
        (Some(Joined::And), false) => clause.clauses.iter().find(|inner| !inner.holds),
        (Some(Joined::Or), true) => clause.clauses.iter().find(|inner| inner.holds),
        (Some(Joined::Not), _) => clause.clauses.first(),
        // All of an `&&` that holds, and of an `||` that does not, decided together.
        _ => None,
    };
    inner.map_or(clause, deciding)
}
