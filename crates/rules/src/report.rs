//! What the public, and any signed-in user, can reach: a rule with everything
//! decided that follows from whether somebody is signed in. What callers choose
//! themselves (body, query, headers) is never taken for granted.

use std::fmt;

use ringfence_schema::{Collection, Document, Schema};
use serde::{Serialize, Serializer};

use crate::caller::Caller;
use crate::check::{Usage, meaning};
use crate::ruleset::Operation;
use crate::syntax::{Expr, ExprKind, Operand, OperandKind};
use crate::tree::{Fact, Node, Predicate, Scalar};

/// Of whom a rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Somebody who is not signed in.
    Public,
    /// Somebody who is, whoever it may be.
    SignedIn,
}

/// How far a rule lets them.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach {
    /// Not at all.
    Nobody,
    /// All of them, to every document.
    Everybody,
    /// Where this holds.
    Where(Expr),
}

impl Reach {
    /// In words, or the condition as the printer writes it.
    pub fn describe(&self, audience: Audience) -> String {
        match (self, audience) {
            (Self::Nobody, _) => "nobody".to_owned(),
            (Self::Everybody, Audience::Public) => "everybody".to_owned(),
            (Self::Everybody, Audience::SignedIn) => "anybody signed in".to_owned(),
            (Self::Where(condition), _) => condition.to_string(),
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "the public",
            Self::SignedIn => "any signed-in user",
        })
    }
}

impl Serialize for Reach {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nobody => serializer.serialize_bool(false),
            Self::Everybody => serializer.serialize_bool(true),
            Self::Where(condition) => serializer.collect_str(condition),
        }
    }
}

/// How far a rule lets an audience; no rule lets nobody.
// INVARIANT: what is not certain stays in the condition, so nothing is reported
// closed that is open.
pub fn reach(
    schema: &Schema,
    collection: &Collection,
    operation: Operation,
    rule: Option<&Expr>,
    audience: Audience,
) -> Reach {
    let Some(rule) = rule else {
        return Reach::Nobody;
    };
    let folding = Folding {
        schema,
        collection,
        usage: Usage::Rule(operation),
        audience,
    };
    folding.fold(rule)
}

struct Folding<'a> {
    schema: &'a Schema,
    collection: &'a Collection,
    usage: Usage<'a>,
    audience: Audience,
}

impl Folding<'_> {
    /// What is left of the condition.
    fn fold(&self, expr: &Expr) -> Reach {
        let left = |kind| {
            Reach::Where(Expr {
                span: expr.span,
                kind,
            })
        };
        match &expr.kind {
            ExprKind::Not(inner) => match self.fold(inner) {
                Reach::Nobody => Reach::Everybody,
                Reach::Everybody => Reach::Nobody,
                Reach::Where(inner) => left(ExprKind::Not(Box::new(inner))),
            },
            ExprKind::And(terms) => {
                self.join(terms, &Reach::Everybody, |terms| left(ExprKind::And(terms)))
            }
            ExprKind::Or(terms) => {
                self.join(terms, &Reach::Nobody, |terms| left(ExprKind::Or(terms)))
            }
            _ => match self.decide(expr) {
                Some(true) => Reach::Everybody,
                Some(false) => Reach::Nobody,
                None => Reach::Where(expr.clone()),
            },
        }
    }

    /// What is left of several terms, of which the neutral ones change nothing.
    fn join(
        &self,
        terms: &[Expr],
        neutral: &Reach,
        whole: impl FnOnce(Vec<Expr>) -> Reach,
    ) -> Reach {
        let mut left = Vec::new();
        for term in terms {
            match self.fold(term) {
                found if found == *neutral => {}
                Reach::Where(term) => match (term.kind, neutral) {
                    // Of one kind inside another: said in one breath.
                    (ExprKind::And(inner), Reach::Everybody)
                    | (ExprKind::Or(inner), Reach::Nobody) => left.extend(inner),
                    (kind, _) => left.push(Expr {
                        span: term.span,
                        kind,
                    }),
                },
                found => return found,
            }
        }
        match left.len() {
            0 => neutral.clone(),
            1 => Reach::Where(left.remove(0)),
            _ => whole(left),
        }
    }

    /// Whether a clause holds of all or of none of the audience, if either.
    fn decide(&self, clause: &Expr) -> Option<bool> {
        if let ExprKind::Test(Operand {
            kind: OperandKind::Bool(value),
            ..
        }) = clause.kind
        {
            return Some(value);
        }
        let node = meaning(self.schema, self.collection, self.usage, clause)?;
        let predicate = Predicate::new(node);
        if let Some(value) = predicate.constant() {
            return Some(value);
        }
        match self.audience {
            Audience::Public => anonymous(&predicate),
            Audience::SignedIn => signed_in(&predicate.root),
        }
    }
}

/// Nobody signed in is known whole, so what speaks of them alone is decided.
fn anonymous(predicate: &Predicate) -> Option<bool> {
    let known = predicate.references();
    let is_chosen_by_the_caller =
        known.body || known.query || known.headers || known.method || known.context;
    if is_chosen_by_the_caller || known.now {
        return None;
    }
    let nothing = Document::new();
    predicate
        .specialise(&Caller::anonymous(&nothing, ""))
        .constant()
}

/// Of somebody signed in it is known that they have an id and a collection.
fn signed_in(node: &Node) -> Option<bool> {
    match node {
        Node::Not(inner) => signed_in(inner).map(|value| !value),
        Node::Unset(Scalar::Fact { fact, .. }) => matches!(
            fact,
            Fact::AuthId | Fact::AuthCollectionName | Fact::AuthCollectionId(_)
        )
        .then_some(false),
        _ => None,
    }
}
