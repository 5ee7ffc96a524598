//! A short run of the differential test; `--example prove` is the long one.

use std::time::{SystemTime, UNIX_EPOCH};

use ringfence_rules_proof::case::{CaseFile, print};
use ringfence_rules_proof::dice::Dice;
use ringfence_rules_proof::generate;
use ringfence_rules_proof::prove::Proof;

#[test]
fn both_engines_agree_on_random_conditions() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    for seed in [1, now.map_or(2, |since| since.as_nanos() as u64)] {
        let mut proof = Proof::default();
        if let Err(case) = proof.run(seed, 1_500, |_| ()) {
            panic!("seed {seed}:\n{case}");
        }
    }
}

#[test]
fn a_failing_case_is_printed_as_a_case_file() {
    let mut dice = Dice::new(5);
    let mut printed = 0;
    while printed < 100 {
        let mut world = generate::world(&mut dice);
        generate::give_rules(&mut dice, &mut world);
        let question = generate::question(&mut dice, &world);
        if question.predicate(&world, &world.ruleset()).is_err() {
            continue;
        }
        for person in &world.people {
            let text = print(&world, &question, person, "a note");
            let file = CaseFile::parse(&text);
            let failures = file.failures();
            assert!(failures.is_empty(), "{text}\n{}", failures.join("\n"));
        }
        printed += 1;
    }
}
