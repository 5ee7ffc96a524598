//! `npm run rules:test`: runs every `rules/*.test.toml` on a database in memory,
//! with both engines. Fails when an answer is not as expected.

#[path = "../crates/rules/examples/support/arguments.rs"]
mod arguments;

use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use ringfence::app::App;
use ringfence::app::declared::declared;
use ringfence::app::rules::test::{TestFile, run};
use ringfence::config::{Config, Quotas};
use ringfence::error::Error;
use ringfence::http::Secret;
use ringfence::store::native::NativeSql;
use ringfence_rules::Ruleset;

const NOW_MS: u64 = 1_795_000_000_000;
const NOW: &str = "2026-11-18 09:46:40.000Z";

const HELP: &str = "Usage: npm run rules:test

Runs every rules/*.test.toml on a database in memory, with both rule engines, and prints
each answer that is not as expected. Ends with 1 if there is one.";

fn main() -> ExitCode {
    if let Err(code) = arguments::words(std::env::args(), HELP, &[], 0) {
        return code;
    }
    match run_all() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run_all() -> Result<bool, String> {
    let app = open().map_err(|error| error.to_string())?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (mut passed, mut failed) = (0, 0);
    let mut untested = Vec::new();
    for collection in &app.schema.collections {
        let name = &collection.name;
        let path = folder.join(format!("{name}.test.toml"));
        let Ok(text) = std::fs::read_to_string(&path) else {
            untested.push(name.as_str());
            continue;
        };
        let told = |message: String| format!("rules/{name}.test.toml: {message}");
        let file: TestFile = toml::from_str(&text).map_err(|error| told(error.to_string()))?;
        let outcome = run(&app, name, &file, NOW).map_err(|error| told(error.message))?;
        for failure in &outcome.failed {
            let line = line_of(&text, failure.case);
            let case = failure.name.as_deref().unwrap_or("case");
            println!("rules/{name}.test.toml:{line}: {case}: {}", failure.message);
        }
        passed += outcome.passed;
        failed += outcome.failed.len();
    }
    if !untested.is_empty() {
        println!("without a test file: {}", untested.join(", "));
    }
    println!("rules: {passed} answers as expected, {failed} not");
    Ok(failed == 0)
}

fn open() -> Result<Rc<App>, Error> {
    let (schema, rules) = declared()?;
    let rules = Ruleset::new(&schema, &rules).map_err(|errors| {
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Error::internal(told.join("\n"))
    })?;
    let config = Config {
        realm_id: "test".into(),
        app_id: "test".into(),
        secret: Secret::new("nobody signs in here"),
        previous_secret: None,
        requests_per_minute: 0,
        logins_per_minute: 0,
        quotas: Quotas::default(),
        logs_every_request: false,
    };
    App::open(Rc::new(NativeSql::memory()?), config, schema, rules, NOW_MS)
}

/// The line that a case begins on.
fn line_of(text: &str, case: usize) -> usize {
    let mut cases = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim() == "[[cases]]");
    cases.nth(case - 1).map_or(1, |(line, _)| line + 1)
}
