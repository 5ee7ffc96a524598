//! Conditions that cannot hold together: bounds that leave nothing between them, a
//! value that is unset and compared. Only what the form tells, of one value each.

use crate::fold::compare_literals;
use crate::syntax::CompareOp;
use crate::tree::{Fact, Literal, Node, Scalar, Test};

/// What a condition says of a value where it holds.
enum Claim<'n> {
    Unset,
    /// It has a value.
    Set,
    AtLeast(&'n Literal),
    Above(&'n Literal),
    AtMost(&'n Literal),
    Below(&'n Literal),
}

/// Whether two of the terms can never hold of the same record and caller.
pub(crate) fn contradict(terms: &[Node]) -> bool {
    let claims: Vec<(&Scalar, Claim<'_>)> = terms.iter().flat_map(claims).collect();
    claims.iter().enumerate().any(|(index, (value, claim))| {
        let mut others = claims.iter().skip(index + 1);
        others.any(|(other, beside)| match (claim, beside) {
            (Claim::Unset, Claim::Unset) => false,
            (Claim::Unset, _) => is_absent_with(other, value),
            (_, Claim::Unset) => is_absent_with(value, other),
            _ => value == other && (exclude(claim, beside) || exclude(beside, claim)),
        })
    })
}

/// What a term says of the values that it compares.
fn claims(term: &Node) -> Vec<(&Scalar, Claim<'_>)> {
    match term {
        Node::Unset(value) => vec![(value, Claim::Unset)],
        Node::Like { text: value, .. }
        | Node::Among { left: value, .. }
        | Node::InSelect { left: value, .. } => vec![(value, Claim::Set)],
        Node::Compare { test, left, right } => match (test, left, right) {
            (Test::Equal, Scalar::Literal(literal), value)
            | (Test::Equal, value, Scalar::Literal(literal)) => {
                vec![
                    (value, Claim::AtLeast(literal)),
                    (value, Claim::AtMost(literal)),
                ]
            }
            (Test::Less, value, Scalar::Literal(literal)) => vec![(value, Claim::Below(literal))],
            (Test::Less, Scalar::Literal(literal), value) => vec![(value, Claim::Above(literal))],
            (Test::LessOrEqual, value, Scalar::Literal(literal)) => {
                vec![(value, Claim::AtMost(literal))]
            }
            (Test::LessOrEqual, Scalar::Literal(literal), value) => {
                vec![(value, Claim::AtLeast(literal))]
            }
            (_, left, right) => vec![(left, Claim::Set), (right, Claim::Set)],
        },
        _ => Vec::new(),
    }
}

/// Whether a value is absent wherever another one is. Nobody signed in has nothing.
fn is_absent_with(value: &Scalar, unset: &Scalar) -> bool {
    let is_caller = |value: &Scalar| {
        matches!(
            value,
            Scalar::Fact {
                fact: Fact::AuthId | Fact::AuthIdIn(_) | Fact::Auth(..) | Fact::AuthCollectionName,
                ..
            }
        )
    };
    let asks_for_nobody = |unset: &Scalar| {
        matches!(
            unset,
            Scalar::Fact {
                fact: Fact::AuthId,
                ..
            }
        )
    };
    value == unset || asks_for_nobody(unset) && is_caller(value)
}

/// Whether nothing lies above the one claim and below the other.
fn exclude(low: &Claim<'_>, high: &Claim<'_>) -> bool {
    let (op, low, high) = match (low, high) {
        (Claim::AtLeast(low), Claim::AtMost(high)) => (CompareOp::Greater, low, high),
        (Claim::Above(low), Claim::AtMost(high) | Claim::Below(high))
        | (Claim::AtLeast(low), Claim::Below(high)) => (CompareOp::GreaterOrEqual, low, high),
        _ => return false,
    };
    match (low, high) {
        // Rules may not order them; here any order tells those that differ apart.
        (Literal::Bool(low), Literal::Bool(high)) => low > high,
        _ => compare_literals(op, low, high) == Some(true),
    }
}
