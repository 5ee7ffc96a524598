//! Conditions made smaller without changing what they mean: constants folded,
//! items bound where they are spoken of, absent items put in.

use std::cmp::Ordering;

use crate::claims::contradict;
use crate::mention::{mentions, scalar_mentions};
use crate::syntax::CompareOp;
use crate::tree::{Function, Kind, Link, List, Literal, Node, Row, Scalar, Source, Test, VarId};

/// The same condition, smaller.
pub(crate) fn simplify(node: Node) -> Node {
    match node {
        Node::Not(inner) => match simplify(*inner) {
            Node::Const(value) => Node::Const(!value),
            Node::Not(inner) => *inner,
            inner => Node::Not(Box::new(inner)),
        },
        Node::All(terms) => join(terms, true),
        Node::Any(terms) => join(terms, false),
        Node::Exists { var, source, body } => match simplify(*body) {
            // There is always an item, if only the absent one.
            Node::Const(value) => Node::Const(value),
            body => Node::Exists {
                var,
                source,
                body: Box::new(body),
            },
        },
        Node::Compare { test, left, right } => simplify_compare(test, left, right),
        Node::Like {
            text: Scalar::Absent,
            ..
        }
        | Node::Among {
            left: Scalar::Absent,
            ..
        }
        | Node::InSelect {
            left: Scalar::Absent,
            ..
        } => Node::Const(false),
        Node::Unset(Scalar::Absent) => Node::Const(true),
        Node::Unset(Scalar::Literal(literal)) => Node::Const(is_empty(&literal)),
        Node::InSelect { ref filter, .. } if **filter == Node::Const(false) => Node::Const(false),
        node => node,
    }
}

fn simplify_compare(test: Test, left: Scalar, right: Scalar) -> Node {
    match (&left, &right) {
        (Scalar::Absent, _) | (_, Scalar::Absent) => Node::Const(false),
        (Scalar::Literal(l), _) if is_empty(l) => Node::Const(false),
        (_, Scalar::Literal(r)) if is_empty(r) => Node::Const(false),
        (Scalar::Truth(condition), Scalar::Literal(Literal::Bool(value)))
        | (Scalar::Literal(Literal::Bool(value)), Scalar::Truth(condition))
            if test == Test::Equal =>
        {
            let condition = simplify((**condition).clone());
            if *value {
                condition
            } else {
                simplify(Node::Not(Box::new(condition)))
            }
        }
        (Scalar::Literal(l), Scalar::Literal(r)) => match compare_literals(symbol(test), l, r) {
            Some(value) => Node::Const(value),
            None => Node::Compare { test, left, right },
        },
        _ => Node::Compare { test, left, right },
    }
}

fn symbol(test: Test) -> CompareOp {
    match test {
        Test::Equal => CompareOp::Equal,
        Test::Less => CompareOp::Less,
        Test::LessOrEqual => CompareOp::LessOrEqual,
        Test::Contains => CompareOp::Contains,
        Test::StartsWith => CompareOp::StartsWith,
        Test::EndsWith => CompareOp::EndsWith,
    }
}

/// `All` (neutral: true) or `Any` (neutral: false) of the terms.
fn join(terms: Vec<Node>, neutral: bool) -> Node {
    let mut kept: Vec<Node> = Vec::new();
    for term in terms {
        match (simplify(term), neutral) {
            (Node::Const(value), _) if value == neutral => {}
            (Node::Const(value), _) => return Node::Const(value),
            (Node::All(inner), true) | (Node::Any(inner), false) => kept.extend(inner),
            (term, _) => kept.push(term),
        }
    }
    let mut kept = merge_equalities(kept, neutral);
    match (kept.len(), neutral) {
        (0, _) => Node::Const(neutral),
        (1, _) => kept.remove(0),
        (_, true) => Node::All(kept),
        (_, false) => Node::Any(kept),
    }
}

/// Equalities of one value with several literals, as one test: `x = 1 || x = 2` is
/// `x IN (1, 2)`, and the same of what is negated between `&&`. A list is bound as
/// one value, however long it is.
fn merge_equalities(terms: Vec<Node>, negated: bool) -> Vec<Node> {
    let mut merged: Vec<(Scalar, Vec<Literal>)> = Vec::new();
    let mut kept = Vec::new();
    for term in terms {
        match equality(&term, negated) {
            Some((left, literals)) => match merged.iter_mut().find(|(known, _)| *known == left) {
                Some((_, list)) => list.extend(literals),
                None => merged.push((left, literals)),
            },
            None => kept.push(term),
        }
    }
    kept.extend(merged.into_iter().map(|(left, mut list)| {
        let node = match list.pop() {
            Some(only) if list.is_empty() => Node::Compare {
                test: Test::Equal,
                left,
                right: Scalar::Literal(only),
            },
            last => {
                list.extend(last);
                Node::Among { left, list }
            }
        };
        if negated {
            Node::Not(Box::new(node))
        } else {
            node
        }
    }));
    kept
}

/// The value and the literals that a term compares it with.
fn equality(term: &Node, negated: bool) -> Option<(Scalar, Vec<Literal>)> {
    match term {
        Node::Not(inner) if negated => equality(inner, false),
        _ if negated => None,
        Node::Compare {
            test: Test::Equal,
            left,
            right: Scalar::Literal(literal),
        } => Some((left.clone(), vec![literal.clone()])),
        Node::Among { left, list } => Some((left.clone(), list.clone())),
        _ => None,
    }
}

/// `Exists` around as little of the body as speaks of the item. Over `Any` it can
/// be said of each term; of `All` the terms that do not speak of it stay outside.
pub(crate) fn bind(var: VarId, source: Source, body: Node) -> Node {
    match body {
        Node::Any(terms) => Node::Any(
            terms
                .into_iter()
                .map(|term| bind(var, source.clone(), term))
                .collect(),
        ),
        Node::All(terms) => {
            let (mut inside, mut outside): (Vec<Node>, Vec<Node>) =
                terms.into_iter().partition(|term| mentions(term, var));
            match inside.len() {
                0 => {}
                1 => outside.push(bind(var, source, inside.remove(0))),
                _ => outside.push(Node::Exists {
                    var,
                    source,
                    body: Box::new(Node::All(inside)),
                }),
            }
            Node::All(outside)
        }
        body if mentions(&body, var) => Node::Exists {
            var,
            source,
            body: Box::new(body),
        },
        body => body,
    }
}

/// The condition for an item that is absent.
pub(crate) fn with_absent(node: &Node, var: VarId) -> Node {
    if !mentions(node, var) {
        return node.clone();
    }
    let scalar = |scalar: &Scalar| absent_scalar(scalar, var);
    let inner = |node: &Node| with_absent(node, var);
    simplify(match node {
        Node::Not(node) => Node::Not(Box::new(inner(node))),
        Node::All(terms) => Node::All(terms.iter().map(inner).collect()),
        Node::Any(terms) => Node::Any(terms.iter().map(inner).collect()),
        Node::Compare { test, left, right } => Node::Compare {
            test: *test,
            left: scalar(left),
            right: scalar(right),
        },
        Node::Like { text, pattern } => Node::Like {
            text: scalar(text),
            pattern: pattern.clone(),
        },
        Node::Unset(value) => Node::Unset(scalar(value)),
        Node::Among { left, list } => Node::Among {
            left: scalar(left),
            list: list.clone(),
        },
        Node::InSelect {
            left,
            rows,
            column,
            filter,
        } => Node::InSelect {
            left: scalar(left),
            rows: rows.clone(),
            column: column.clone(),
            filter: Box::new(inner(filter)),
        },
        Node::Exists {
            var: item,
            source,
            body,
        } => {
            let body = inner(body);
            if source_is_empty(source, var) {
                with_absent(&body, *item)
            } else {
                Node::Exists {
                    var: *item,
                    source: source.clone(),
                    body: Box::new(body),
                }
            }
        }
        Node::Const(_) | Node::IsSet(_) | Node::Changed(_) => node.clone(),
    })
}

fn absent_scalar(scalar: &Scalar, var: VarId) -> Scalar {
    if !scalar_mentions(scalar, var) {
        return scalar.clone();
    }
    match scalar {
        Scalar::Call {
            function,
            arguments,
        } => {
            let arguments: Vec<_> = arguments
                .iter()
                .map(|one| absent_scalar(one, var))
                .collect();
            match (arguments.contains(&Scalar::Absent), function) {
                (true, Function::Length) => Scalar::Literal(Literal::Number(0.0)),
                (true, _) => Scalar::Absent,
                (false, _) => Scalar::Call {
                    function: function.clone(),
                    arguments,
                },
            }
        }
        Scalar::Count(_) => Scalar::Literal(Literal::Number(0.0)),
        Scalar::Truth(condition) => Scalar::Truth(Box::new(with_absent(condition, var))),
        // A column of an absent record, an absent item, a record of an absent id.
        _ => Scalar::Absent,
    }
}

/// Whether a source has nothing because the item that it starts from is absent.
fn source_is_empty(source: &Source, var: VarId) -> bool {
    let of_absent = |list: &List| match list {
        List::Column { row, .. } => row_is_absent(row, var),
        List::Fact(_) => false,
    };
    match source {
        Source::Items(list)
        | Source::Rows {
            link: Link::Listed(list),
            ..
        } => of_absent(list),
        Source::Rows {
            link: Link::Back { id, .. },
            ..
        } => scalar_mentions(id, var),
        Source::Rows {
            link: Link::Whole, ..
        } => false,
    }
}

fn row_is_absent(row: &Row, var: VarId) -> bool {
    match row {
        Row::Var(other) => *other == var,
        Row::Lookup(lookup) => scalar_mentions(&lookup.id, var),
        Row::Old | Row::New => false,
    }
}

pub(crate) fn literal_kind(literal: &Literal) -> Kind {
    match literal {
        Literal::Text(_) => Kind::Text,
        Literal::Number(_) => Kind::Number,
        Literal::Bool(_) => Kind::Bool,
    }
}

fn is_empty(literal: &Literal) -> bool {
    matches!(literal, Literal::Text(text) if text.is_empty())
}

/// Two literals compared; none where the operator is not for their types.
pub(crate) fn compare_literals(op: CompareOp, left: &Literal, right: &Literal) -> Option<bool> {
    let order = match (left, right) {
        (Literal::Text(l), Literal::Text(r)) => Some(l.cmp(r)),
        (Literal::Number(l), Literal::Number(r)) => l.partial_cmp(r),
        (Literal::Bool(l), Literal::Bool(r)) if l == r => Some(Ordering::Equal),
        (Literal::Bool(_), Literal::Bool(_)) => None,
        _ => return None,
    };
    match op {
        CompareOp::Equal => Some(order == Some(Ordering::Equal)),
        CompareOp::NotEqual => Some(order != Some(Ordering::Equal)),
        CompareOp::Less => order.map(Ordering::is_lt),
        CompareOp::LessOrEqual => order.map(Ordering::is_le),
        CompareOp::Greater => order.map(Ordering::is_gt),
        CompareOp::GreaterOrEqual => order.map(Ordering::is_ge),
        _ => None,
    }
}

/// Whether the condition holds of everything or of nothing, as far as its form
/// alone tells.
pub(crate) fn decide(node: &Node) -> Option<bool> {
    match node {
        Node::Const(value) => Some(*value),
        Node::Any(terms) if has_opposites(terms) => Some(true),
        Node::All(terms) if has_opposites(terms) || contradict(terms) => Some(false),
        // Nothing is before itself.
        Node::Compare {
            test: Test::Less,
            left,
            right,
        } if left == right => Some(false),
        _ => None,
    }
}

/// A clause deeper inside that decides nothing, said for people.
pub(crate) fn pointless_clause(node: &Node) -> Option<&'static str> {
    match node {
        Node::Not(inner) => pointless_clause(inner),
        Node::All(terms) | Node::Any(terms) => terms.iter().find_map(|term| match decide(term) {
            Some(true) => {
                Some("a part of this rule always holds, whatever the record and the caller")
            }
            Some(false) => Some("a part of this rule can never hold"),
            None => pointless_clause(term),
        }),
        _ => None,
    }
}

/// A condition beside its own negation.
fn has_opposites(terms: &[Node]) -> bool {
    terms.iter().any(|term| match term {
        Node::Not(inner) => terms.contains(inner),
        _ => false,
    })
}
