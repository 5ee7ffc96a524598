//! Why rules came out as they did, what audiences reach, what no index serves, and
//! what is worth a second look.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use ringfence_rules::explain::{Clause, Explanation};
use ringfence_rules::report::{Audience, reach};
use ringfence_rules::syntax::parse;
use ringfence_rules::weigh::{Severity, weigh};
use ringfence_rules::{Input, Operation, Usage, check, eval, explain};
use ringfence_rules_proof::case::CaseFile;
use ringfence_rules_proof::world::World;

const WORLD: &str = r#"
collection users auth
  role text
collection teams
  owner relation users
collection members
  user relation users
  team relation teams
  level number
collection posts
  title text
  author relation users
  team relation teams
  public bool
record users {"id": "anna", "role": "editor"}
record users {"id": "bert"}
record teams {"id": "t1", "owner": "anna"}
record members {"id": "m1", "user": "anna", "team": "t1", "level": 1}
record members {"id": "m2", "user": "bert", "team": "t1", "level": 2}
record posts {"id": "p1", "title": "One", "author": "anna", "team": "t1"}
caller anna users/anna
caller bert users/bert
caller nobody
"#;

fn world() -> World {
    CaseFile::parse(WORLD).world
}

fn why(rule: &str, person: &str) -> Explanation {
    let world = world();
    let posts = world.schema.get("posts").expect("posts");
    let mut people = world.people.iter();
    let person = people.find(|known| known.name == person).expect("a caller");
    let caller = world.caller(person);
    let input = Input {
        caller: &caller,
        old: world.records("posts").first(),
        new: None,
    };
    let usage = Usage::Rule(Operation::View);
    let expr = parse(rule).expect(rule);
    let found = explain(&world.schema, posts, usage, &expr, &input, &world);
    let found = found.unwrap_or_else(|error| panic!("{rule}: {error:?}"));
    let predicate = check::check(&world.schema, posts, usage, &expr).expect(rule);
    let evaluated = eval::eval(&predicate, &input, &world).expect(rule);
    assert_eq!(found.holds, evaluated, "{rule}");
    assert_spans(rule, &found.tree);
    found
}

/// Every clause says where it stands: there it parses to itself.
fn assert_spans(rule: &str, clause: &Clause) {
    let there = rule.get(clause.span.start..clause.span.end).expect(rule);
    let again = parse(there).unwrap_or_else(|error| panic!("{there}: {error}"));
    assert_eq!(again.to_string(), clause.text);
    clause
        .clauses
        .iter()
        .for_each(|inner| assert_spans(rule, inner));
}

#[test]
fn the_smallest_clause_that_decides_is_named() {
    for (rule, person, holds, deciding) in [
        (
            "author = @request.auth.id",
            "anna",
            true,
            "author = @request.auth.id",
        ),
        (
            "public = true || author = @request.auth.id",
            "anna",
            true,
            "author = @request.auth.id",
        ),
        (
            "title = \"One\" && author = @request.auth.id",
            "bert",
            false,
            "author = @request.auth.id",
        ),
        (
            "public = true || author = @request.auth.id",
            "bert",
            false,
            "public = true || author = @request.auth.id",
        ),
        (
            "!(public = true || author = @request.auth.id)",
            "anna",
            false,
            "author = @request.auth.id",
        ),
        (
            "title = \"One\" && (public = true || title = \"Two\")",
            "anna",
            false,
            "public = true || title = \"Two\"",
        ),
        (
            "@request.auth.id != null && title != null",
            "nobody",
            false,
            "@request.auth.id != null",
        ),
    ] {
        let found = why(rule, person);
        assert_eq!(found.holds, holds, "{rule}");
        assert_eq!(found.deciding.text, deciding, "{rule}");
    }
}

#[test]
fn what_is_compared_is_told_with_its_value() {
    for (rule, values) in [
        (
            "author = @request.auth.id",
            r#"[{"text":"author","value":"anna"},{"text":"@request.auth.id","value":"bert"}]"#,
        ),
        (
            "team.owner = @request.auth.id",
            r#"[{"text":"team.owner","value":"anna"},{"text":"@request.auth.id","value":"bert"}]"#,
        ),
        ("public = true", r#"[{"text":"public","value":false}]"#),
        (
            "team.members_via_team.level ?> 1",
            r#"[{"text":"team.members_via_team.level","value":[1,2]}]"#,
        ),
        (
            "length(title) = 3",
            r#"[{"text":"length(title)","value":3}]"#,
        ),
        (
            "author IN (SELECT user FROM members WHERE team = \"t1\")",
            r#"[{"text":"author","value":"anna"}]"#,
        ),
        ("title IS NULL", r#"[{"text":"title","value":"One"}]"#),
    ] {
        let told = why(rule, "bert").tree.values;
        assert_eq!(serde_json::to_string(&told).expect(rule), values, "{rule}");
    }
}

#[test]
fn clauses_that_share_a_record_are_told_apart_from_their_sum() {
    let rule = "team.members_via_team.level ?= 1 && team.members_via_team.user ?= \"bert\"";
    let found = why(rule, "anna");
    assert!(!found.holds);
    assert!(found.tree.clauses.iter().all(|clause| clause.holds));
    assert!(found.tree.note.is_some());
    assert_eq!(found.deciding.text, found.tree.text);
}

fn reached(operation: Operation, rule: Option<&str>) -> (String, String) {
    let world = world();
    let posts = world.schema.get("posts").expect("posts");
    let expr = rule.map(|text| parse(text).expect(text));
    let of = |audience| {
        reach(&world.schema, posts, operation, expr.as_ref(), audience).describe(audience)
    };
    (of(Audience::Public), of(Audience::SignedIn))
}

#[test]
fn what_audiences_reach() {
    let members = "team IN (SELECT team FROM members WHERE user = @request.auth.id)";
    for (rule, public, signed_in) in [
        (None, "nobody", "nobody"),
        (Some("true"), "everybody", "anybody signed in"),
        (
            Some("@request.auth.id != null"),
            "nobody",
            "anybody signed in",
        ),
        (Some("@request.auth.id = null"), "everybody", "nobody"),
        (
            Some("author = @request.auth.id"),
            "nobody",
            "author = @request.auth.id",
        ),
        (
            Some("public = true || author = @request.auth.id"),
            "public = true",
            "public = true || author = @request.auth.id",
        ),
        (
            Some("@request.auth.id != \"\" && public = true"),
            "nobody",
            "public = true",
        ),
        (
            Some("!(author = @request.auth.id)"),
            "everybody",
            "!(author = @request.auth.id)",
        ),
        (Some(members), "nobody", members),
        (
            Some("@has_role(\"editor\")"),
            "nobody",
            "@has_role(\"editor\")",
        ),
        // Whoever asks chooses what they send: that is not theirs to fold.
        (
            Some("@request.query.key = \"x\""),
            "@request.query.key = \"x\"",
            "@request.query.key = \"x\"",
        ),
        (
            Some("@request.query.key = \"x\" && author = @request.auth.id"),
            "nobody",
            "@request.query.key = \"x\" && author = @request.auth.id",
        ),
    ] {
        let expected = (public.to_owned(), signed_in.to_owned());
        assert_eq!(reached(Operation::List, rule), expected, "{rule:?}");
    }
}

fn remarks(operation: Operation, rule: &str) -> Vec<(Severity, String)> {
    let world = world();
    let posts = world.schema.get("posts").expect("posts");
    let found = weigh(&world.schema, posts, operation, &parse(rule).expect(rule));
    let told = |(severity, remark): (Severity, ringfence_rules::Diagnostic)| {
        (severity, remark.to_string())
    };
    found.into_iter().map(told).collect()
}

#[test]
fn what_is_worth_a_second_look() {
    use Operation::{Delete, List, View};
    for (operation, rule, expected) in [
        (Delete, "true", "everybody may delete here"),
        (Delete, "false", "refuses everybody"),
        (
            View,
            "@request.auth.id = null && (author = @request.auth.id || team.owner = @request.auth.id)",
            "refuses everybody",
        ),
        (
            View,
            "public = true || title = \"x\" && public = true",
            "changes nothing",
        ),
        (
            View,
            "public = true || title = \"x\" || public = true",
            "changes nothing",
        ),
        (
            View,
            "public = true && (title = \"x\" || public = true)",
            "changes nothing",
        ),
        (
            List,
            "title = \"x\"",
            "add to schema/posts.toml: [[indexes]] fields = [\"title\"]",
        ),
        (
            View,
            "team IN (SELECT team FROM members WHERE level = 3)",
            "add to schema/members.toml: [[indexes]] fields = [\"level\"]",
        ),
        (List, "title ~ \"x\"", "reads all of posts"),
    ] {
        let found = remarks(operation, rule);
        let is_told = found.iter().any(|(_, text)| text.contains(expected));
        assert!(is_told, "{rule}: {found:?}");
    }
    for (operation, rule) in [
        (List, "true"),
        (List, "author = @request.auth.id"),
        (
            List,
            "author = @request.auth.id || team IN (SELECT team FROM members WHERE user = @request.auth.id)",
        ),
        (
            List,
            "author = @request.auth.id || @request.auth.role = \"admin\"",
        ),
        (View, "title = \"x\""),
        (Delete, "author = @request.auth.id && title != null"),
    ] {
        assert_eq!(remarks(operation, rule), [], "{rule}");
    }
}
