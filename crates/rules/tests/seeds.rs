//! Rules of the systems that people come from: each parses, checks and means what
//! its documentation says, on both engines.

use ringfence_rules_proof::case::CaseFile;

fn run(text: &str, at_least: usize) {
    let file = CaseFile::parse(text);
    assert!(
        file.cases.len() >= at_least,
        "only {} cases",
        file.cases.len()
    );
    let failures = file.failures();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn rules_of_vski_mean_what_its_page_says() {
    run(include_str!("../../../tests/cases/seeds/vski.case"), 42);
}

#[test]
fn rules_of_snackbase_mean_what_its_pages_say() {
    run(
        include_str!("../../../tests/cases/seeds/snackbase.case"),
        23,
    );
}

#[test]
fn rules_of_baseflare_can_be_said() {
    run(include_str!("../../../tests/cases/seeds/baseflare.case"), 8);
}
