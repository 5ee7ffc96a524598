//! Built-in macros: what `@has_role("editor")` and its like stand for.

use super::Checker;
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{CompareOp, Expr, ExprKind, Name, Operand, OperandKind, Path, Segment, parse};

pub(super) const MACROS: [&str; 6] = [
    "has_role",
    "has_group",
    "has_permission",
    "owns_record",
    "is_creator",
    "in_time_range",
];

impl Checker<'_> {
    /// The condition that a macro stands for.
    pub(super) fn expand(
        &self,
        span: Span,
        name: &Name,
        args: &[Operand],
    ) -> Result<Expr, Diagnostic> {
        match (name.text.as_str(), args) {
            ("has_role", [role]) => self.membership("role", name, role),
            ("has_group", [group]) => self.membership("groups", name, group),
            ("has_permission", [operation, collection]) => {
                self.permission(name, operation, collection)
            }
            ("owns_record" | "is_creator", []) => expansion("created_by = @request.auth.id", span),
            ("in_time_range", [from, to]) => time_range(span, from, to),
            ("has_role" | "has_group", _) => Err(Diagnostic::new(
                span,
                format!("@{} takes one name: @{}(\"editor\")", name.text, name.text),
            )),
            ("owns_record" | "is_creator", _) => Err(Diagnostic::new(
                span,
                format!("@{}() takes nothing", name.text),
            )),
            ("in_time_range", _) => Err(Diagnostic::new(
                span,
                "@in_time_range takes a beginning and an end",
            )),
            ("has_permission", _) => Err(Diagnostic::new(
                name.span,
                "@has_permission takes an operation and a collection: \
                 @has_permission(\"update\", \"posts\")",
            )),
            (unknown, _) => Err(Diagnostic::new(
                name.span,
                format!("there is no macro @{unknown}()"),
            )
            .did_you_mean(unknown, self.macro_names())),
        }
    }
}

pub(super) fn at_path(span: Span, names: &[&str]) -> Operand {
    let segments = names.iter().map(|name| Segment {
        name: Name {
            span,
            text: (*name).to_owned(),
        },
        modifiers: Vec::new(),
    });
    Operand {
        span,
        kind: OperandKind::Path(Path {
            at: true,
            segments: segments.collect(),
        }),
    }
}

pub(super) fn compare(span: Span, left: Operand, op: CompareOp, any: bool, right: Operand) -> Expr {
    Expr {
        span,
        kind: ExprKind::Compare {
            op,
            any,
            left,
            right,
        },
    }
}

/// A macro's own text, whose parts all stand where the macro does.
pub(super) fn expansion(text: &str, span: Span) -> Result<Expr, Diagnostic> {
    parse(text).map_err(|diagnostic| Diagnostic { span, ..diagnostic })
}

/// From the beginning up to but not including the end: hours of the day (UTC; from
/// 22 to 6 goes over midnight), or two dates.
fn time_range(span: Span, from: &Operand, to: &Operand) -> Result<Expr, Diagnostic> {
    if let (OperandKind::Number(start), OperandKind::Number(end)) = (&from.kind, &to.kind) {
        for (hour, operand) in [(start, from), (end, to)] {
            if !(0.0..=24.0).contains(hour) || hour.fract() != 0.0 {
                return Err(Diagnostic::new(
                    operand.span,
                    "an hour is a whole number from 0 to 24",
                ));
            }
        }
        let hours = between(span, "hour", from, to);
        let kind = if start <= end {
            ExprKind::And(hours)
        } else {
            ExprKind::Or(hours)
        };
        return Ok(Expr { span, kind });
    }
    Ok(Expr {
        span,
        kind: ExprKind::And(between(span, "now", from, to)),
    })
}

/// The fact is not before the one, and before the other.
fn between(span: Span, fact: &str, from: &Operand, to: &Operand) -> Vec<Expr> {
    let asked = || at_path(span, &[fact]);
    vec![
        compare(span, from.clone(), CompareOp::LessOrEqual, false, asked()),
        compare(span, asked(), CompareOp::Less, false, to.clone()),
    ]
}
