//! What is wrong with a rule or filter, and where.

use serde::Serialize;

/// A stretch of the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
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
