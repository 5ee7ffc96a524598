//! Which parts of the language some conditions use.

use std::collections::BTreeSet;

use ringfence_rules::syntax::{Expr, ExprKind, Operand, OperandKind, Path};

/// Everything that a proof must have reached.
pub const ALL: &[&str] = &[
    "&&",
    "||",
    "!",
    "bool alone",
    "true",
    "false",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "~",
    "!~",
    "^",
    "$",
    "?=",
    "?!=",
    "?<",
    "?<=",
    "?>",
    "?>=",
    "?~",
    "?!~",
    "?^",
    "?$",
    "IN",
    "NOT IN",
    "IN SELECT",
    "NOT IN SELECT",
    "IS NULL",
    "IS NOT NULL",
    "null",
    "text",
    "number",
    "pattern",
    "long pattern",
    "lower()",
    "upper()",
    "length()",
    "datetime()",
    "strftime()",
    "strftime() with modifiers",
    "geoDistance()",
    ":isset",
    ":changed",
    ":length",
    ":each",
    ":lower",
    "@has_role",
    "@has_group",
    "@owns_record",
    "@is_creator",
    "@in_time_range",
    "@has_permission",
    "@leads",
    "@alike",
    "@within",
    "@leads_with",
    "@lead_of",
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
    "@now",
    "@yesterday",
    "@tomorrow",
    "@todayStart",
    "@todayEnd",
    "@monthStart",
    "@monthEnd",
    "@yearStart",
    "@yearEnd",
    "@second",
    "@minute",
    "@hour",
    "@weekday",
    "@day",
    "@month",
    "@year",
];

/// Adds what a condition uses.
pub fn visit(expr: &Expr, reached: &mut BTreeSet<String>) {
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
            terms.iter().for_each(|term| visit(term, reached));
        }
        ExprKind::Not(inner) => {
            note("!");
            visit(inner, reached);
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
                visit(filter, reached);
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
