//! Takes options out of a table one by one, and knows which nobody took.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Mistake, Place, Source};
use crate::Value;
use crate::name::nearest;
use crate::validate::INTEGER_MAX;

/// What is wrong with one file, by byte.
#[derive(Default)]
pub(super) struct Mistakes(Vec<(usize, String, Option<String>)>);

impl Mistakes {
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>, hint: Option<String>) {
        self.0.push((at, message.into(), hint));
    }

    pub(super) fn placed(self, source: &Source) -> impl Iterator<Item = Mistake> {
        self.0.into_iter().map(|(at, message, hint)| {
            Mistake::new(source, Place::of(&source.text, at), message, hint)
        })
    }
}

/// One table of a file, while it is read.
pub(super) struct Reader<'t, 'i, 'm> {
    table: &'t DeTable<'i>,
    known: Vec<&'static str>,
    pub(super) mistakes: &'m mut Mistakes,
}

impl<'t, 'i, 'm> Reader<'t, 'i, 'm> {
    pub(super) fn new(table: &'t DeTable<'i>, mistakes: &'m mut Mistakes) -> Self {
        Self {
            table,
            known: Vec::new(),
            mistakes,
        }
    }

    /// The value of an option, whatever it is.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.get(key)
    }

    /// Reports every option that nobody took.
    pub(super) fn finish(self, of: &str) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let hint = match nearest(name, self.known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", self.known.join(", ")),
            };
            let message = format!("{of} has no option `{name}`");
            self.mistakes.add(key.span().start, message, Some(hint));
        }
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            other => self.expected(key, "a text", other, value.span()),
        }
    }

    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        let read = |reader: &mut Self| {
            let value = reader.take(key)?;
            match value.get_ref() {
                DeValue::Boolean(truth) => Some(*truth),
                other => reader.expected(key, "true or false", other, value.span()),
            }
        };
        read(self).unwrap_or(false)
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<f64> {
        let value = self.take(key)?;
        match to_json(value.get_ref()).as_ref().and_then(Value::as_f64) {
            Some(number) => Some(number),
            None => self.expected(key, "a number", value.get_ref(), value.span()),
        }
    }

    /// A whole number from 0.
    pub(super) fn count(&mut self, key: &'static str) -> Option<u32> {
        let value = self.take(key)?;
        let whole = to_json(value.get_ref()).as_ref().and_then(Value::as_u64);
        match whole.and_then(|number| u32::try_from(number).ok()) {
            Some(number) => Some(number),
            None => self.expected(key, "a whole number from 0", value.get_ref(), value.span()),
        }
    }

    /// A whole number of bytes from 0, which may be many.
    pub(super) fn bytes(&mut self, key: &'static str) -> Option<u64> {
        let value = self.take(key)?;
        let whole = to_json(value.get_ref()).as_ref().and_then(Value::as_u64);
        match whole.filter(|number| *number <= INTEGER_MAX.unsigned_abs()) {
            Some(number) => Some(number),
            None => self.expected(
                key,
                "a number of bytes from 0",
                value.get_ref(),
                value.span(),
            ),
        }
    }

    /// A list of texts; one text stands for a list of it.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.take(key) else {
            return Vec::new();
        };
        let texts = match value.get_ref() {
            DeValue::String(text) => Some(vec![text.to_string()]),
            DeValue::Array(items) => items
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect(),
            _ => None,
        };
        texts
            .or_else(|| self.expected(key, "a list of texts", value.get_ref(), value.span()))
            .unwrap_or_default()
    }

    /// Any value that JSON has too.
    pub(super) fn json(&mut self, key: &'static str) -> Option<Value> {
        let value = self.take(key)?;
        match to_json(value.get_ref()) {
            Some(json) => Some(json),
            None => self.expected(key, "a value that JSON has", value.get_ref(), value.span()),
        }
    }

    /// One of several words.
    pub(super) fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.take(key)?;
        let given = value.get_ref().as_str().unwrap_or_default();
        let found = words.iter().find(|(word, _)| *word == given);
        if let Some((_, meaning)) = found {
            return Some(*meaning);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let hint = match nearest(given, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("there are: {}", names.join(", ")),
        };
        self.mistakes.add(
            value.span().start,
            format!("there is no {key} `{given}`"),
            Some(hint),
        );
        None
    }

    fn expected<T>(
        &mut self,
        key: &str,
        wanted: &str,
        found: &DeValue<'_>,
        span: Range<usize>,
    ) -> Option<T> {
        let message = format!("`{key}` is {wanted}, not {}", article(found.type_str()));
        self.mistakes.add(span.start, message, None);
        None
    }
}

fn article(kind: &str) -> String {
    let an = kind.starts_with(['a', 'i']);
    format!("{} {kind}", if an { "an" } else { "a" })
}

fn to_json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Integer(number) => {
            Value::from(i64::from_str_radix(number.as_str(), number.radix()).ok()?)
        }
        DeValue::Float(number) => Value::from(
            number
                .as_str()
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite())?,
        ),
        DeValue::Datetime(moment) => Value::from(moment.to_string()),
        DeValue::Array(items) => items
            .iter()
            .map(|item| to_json(item.get_ref()))
            .collect::<Option<Vec<_>>>()?
            .into(),
        DeValue::Table(table) => Value::Object(
            table
                .iter()
                .map(|(key, item)| Some((key.get_ref().to_string(), to_json(item.get_ref())?)))
                .collect::<Option<_>>()?,
        ),
    })
}
