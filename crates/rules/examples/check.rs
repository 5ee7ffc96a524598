//! `npm run rules:check`: everything wrong with `schema/` and `rules/`, and what is
//! worth a second look, as text or with `--json` for editors. Fails for mistakes
//! alone.

#[path = "support/arguments.rs"]
mod arguments;
#[path = "../../../build/declare.rs"]
mod declare;

use std::path::Path;
use std::process::ExitCode;

use ringfence_rules::syntax::parse;
use ringfence_rules::weigh::{Severity, weigh};
use ringfence_rules::{Operation, RuleTexts};
use ringfence_schema::Schema;
use ringfence_schema::declaration::{Mistake, RuleFile, Source, read_rules};
use serde::Serialize;

/// A remark as editors take it: lines and columns from 1, the end exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Remark<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    severity: Severity,
    message: &'a str,
    hint: Option<&'a str>,
}

const HELP: &str = "Usage: npm run rules:check -- [--json] [FOLDER]

Prints every mistake in schema/ and rules/, and what is worth a second look: rules that
never or always hold, clauses that are never reached, and reads that no index serves.
Ends with 1 if there is a mistake.

  --json   as JSON, for editors
  FOLDER   where schema/ and rules/ are; here, if it is not given";

fn main() -> ExitCode {
    let words = match arguments::words(std::env::args(), HELP, &["--json"], 1) {
        Ok(words) => words,
        Err(code) => return code,
    };
    let as_json = words.iter().any(|word| word == "--json");
    let folder = words.iter().find(|word| *word != "--json");
    match run(Path::new(folder.map_or(".", String::as_str)), as_json) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether there is no mistake.
fn run(root: &Path, as_json: bool) -> std::io::Result<bool> {
    let schema = declare::read_folder(root, "schema")?;
    let rules = declare::read_folder(root, "rules")?;
    let found = match declare::check(&schema, &rules) {
        Err(mistakes) => mistakes
            .into_iter()
            .map(|mistake| (Severity::Error, mistake))
            .collect(),
        Ok((schema, texts)) => second_looks(&schema, &texts, &rules),
    };
    let has_errors = found
        .iter()
        .any(|(severity, _)| *severity == Severity::Error);
    match as_json {
        true => print_json(&found)?,
        false => print_text(&found),
    }
    Ok(!has_errors)
}

fn second_looks(
    schema: &Schema,
    texts: &RuleTexts,
    sources: &[Source],
) -> Vec<(Severity, Mistake)> {
    let (files, _) = read_rules(sources);
    let mut found = Vec::new();
    for file in &files {
        let Some(collection) = schema.get(file.collection()) else {
            continue;
        };
        for operation in Operation::ALL {
            let Some((option, text)) = own_text(texts, file, operation) else {
                continue;
            };
            let Ok(expr) = parse(text) else { continue };
            for (severity, remark) in weigh(schema, collection, operation, &expr) {
                let mistake = declare::place(file, None, option, &remark);
                found.push((severity, mistake));
            }
        }
    }
    found.sort_by(|(_, a), (_, b)| a.cmp(b));
    found
}

/// The rule of an operation and the option that it stands in; what `read` says of
/// both list and view is looked at once.
fn own_text<'a>(
    texts: &'a RuleTexts,
    file: &RuleFile,
    operation: Operation,
) -> Option<(&'static str, &'a str)> {
    let text = texts.get(file.collection())?.get(operation)?;
    let own = file
        .rules
        .iter()
        .find(|rule| rule.field.is_none() && rule.option == operation.name());
    match (own, operation) {
        (Some(rule), _) => Some((rule.option, text)),
        (None, Operation::List) => Some(("read", text)),
        (None, _) => None,
    }
}

fn print_json(found: &[(Severity, Mistake)]) -> std::io::Result<()> {
    let remarks: Vec<Remark<'_>> = found
        .iter()
        .map(|(severity, mistake)| Remark {
            file: &mistake.path,
            line: mistake.place.line,
            column: mistake.place.column,
            end_line: mistake.end.line,
            end_column: mistake.end.column,
            severity: *severity,
            message: &mistake.message,
            hint: mistake.hint.as_deref(),
        })
        .collect();
    println!("{}", serde_json::to_string(&remarks)?);
    Ok(())
}

fn print_text(found: &[(Severity, Mistake)]) {
    let count = |wanted| {
        found
            .iter()
            .filter(|(severity, _)| *severity == wanted)
            .count()
    };
    for (severity, mistake) in found {
        let word = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "note",
        };
        println!("{word}: {mistake}");
    }
    println!(
        "rules: {} errors, {} warnings, {} notes",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Information)
    );
}
