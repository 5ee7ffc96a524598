//! Functions: `lower upper length datetime strftime geoDistance`.

use std::sync::Arc;

use super::path::Binder;
use super::types::{Meaning, Type, Typed, settle};
use super::{Binding, Checker};
use crate::diagnostic::{Diagnostic, Span};
use crate::strftime::Strftime;
use crate::syntax::{Name, Operand, OperandKind};
use crate::tree::{Fact, Function, Kind, Literal, Moment, Scalar, Source};

pub(super) const FUNCTIONS: [&str; 6] = [
    "datetime",
    "geoDistance",
    "length",
    "lower",
    "strftime",
    "upper",
];

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        args: &[Operand],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        match (name.text.as_str(), args) {
            ("datetime", [now]) if is_now(now) => Ok(at_now(span)),
            ("datetime", _) => Err(Diagnostic::new(
                span,
                "datetime is there as datetime('now') alone",
            )
            .hint("@yesterday, @monthStart and their like are other moments")),
            ("length", [argument]) => self.length(argument, span, binder),
            ("lower" | "upper", [argument]) => {
                let typed = self.operand(argument, binder.any, binder.local)?;
                let lower = name.text == "lower";
                let function = if lower {
                    Function::Lower
                } else {
                    Function::Upper
                };
                apply(function, Typed { span, ..typed })
            }
            ("lower" | "upper" | "length", _) => Err(Diagnostic::new(
                span,
                format!("{} takes one value", name.text),
            )),
            ("strftime", [format, rest @ ..]) => self.strftime(format, rest, span, binder),
            ("strftime", []) => Err(Diagnostic::new(
                span,
                "strftime takes a format, a date and modifiers",
            )
            .hint("strftime('%Y-%m', created)")),
            ("geoDistance", [_, _, _, _]) => self.distance(args, span, binder),
            ("geoDistance", _) => Err(Diagnostic::new(
                span,
                "geoDistance takes four numbers: lonA, latA, lonB, latB",
            )
            .hint("geoDistance(place.lon, place.lat, 23.32, 42.69) < 25")),
            (unknown, _) => Err(Diagnostic::new(
                name.span,
                format!("there is no function {unknown}"),
            )
            .did_you_mean(unknown, FUNCTIONS)),
        }
    }

    /// The characters of a text, or the items of a list.
    fn length(
        &mut self,
        argument: &Operand,
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let mut probe = Vec::new();
        let typed = self.operand(argument, false, &mut probe)?;
        if let (Scalar::Item { .. }, [Binding { source, .. }]) = (&typed.scalar, probe.as_slice())
            && let Source::Items(list) = source
        {
            return Ok(Typed {
                scalar: Scalar::Count(list.clone()),
                ty: Type::Number,
                span,
                always_set: true,
            });
        }
        let typed = self.operand(argument, binder.any, binder.local)?;
        apply(Function::Length, Typed { span, ..typed })
    }

    /// `strftime(format, date, modifier…)`; the date is now where it is left out.
    fn strftime(
        &mut self,
        format: &Operand,
        rest: &[Operand],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let told = |operand: &Operand, (message, hint): (String, String)| {
            Diagnostic::new(operand.span, message).hint(hint)
        };
        let text = literal_text(format, "the format")?;
        let mut meaning = Strftime::new(text).map_err(|wrong| told(format, wrong))?;
        let (date, modifiers) = match rest {
            [] => (at_now(span), rest),
            [now, modifiers @ ..] if is_now(now) => (at_now(now.span), modifiers),
            [date, modifiers @ ..] => (
                as_date(self.operand(date, binder.any, binder.local)?)?,
                modifiers,
            ),
        };
        for modifier in modifiers {
            let text = literal_text(modifier, "a modifier")?;
            meaning = meaning.with(text).map_err(|wrong| told(modifier, wrong))?;
        }
        Ok(Typed {
            scalar: Scalar::Call {
                function: Function::Strftime(Arc::new(meaning)),
                arguments: vec![date.scalar],
            },
            ty: Type::Text(Meaning::Plain),
            span,
            always_set: false,
        })
    }

    fn distance(
        &mut self,
        args: &[Operand],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let before = binder.local.len();
        let mut arguments = Vec::new();
        for arg in args {
            let mut typed = self.operand(arg, binder.any, binder.local)?;
            if typed.ty == Type::Unknown {
                settle(&mut typed.scalar, Kind::Number);
            } else if typed.ty != Type::Number {
                let found = typed.ty.describe();
                let message = format!("geoDistance takes numbers; this is {found}");
                return Err(Diagnostic::new(arg.span, message));
            }
            arguments.push(typed.scalar);
        }
        // Of many points, the longitude of one would meet the latitude of another.
        if binder.local.len() > before + 1 {
            return Err(
                Diagnostic::new(span, "these are the points of many records")
                    .hint("compare with ?< for one of them that is near enough"),
            );
        }
        Ok(Typed {
            scalar: Scalar::Call {
                function: Function::Distance,
                arguments,
            },
            ty: Type::Number,
            span,
            always_set: false,
        })
    }
}

/// A function of one text.
pub(super) fn apply(function: Function, mut typed: Typed) -> Result<Typed, Diagnostic> {
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
            arguments: vec![typed.scalar],
        },
        ty,
        span: typed.span,
        always_set,
    })
}

fn is_now(operand: &Operand) -> bool {
    matches!(&operand.kind, OperandKind::Text(text) if text == "now")
}

fn at_now(span: Span) -> Typed {
    super::fact::fact(Fact::Moment(Moment::Now), Type::Date, Kind::Date, span)
}

fn literal_text<'o>(operand: &'o Operand, what: &str) -> Result<&'o str, Diagnostic> {
    match &operand.kind {
        OperandKind::Text(text) => Ok(text),
        _ => Err(Diagnostic::new(
            operand.span,
            format!("{what} of strftime stands here as a text in quotes"),
        )),
    }
}

/// A date: a field, a moment, or a text that is one.
fn as_date(mut typed: Typed) -> Result<Typed, Diagnostic> {
    if typed.ty == Type::Date {
        return Ok(typed);
    }
    if let Scalar::Literal(Literal::Text(text)) = &mut typed.scalar
        && let Some(ms) = ringfence_schema::date::parse(text)
    {
        *text = ringfence_schema::date::format(ms);
        return Ok(typed);
    }
    let found = typed.ty.describe();
    Err(Diagnostic::new(
        typed.span,
        format!("strftime takes a date; this is {found}"),
    )
    .hint("a date field, @now, 'now' or \"2026-11-20 10:00:00.000Z\""))
}
