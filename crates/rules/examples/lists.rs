//! How long lists under a rule take with a million records, where an index serves
//! them: a page, and the count of all that the caller may see. Fails where a plan
//! goes through the whole table.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may panic"
)]

use std::time::{Duration, Instant};

use ringfence_rules::{Fragment, sql};
use ringfence_rules_proof::case::CaseFile;
use ringfence_rules_proof::database::Database;

const WORLD: &str = r#"
collection users auth
  role text
collection memberships
  team relation teams
  user relation users
collection teams
  name text
collection posts
  title text
  owner relation users
  team relation teams
  published bool
  due date
record users {"id":"u7","role":"author"}
caller anna users/u7
rule posts list: owner = @request.auth.id
rule posts list: team IN (SELECT team FROM memberships WHERE user = @request.auth.id)
rule posts list: published = true || owner = @request.auth.id
rule posts list: @request.auth.role = "admin" || (owner = @request.auth.id && due > @now)
"#;

/// A million posts of 10,000 people in 1,000 teams, each person in two; one post in
/// a thousand is published.
const RECORDS: &str = r#"
INSERT INTO posts (id, title, owner, team, published, due)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
  SELECT 'p' || i, 'Post ' || i, 'u' || (i * 7919 % 10000), 't' || (i * 104729 % 1000),
         CAST(i % 1000 = 0 AS REAL), iif(i % 2, '2026-12-01 00:00:00.000Z', '2026-01-01 00:00:00.000Z')
  FROM n;
INSERT INTO memberships (id, user, team)
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)
  SELECT 'm' || i, 'u' || (i % 10000), 't' || ((i * 31 + i / 10000) % 1000) FROM n;
CREATE INDEX posts_owner ON posts (owner);
CREATE INDEX posts_team ON posts (team);
CREATE INDEX posts_published ON posts (published);
CREATE INDEX memberships_user ON memberships (user);
"#;

const ROUNDS: usize = 25;

fn main() {
    let file = CaseFile::parse(WORLD);
    let world = &file.world;
    let database = Database::new(world);
    database.execute(RECORDS);
    let caller = world.caller(&world.people[0]);
    println!("{:>9} {:>9} {:>8}  rule", "page µs", "count µs", "records");
    for case in &file.cases {
        let predicate = case
            .question
            .predicate(world, &world.ruleset())
            .expect("a rule");
        let fragment = sql::emit(&predicate, "t", &caller);
        let plan = database.plan("SELECT t.id FROM posts AS t WHERE", &fragment);
        let scans = plan.iter().any(|step| step.starts_with("SCAN t"));
        assert!(!scans, "{}: {plan:#?}", case.question.text);
        let page = Fragment {
            text: format!("{} LIMIT 30", fragment.text),
            params: fragment.params.clone(),
        };
        let (page, _) = median(&database, "SELECT t.id FROM posts AS t WHERE", &page);
        let count = "SELECT CAST(count(*) AS TEXT) FROM posts AS t WHERE";
        let (count, answer) = median(&database, count, &fragment);
        println!(
            "{:>9} {:>9} {:>8}  {}",
            page.as_micros(),
            count.as_micros(),
            answer[0],
            case.question.text
        );
    }
}

/// The time in the middle, and the answer.
fn median(database: &Database, before: &str, fragment: &Fragment) -> (Duration, Vec<String>) {
    let mut times = Vec::new();
    let mut answer = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        answer = database.select(before, fragment).expect("an answer");
        times.push(started.elapsed());
    }
    times.sort_unstable();
    (times[ROUNDS / 2], answer)
}
