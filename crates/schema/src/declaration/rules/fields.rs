//! What a file of rules says of single fields: `[fields.phone]`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::RuleText;
use crate::declaration::reader::{Mistakes, Reader};
use crate::mask::Ends;
use crate::{Mask, Value};

/// The rules that a field can have.
const RULES: [&str; 6] = ["read", "list", "view", "write", "insert", "update"];

/// Everything that is said of fields, in the order of the file.
pub(super) fn read(value: &Spanned<DeValue<'_>>, mistakes: &mut Mistakes) -> Vec<RuleText> {
    let Some(table) = value.get_ref().as_table() else {
        let hint = "rules of a field are a table of its own: `[fields.phone]`".to_owned();
        mistakes.add(value.span().start, "`fields` is a table", Some(hint));
        return Vec::new();
    };
    let mut rules = Vec::new();
    for (key, value) in table.iter() {
        let name: &str = key.get_ref();
        let DeValue::Table(options) = value.get_ref() else {
            let hint = Some(format!("write `[fields.{name}]` and `read = …` below it"));
            mistakes.add(value.span().start, "rules of a field are a table", hint);
            continue;
        };
        let mut add = |option, value, start, end| {
            rules.push(RuleText {
                field: Some(name.to_owned()),
                option,
                value,
                start,
                end,
            });
        };
        add("", Value::Null, key.span().start, key.span().end);
        read_field(options, mistakes, &mut add);
    }
    rules
}

fn read_field(
    options: &DeTable<'_>,
    mistakes: &mut Mistakes,
    add: &mut impl FnMut(&'static str, Value, usize, usize),
) {
    let mut reader = Reader::new(options, mistakes);
    for option in RULES {
        if let Some(text) = reader.text(option) {
            place(&mut reader, option, text.into(), add);
        }
    }
    if let Some(mask) = read_mask(&mut reader)
        && let Ok(mask) = serde_json::to_value(mask)
    {
        place(&mut reader, "mask", mask, add);
    }
    if let Some(value) = reader.take("unmasked") {
        let unmasked = match value.get_ref() {
            DeValue::String(rule) => Value::from(rule.as_ref()),
            _ => Value::from(reader.texts("unmasked")),
        };
        place(&mut reader, "unmasked", unmasked, add);
    }
    reader.finish("a rule of a field");
}

fn read_mask(reader: &mut Reader<'_, '_, '_>) -> Option<Mask> {
    let value = reader.take("mask")?;
    let Some(table) = value.get_ref().as_table() else {
        let named = Mask::NAMED.each_ref();
        let words = named.map(|(name, mask)| (*name, mask));
        return reader.word("mask", &words).cloned();
    };
    let mut ends = Reader::new(table, reader.mistakes);
    let shown = Ends {
        first: ends.count("first").unwrap_or_default(),
        last: ends.count("last").unwrap_or_default(),
    };
    ends.finish("a mask");
    Some(Mask::Ends(shown))
}

fn place(
    reader: &mut Reader<'_, '_, '_>,
    option: &'static str,
    value: Value,
    add: &mut impl FnMut(&'static str, Value, usize, usize),
) {
    if let Some(span) = reader.take(option).map(Spanned::span) {
        add(option, value, span.start, span.end);
    }
}
