//! The corpus of case files, through both engines.

#![expect(clippy::expect_used, reason = "a test may panic")]

use std::path::PathBuf;

use ringfence_rules_proof::case::CaseFile;

fn files(folder: &str) -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let entries = std::fs::read_dir(root.join(folder)).expect("the folder of case files");
    let paths = entries.map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "case"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no case files in {folder}");
    files
}

fn run(folder: &str) {
    let mut failures = Vec::new();
    for path in files(folder) {
        let text = std::fs::read_to_string(&path).expect("a case file");
        let file = CaseFile::parse(&text);
        assert!(!file.cases.is_empty(), "no cases in {}", path.display());
        failures.extend(
            file.failures()
                .into_iter()
                .map(|failure| format!("{}: {failure}", path.display())),
        );
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_case_holds_in_memory_and_in_sql() {
    run(".");
}
