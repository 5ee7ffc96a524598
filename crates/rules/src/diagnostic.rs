//! What is wrong with a rule or filter, and where. Says nothing of how it is shown
//! beyond one plain rendering for terminals.

use std::fmt;

use ringfence_schema::name::nearest;
use serde::Serialize;

/// A stretch of the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl Span {
    /// From the start of this one to the end of the other.
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start,
            end: other.end,
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// What was found and what was expected.
    pub message: String,
    /// What to do, where there is something to say.
    pub hint: Option<String>,
    /// Where in the text of a macro, if it is wrong there; `span` is then the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
}

/// A stretch of a macro's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inside {
    /// The macro, without the `@`.
    pub name: String,
    /// Where in its text.
    pub span: Span,
}

impl Diagnostic {
    /// A thing that is wrong, with nothing to suggest yet.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: None,
            inside: None,
        }
    }

    /// The same, with what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, said of a call of the macro in whose text it was found.
    pub(crate) fn within(self, name: &str, call: Span) -> Self {
        let inside = self.inside.unwrap_or_else(|| Inside {
            name: name.to_owned(),
            span: self.span,
        });
        Self {
            span: call,
            message: format!("in @{name}: {}", self.message),
            hint: self.hint,
            inside: Some(inside),
        }
    }

    /// The same, with the right name where one is near.
    pub(crate) fn did_you_mean<'a>(
        self,
        wanted: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        match nearest(wanted, candidates) {
            Some(name) => self.hint(format!("did you mean {name}?")),
            None => self,
        }
    }

    /// The line and column (from 1, in characters) where it starts in its text.
    pub fn position(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_characters_from_one() {
        let diagnostic = Diagnostic::new(Span { start: 7, end: 8 }, "x");
        assert_eq!(diagnostic.position("é = 1\nb"), (2, 1));
        assert_eq!(diagnostic.position("é = 1\n b"), (2, 1));
    }
}
