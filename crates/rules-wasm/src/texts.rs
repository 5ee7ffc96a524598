//! The texts of an app's rules from JSON. By hand: a derived reader would be a
//! tenth of what a browser fetches.

use ringfence_rules::{FieldNames, FieldTexts, OperationTexts, RuleTexts, Unmasked};
use ringfence_schema::mask::{Ends, Mask};
use ringfence_schema::{Document, Value};

/// The texts by collection, as the files of `rules/` say them.
pub(crate) fn read(rules: &Document) -> Result<RuleTexts, String> {
    let mut texts = RuleTexts::new();
    for (name, said) in rules {
        let said = said.as_object().ok_or_else(|| wrong(name))?;
        let read = of_collection(said).map_err(|option| wrong(&format!("{name}.{option}")))?;
        texts.insert(name.clone(), read);
    }
    Ok(texts)
}

fn wrong(place: &str) -> String {
    format!("{place} is no rule, or not written as one")
}

/// The rules of a collection, or the option that is none.
fn of_collection(said: &Document) -> Result<OperationTexts, String> {
    let mut texts = OperationTexts::default();
    for (option, value) in said {
        let wrong = || option.clone();
        let slot = match option.as_str() {
            "read" | "readRule" => &mut texts.read,
            "list" | "listRule" => &mut texts.list,
            "view" | "viewRule" => &mut texts.view,
            "insert" | "insertRule" | "create" | "createRule" => &mut texts.insert,
            "update" | "updateRule" => &mut texts.update,
            "delete" | "deleteRule" => &mut texts.delete,
            "execute" | "executeRule" => &mut texts.execute,
            "fields" => {
                for (field, said) in value.as_object().ok_or_else(wrong)? {
                    let said = said.as_object().ok_or_else(wrong)?;
                    let read = of_field(said).map_err(|inner| format!("{field}.{inner}"))?;
                    texts.fields.insert(field.clone(), read);
                }
                continue;
            }
            lists => {
                let slot = match lists {
                    "list_fields" => &mut texts.list_fields,
                    "view_fields" => &mut texts.view_fields,
                    "create_fields" | "insert_fields" => &mut texts.create_fields,
                    "update_fields" => &mut texts.update_fields,
                    _ => return Err(wrong()),
                };
                *slot = Some(FieldNames::Many(names(value).ok_or_else(wrong)?));
                continue;
            }
        };
        *slot = Some(value.as_str().ok_or_else(wrong)?.to_owned());
    }
    Ok(texts)
}

fn of_field(said: &Document) -> Result<FieldTexts, String> {
    let mut texts = FieldTexts::default();
    for (option, value) in said {
        let wrong = || option.clone();
        let slot = match option.as_str() {
            "read" => &mut texts.read,
            "list" => &mut texts.list,
            "view" => &mut texts.view,
            "write" => &mut texts.write,
            "insert" => &mut texts.insert,
            "update" => &mut texts.update,
            "mask" => {
                texts.mask = Some(mask(value).ok_or_else(wrong)?);
                continue;
            }
            "unmasked" => {
                texts.unmasked = Some(match value {
                    Value::String(rule) => Unmasked::Rule(rule.clone()),
                    groups => Unmasked::Groups(names(groups).ok_or_else(wrong)?),
                });
                continue;
            }
            _ => return Err(wrong()),
        };
        *slot = Some(value.as_str().ok_or_else(wrong)?.to_owned());
    }
    Ok(texts)
}

fn mask(said: &Value) -> Option<Mask> {
    if let Some(name) = said.as_str() {
        let named = Mask::NAMED.into_iter().find(|(known, _)| *known == name);
        return named.map(|(_, mask)| mask);
    }
    let count = |end: &str| match said.get(end) {
        Some(count) => count.as_u64().and_then(|count| u32::try_from(count).ok()),
        None => Some(0),
    };
    said.is_object().then_some(Mask::Ends(Ends {
        first: count("first")?,
        last: count("last")?,
    }))
}

/// Texts; one stands for a list of it.
pub(crate) fn names(said: &Value) -> Option<Vec<String>> {
    if let Some(one) = said.as_str() {
        return Some(vec![one.to_owned()]);
    }
    let texts = said.as_array()?.iter();
    texts.map(|text| text.as_str().map(str::to_owned)).collect()
}
