//! `npm run rules:report`: per collection and operation, what the public and any
//! signed-in user can reach, as a table or with `--json`.

#[path = "support/arguments.rs"]
mod arguments;
#[path = "../../../build/declare.rs"]
mod declare;

use std::path::Path;
use std::process::ExitCode;

use ringfence_rules::report::{Audience, reach};
use ringfence_rules::syntax::parse;
use ringfence_rules::{Operation, RuleTexts};
use ringfence_schema::Schema;
use serde::Serialize;

/// One line of the report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    collection: String,
    operation: Operation,
    public: String,
    signed_in: String,
}

const HELP: &str = "Usage: npm run rules:report -- [--json] [FOLDER]

Prints, for each collection and operation, what the public and what any signed-in
user can reach by the rules.

  --json   as JSON, for programs
  FOLDER   where schema/ and rules/ are; here, if it is not given";

fn main() -> ExitCode {
    let words = match arguments::words(std::env::args(), HELP, &["--json"], 1) {
        Ok(words) => words,
        Err(code) => return code,
    };
    let as_json = words.iter().any(|word| word == "--json");
    let folder = words.iter().find(|word| *word != "--json");
    match run(Path::new(folder.map_or(".", String::as_str)), as_json) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, as_json: bool) -> Result<(), String> {
    let read = |folder| declare::read_folder(root, folder).map_err(|error| error.to_string());
    let declared = declare::check(&read("schema")?, &read("rules")?);
    let (schema, texts) = declared.map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    let lines = report(&schema, &texts)?;
    match as_json {
        true => println!(
            "{}",
            serde_json::to_string(&lines).map_err(|error| error.to_string())?
        ),
        false => print(&lines),
    }
    Ok(())
}

fn report(schema: &Schema, texts: &RuleTexts) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for collection in &schema.collections {
        for operation in Operation::ALL {
            let text = texts
                .get(&collection.name)
                .and_then(|texts| texts.get(operation));
            let rule = text.map(parse).transpose().map_err(|e| e.to_string())?;
            if rule.is_none() && operation == Operation::Execute {
                continue;
            }
            let of = |audience| {
                reach(schema, collection, operation, rule.as_ref(), audience).describe(audience)
            };
            lines.push(Line {
                collection: collection.name.clone(),
                operation,
                public: of(Audience::Public),
                signed_in: of(Audience::SignedIn),
            });
        }
    }
    Ok(lines)
}

/// Conditions are long: a line each, under what they are about.
fn print(lines: &[Line]) {
    let mut last = "";
    for line in lines {
        if line.collection != last {
            println!(
                "{}{}",
                if last.is_empty() { "" } else { "\n" },
                line.collection
            );
        }
        last = &line.collection;
        println!("  {:<8} public     {}", line.operation.name(), line.public);
        println!("  {:<8} signed in  {}", "", line.signed_in);
    }
}
