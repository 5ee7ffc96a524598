//! Proves that both rule engines agree: random conditions about random worlds, in
//! memory and on a real SQLite.

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use ringfence_rules_proof::prove::Proof;

const HELP: &str = "\
Asks random conditions about random records to both rule engines, the evaluator
and SQL on a real SQLite, and fails if they ever differ.

Usage: prove [--cases N] [--seed N]

  --cases N   how many conditions to ask (100000)
  --seed N    where chance starts; printed, so that a failure can be repeated
  --help      this text

A failing case is printed as a case file, for tests/cases.";

fn main() -> ExitCode {
    let (mut cases, mut seed) = (100_000, None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let number = match arg.as_str() {
            "--help" | "-h" => {
                println!("{HELP}");
                return ExitCode::SUCCESS;
            }
            "--cases" | "--seed" => args.next().and_then(|text| text.parse::<u64>().ok()),
            _ => None,
        };
        match (arg.as_str(), number) {
            ("--cases", Some(number)) => cases = number as usize,
            ("--seed", Some(number)) => seed = Some(number),
            _ => {
                eprintln!("`{arg}` is not understood, or has no number after it\n\n{HELP}");
                return ExitCode::from(2);
            }
        }
    }
    let seed = seed.unwrap_or_else(clock);
    println!("{cases} cases, --seed {seed}");
    prove(seed, cases)
}

fn prove(seed: u64, cases: usize) -> ExitCode {
    let started = Instant::now();
    let mut proof = Proof::default();
    let mut told = 0;
    let result = proof.run(seed, cases, |proof| {
        if proof.agreed >= told + 5_000 {
            told = proof.agreed;
            let seconds = started.elapsed().as_secs_f64();
            println!(
                "{told:>9} agreed, {} refused, {seconds:.0} s",
                proof.refused
            );
        }
    });
    if let Err(case) = result {
        eprintln!("The engines differ. As a case file:\n\n{case}");
        return ExitCode::FAILURE;
    }
    println!(
        "{} conditions agreed in {:.1} s; {} more were refused by the checker; {} let some \
         records through and not others.",
        proof.agreed,
        started.elapsed().as_secs_f64(),
        proof.refused,
        proof.telling
    );
    let reached: Vec<&str> = proof.reached.iter().map(String::as_str).collect();
    println!("Reached: {}", reached.join("  "));
    let missing = proof.missing();
    if missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("Not reached: {}", missing.join("  "));
    ExitCode::FAILURE
}

fn clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(1, |since| since.as_nanos() as u64)
}
