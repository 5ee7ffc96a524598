//! The rules of a collection from their file: texts, and where each is.

mod fields;

use toml::de::{DeTable, DeValue};

use super::reader::Mistakes;
use super::{Mistake, Place, Source};
use crate::name::nearest;
use crate::{Macro, Value};

/// The operations by every name they may have in a file.
const OPERATIONS: [(&str, &str); 16] = [
    ("read", "read"),
    ("list", "list"),
    ("view", "view"),
    ("insert", "insert"),
    ("create", "insert"),
    ("update", "update"),
    ("delete", "delete"),
    ("execute", "execute"),
    ("readRule", "read"),
    ("listRule", "list"),
    ("viewRule", "view"),
    ("insertRule", "insert"),
    ("createRule", "insert"),
    ("updateRule", "update"),
    ("deleteRule", "delete"),
    ("executeRule", "execute"),
];

/// Lists of fields by every name they may have.
const LISTS: [(&str, &str); 5] = [
    ("list_fields", "list_fields"),
    ("view_fields", "view_fields"),
    ("create_fields", "create_fields"),
    ("insert_fields", "create_fields"),
    ("update_fields", "update_fields"),
];

/// One file of rules.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The file itself.
    pub source: Source,
    /// What it says.
    pub rules: Vec<RuleText>,
}

/// One rule of it, or another option.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// The field that it is about, or the whole record.
    pub field: Option<String>,
    /// `read`, `list`, `view`, `insert`, `update`, `delete` or `execute`; of a field
    /// also `write`, `mask` and `unmasked`; or a list of fields such as `list_fields`.
    pub option: &'static str,
    /// The rule, or what the option says. Nothing, under no option: the field's own
    /// table.
    pub value: Value,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl RuleFile {
    /// The collection that the rules are for.
    pub fn collection(&self) -> &str {
        self.source.collection()
    }

    /// A mistake at a byte of one of its rules; at the field's table if there is no
    /// such rule, or else at the top of the file.
    pub fn mistake(
        &self,
        field: Option<&str>,
        option: &str,
        offset: usize,
        message: String,
        hint: Option<String>,
    ) -> Mistake {
        let text = &self.source.text;
        let find = |option: &str| {
            let mut rules = self.rules.iter();
            rules.find(|rule| rule.field.as_deref() == field && rule.option == option)
        };
        let at = match (find(option), find("")) {
            (Some(rule), _) if rule.value.is_string() => {
                let written = text.get(rule.start..rule.end).unwrap_or_default();
                rule.start + written_offset(written, offset)
            }
            (Some(rule), _) | (None, Some(rule)) => rule.start,
            (None, None) => 0,
        };
        Mistake::new(&self.source, Place::of(text, at), message, hint)
    }
}

/// The file of the app's own macros: its keys are their signatures.
pub(super) fn read_macros(
    source: &Source,
    table: &DeTable<'_>,
    mistakes: &mut Mistakes,
) -> (Vec<Macro>, RuleFile) {
    let mut macros: Vec<Macro> = Vec::new();
    let mut rules = Vec::new();
    for (key, value) in table.iter() {
        let at = key.span().start;
        let DeValue::String(text) = value.get_ref() else {
            let hint = Some("write the expression in quotes".to_owned());
            mistakes.add(value.span().start, "a macro is a text", hint);
            continue;
        };
        let read = match Macro::new(key.get_ref(), text) {
            Ok(read) => read,
            Err(message) => {
                mistakes.add(at, message, None);
                continue;
            }
        };
        if macros.iter().any(|known| known.name == read.name) {
            mistakes.add(at, format!("there is a macro @{} already", read.name), None);
            continue;
        }
        rules.push(RuleText {
            field: Some(read.name.clone()),
            option: "macro",
            value: Value::from(text.as_ref()),
            start: value.span().start,
            end: value.span().end,
        });
        macros.push(read);
    }
    let source = source.clone();
    (macros, RuleFile { source, rules })
}

pub(super) fn read(source: &Source, table: &DeTable<'_>, mistakes: &mut Mistakes) -> RuleFile {
    let mut rules: Vec<RuleText> = Vec::new();
    for (key, value) in table.iter() {
        let name: &str = key.get_ref();
        let at = key.span().start;
        if name == "fields" {
            rules.extend(fields::read(value, mistakes));
            continue;
        }
        let known = OPERATIONS.iter().chain(&LISTS);
        let Some((_, option)) = known.clone().find(|(known, _)| *known == name) else {
            let hint = match nearest(name, known.map(|(known, _)| *known).chain(["fields"])) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "there are: read, list, view, insert, update, delete, execute".to_owned(),
            };
            mistakes.add(at, format!("there is no operation `{name}`"), Some(hint));
            continue;
        };
        let is_list = LISTS.iter().any(|(list, _)| list == option);
        let read = match (value.get_ref(), is_list) {
            (DeValue::String(text), _) => Some(Value::from(text.as_ref())),
            (DeValue::Array(items), true) => items
                .iter()
                .map(|item| item.get_ref().as_str().map(Value::from))
                .collect(),
            _ => None,
        };
        let Some(read) = read else {
            let (told, hint) = match is_list {
                true => (
                    "this is a list of fields",
                    "write [\"title\", \"body\"], or \"*\" for all",
                ),
                false => (
                    "a rule is a text",
                    "write it in quotes; `\"true\"` lets everybody",
                ),
            };
            mistakes.add(value.span().start, told, Some(hint.to_owned()));
            continue;
        };
        if rules
            .iter()
            .any(|rule| rule.field.is_none() && rule.option == *option)
        {
            mistakes.add(at, format!("there is a rule for {option} already"), None);
            continue;
        }
        rules.push(RuleText {
            field: None,
            option,
            value: read,
            start: value.span().start,
            end: value.span().end,
        });
    }
    RuleFile {
        source: source.clone(),
        rules,
    }
}

/// Where in a text as it is written, quotes and escapes and all, a byte of the
/// text that it means is.
fn written_offset(written: &str, offset: usize) -> usize {
    let quote = written.get(..1).unwrap_or_default();
    let long = written.starts_with(&quote.repeat(3)) && written.len() >= 6;
    let mut at = if long { 3 } else { 1 };
    if long {
        // A line break right behind the quotes is not part of the text.
        let rest = written.get(at..).unwrap_or_default();
        at += ["\r\n", "\n"]
            .iter()
            .find(|end| rest.starts_with(**end))
            .map_or(0, |end| end.len());
    }
    let mut meant = 0;
    while meant < offset {
        let rest = written.get(at..).unwrap_or_default();
        let (length, means) = step(rest, quote == "\"");
        if length == 0 {
            break;
        }
        at += length;
        meant += means;
    }
    at
}

/// The next character as written: its bytes there, and the bytes that it means.
fn step(rest: &str, escapes: bool) -> (usize, usize) {
    let Some(first) = rest.chars().next() else {
        return (0, 0);
    };
    if first != '\\' || !escapes {
        return (first.len_utf8(), first.len_utf8());
    }
    let code = |digits: usize| {
        let number = rest
            .get(2..2 + digits)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        number.and_then(char::from_u32).map_or(1, char::len_utf8)
    };
    match rest.chars().nth(1) {
        Some('u') => (6, code(4)),
        Some('U') => (10, code(8)),
        Some('x') => (4, code(2)),
        // A backslash at the end of a line swallows the space up to the next text.
        Some(next) if next.is_whitespace() => {
            let swallowed = rest.get(1..).unwrap_or_default();
            (1 + swallowed.len() - swallowed.trim_start().len(), 0)
        }
        Some(next) => (1 + next.len_utf8(), 1),
        None => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_the_rule_is_found_in_the_file() {
        for (written, offset, expected) in [
            ("\"a = b\"", 0, 1),
            ("\"a = b\"", 4, 5),
            ("'a = b'", 4, 5),
            ("\"\"\"\na\nb\"\"\"", 2, 6),
            ("'''\r\na'''", 0, 5),
            (r#""a \"x\" b""#, 6, 9),
            (r#""\u00e9b""#, 2, 7),
            ("\"\"\"a \\\n   b\"\"\"", 2, 5),
            ("\"a\"", 9, 3),
        ] {
            assert_eq!(
                written_offset(written, offset),
                expected,
                "{written} {offset}"
            );
        }
    }
}
