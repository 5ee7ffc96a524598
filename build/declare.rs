//! From the files of `schema/` and `rules/` to what they declare, or to everything
//! that is wrong with them.
//!
//! Shared by `build.rs` and its tests.

use std::path::Path;

use ringfence_rules::{OperationTexts, RuleTexts, Ruleset};
use ringfence_schema::Schema;
use ringfence_schema::declaration::{Mistake, RuleFile, Source, read_rules, read_schema};

/// Checks the declaration whole.
pub fn check(schema: &[Source], rules: &[Source]) -> Result<(Schema, RuleTexts), Vec<Mistake>> {
    let (schema, mut mistakes) = read_schema(schema);
    let (files, more) = read_rules(rules);
    mistakes.extend(more);
    let texts: RuleTexts = files
        .iter()
        .map(|file| (file.collection().to_owned(), operation_texts(file)))
        .collect();
    // Rules are checked against a schema that holds: what is wrong with it would
    // only be told a second time, in other words.
    if mistakes.is_empty()
        && let Err(errors) = Ruleset::new(&schema, &texts)
    {
        for error in errors {
            let Some(file) = files
                .iter()
                .find(|file| file.collection() == error.collection)
            else {
                continue;
            };
            let asked = error.operation.name();
            // A list or view rule may be written as `read`.
            let own = file.rules.iter().any(|rule| rule.operation == asked);
            let operation = if own { asked } else { "read" };
            let found = error.diagnostic;
            mistakes.push(file.mistake(operation, found.span.start, found.message, found.hint));
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

/// The TOML files of a folder, by name; none if there is no such folder.
pub fn read_folder(root: &Path, folder: &str) -> std::io::Result<Vec<Source>> {
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            let path = format!("{folder}/{name}");
            let text = std::fs::read_to_string(root.join(&path))?;
            sources.push(Source { path, text });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn operation_texts(file: &RuleFile) -> OperationTexts {
    let text = |operation: &str| {
        let rule = file.rules.iter().find(|rule| rule.operation == operation);
        rule.map(|rule| rule.text.clone())
    };
    OperationTexts {
        read: text("read"),
        list: text("list"),
        view: text("view"),
        insert: text("insert"),
        update: text("update"),
        delete: text("delete"),
        execute: text("execute"),
    }
}
