//! Patterns in SQL. The platform's LIKE takes 50 bytes; longer patterns become a
//! chain that looks for one text after the other.

use super::scalar::may_be_empty;
use super::writer::Writer;
use crate::pattern::MAX_LIKE;
use crate::tree::{Part, Pattern, Scalar};

impl Writer {
    pub(super) fn like(&mut self, text: &Scalar, pattern: &Pattern) {
        self.grouped(|w| {
            // The empty text is absent and matches nothing, not even `%`.
            if may_be_empty(text) && pattern.matches("") {
                w.value(text);
                w.push(" <> '' AND ");
            }
            let like = pattern.like();
            if like.len() <= MAX_LIKE {
                w.value(text);
                w.push(" LIKE ");
                w.bound_text(like);
                w.push(" ESCAPE '\\'");
            } else {
                w.chain(text, &pattern.parts);
            }
        });
    }

    /// Each text of the pattern is looked for in what the one before left over. The
    /// subqueries have a LIMIT so that SQLite does not merge them into one
    /// expression, which would grow with every step.
    fn chain(&mut self, text: &Scalar, parts: &[Part]) {
        let (mut parts, mut suffix) = (parts, None);
        if let [before @ .., Part::Text(last)] = parts {
            (parts, suffix) = (before, Some(last));
        }
        self.push("EXISTS (SELECT 1 FROM (");
        self.subquery(|w| {
            w.source(|w| w.rest(text, parts));
            w.push(") WHERE ");
            w.deeper(|w| match suffix {
                Some(suffix) => {
                    w.push("substr(\"rest\", -length(");
                    w.bound_text(suffix.as_str());
                    w.push(")) = ");
                    w.bound_text(suffix.as_str());
                }
                None => w.push("\"rest\" IS NOT NULL"),
            });
        });
        self.push(")");
    }

    /// A row with what is left of the text after the parts, or no row.
    fn rest(&mut self, text: &Scalar, parts: &[Part]) {
        let (before, wanted, anchored) = match parts {
            [] => {
                self.push("SELECT lower(");
                self.value(text);
                return self.push(") AS \"rest\" LIMIT 1");
            }
            [before @ .., Part::Text(wanted)] => (before, wanted, before.is_empty()),
            [before @ .., _] => return self.rest(text, before),
        };
        let wanted = wanted.as_str();
        self.push("SELECT substr(\"rest\", ");
        if !anchored {
            self.push("instr(\"rest\", ");
            self.bound_text(wanted);
            self.push(") + ");
        }
        self.push("length(");
        self.bound_text(wanted);
        self.push(if anchored { ") + 1" } else { ")" });
        self.push(") AS \"rest\" FROM (");
        self.source(|w| w.rest(text, before));
        self.push(") WHERE instr(\"rest\", ");
        self.bound_text(wanted);
        self.push(if anchored {
            ") = 1 LIMIT 1"
        } else {
            ") > 0 LIMIT 1"
        });
    }
}
