//! The house rules that a compiler does not know: sizes, headers, directions,
//! and words that do not belong into a public tree.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 600;
const SKIPPED: [&str; 7] = [
    "target",
    "node_modules",
    ".git",
    ".tools",
    ".wrangler",
    ".ringfence",
    "dist",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !SKIPPED.contains(&name.as_str()) {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Every file below the folder with one of the endings, with its text.
fn sources(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    let wanted = |path: &PathBuf| {
        endings
            .iter()
            .any(|ending| path.to_string_lossy().ends_with(ending))
    };
    let mut files: Vec<(String, String)> = paths
        .into_iter()
        .filter(wanted)
        .map(|path| {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).unwrap_or_default())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "nothing to check below {folder:?}");
    files
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn files_are_short() {
    let faults: Vec<String> = sources("", &[".rs", ".mjs", ".ts", ".tsx"])
        .iter()
        .filter(|(_, text)| text.lines().count() > LONGEST_FILE)
        .map(|(name, text)| {
            format!(
                "{name}: {} lines; split it by what it does",
                text.lines().count()
            )
        })
        .collect();
    report(&faults);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut faults = Vec::new();
    for (name, text) in sources("", &[".rs"]) {
        if !text.starts_with("//!") {
            faults.push(format!(
                "{name}: open it with `//!`: its job, and what it does not do"
            ));
        }
    }
    for (name, text) in sources("", &[".mjs"]) {
        let first = text
            .lines()
            .find(|line| !line.starts_with("#!"))
            .unwrap_or_default();
        if !first.starts_with("//") && !first.starts_with("/*") {
            faults.push(format!(
                "{name}: open it with a comment: its job, and what it does not do"
            ));
        }
    }
    report(&faults);
}

/// `(below, never mentioned there, why)`
const DIRECTIONS: [(&str, &[&str], &str); 5] = [
    (
        "crates/schema/src",
        &["ringfence_rules", "ringfence::", "rusqlite", "worker::"],
        "the schema knows nobody",
    ),
    (
        "crates/rules/src",
        &["ringfence::", "rusqlite", "worker::"],
        "the rules know the schema alone",
    ),
    (
        "src/app",
        &[
            "crate::edge",
            "crate::system",
            "crate::realm",
            "worker::",
            "wasm_bindgen",
            "js_sys",
        ],
        "an app knows neither the platform nor the other levels",
    ),
    (
        "src/system",
        &[
            "crate::edge",
            "crate::app::",
            "worker::",
            "wasm_bindgen",
            "js_sys",
        ],
        "the system knows neither the platform nor an app",
    ),
    (
        "src/realm",
        &[
            "crate::edge",
            "crate::app::",
            "worker::",
            "wasm_bindgen",
            "js_sys",
        ],
        "a realm knows neither the platform nor an app",
    ),
];

#[test]
fn imports_go_one_way() {
    let mut faults = Vec::new();
    for (folder, never, why) in DIRECTIONS {
        for (name, text) in sources(folder, &[".rs"]) {
            for word in never.iter().filter(|word| text.contains(**word)) {
                faults.push(format!("{name}: mentions {word}, but {why}"));
            }
        }
    }
    for (name, text) in sources("src/app", &[".rs"]) {
        // The operations of a batch are routed as requests of their own are.
        let is_entrance = ["app/mod.rs", "app/routes.rs", "app/batch.rs"]
            .iter()
            .any(|entrance| name.ends_with(entrance));
        if !is_entrance && text.contains("app::routes") {
            faults.push(format!("{name}: a feature never imports the routes"));
        }
    }
    report(&faults);
}

#[test]
fn the_tree_speaks_of_the_project_alone() {
    let endings = [
        ".rs", ".mjs", ".ts", ".tsx", ".md", ".toml", ".json", ".yml", "run", ".case",
    ];
    // Split, so that this file does not accuse itself.
    let words = [
        concat!("/ro", "ot/"),
        concat!("/tmp/", "wt"),
        concat!("/wo", "rk/"),
        concat!("registry.npm", "js.org"),
        concat!("index.crates", ".io"),
        concat!("deb.debian", ".org"),
        concat!("FIX", "ME"),
        concat!("TO", "DO:"),
    ];
    let mut faults = Vec::new();
    for (name, text) in sources("", &endings) {
        for word in words.iter().filter(|word| text.contains(**word)) {
            faults.push(format!("{name}: has {word}"));
        }
    }
    report(&faults);
}
