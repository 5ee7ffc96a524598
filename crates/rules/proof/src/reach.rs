//! Which parts of the language some conditions use, and which there are.

use std::collections::BTreeSet;

use ringfence_rules::check::words;
use ringfence_rules::syntax::{CompareOp, Expr, ExprKind, Operand, OperandKind, Path};
use ringfence_schema::Macro;

use crate::engines::{Asked, Question};

/// Forms that are no words of the language.
const FORMS: &[&str] = &[
    "&&",
    "||",
    "!",
    "AND",
    "OR",
    "NOT",
    "// comment",
    "bool alone",
    "true",
    "false",
    "1=1",
    "1=0",
    "IN",
    "NOT IN",
    "IN SELECT",
    "NOT IN SELECT",
    "IS NULL",
    "IS NOT NULL",
    "null",
    "text",
    "'text'",
    "number",
    "pattern",
    "long pattern",
    "strftime() with modifiers",
    "old.",
    "new.",
    "path",
    "back-relation",
    "@collection",
    "@collection:alias",
    "@request.auth",
    "@request.body",
    "@request.data",
    "@request.query",
    "@request.headers",
    "@request.method",
    "@request.context",
];

/// What conditions are for.
const PURPOSES: &[&str] = &[
    "list rule",
    "view rule",
    "insert rule",
    "update rule",
    "delete rule",
    "execute rule",
    "filter",
    "administrator's filter",
];

/// Everything that a proof must have reached: the words are the checker's own, so
/// that none can be forgotten here.
pub fn all(macros: &[Macro]) -> BTreeSet<String> {
    let operators = CompareOp::ALL.iter().map(|op| op.symbol());
    let each = operators.flat_map(|symbol| [symbol.to_owned(), format!("?{symbol}")]);
    let forms = FORMS.iter().chain(PURPOSES).map(|form| (*form).to_owned());
    let own = macros.iter().map(|own| format!("@{}", own.name));
    each.chain(words()).chain(forms).chain(own).collect()
}

/// Adds what a question uses.
pub fn visit(question: &Question, expr: &Expr, reached: &mut BTreeSet<String>) {
    let purpose = match question.asked {
        Asked::Rule(operation) => format!("{} rule", operation.name()),
        Asked::Filter => "filter".to_owned(),
        Asked::Administrator => "administrator's filter".to_owned(),
    };
    reached.insert(purpose);
    // What the tree does not keep of the text.
    for (written, form) in [
        (" AND ", "AND"),
        (" OR ", "OR"),
        ("NOT (", "NOT"),
        ("// ", "// comment"),
        ("1=1", "1=1"),
        ("1=0", "1=0"),
        ("= '", "'text'"),
    ] {
        if question.text.contains(written) {
            reached.insert(form.to_owned());
        }
    }
    condition(expr, reached);
}

fn condition(expr: &Expr, reached: &mut BTreeSet<String>) {
    let mut note = |what: &str| {
        reached.insert(what.to_owned());
    };
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => {
            note(if matches!(expr.kind, ExprKind::And(_)) {
                "&&"
            } else {
                "||"
            });
            terms.iter().for_each(|term| condition(term, reached));
        }
        ExprKind::Not(inner) => {
            note("!");
            condition(inner, reached);
        }
        ExprKind::Compare {
            op,
            any,
            left,
            right,
        } => {
            note(&format!("{}{}", if *any { "?" } else { "" }, op.symbol()));
            if let (OperandKind::Text(text), "~" | "!~") = (&right.kind, op.symbol())
                && text.contains('%')
            {
                note(if text.len() > 50 {
                    "long pattern"
                } else {
                    "pattern"
                });
            }
            operand(left, reached);
            operand(right, reached);
        }
        ExprKind::In {
            negated,
            left,
            list,
        } => {
            note(if *negated { "NOT IN" } else { "IN" });
            operand(left, reached);
            list.iter().for_each(|item| operand(item, reached));
        }
        ExprKind::InSelect {
            negated,
            left,
            select,
        } => {
            note(if *negated {
                "NOT IN SELECT"
            } else {
                "IN SELECT"
            });
            operand(left, reached);
            if let Some(filter) = &select.filter {
                condition(filter, reached);
            }
        }
        ExprKind::IsNull {
            negated,
            operand: of,
        } => {
            note(if *negated { "IS NOT NULL" } else { "IS NULL" });
            operand(of, reached);
        }
        ExprKind::Test(of) => {
            if matches!(of.kind, OperandKind::Path(_)) {
                note("bool alone");
            }
            operand(of, reached);
        }
    }
}

fn operand(operand_: &Operand, reached: &mut BTreeSet<String>) {
    let mut note = |what: String| {
        reached.insert(what);
    };
    match &operand_.kind {
        OperandKind::Null => note("null".to_owned()),
        OperandKind::Bool(value) => note(value.to_string()),
        OperandKind::Number(_) => note("number".to_owned()),
        OperandKind::Text(_) => note("text".to_owned()),
        OperandKind::Path(of) => path(of, reached),
        OperandKind::Call {
            is_macro,
            name,
            args,
        } => {
            note(if *is_macro {
                format!("@{}", name.text)
            } else {
                format!("{}()", name.text)
            });
            if name.text == "strftime" && args.len() > 2 {
                note("strftime() with modifiers".to_owned());
            }
            args.iter().for_each(|arg| operand(arg, reached));
        }
    }
}

fn path(path: &Path, reached: &mut BTreeSet<String>) {
    let names: Vec<&str> = path.segments.iter().map(|s| s.name.text.as_str()).collect();
    let mut note = |what: String| {
        reached.insert(what);
    };
    match names.as_slice() {
        ["request", part, ..] if path.at => note(format!("@request.{part}")),
        ["collection", ..] if path.at => {
            let alias = !path.segments[1].modifiers.is_empty();
            note(format!("@collection{}", if alias { ":alias" } else { "" }));
        }
        [name] if path.at => note(format!("@{name}")),
        ["old" | "new", ..] => note(format!("{}.", names[0])),
        [_, _, ..] => note("path".to_owned()),
        _ => {}
    }
    if names.iter().any(|name| name.contains("_via_")) {
        note("back-relation".to_owned());
    }
    if let Some(last) = path.segments.last() {
        last.modifiers
            .iter()
            .for_each(|modifier| note(format!(":{}", modifier.text)));
    }
}
