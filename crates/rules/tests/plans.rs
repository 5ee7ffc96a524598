//! The SQL is of a form that indexes serve: no full scan for the everyday rules.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use ringfence_rules::{Fragment, sql};
use ringfence_rules_proof::case::CaseFile;
use ringfence_rules_proof::database::Database;

const WORLD: &str = r#"
collection users auth
  role text
  teams relation many teams
collection teams
  name text
collection memberships
  team relation teams
  user relation users
collection posts
  title text
  owner relation users
  ownerId text
  team relation teams
  published bool
  status select draft published
  due date
record users {"id":"u1","teams":["t1"]}
macro is_member(of: teams): @of IN (SELECT team FROM memberships WHERE user = @request.auth.id)
caller anna users/u1
"#;

/// The plan of a list under a rule, for a caller who is signed in.
fn plan(rule: &str) -> Vec<String> {
    let file = CaseFile::parse(&format!("{WORLD}rule posts list: {rule}"));
    let world = &file.world;
    let database = Database::new(world);
    database.execute(
        "CREATE INDEX posts_owner ON posts(owner);
         CREATE INDEX posts_owner_id ON posts(ownerId);
         CREATE INDEX posts_team ON posts(team);
         CREATE INDEX posts_published ON posts(published);
         CREATE INDEX posts_due ON posts(due);
         CREATE INDEX memberships_user ON memberships(user);",
    );
    let question = &file.cases[0].question;
    let predicate = question.predicate(world, &world.ruleset()).expect(rule);
    let fragment = sql::emit(&predicate, "t", &world.caller(&world.people[0]));
    // What a list adds: the condition stands beside others.
    let whole = Fragment {
        text: format!("({}) AND 1", fragment.text),
        params: fragment.params,
    };
    database.plan("SELECT t.id FROM posts AS t WHERE", &whole)
}

#[track_caller]
fn check(rule: &str, indexes: &[&str]) {
    let plan = plan(rule);
    assert!(
        !plan.iter().any(|step| step.starts_with("SCAN t")),
        "{rule}: {plan:#?}"
    );
    for index in indexes {
        let used = plan
            .iter()
            .any(|step| step.contains(&format!("INDEX {index} ")));
        assert!(used, "{rule} does not use {index}: {plan:#?}");
    }
}

#[test]
fn an_owner_rule_is_a_search() {
    check("owner = @request.auth.id", &["posts_owner"]);
    check("ownerId = @request.auth.id", &["posts_owner_id"]);
    check(
        "@request.auth.id = owner && title != \"x\"",
        &["posts_owner"],
    );
    check(
        "@request.auth.id != \"\" && owner = @request.auth.id",
        &["posts_owner"],
    );
}

#[test]
fn an_or_of_two_indexed_terms_uses_both() {
    check(
        "published = true || owner = @request.auth.id",
        &["posts_published", "posts_owner"],
    );
    check(
        "published || owner = @request.auth.id || ownerId = @request.auth.id",
        &["posts_published", "posts_owner", "posts_owner_id"],
    );
    check(
        "owner = @request.auth.id || team IN (SELECT team FROM memberships WHERE user = @request.auth.id)",
        &["posts_owner", "posts_team", "memberships_user"],
    );
}

#[test]
fn membership_is_a_search_of_both_tables() {
    check(
        "team IN (SELECT team FROM memberships WHERE user = @request.auth.id)",
        &["posts_team", "memberships_user"],
    );
    check("@request.auth.teams ?= team", &["posts_team"]);
    check(
        "owner IN (\"u1\", \"u2\", \"u3\", \"u4\", \"u5\", \"u6\")",
        &["posts_owner"],
    );
}

#[test]
fn a_macro_is_searched_as_what_it_stands_for() {
    check(
        "published = true || @is_member(team)",
        &["posts_published", "posts_team", "memberships_user"],
    );
}

#[test]
fn what_the_rule_says_of_the_caller_is_no_reason_to_scan() {
    check(
        "@request.auth.role = \"admin\" || owner = @request.auth.id",
        &["posts_owner"],
    );
    check("due > @now && due < @tomorrow", &["posts_due"]);
}

#[test]
fn a_value_of_a_rule_is_never_in_the_text() {
    let file = CaseFile::parse(&format!(
        "{WORLD}rule posts list: title = \"s3cret\" || title ~ \"s3cret%\" || team IN (SELECT id FROM teams WHERE name = \"s3cret\")"
    ));
    let question = &file.cases[0].question;
    let ruleset = file.world.ruleset();
    let predicate = question.predicate(&file.world, &ruleset).expect("a rule");
    let template = sql::template(&predicate, "t");
    assert!(!template.text.contains("s3cret"), "{}", template.text);
    assert_eq!(template.text.matches('?').count(), template.params());
}
