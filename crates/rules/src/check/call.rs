//! Operands: literals, paths, calls and their modifiers.

use super::function::apply;
use super::path::Binder;
use super::types::{Meaning, Type, Typed};
use super::{Binding, Checker, Usage};
use crate::diagnostic::Diagnostic;
use crate::ruleset::Operation;
use crate::syntax::{Name, Operand, OperandKind};
use crate::tree::{Fact, Function, Literal, Node, Scalar};

pub(super) const MODIFIERS: [&str; 5] = ["isset", "changed", "length", "each", "lower"];

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
            OperandKind::Call { name, args, .. } if self.app_macro(name).is_some() => {
                self.macro_value(name, args, span, &mut binder)
            }
            OperandKind::Call { name, .. } => Err(Diagnostic::new(
                span,
                format!("@{}() is a condition, not a value", name.text),
            )
            .hint("it stands alone or between && and ||")),
        }
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
