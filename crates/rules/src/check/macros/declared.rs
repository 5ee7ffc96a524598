//! What can be said of macros before anybody calls them: their names, what they
//! are given, and that none leads back to itself.

use std::collections::BTreeSet;

use ringfence_schema::{Macro, Schema};

use super::MACROS;
use crate::check::fact::MOMENTS;
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Expr, ExprKind, Operand, OperandKind, parse};

const TYPES: [&str; 4] = ["text", "number", "bool", "date"];

/// Each macro that is wrong, and how.
pub(crate) fn declared(schema: &Schema) -> Vec<(String, Diagnostic)> {
    let mut wrong = Vec::new();
    for one in &schema.macros {
        let found = check(schema, one);
        wrong.extend(found.into_iter().map(|told| (one.name.clone(), told)));
    }
    wrong
}

fn check(schema: &Schema, one: &Macro) -> Vec<Diagnostic> {
    let start = Span { start: 0, end: 0 };
    let mut wrong = Vec::new();
    let mut tell = |told: Diagnostic| wrong.push(told);
    if MACROS.contains(&one.name.as_str()) {
        let told = format!("@{} is built in; choose another name", one.name);
        tell(Diagnostic::new(start, told));
    }
    for parameter in &one.parameters {
        let name = parameter.name.as_str();
        let is_taken = MOMENTS.iter().any(|(known, ..)| *known == name)
            || matches!(name, "request" | "collection")
            || one.parameters.iter().filter(|p| p.name == name).count() > 1;
        if is_taken {
            let told = format!("@{name} means something else; name the parameter otherwise");
            tell(Diagnostic::new(start, told));
        }
        let kind = parameter.kind.as_str();
        if !TYPES.contains(&kind) && schema.get(kind).is_none() {
            let names = schema.collections.iter().map(|c| c.name.as_str());
            let told = Diagnostic::new(start, format!("there is no type or collection {kind}"));
            tell(told.did_you_mean(kind, names.chain(TYPES)));
        }
    }
    let body = match parse(&one.text) {
        Ok(body) => body,
        Err(told) => {
            tell(told);
            return wrong;
        }
    };
    let mut used = BTreeSet::new();
    each_operand(&body, &mut |operand| match &operand.kind {
        OperandKind::Path(path) if path.at => {
            used.extend(path.segments.first().map(|first| first.name.text.clone()));
        }
        OperandKind::Call {
            is_macro: true,
            name,
            ..
        } => {
            let known = schema.macros.iter().find(|known| known.name == name.text);
            if known.is_none() && !MACROS.contains(&name.text.as_str()) {
                let names = schema.macros.iter().map(|known| known.name.as_str());
                let told = format!("there is no macro @{}()", name.text);
                tell(Diagnostic::new(name.span, told).did_you_mean(&name.text, names));
            }
            if known.is_some_and(|known| leads_to(schema, known, &one.name)) {
                let told = format!("@{} calls itself by this", one.name);
                tell(Diagnostic::new(name.span, told));
            }
        }
        _ => {}
    });
    for parameter in one.parameters.iter().filter(|p| !used.contains(&p.name)) {
        let told = format!("@{} is not used in it", parameter.name);
        tell(Diagnostic::new(start, told));
    }
    wrong
}

/// Whether calling a macro comes to calling the other one.
fn leads_to(schema: &Schema, from: &Macro, to: &str) -> bool {
    let mut seen: Vec<String> = vec![from.name.clone()];
    let mut next = 0;
    while let Some(name) = seen.get(next).cloned() {
        if name == to {
            return true;
        }
        next += 1;
        let known = schema.macros.iter().find(|known| known.name == name);
        let Some(Ok(body)) = known.map(|known| parse(&known.text)) else {
            continue;
        };
        each_operand(&body, &mut |operand| {
            if let OperandKind::Call { name, .. } = &operand.kind
                && !seen.contains(&name.text)
            {
                seen.push(name.text.clone());
            }
        });
    }
    false
}

/// Every operand of a condition, and those within them.
fn each_operand(expr: &Expr, visit: &mut dyn FnMut(&Operand)) {
    match &expr.kind {
        ExprKind::Or(terms) | ExprKind::And(terms) => {
            terms.iter().for_each(|term| each_operand(term, visit));
        }
        ExprKind::Not(inner) => each_operand(inner, visit),
        ExprKind::Compare { left, right, .. } => {
            within(left, visit);
            within(right, visit);
        }
        ExprKind::In { left, list, .. } => {
            within(left, visit);
            list.iter().for_each(|item| within(item, visit));
        }
        ExprKind::InSelect { left, select, .. } => {
            within(left, visit);
            if let Some(filter) = &select.filter {
                each_operand(filter, visit);
            }
        }
        ExprKind::IsNull { operand, .. } | ExprKind::Test(operand) => within(operand, visit),
    }
}

fn within(operand: &Operand, visit: &mut dyn FnMut(&Operand)) {
    visit(operand);
    if let OperandKind::Call { args, .. } = &operand.kind {
        args.iter().for_each(|arg| within(arg, visit));
    }
}
