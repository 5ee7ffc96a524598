//! `fields`: which parts of a record a reply holds, as PocketBase has it:
//! `*`, `title,expand.author.name`, `text:excerpt(80,true)`.
//!
//! It only takes away from what the caller may see.

use serde_json::{Map, Value};

use crate::error::{Code, Error, Result};

/// The parts asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// `*`: those that are not named, whole.
    all: bool,
    excerpt: Option<Excerpt>,
    named: Vec<(String, Fields)>,
}

/// The beginning of a text without its markup.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Excerpt {
    length: usize,
    ellipsis: bool,
}

impl Fields {
    /// Reads the parameter.
    pub fn parse(text: &str) -> Result<Self> {
        let mut root = Self::default();
        for entry in split(text) {
            let entry = entry.trim();
            let (path, modifier) = match entry.split_once(':') {
                Some((path, modifier)) => (path, Some(excerpt(modifier)?)),
                None => (entry, None),
            };
            if path.is_empty() || path.split('.').any(str::is_empty) {
                return Err(refuse(&format!(
                    "{entry:?} is not a path such as expand.author.name"
                )));
            }
            root.add(path, modifier);
        }
        Ok(root)
    }

    /// A value with the parts that were asked for.
    pub fn pick(&self, value: Value) -> Value {
        if !self.all && self.named.is_empty() {
            return match (self.excerpt, value) {
                (Some(excerpt), Value::String(text)) => Value::String(excerpt.of(&text)),
                (_, value) => value,
            };
        }
        match value {
            Value::Array(items) => items.into_iter().map(|item| self.pick(item)).collect(),
            Value::Object(object) => Value::Object(self.pick_object(object)),
            // A path into a plain value leads nowhere.
            value if self.all => value,
            _ => Value::Null,
        }
    }

    fn pick_object(&self, object: Map<String, Value>) -> Map<String, Value> {
        let picked = object.into_iter().filter_map(|(name, value)| {
            let named = self.named.iter().find(|(other, _)| *other == name);
            match named {
                Some((_, inner)) => Some((name, inner.pick(value))),
                None => self.all.then_some((name, value)),
            }
        });
        picked.collect()
    }

    fn add(&mut self, path: &str, modifier: Option<Excerpt>) {
        let (head, rest) = path
            .split_once('.')
            .map_or((path, None), |(head, rest)| (head, Some(rest)));
        if head == "*" {
            self.all = true;
            return;
        }
        let index = self
            .named
            .iter()
            .position(|(name, _)| name == head)
            .unwrap_or_else(|| {
                self.named.push((head.to_owned(), Self::default()));
                self.named.len() - 1
            });
        let Some((_, inner)) = self.named.get_mut(index) else {
            return;
        };
        match rest {
            Some(rest) => inner.add(rest, modifier),
            None => inner.excerpt = modifier,
        }
    }
}

impl Excerpt {
    fn of(self, text: &str) -> String {
        let plain = strip(text);
        let cut: String = plain.chars().take(self.length).collect();
        match self.ellipsis && cut.len() < plain.len() {
            true => format!("{}...", cut.trim_end()),
            false => cut,
        }
    }
}

/// Without tags, and with one space where there was any white space.
fn strip(text: &str) -> String {
    let mut inside = false;
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            _ if !inside => plain.push(letter),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At the commas that are not inside parentheses.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth <= 0
    })
}

fn excerpt(modifier: &str) -> Result<Excerpt> {
    let wanted = || {
        refuse(&format!(
            ":{modifier} is not known; :excerpt(80) or :excerpt(80,true) is"
        ))
    };
    let inner = modifier
        .trim()
        .strip_prefix("excerpt(")
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(wanted)?;
    let (length, ellipsis) = inner.split_once(',').unwrap_or((inner, "false"));
    Ok(Excerpt {
        length: length.trim().parse().map_err(|_| wanted())?,
        ellipsis: ellipsis.trim().parse().map_err(|_| wanted())?,
    })
}

fn refuse(why: &str) -> Error {
    Error::new(
        Code::BadRequest,
        format!("The parameter fields cannot be read: {why}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_pick_and_take_nothing_else_along() {
        let record = json!({
            "id": "r", "title": "T", "text": "<p>Hello  <b>big</b> world</p>",
            "expand": {"author": {"id": "u", "name": "Ann", "email": "a@x"}, "tags": [{"id": "1", "n": 1}]},
        });
        for (fields, expected) in [
            ("id", json!({"id": "r"})),
            ("*", record.clone()),
            (
                "id,expand.author.name",
                json!({"id": "r", "expand": {"author": {"name": "Ann"}}}),
            ),
            ("expand.tags.id", json!({"expand": {"tags": [{"id": "1"}]}})),
            ("text:excerpt(9,true)", json!({"text": "Hello big..."})),
            ("text:excerpt(5)", json!({"text": "Hello"})),
            (
                "text:excerpt(50,true), id",
                json!({"id": "r", "text": "Hello big world"}),
            ),
            ("nothing", json!({})),
        ] {
            assert_eq!(
                Fields::parse(fields).unwrap().pick(record.clone()),
                expected,
                "{fields}"
            );
        }
        let all_but_author = Fields::parse("*,expand.author.name").unwrap().pick(record);
        assert_eq!(all_but_author["title"], "T");
        assert_eq!(all_but_author["expand"], json!({"author": {"name": "Ann"}}));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for fields in [
            "a..b",
            "a,,b",
            "a:upper()",
            "a:excerpt(x)",
            "a:excerpt(1,perhaps)",
        ] {
            assert!(
                Fields::parse(fields)
                    .unwrap_err()
                    .message
                    .contains("fields"),
                "{fields}"
            );
        }
    }
}
