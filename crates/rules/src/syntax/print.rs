//! Tree to text, so that parsing it again gives an equal tree.

use std::fmt::{Display, Formatter, Result};

use super::{Expr, ExprKind, Operand, OperandKind, Path, Select};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ExprKind::Or(terms) => join(f, terms, " || ", |kind| matches!(kind, ExprKind::Or(_))),
            ExprKind::And(terms) => join(f, terms, " && ", |kind| {
                matches!(kind, ExprKind::Or(_) | ExprKind::And(_))
            }),
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Test(_) | ExprKind::Not(_) => write!(f, "!{inner}"),
                _ => write!(f, "!({inner})"),
            },
            ExprKind::Compare {
                op,
                any,
                left,
                right,
            } => {
                let any = if *any { "?" } else { "" };
                write!(f, "{left} {any}{} {right}", op.symbol())
            }
            ExprKind::In {
                negated,
                left,
                list,
            } => {
                write!(f, "{left} {}IN (", not(*negated))?;
                commas(f, list)?;
                f.write_str(")")
            }
            ExprKind::InSelect {
                negated,
                left,
                select,
            } => write!(f, "{left} {}IN ({select})", not(*negated)),
            ExprKind::IsNull { negated, operand } => {
                write!(f, "{operand} IS {}NULL", not(*negated))
            }
            ExprKind::Test(operand) => write!(f, "{operand}"),
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn join(
    f: &mut Formatter<'_>,
    terms: &[Expr],
    between: &str,
    needs_parentheses: fn(&ExprKind) -> bool,
) -> Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        if needs_parentheses(&term.kind) {
            write!(f, "({term})")?;
        } else {
            write!(f, "{term}")?;
        }
    }
    Ok(())
}

fn commas(f: &mut Formatter<'_>, operands: &[Operand]) -> Result {
    for (index, operand) in operands.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        write!(f, "{comma}{operand}")?;
    }
    Ok(())
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(
            f,
            "SELECT {} FROM {}",
            self.field.text, self.collection.text
        )?;
        match &self.filter {
            Some(filter) => write!(f, " WHERE {filter}"),
            None => Ok(()),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            OperandKind::Null => f.write_str("null"),
            OperandKind::Bool(value) => write!(f, "{value}"),
            OperandKind::Number(value) => f.write_str(&number(*value)),
            OperandKind::Text(value) => quoted(f, value),
            OperandKind::Path(path) => write!(f, "{path}"),
            OperandKind::Call {
                is_macro,
                name,
                args,
            } => {
                let at = if *is_macro { "@" } else { "" };
                write!(f, "{at}{}(", name.text)?;
                commas(f, args)?;
                f.write_str(")")
            }
        }
    }
}

/// As JSON writes it, in the fewest digits; whole numbers without a point. The
/// writer is JSON's, so that a module for browsers carries no other.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_991.0 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and fits")]
        return (value as i64).to_string();
    }
    serde_json::to_string(&value).unwrap_or_default()
}

// Single quotes only where nothing in them would have to be escaped.
fn quoted(f: &mut Formatter<'_>, value: &str) -> Result {
    if value.contains('"') && !value.contains(['\'', '\\']) {
        return write!(f, "'{value}'");
    }
    write!(
        f,
        "\"{}\"",
        value.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.at {
            f.write_str("@")?;
        }
        for (index, segment) in self.segments.iter().enumerate() {
            let dot = if index > 0 { "." } else { "" };
            write!(f, "{dot}{}", segment.name.text)?;
            for modifier in &segment.modifiers {
                write!(f, ":{}", modifier.text)?;
            }
        }
        Ok(())
    }
}
