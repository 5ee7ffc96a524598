//! Operands: literals, functions, macros and modifiers.

use super::fact::fact;
use super::path::Binder;
use super::types::{Meaning, Type, Typed, settle};
use super::{Binding, Checker, Usage};
use crate::diagnostic::{Diagnostic, Span};
use crate::ruleset::Operation;
use crate::syntax::{CompareOp, Expr, ExprKind, Name, Operand, OperandKind, Path, Segment, parse};
use crate::tree::{Fact, Function, Kind, Literal, Moment, Node, Scalar};

const FUNCTIONS: [&str; 4] = ["datetime", "lower", "upper", "length"];
const MACROS: [&str; 6] = [
    "has_role",
    "has_group",
    "has_permission",
    "owns_record",
    "is_creator",
    "in_time_range",
];
const MODIFIERS: [&str; 5] = ["isset", "changed", "length", "each", "lower"];

impl Checker<'_> {
    /// An operand; what stands for many items binds them.
    pub(super) fn operand(
        &mut self,
        operand: &Operand,
        any: bool,
        local: &mut Vec<Binding>,
    ) -> Result<Typed, Diagnostic> {
        let span = operand.span;
        let literal = |literal, ty| Typed {
            scalar: Scalar::Literal(literal),
            ty,
            span,
            always_set: true,
        };
        let mut binder = Binder { any, local };
        match &operand.kind {
            OperandKind::Null => Ok(Typed {
                scalar: Scalar::Absent,
                ty: Type::Null,
                span,
                always_set: false,
            }),
            OperandKind::Bool(value) => Ok(literal(Literal::Bool(*value), Type::Bool)),
            OperandKind::Number(value) => Ok(literal(Literal::Number(*value), Type::Number)),
            OperandKind::Text(text) => Ok(literal(
                Literal::Text(text.clone()),
                Type::Text(Meaning::Plain),
            )),
            OperandKind::Path(path) if path.at => self.at_path(path, span, &mut binder),
            OperandKind::Path(path) => self.document_path(path, span, &mut binder),
            OperandKind::Call {
                is_macro: false,
                name,
                args,
            } => self.call(name, args, span, &mut binder),
            OperandKind::Call { name, .. } => Err(Diagnostic::new(
                span,
                format!("@{}() is a condition, not a value", name.text),
            )
            .hint("it stands alone or between && and ||")),
        }
    }

    fn call(
        &mut self,
        name: &Name,
        args: &[Operand],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let function = match (name.text.as_str(), args) {
            ("datetime", [now]) if now.kind == OperandKind::Text("now".to_owned()) => {
                return Ok(fact(
                    Fact::Moment(Moment::Now),
                    Type::Date,
                    Kind::Date,
                    span,
                ));
            }
            ("datetime", _) => {
                return Err(
                    Diagnostic::new(span, "datetime is there as datetime('now') alone")
                        .hint("@yesterday, @monthStart and their like are other moments"),
                );
            }
            ("lower", [_]) => Function::Lower,
            ("upper", [_]) => Function::Upper,
            ("length", [_]) => Function::Length,
            ("lower" | "upper" | "length", _) => {
                return Err(Diagnostic::new(
                    span,
                    format!("{} takes one value", name.text),
                ));
            }
            ("strftime" | "geoDistance", _) => {
                return Err(Diagnostic::new(
                    name.span,
                    format!("{} is not part of the language yet", name.text),
                ));
            }
            (unknown, _) => {
                return Err(
                    Diagnostic::new(name.span, format!("there is no function {unknown}"))
                        .did_you_mean(unknown, FUNCTIONS),
                );
            }
        };
        let Some(argument) = args.first() else {
            return Err(Diagnostic::new(span, "a value is expected"));
        };
        // The length of a list is the number of its items.
        if function == Function::Length {
            let mut probe = Vec::new();
            let typed = self.operand(argument, false, &mut probe)?;
            if let (Scalar::Item { .. }, Some(binding)) = (&typed.scalar, probe.last())
                && probe.len() == 1
                && let crate::tree::Source::Items(list) = &binding.source
            {
                return Ok(Typed {
                    scalar: Scalar::Count(list.clone()),
                    ty: Type::Number,
                    span,
                    always_set: true,
                });
            }
        }
        let typed = self.operand(argument, binder.any, binder.local)?;
        apply(function, Typed { span, ..typed })
    }

    /// What the modifiers at the end of a path make of its value.
    pub(super) fn modify(&self, typed: Typed, modifiers: &[Name]) -> Result<Typed, Diagnostic> {
        modifiers.iter().try_fold(typed, |typed, modifier| {
            match modifier.text.as_str() {
                // Done where the list was at hand.
                "each" | "length" => Ok(typed),
                "lower" => apply(Function::Lower, typed),
                "isset" => is_set(typed, modifier),
                "changed" => self.is_changed(typed, modifier),
                unknown => Err(Diagnostic::new(
                    modifier.span,
                    format!("there is no modifier :{unknown}"),
                )
                .did_you_mean(unknown, MODIFIERS)),
            }
        })
    }

    fn is_changed(&self, typed: Typed, modifier: &Name) -> Result<Typed, Diagnostic> {
        let Scalar::Fact {
            fact: Fact::Body(name, path),
            ..
        } = &typed.scalar
        else {
            return Err(
                Diagnostic::new(modifier.span, ":changed is for @request.body.…")
                    .hint("or compare old.field with new.field"),
            );
        };
        if !matches!(self.usage, Usage::Rule(Operation::Update)) || !path.is_empty() {
            return Err(Diagnostic::new(
                modifier.span,
                ":changed is for fields in update rules",
            ));
        }
        if self
            .home
            .field(name)
            .is_none_or(|field| super::types::of_field(self.home, field).is_none())
        {
            return Err(Diagnostic::new(
                modifier.span,
                format!("whether {name} changes cannot be told"),
            ));
        }
        Ok(truth(Node::Changed(name.clone()), &typed))
    }

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
            .did_you_mean(unknown, MACROS)),
        }
    }
}

fn is_set(typed: Typed, modifier: &Name) -> Result<Typed, Diagnostic> {
    match &typed.scalar {
        Scalar::Fact {
            fact: what @ (Fact::Body(..) | Fact::Query(_) | Fact::Header(_)),
            ..
        } => Ok(truth(Node::IsSet(what.clone()), &typed)),
        _ => Err(Diagnostic::new(
            modifier.span,
            ":isset is for @request.body, query and headers",
        )
        .hint("ask whether a field is set with != null")),
    }
}

/// A condition as a value: true or false.
fn truth(condition: Node, typed: &Typed) -> Typed {
    Typed {
        scalar: Scalar::Truth(Box::new(condition)),
        ty: Type::Bool,
        span: typed.span,
        always_set: true,
    }
}

fn apply(function: Function, mut typed: Typed) -> Result<Typed, Diagnostic> {
    if typed.ty == Type::Unknown {
        settle(&mut typed.scalar, Kind::Text);
        typed.ty = Type::Text(Meaning::Plain);
    }
    if !matches!(typed.ty, Type::Text(_)) {
        let found = typed.ty.describe();
        return Err(Diagnostic::new(
            typed.span,
            format!("a text is expected; this is {found}"),
        ));
    }
    let (ty, always_set) = match function {
        Function::Length => (Type::Number, true),
        _ => (Type::Text(Meaning::Plain), typed.always_set),
    };
    Ok(Typed {
        scalar: Scalar::Call {
            function,
            argument: Box::new(typed.scalar),
        },
        ty,
        span: typed.span,
        always_set,
    })
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
        let between = if start <= end { "&&" } else { "||" };
        return expansion(&format!("@hour >= {start} {between} @hour < {end}"), span);
    }
    let now = || at_path(span, &["now"]);
    let after = compare(span, from.clone(), CompareOp::LessOrEqual, false, now());
    let before = compare(span, now(), CompareOp::Less, false, to.clone());
    Ok(Expr {
        span,
        kind: ExprKind::And(vec![after, before]),
    })
}
