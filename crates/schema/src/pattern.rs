//! A regular expression of the schema: text on the wire, compiled once on use.

use std::sync::OnceLock;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// A pattern that a whole value must match.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern {
    text: String,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Takes it as written; `check` says whether it is a pattern at all.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is wrong with it, if anything.
    pub fn check(&self) -> Result<(), String> {
        self.compile()
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// Whether the whole value matches.
    // INVARIANT: a pattern that does not compile matches nothing.
    pub fn matches(&self, value: &str) -> bool {
        self.compiled
            .get_or_init(|| self.compile().ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(value))
    }

    fn compile(&self) -> Result<Regex, regex_lite::Error> {
        Regex::new(&format!("^(?:{})$", self.text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_value_must_match() {
        let pattern = Pattern::new("[a-z]+|[0-9]");
        assert!(pattern.matches("abc"));
        assert!(!pattern.matches("abc1"));
        assert!(!pattern.matches("12"));
    }

    #[test]
    fn a_broken_pattern_says_why_and_matches_nothing() {
        let pattern = Pattern::new("[a-z");
        assert!(pattern.check().is_err());
        assert!(!pattern.matches("a"));
    }
}
