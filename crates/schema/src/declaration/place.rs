//! Where in a file something is.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::Source;

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// Of a byte of a text.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file.
    pub path: String,
    /// Where in it.
    pub place: Place,
    /// Where it ends; the same, where that is not known.
    pub end: Place,
    /// What is wrong.
    pub message: String,
    /// What to do, where there is something to say.
    pub hint: Option<String>,
}

impl Mistake {
    /// A mistake at a place of a file.
    pub fn new(source: &Source, place: Place, message: String, hint: Option<String>) -> Self {
        Self {
            path: source.path.clone(),
            place,
            end: place,
            message,
            hint,
        }
    }

    /// Whether it is at the same place as another.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        (&self.path, self.place) == (&other.path, other.place)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        write!(f, "{}:{line}:{column}: {}", self.path, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n    hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The byte where the path leads, as far as it does: the value of an option, the
/// name of a table.
pub(super) fn find(table: &DeTable<'_>, path: &[String]) -> usize {
    let Some((first, rest)) = path.split_first() else {
        return 0;
    };
    let Some((key, value)) = table.get_key_value(first.as_str()) else {
        return 0;
    };
    let here = match value.get_ref() {
        DeValue::Table(_) | DeValue::Array(_) => key.span().start,
        _ => value.span().start,
    };
    let deeper = match (value.get_ref(), rest) {
        (DeValue::Table(inner), [_, ..]) => Some(find(inner, rest)),
        (DeValue::Array(items), [number, rest @ ..]) => number
            .parse::<usize>()
            .ok()
            .and_then(|number| items.get(number))
            .and_then(|item| item.get_ref().as_table())
            .map(|inner| find(inner, rest)),
        _ => None,
    };
    deeper.filter(|at| *at > 0).unwrap_or(here)
}
