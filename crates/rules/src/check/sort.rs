//! Sort orders: `-created,title,author.name,@random,@rowid`. They see what the filters of
//! the same caller see.

use ringfence_schema::{Collection, Schema};

use super::{Checker, Usage};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Expr, ExprKind, OperandKind, parse};
use crate::tree::{Row, Scalar};

/// How many keys a sort order may have.
const MAX_KEYS: usize = 8;

/// One key of a sort order.
#[derive(Clone, Debug)]
pub struct SortKey {
    pub(crate) by: By,
    /// Largest first.
    pub descending: bool,
}

/// What a key compares.
#[derive(Clone, Debug)]
pub(crate) enum By {
    Value(Scalar),
    /// `@random`
    Chance,
    /// `@rowid`
    Insertion,
}

impl SortKey {
    /// The field of the record that it is, where it is one as stored; not for a
    /// relation's field, a field that not everybody sees, or the orders with an `@`.
    pub fn field(&self) -> Option<&str> {
        match &self.by {
            By::Value(Scalar::Column {
                row: Row::Old,
                column,
            }) if column.guard.is_none() => Some(&column.name),
            _ => None,
        }
    }
}

/// The meaning of a sort order.
pub fn sort(
    schema: &Schema,
    collection: &Collection,
    usage: Usage<'_>,
    text: &str,
) -> Result<Vec<SortKey>, Vec<Diagnostic>> {
    let mut checker = Checker::new(schema, collection, usage);
    let mut keys = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let span = Span {
            start,
            end: start + part.len(),
        };
        start = span.end + 1;
        if keys.len() == MAX_KEYS {
            let message = format!("at most {MAX_KEYS} sort keys");
            checker.diagnostics.push(Diagnostic::new(span, message));
            break;
        }
        match checker.sort_key(part.trim(), span) {
            Ok(key) => keys.push(key),
            Err(diagnostic) => checker.diagnostics.push(Diagnostic { span, ..diagnostic }),
        }
    }
    if checker.diagnostics.is_empty() {
        Ok(keys)
    } else {
        Err(checker.diagnostics)
    }
}

impl Checker<'_> {
    fn sort_key(&mut self, text: &str, span: Span) -> Result<SortKey, Diagnostic> {
        let (descending, name) = match text.split_at_checked(1) {
            Some(("-", name)) => (true, name),
            Some(("+", name)) => (false, name),
            _ => (false, text),
        };
        let by = match name {
            "@random" => Some(By::Chance),
            "@rowid" => Some(By::Insertion),
            _ => None,
        };
        if let Some(by) = by {
            return Ok(SortKey { by, descending });
        }
        let wrong = || {
            Diagnostic::new(span, format!("`{text}` is no sort key"))
                .hint("write field, -field or relation.field, with commas between")
        };
        let Ok(Expr {
            kind: ExprKind::Test(operand),
            ..
        }) = parse(name)
        else {
            return Err(wrong());
        };
        if !matches!(&operand.kind, OperandKind::Path(path) if !path.at) {
            return Err(wrong());
        }
        let mut many = Vec::new();
        let typed = self.operand(&operand, false, &mut many)?;
        if !many.is_empty() {
            return Err(Diagnostic::new(
                span,
                format!("{name} has many values; sort by a field with one"),
            ));
        }
        Ok(SortKey {
            by: By::Value(typed.scalar),
            descending,
        })
    }
}
