//! What is wrong with a rule or filter, and where. Says nothing of how it is shown
//! beyond one plain rendering for terminals.

use std::fmt;

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
}

impl Diagnostic {
    /// A thing that is wrong, with nothing to suggest yet.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: None,
        }
    }

    /// The same, with what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
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

/// The candidate that a mistyped name most likely meant.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits between two names, letters alone, where case does not count.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<u8> = right.bytes().map(|b| b.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.bytes().map(|b| b.to_ascii_lowercase()).enumerate() {
        let mut previous = i + 1;
        let mut next = vec![previous];
        for (window, r) in row.windows(2).zip(&right) {
            let (diagonal, above) = match window {
                [diagonal, above] => (*diagonal, *above),
                _ => continue,
            };
            previous = (diagonal + usize::from(l != *r))
                .min(above + 1)
                .min(previous + 1);
            next.push(previous);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_a_slip_and_refuses_a_stranger() {
        let names = ["author", "title", "published"];
        assert_eq!(nearest("autor", names), Some("author"));
        assert_eq!(nearest("Author", names), Some("author"));
        assert_eq!(nearest("publishd", names), Some("published"));
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn position_counts_characters_from_one() {
        let diagnostic = Diagnostic::new(Span { start: 7, end: 8 }, "x");
        assert_eq!(diagnostic.position("é = 1\nb"), (2, 1));
        assert_eq!(diagnostic.position("é = 1\n b"), (2, 1));
    }
}
