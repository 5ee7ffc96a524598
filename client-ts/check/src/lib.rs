//! What is wrong with an app's schema and rules, for the command line of the
//! client: the very check of the build, compiled to Wasm.
//!
//! Takes texts and gives texts; reading files and showing mistakes is up to the
//! command.

#[path = "../../../build/declare.rs"]
#[expect(
    dead_code,
    reason = "the build reads folders with it; here the command does"
)]
mod declare;

use ringfence_schema::declaration::{Mistake, Source};
use serde::{Deserialize, Serialize};

/// A file with its text.
#[derive(Deserialize)]
struct File {
    path: String,
    text: String,
}

/// The files of both folders.
#[derive(Deserialize)]
struct Files {
    schema: Vec<File>,
    rules: Vec<File>,
}

/// One thing that is wrong, with its place: line and column from 1.
#[derive(Serialize)]
struct Found<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    hint: Option<&'a str>,
}

/// Everything that is wrong with `{"schema": [{path, text}], "rules": […]}`, as a
/// JSON list of `{path, line, column, message, hint}`.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
#[must_use]
pub fn check(files: &str) -> String {
    let files = match serde_json::from_str::<Files>(files) {
        Ok(files) => files,
        Err(error) => return write(&[Found::unreadable(&error.to_string())]),
    };
    let mistakes = declare::check(&sources(files.schema), &sources(files.rules))
        .err()
        .unwrap_or_default();
    let found: Vec<Found<'_>> = mistakes.iter().map(Found::of).collect();
    write(&found)
}

impl<'a> Found<'a> {
    fn of(mistake: &'a Mistake) -> Self {
        Self {
            path: &mistake.path,
            line: mistake.place.line,
            column: mistake.place.column,
            message: &mistake.message,
            hint: mistake.hint.as_deref(),
        }
    }

    /// The files themselves did not arrive as they should: the caller's mistake.
    fn unreadable(message: &'a str) -> Self {
        Self {
            path: "the files",
            line: 1,
            column: 1,
            message,
            hint: None,
        }
    }
}

fn write(found: &[Found<'_>]) -> String {
    serde_json::to_string(found).unwrap_or_default()
}

fn sources(files: Vec<File>) -> Vec<Source> {
    let source = |File { path, text }| Source { path, text };
    files.into_iter().map(source).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use serde_json::{Value, json};

    fn found(schema: &str, rules: &str) -> Vec<Value> {
        let files = json!({
            "schema": [{"path": "schema/notes.toml", "text": schema}],
            "rules": [{"path": "rules/notes.toml", "text": rules}],
        });
        serde_json::from_str(&check(&files.to_string())).unwrap()
    }

    const SCHEMA: &str = "[fields.title]\ntype = \"text\"\n";

    #[test]
    fn what_is_right_is_not_mentioned() {
        assert!(found(SCHEMA, "read = \"title = 'x'\"\n").is_empty());
    }

    #[test]
    fn a_mistake_has_its_place_and_its_hint() {
        for (schema, rules, path, line, column, hint) in [
            (
                SCHEMA,
                "# a rule\nread = \"titel = 'x'\"",
                "rules/notes.toml",
                2,
                9,
                "title",
            ),
            (
                "[fields.title]\ntype = \"txt\"\n",
                "",
                "schema/notes.toml",
                2,
                8,
                "text",
            ),
        ] {
            let mistakes = found(schema, rules);
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
            let mistake = &mistakes[0];
            assert_eq!(mistake["path"], path);
            assert_eq!(
                (&mistake["line"], &mistake["column"]),
                (&json!(line), &json!(column))
            );
            assert!(
                mistake["hint"].as_str().unwrap().contains(hint),
                "{mistake}"
            );
        }
    }

    #[test]
    fn files_that_are_no_json_are_a_mistake_too() {
        assert!(check("{").contains("the files"));
    }
}
