//! A predicate for one caller: what it says of the caller is decided, what is left
//! speaks of documents alone.

use std::sync::Arc;

use crate::caller::Caller;
use crate::eval::{Engine, Frame, NoDocuments, Number, Value};
use crate::fold::simplify;
use crate::mention::{is_free, is_free_scalar};
use crate::tree::{
    Column, Guard, Link, List, Literal, Lookup, Node, Predicate, Row, Rows, Scalar, Source,
};

impl Predicate {
    /// The predicate on documents that is left of this one for a caller.
    pub fn specialise(&self, caller: &Caller<'_>) -> Predicate {
        Predicate::new(node(&self.root, caller))
    }

    /// The field and the text that it must equal for the predicate to hold, where
    /// there is one: `owner = "u1"`.
    pub fn equality_key(&self) -> Option<(&str, &str)> {
        match &*self.root {
            Node::All(terms) => terms.iter().find_map(equality),
            node => equality(node),
        }
    }
}

fn equality(node: &Node) -> Option<(&str, &str)> {
    let Node::Compare {
        test: crate::tree::Test::Equal,
        left,
        right,
    } = node
    else {
        return None;
    };
    match (left, right) {
        (
            Scalar::Column {
                row: Row::Old,
                column,
            },
            Scalar::Literal(Literal::Text(text)),
        )
        | (
            Scalar::Literal(Literal::Text(text)),
            Scalar::Column {
                row: Row::Old,
                column,
            },
        ) if column.guard.is_none() && !matches!(column.storage, crate::tree::Storage::Json(_)) => {
            Some((&column.name, text))
        }
        _ => None,
    }
}

fn node(whole: &Node, caller: &Caller<'_>) -> Node {
    if is_free(whole) {
        return Node::Const(decide(whole, caller));
    }
    let inner = |part: &Node| node(part, caller);
    let value = |part: &Scalar| scalar(part, caller);
    simplify(match whole {
        Node::Not(part) => Node::Not(Box::new(inner(part))),
        Node::All(terms) => Node::All(terms.iter().map(inner).collect()),
        Node::Any(terms) => Node::Any(terms.iter().map(inner).collect()),
        Node::Compare { test, left, right } => Node::Compare {
            test: *test,
            left: value(left),
            right: value(right),
        },
        Node::Like { text, pattern } => Node::Like {
            text: value(text),
            pattern: pattern.clone(),
        },
        Node::Unset(part) => Node::Unset(value(part)),
        Node::Among { left, list } => Node::Among {
            left: value(left),
            list: list.clone(),
        },
        Node::InSelect {
            left,
            rows: joined,
            column,
            filter,
        } => Node::InSelect {
            left: value(left),
            rows: rows(joined, caller),
            column: Column {
                guard: guard(&column.guard, caller),
                ..column.clone()
            },
            filter: Box::new(inner(filter)),
        },
        Node::Exists { var, source, body } => Node::Exists {
            var: *var,
            source: match source {
                Source::Items(items) => Source::Items(list(items, caller)),
                Source::Rows { rows: joined, link } => Source::Rows {
                    rows: rows(joined, caller),
                    link: match link {
                        Link::Listed(ids) => Link::Listed(list(ids, caller)),
                        Link::Back { field, many, id } => Link::Back {
                            field: field.clone(),
                            many: *many,
                            id: value(id),
                        },
                        Link::Whole => Link::Whole,
                    },
                },
            },
            body: Box::new(inner(body)),
        },
        Node::Const(_) | Node::IsSet(_) | Node::Changed(_) => whole.clone(),
    })
}

fn scalar(whole: &Scalar, caller: &Caller<'_>) -> Scalar {
    if is_free_scalar(whole) {
        return match decide_value(whole, caller) {
            Value::Absent => Scalar::Absent,
            Value::Text(text) => Scalar::Literal(Literal::Text(text.into_owned())),
            Value::Number(number) => Scalar::Literal(Literal::Number(number.as_real())),
            Value::Bool(value) => Scalar::Literal(Literal::Bool(value)),
        };
    }
    match whole {
        Scalar::Column { row: place, column } => match guard(&column.guard, caller) {
            Some(guard) if *guard == Node::Const(false) => Scalar::Absent,
            guard => Scalar::Column {
                row: row(place, caller),
                column: Column {
                    guard,
                    ..column.clone()
                },
            },
        },
        Scalar::Call {
            function,
            arguments,
        } => Scalar::Call {
            function: function.clone(),
            arguments: arguments.iter().map(|one| scalar(one, caller)).collect(),
        },
        Scalar::Count(items) => Scalar::Count(list(items, caller)),
        Scalar::Truth(condition) => Scalar::Truth(Box::new(node(condition, caller))),
        _ => whole.clone(),
    }
}

fn row(place: &Row, caller: &Caller<'_>) -> Row {
    match place {
        Row::Lookup(lookup) => Row::Lookup(Box::new(Lookup {
            id: scalar(&lookup.id, caller),
            collection: lookup.collection.clone(),
            guard: guard(&lookup.guard, caller),
        })),
        place => place.clone(),
    }
}

fn rows(joined: &Rows, caller: &Caller<'_>) -> Rows {
    Rows {
        guard: guard(&joined.guard, caller),
        ..joined.clone()
    }
}

fn guard(whole: &Guard, caller: &Caller<'_>) -> Guard {
    match whole.as_ref().map(|part| node(part, caller)) {
        None | Some(Node::Const(true)) => None,
        Some(left) => Some(Arc::new(left)),
    }
}

fn list(items: &List, caller: &Caller<'_>) -> List {
    match items {
        List::Column {
            row: place,
            name,
            guard: seen,
        } => List::Column {
            row: row(place, caller),
            name: name.clone(),
            guard: guard(seen, caller),
        },
        List::Fact(fact) => List::Fact(fact.clone()),
    }
}

const NOWHERE: Frame<'static> = Frame {
    old: None,
    new: None,
    items: None,
};

/// Whether a condition on the request alone holds.
pub(crate) fn decide(free: &Node, caller: &Caller<'_>) -> bool {
    let engine = Engine {
        caller,
        documents: &NoDocuments,
    };
    engine.holds(free, &NOWHERE).unwrap_or(false)
}

/// The value of what speaks of the request alone.
pub(crate) fn decide_value(free: &Scalar, caller: &Caller<'_>) -> Value<'static> {
    let engine = Engine {
        caller,
        documents: &NoDocuments,
    };
    let value = engine.value(free, &NOWHERE);
    value.map_or(Value::Absent, Value::into_owned)
}

impl Number {
    /// As a number is bound.
    pub(crate) fn as_real(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }
}
