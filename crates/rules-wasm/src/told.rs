//! What goes back to JavaScript: mistakes, trees and explanations as JSON, their
//! places in UTF-16 units as JavaScript counts them.

use ringfence_rules::explain::Joined;
use ringfence_rules::syntax::{Expr, ExprKind, Operand, OperandKind};
use ringfence_rules::{Clause, Diagnostic, Explanation, Span};
use ringfence_schema::{Document, Value};

/// As JSON.
pub(crate) fn written(told: &Value) -> String {
    // `Display` would bring the writer of indented JSON along.
    serde_json::to_string(told).unwrap_or_default()
}

/// One sentence, as what is thrown.
pub(crate) fn said(message: &str) -> String {
    written(&Value::from(message))
}

/// What is wrong with a text.
pub(crate) fn mistakes(text: &str, found: &[Diagnostic]) -> String {
    let told = found.iter().map(|diagnostic| {
        let (line, column) = diagnostic.position(text);
        let hint = diagnostic.hint.as_deref();
        let told = [
            ("line", Value::from(line)),
            ("column", Value::from(column)),
            ("message", Value::from(diagnostic.message.as_str())),
            ("hint", Value::from(hint)),
        ];
        placed(&told, diagnostic.span, text)
    });
    written(&Value::from_iter(told))
}

/// The syntax tree of a text.
pub(crate) fn told_expr(expr: &Expr, text: &str) -> Value {
    let all = |terms: &[Expr]| Value::from_iter(terms.iter().map(|term| told_expr(term, text)));
    let of = |operand: &Operand| told_operand(operand, text);
    let tell = |kind: &str, told: &[(&str, Value)]| {
        let mut told = told.to_vec();
        told.push(("kind", Value::from(kind)));
        placed(&told, expr.span, text)
    };
    match &expr.kind {
        ExprKind::Or(terms) => tell("or", &[("terms", all(terms))]),
        ExprKind::And(terms) => tell("and", &[("terms", all(terms))]),
        ExprKind::Not(term) => tell("not", &[("term", told_expr(term, text))]),
        ExprKind::Compare {
            op,
            any,
            left,
            right,
        } => tell(
            "compare",
            &[
                ("op", Value::from(op.symbol())),
                ("any", Value::from(*any)),
                ("left", of(left)),
                ("right", of(right)),
            ],
        ),
        ExprKind::In {
            negated,
            left,
            list,
        } => tell(
            "in",
            &[
                ("negated", Value::from(*negated)),
                ("left", of(left)),
                ("list", Value::from_iter(list.iter().map(of))),
            ],
        ),
        ExprKind::InSelect {
            negated,
            left,
            select,
        } => tell(
            "select",
            &[
                ("negated", Value::from(*negated)),
                ("left", of(left)),
                ("field", Value::from(select.field.text.as_str())),
                ("collection", Value::from(select.collection.text.as_str())),
                (
                    "where",
                    Value::from(select.filter.as_ref().map(|filter| told_expr(filter, text))),
                ),
            ],
        ),
        ExprKind::IsNull { negated, operand } => tell(
            "null",
            &[("negated", Value::from(*negated)), ("operand", of(operand))],
        ),
        ExprKind::Test(operand) => tell("test", &[("operand", of(operand))]),
    }
}

fn told_operand(operand: &Operand, text: &str) -> Value {
    let tell = |kind: &str, told: &[(&str, Value)]| {
        let mut told = told.to_vec();
        told.push(("kind", Value::from(kind)));
        placed(&told, operand.span, text)
    };
    let literal = |value: Value| tell("literal", &[("value", value)]);
    match &operand.kind {
        OperandKind::Null => literal(Value::Null),
        OperandKind::Bool(value) => literal(Value::from(*value)),
        OperandKind::Number(value) => literal(Value::from(*value)),
        OperandKind::Text(value) => literal(Value::from(value.as_str())),
        OperandKind::Path(path) => {
            let names = path.segments.iter().map(|segment| {
                let modifiers = segment.modifiers.iter().map(|name| name.text.as_str());
                object(&[
                    ("name", Value::from(segment.name.text.as_str())),
                    ("modifiers", Value::from_iter(modifiers)),
                ])
            });
            tell(
                "path",
                &[
                    ("at", Value::from(path.at)),
                    ("names", Value::from_iter(names)),
                ],
            )
        }
        OperandKind::Call {
            is_macro,
            name,
            args,
        } => tell(
            "call",
            &[
                ("macro", Value::from(*is_macro)),
                ("name", Value::from(name.text.as_str())),
                (
                    "args",
                    Value::from_iter(args.iter().map(|arg| told_operand(arg, text))),
                ),
            ],
        ),
    }
}

/// An explanation, as `POST /rules/explain` tells it.
pub(crate) fn told_explanation(found: &Explanation, text: &str) -> Value {
    object(&[
        ("holds", Value::from(found.holds)),
        ("deciding", told_clause(&found.deciding, text)),
        ("tree", told_clause(&found.tree, text)),
    ])
}

fn told_clause(clause: &Clause, text: &str) -> Value {
    let joined = clause.joined.map(|joined| match joined {
        Joined::And => "and",
        Joined::Or => "or",
        Joined::Not => "not",
    });
    let values = clause.values.iter().map(|one| {
        object(&[
            ("text", Value::from(one.text.as_str())),
            ("value", one.value.clone()),
        ])
    });
    let clauses = clause.clauses.iter().map(|inner| told_clause(inner, text));
    let told = [
        ("text", Value::from(clause.text.as_str())),
        ("holds", Value::from(clause.holds)),
        ("joined", Value::from(joined)),
        ("values", Value::from_iter(values)),
        ("clauses", Value::from_iter(clauses)),
        ("note", Value::from(clause.note)),
    ];
    placed(&told, clause.span, text)
}

/// An object that says where it stands, by `start` and `end`.
fn placed(told: &[(&str, Value)], span: Span, text: &str) -> Value {
    let units = |byte: usize| {
        let before = text.get(..byte).unwrap_or(text);
        Value::from(before.encode_utf16().count())
    };
    let mut told = told.to_vec();
    told.push(("start", units(span.start)));
    told.push(("end", units(span.end)));
    object(&told)
}

fn object(told: &[(&str, Value)]) -> Value {
    let mut object = Document::new();
    for (name, value) in told {
        object.insert((*name).to_owned(), value.clone());
    }
    Value::Object(object)
}
