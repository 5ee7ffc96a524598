//! What the commands about rules take of their command line.

#[path = "../examples/support/arguments.rs"]
mod arguments;

fn taken(line: &str) -> Option<Vec<String>> {
    let given = line.split_whitespace().map(str::to_owned);
    arguments::words(given, "Usage: …", &["--json"], 1).ok()
}

#[test]
fn options_and_a_folder_are_taken_in_any_order() {
    for line in [
        "check",
        "check --json",
        "check folder",
        "check --json folder",
        "check folder --json",
    ] {
        let words: Vec<_> = line.split_whitespace().skip(1).map(str::to_owned).collect();
        assert_eq!(taken(line), Some(words), "{line}");
    }
}

#[test]
fn a_word_too_many_is_refused_not_passed_over() {
    assert_eq!(taken("check one two"), None);
    assert_eq!(taken("check one --json two"), None);
    assert_eq!(taken("check -j"), None);
    assert_eq!(taken("check --jsn one"), None);
    assert_eq!(taken("check --json --help"), None);
}
