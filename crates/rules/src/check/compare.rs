//! Comparisons: which types go together, and what absence means in them.

use super::condition::quantify;
use super::types::{Meaning, Type, Typed, settle};
use super::{Checker, Usage};
use crate::diagnostic::Diagnostic;
use crate::fold;
use crate::pattern;
use crate::syntax::{self, CompareOp, Operand};
use crate::tree::{Fact, Kind, Literal, Node, Pattern, Scalar, Test};

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        op: CompareOp,
        any: bool,
        left: &Operand,
        right: &Operand,
    ) -> Result<Node, Diagnostic> {
        let mut local = Vec::new();
        let left = self.operand(left, any, &mut local)?;
        let right = self.operand(right, any, &mut local)?;
        let span = left.span.to(right.span);
        if left.is_literal() && right.is_literal() {
            return self.constant(op, left, right);
        }
        let negated = matches!(op, CompareOp::NotEqual | CompareOp::NotContains);
        let core = match op {
            CompareOp::Equal | CompareOp::NotEqual if right.is_unset_literal() => {
                self.unset(&left)?
            }
            CompareOp::Equal | CompareOp::NotEqual if left.is_unset_literal() => {
                self.unset(&right)?
            }
            CompareOp::Equal | CompareOp::NotEqual => {
                let pairs = self.pairs(left, right, true)?.into_iter();
                either(pairs.map(|(left, right)| compare(Test::Equal, left, right)))
            }
            CompareOp::Contains
            | CompareOp::NotContains
            | CompareOp::StartsWith
            | CompareOp::EndsWith => text_search(op, left, right)?,
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => {
                if left.is_unset_literal() || right.is_unset_literal() {
                    return Err(
                        Diagnostic::new(span, "nothing is before or after what is unset")
                            .hint("ask whether it is set with != null"),
                    );
                }
                let pairs = self.pairs(left, right, false)?;
                if pairs.iter().any(|(left, _)| left.ty == Type::Bool) {
                    return Err(Diagnostic::new(span, "true and false have no order"));
                }
                either(pairs.into_iter().map(|(left, right)| match op {
                    CompareOp::Less => compare(Test::Less, left, right),
                    CompareOp::LessOrEqual => compare(Test::LessOrEqual, left, right),
                    CompareOp::Greater => compare(Test::Less, right, left),
                    _ => compare(Test::LessOrEqual, right, left),
                }))
            }
        };
        Ok(quantify(core, negated, any, local))
    }

    /// Whether a value is absent; an error where it never is.
    pub(super) fn unset(&self, value: &Typed) -> Result<Node, Diagnostic> {
        if value.always_set {
            let what = value.ty.describe();
            return Err(
                Diagnostic::new(value.span, format!("this is {what} and never unset"))
                    .hint("declare the field `nullable`, or compare with 0 or false"),
            );
        }
        Ok(Node::Unset(value.scalar.clone()))
    }

    /// Two literals: `1=1`, `1=0`.
    fn constant(&self, op: CompareOp, left: Typed, right: Typed) -> Result<Node, Diagnostic> {
        let span = left.span.to(right.span);
        if left.ty == Type::Null || right.ty == Type::Null || left.ty.kind() != right.ty.kind() {
            return Err(Diagnostic::new(
                span,
                "both sides are literals, of different types",
            ));
        }
        let both_numbers = left.ty == Type::Number;
        if matches!(self.usage, Usage::Rule(_)) && !both_numbers {
            return Err(Diagnostic::new(
                span,
                "both sides are literals: this does not depend on anything",
            )
            .hint("a field is written without quotes"));
        }
        let (Scalar::Literal(l), Scalar::Literal(r)) = (&left.scalar, &right.scalar) else {
            return Err(Diagnostic::new(span, "both sides are literals"));
        };
        match fold::compare_literals(op, l, r) {
            Some(value) => Ok(Node::Const(value)),
            None => Err(Diagnostic::new(
                span,
                format!("{} does not compare these", op.symbol()),
            )),
        }
    }

    /// Both sides as one type; JSON beside JSON as each type that both may be.
    fn pairs(
        &self,
        left: Typed,
        right: Typed,
        equality: bool,
    ) -> Result<Vec<(Typed, Typed)>, Diagnostic> {
        if (&left.ty, &right.ty) != (&Type::Unknown, &Type::Unknown) {
            return Ok(vec![self.unify(left, right, equality)?]);
        }
        let types = left.types().into_iter().zip(right.types());
        Ok(types
            .filter(|(left, _)| equality || left.ty != Type::Bool)
            .collect())
    }

    /// Brings both sides to one type, or says why they have none in common.
    pub(super) fn unify(
        &self,
        mut left: Typed,
        mut right: Typed,
        equality: bool,
    ) -> Result<(Typed, Typed), Diagnostic> {
        adapt(&mut left, &right)?;
        adapt(&mut right, &left)?;
        narrow(&mut left, &right);
        narrow(&mut right, &left);
        let span = left.span.to(right.span);
        match (&left.ty, &right.ty) {
            (Type::Unknown, Type::Unknown) => {
                Err(Diagnostic::new(span, "neither side says what type it is")
                    .hint("compare JSON with a field or a literal"))
            }
            (Type::Text(l), Type::Text(r)) => {
                if equality {
                    self.refuse_strangers(l, &right, r)?;
                    self.refuse_strangers(r, &left, l)?;
                }
                Ok((left, right))
            }
            (l, r) if l == r => Ok((left, right)),
            (l, r) => {
                let message = format!("{} is never equal to {}", l.describe(), r.describe());
                let diagnostic = Diagnostic::new(span, message);
                Err(match mismatch_hint(&left, &right) {
                    Some(hint) => diagnostic.hint(hint),
                    None => diagnostic,
                })
            }
        }
    }

    /// Texts that can never be equal: an id of another collection, a value that
    /// cannot be chosen.
    fn refuse_strangers(
        &self,
        meaning: &Meaning,
        other: &Typed,
        other_meaning: &Meaning,
    ) -> Result<(), Diagnostic> {
        match (meaning, &other.scalar, other_meaning) {
            (Meaning::Choice(values), Scalar::Literal(Literal::Text(text)), _)
                if !self.is_filter() && !values.contains(text) =>
            {
                let message = format!("\"{text}\" is none of the choices: {}", values.join(", "));
                let names = values.iter().map(String::as_str);
                Err(Diagnostic::new(other.span, message).did_you_mean(text, names))
            }
            (Meaning::Id(l), _, Meaning::Id(r)) if !l.iter().any(|name| r.contains(name)) => {
                Err(Diagnostic::new(
                    other.span,
                    format!(
                        "an id of {} is never one of {}",
                        r.join(" or "),
                        l.join(" or ")
                    ),
                ))
            }
            _ => Ok(()),
        }
    }
}

/// One of the nodes holds.
fn either(nodes: impl Iterator<Item = Node>) -> Node {
    fold::simplify(Node::Any(nodes.collect()))
}

fn compare(test: Test, left: Typed, right: Typed) -> Node {
    Node::Compare {
        test,
        left: left.scalar,
        right: right.scalar,
    }
}

/// JSON becomes what the other side is; a text literal beside a date becomes one.
fn adapt(side: &mut Typed, other: &Typed) -> Result<(), Diagnostic> {
    if let (Type::Unknown, Some(kind)) = (&side.ty, other.ty.kind()) {
        settle(&mut side.scalar, kind);
        side.ty = match &other.ty {
            // What JSON says is not known to be an id or a choice.
            Type::Text(_) => Type::Text(Meaning::Plain),
            ty => ty.clone(),
        };
    }
    if other.ty == Type::Date
        && let Scalar::Literal(Literal::Text(text)) = &mut side.scalar
    {
        let Some(ms) = ringfence_schema::date::parse(text) else {
            return Err(Diagnostic::new(side.span, format!("\"{text}\" is no date"))
                .hint("write \"2026-11-20\" or \"2026-11-20 10:00:00.000Z\""));
        };
        *text = ringfence_schema::date::format(ms);
        side.ty = Type::Date;
    }
    Ok(())
}

/// The caller's id beside an id of one collection is the id of a caller of that
/// collection: ids of others may be the same text.
pub(super) fn narrow(side: &mut Typed, other: &Typed) {
    if let (
        Scalar::Fact {
            fact: fact @ Fact::AuthId,
            ..
        },
        Type::Text(Meaning::Id(people)),
        Type::Text(Meaning::Id(wanted)),
    ) = (&mut side.scalar, &side.ty, &other.ty)
        && let [one] = wanted.as_slice()
        && people.len() > 1
        && people.contains(one)
    {
        *fact = Fact::AuthIdIn(one.clone());
    }
}

fn mismatch_hint(left: &Typed, right: &Typed) -> Option<String> {
    let (literal, other) = match (&left.scalar, &right.scalar) {
        (Scalar::Literal(literal), _) => (literal, right),
        (_, Scalar::Literal(literal)) => (literal, left),
        _ => return None,
    };
    match (literal, &other.ty) {
        (Literal::Number(number), Type::Text(_)) => {
            Some(format!("write \"{}\"", syntax::number(*number)))
        }
        (Literal::Bool(value), Type::Text(_)) => Some(format!("write \"{value}\"")),
        (Literal::Text(_), Type::Number) => Some("a number stands without quotes".to_owned()),
        (Literal::Text(_), Type::Bool) => Some("true and false stand without quotes".to_owned()),
        (Literal::Number(number), Type::Bool) if *number == 0.0 || *number == 1.0 => {
            Some("write true or false".to_owned())
        }
        _ => None,
    }
}

/// `~ ^ $`: both sides are texts; a date is read as the text that it is stored as.
fn text_search(op: CompareOp, mut left: Typed, mut right: Typed) -> Result<Node, Diagnostic> {
    for side in [&mut left, &mut right] {
        match side.ty {
            Type::Text(_) | Type::Date => {}
            Type::Unknown => settle(&mut side.scalar, Kind::Text),
            _ => {
                let found = side.ty.describe();
                return Err(Diagnostic::new(
                    side.span,
                    format!("{} looks for text in text; this is {found}", op.symbol()),
                ));
            }
        }
    }
    // The empty text is everywhere, as in PocketBase: an empty search finds all.
    if right.is_unset_literal() {
        return Ok(Node::Const(true));
    }
    if let (CompareOp::Contains | CompareOp::NotContains, Scalar::Literal(Literal::Text(text))) =
        (op, &mut right.scalar)
    {
        let Some(pattern) = Pattern::new(text) else {
            *text = pattern::plain(text);
            return Ok(compare(Test::Contains, left, right));
        };
        if pattern.is_too_long() {
            return Err(Diagnostic::new(
                right.span,
                "a pattern of more than 50 bytes cannot have both `%` and `_`",
            )
            .hint("write \\_ for an underscore, or several shorter patterns"));
        }
        return Ok(Node::Like {
            text: left.scalar,
            pattern,
        });
    }
    let test = match op {
        CompareOp::StartsWith => Test::StartsWith,
        CompareOp::EndsWith => Test::EndsWith,
        _ => Test::Contains,
    };
    Ok(compare(test, left, right))
}
