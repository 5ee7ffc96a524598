//! Patterns with `%` and `_`, as `~` has them. As in PocketBase a text without
//! `%` is no pattern: it is looked for as it stands, `_` included.

use crate::tree::{Part, Pattern};

/// The longest pattern that the platform's LIKE takes, in bytes.
pub(crate) const MAX_LIKE: usize = 50;

impl Pattern {
    /// The pattern of a text; none if it has no wildcard `%`. A backslash takes the
    /// special meaning from `%`, `_` and itself.
    pub fn new(source: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut chars = source.chars();
        let mut has_gap = false;
        while let Some(c) = chars.next() {
            let wildcard = match c {
                '%' => Some(Part::Gap),
                '_' => Some(Part::One),
                '\\' => {
                    text.extend(chars.next());
                    continue;
                }
                _ => None,
            };
            match wildcard {
                Some(part) => {
                    has_gap |= part == Part::Gap;
                    if !text.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                    }
                    if part == Part::One || parts.last() != Some(&Part::Gap) {
                        parts.push(part);
                    }
                }
                None => text.push(c.to_ascii_lowercase()),
            }
        }
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        has_gap.then_some(Self { parts })
    }

    /// Whether `_` stands in it, so that only LIKE can answer in the database.
    pub fn has_one(&self) -> bool {
        self.parts.contains(&Part::One)
    }

    /// Whether the database has no way to answer it.
    pub fn is_too_long(&self) -> bool {
        self.has_one() && self.like().len() > MAX_LIKE
    }

    /// The pattern for `LIKE … ESCAPE '\\'`.
    pub fn like(&self) -> String {
        let mut like = String::new();
        for part in &self.parts {
            match part {
                Part::Gap => like.push('%'),
                Part::One => like.push('_'),
                Part::Text(text) => {
                    for c in text.chars() {
                        if matches!(c, '%' | '_' | '\\') {
                            like.push('\\');
                        }
                        like.push(c);
                    }
                }
            }
        }
        like
    }

    /// Whether a text matches; ASCII case does not count.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
        let mut steps = Vec::new();
        for part in &self.parts {
            match part {
                Part::Gap => steps.push(Step::Gap),
                Part::One => steps.push(Step::One),
                Part::Text(text) => steps.extend(text.chars().map(Step::Char)),
            }
        }
        matches(&steps, &text)
    }
}

/// What a text without wildcards looks for: `\\%` and `\\_` are `%` and `_`.
pub(crate) fn plain(source: &str) -> String {
    source.replace("\\%", "%").replace("\\_", "_")
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Gap,
    One,
    Char(char),
}

/// Greedy, going back to the last gap alone: at most steps × characters.
fn matches(steps: &[Step], text: &[char]) -> bool {
    let (mut step, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match (steps.get(step), text.get(at)) {
            (Some(Step::Gap), _) => {
                retry = Some((step, at));
                step += 1;
            }
            (Some(Step::One), _) => {
                step += 1;
                at += 1;
            }
            (Some(Step::Char(wanted)), Some(found)) if wanted == found => {
                step += 1;
                at += 1;
            }
            _ => {
                let Some((gap, from)) = retry else {
                    return false;
                };
                retry = Some((gap, from + 1));
                step = gap + 1;
                at = from + 1;
            }
        }
    }
    steps.iter().skip(step).all(|step| *step == Step::Gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_percent_is_no_pattern() {
        assert_eq!(Pattern::new("a_b"), None);
        assert_eq!(Pattern::new(r"50\%"), None);
        assert_eq!(plain(r"50\% of a\_b\c"), r"50% of a_b\c");
    }

    #[test]
    fn wildcards_match_as_like_does() {
        for (pattern, text, expected) in [
            ("draft%", "Draft of it", true),
            ("draft%", "a draft", false),
            ("%b%", "abc", true),
            ("a%c%e", "abcde", true),
            ("a%c%e", "abcd", false),
            ("a_c%", "abcd", true),
            ("a_c%", "ac", false),
            ("%_", "", false),
            ("%", "", true),
            (r"50\%%", "50% off", true),
            (r"50\%%", "500", false),
            ("%é", "É", false),
            ("%é_", "xéy", true),
        ] {
            let parsed = Pattern::new(pattern).expect("a pattern");
            assert_eq!(parsed.matches(text), expected, "{pattern} on {text}");
        }
    }
}
