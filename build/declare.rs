//! From the files of `schema/` and `rules/` to what they declare, or to everything
//! that is wrong with them.
//!
//! Shared by `build.rs` and its tests.

use std::path::Path;

use ringfence_rules::{Diagnostic, OperationTexts, RuleTexts, Ruleset};
use ringfence_schema::Schema;
use ringfence_schema::declaration::{
    Mistake, RuleFile, Source, read_macros, read_rules, read_schema,
};

/// Checks the declaration whole.
pub fn check(schema: &[Source], rules: &[Source]) -> Result<(Schema, RuleTexts), Vec<Mistake>> {
    let (mut schema, mut mistakes) = read_schema(schema);
    let (macros, macro_file, more) = read_macros(rules);
    schema.macros = macros;
    mistakes.extend(more);
    let (files, more) = read_rules(rules);
    mistakes.extend(more);
    let mut texts = RuleTexts::new();
    for file in &files {
        match operation_texts(file) {
            Ok(read) => {
                texts.insert(file.collection().to_owned(), read);
            }
            Err(error) => mistakes.push(file.mistake(None, "", 0, error.to_string(), None)),
        }
    }
    // Rules are checked against a schema that holds: what is wrong with it would
    // only be told a second time, in other words.
    if mistakes.is_empty()
        && let Err(errors) = Ruleset::new(&schema, &texts)
    {
        for error in errors {
            let Some(file) = files
                .iter()
                .chain(&macro_file)
                .find(|file| file.collection() == error.collection)
            else {
                continue;
            };
            let found = error.diagnostic;
            // What is wrong in a macro is told there too.
            if let (Some(inside), Some(macros)) = (&found.inside, &macro_file) {
                let told = format!(
                    "the rule {} of {} cannot use this",
                    error.option, error.collection
                );
                let name = Some(inside.name.as_str());
                mistakes.push(macros.mistake(name, "macro", inside.span.start, told, None));
            }
            let field = error.field.as_deref();
            mistakes.push(place(file, field, error.option, &found));
        }
    }
    mistakes.sort();
    mistakes.dedup();
    if mistakes.is_empty() {
        Ok((schema, texts))
    } else {
        Err(mistakes)
    }
}

/// What is said of a rule as what is said of its file.
pub fn place(file: &RuleFile, field: Option<&str>, option: &str, found: &Diagnostic) -> Mistake {
    let at = |offset| {
        let (message, hint) = (found.message.clone(), found.hint.clone());
        file.mistake(field, option, offset, message, hint)
    };
    Mistake {
        end: at(found.span.end).place,
        ..at(found.span.start)
    }
}

/// The TOML files of a folder, by name; none if there is no such folder.
pub fn read_folder(root: &Path, folder: &str) -> std::io::Result<Vec<Source>> {
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // A test of rules stands beside them.
        if name.ends_with(".toml") && !name.ends_with(".test.toml") {
            let path = format!("{folder}/{name}");
            let text = std::fs::read_to_string(root.join(&path))?;
            sources.push(Source { path, text });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn operation_texts(file: &RuleFile) -> serde_json::Result<OperationTexts> {
    let mut whole = serde_json::Map::new();
    let mut fields = serde_json::Map::new();
    for rule in &file.rules {
        let said = match &rule.field {
            None => &mut whole,
            Some(field) => {
                let of_field = fields.entry(field).or_insert_with(|| serde_json::json!({}));
                match of_field.as_object_mut() {
                    Some(of_field) => of_field,
                    None => continue,
                }
            }
        };
        if !rule.option.is_empty() {
            said.insert(rule.option.to_owned(), rule.value.clone());
        }
    }
    whole.insert("fields".to_owned(), fields.into());
    serde_json::from_value(whole.into())
}
