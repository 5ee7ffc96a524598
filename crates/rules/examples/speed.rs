//! How long one evaluation takes, natively: the everyday rules on one document.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may panic"
)]

use std::hint::black_box;
use std::time::Instant;

use ringfence_rules::{Input, eval, sql};
use ringfence_rules_proof::case::CaseFile;

const ROUNDS: u32 = 1_000_000;

const CASES: &str = r#"
collection users auth
  role text
  teams relation many teams
collection teams
  name text
collection posts
  title text
  owner relation users
  team relation teams
  published bool
  due date
record users {"id":"abcdefghijklmno","role":"author","teams":["t1","t2"]}
record posts {"id":"p1","title":"Rust at the edge","owner":"abcdefghijklmno","team":"t2","due":"2026-11-21 00:00:00.000Z"}
caller anna users/abcdefghijklmno
rule posts list: owner = @request.auth.id
rule posts list: published = true || owner = @request.auth.id
rule posts list: @request.auth.role = "admin" || (owner = @request.auth.id && due > @now)
rule posts list: @request.auth.teams ?= team
rule posts list: title ~ "EDGE"
rule posts list: title ~ "rust%edge"
"#;

fn main() {
    let file = CaseFile::parse(CASES);
    let (world, ruleset) = (&file.world, file.world.ruleset());
    let caller = world.caller(&world.people[0]);
    let input = Input {
        caller: &caller,
        old: world.records("posts").first(),
        new: None,
    };
    println!("{:>9} {:>9}  rule", "eval ns", "bind ns");
    for case in &file.cases {
        let predicate = case.question.predicate(world, &ruleset).expect("a rule");
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(eval::eval(black_box(&predicate), black_box(&input), world)).expect("a yes");
        }
        let evaluated = started.elapsed();
        let template = sql::template(&predicate, "t");
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(black_box(&template).bind(black_box(&caller)));
        }
        let bound = started.elapsed();
        println!(
            "{:>9} {:>9}  {}",
            (evaluated / ROUNDS).as_nanos(),
            (bound / ROUNDS).as_nanos(),
            case.question.text
        );
    }
}
