//! Whole rulesets, sort orders, and what is said of a predicate.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeSet;

use ringfence_rules::check::{compile, sort};
use ringfence_rules::{Operation, OperationTexts, Predicate, RuleTexts, Ruleset, Usage, sql};
use ringfence_rules_proof::case::CaseFile;
use ringfence_rules_proof::database::Database;
use ringfence_rules_proof::world::World;

const WORLD: &str = r#"
collection users auth
  name text
  role text
collection posts
  title text
  owner relation users
  readers relation users many
  note text hidden
  views integer
record users {"id":"u1","name":"Zoe","email":"z@example.com","role":"admin"}
record users {"id":"u2","name":"Ann","email":"a@example.com","emailVisibility":true}
record posts {"id":"p1","title":"b","owner":"u1","views":10}
record posts {"id":"p2","title":"a","owner":"u2","views":9}
record posts {"id":"p3","title":"c","views":100}
caller nobody
caller zoe users/u1
"#;

fn world() -> World {
    CaseFile::parse(WORLD).world
}

fn rule(world: &World, text: &str) -> Predicate {
    let posts = world.schema.get("posts").expect("posts");
    let usage = Usage::Rule(Operation::List);
    compile(&world.schema, posts, usage, text).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn texts(json: &str) -> RuleTexts {
    serde_json::from_str(json).expect("texts of rules")
}

#[test]
fn what_is_wrong_in_a_macro_has_a_place_in_both_texts() {
    let mut world = world();
    let read = |signature, text| ringfence_schema::Macro::new(signature, text).expect(signature);
    world.schema.macros = vec![
        read("outer(who: users)", "views > 1 && @inner(@who)"),
        read("inner(who: users)", "@who = titel"),
    ];
    let texts = texts(r#"{"posts": {"list": "views > 2 && @outer(owner)"}}"#);
    let errors = Ruleset::new(&world.schema, &texts).expect_err("a mistake");
    let told = errors.first().expect("a mistake");
    let found = &told.diagnostic;
    assert_eq!(
        found.message,
        "in @outer: in @inner: posts has no field titel"
    );
    assert_eq!(found.hint.as_deref(), Some("did you mean title?"));
    assert_eq!((found.span.start, found.span.end), (13, 26));
    let inside = found.inside.as_ref().expect("a place in the macro");
    assert_eq!((inside.name.as_str(), inside.span.start), ("inner", 7));

    world.schema.macros = vec![
        read("a()", "@b() || views > 1"),
        read("b()", "@c()"),
        read("c()", "@b()"),
    ];
    let errors = Ruleset::new(&world.schema, &texts).expect_err("a circle");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "_macros.b, macro: @b calls itself by this",
            "_macros.c, macro: @c calls itself by this"
        ]
    );
}

#[test]
fn macros_cannot_be_made_to_grow_without_bound() {
    let mut world = world();
    let mut text = "views > 1".to_owned();
    for level in 0..7 {
        let signature = format!("m{level}()");
        let read = ringfence_schema::Macro::new(&signature, &text).expect("a macro");
        world.schema.macros.push(read);
        text = format!("@m{level}() || @m{level}() || @m{level}()");
    }
    let texts = texts(r#"{"posts": {"list": "@m6()"}}"#);
    let errors = Ruleset::new(&world.schema, &texts).expect_err("too many");
    let told = errors.first().expect("a mistake").to_string();
    assert!(told.contains("too many macros"), "{told}");
}

#[test]
fn a_missing_rule_is_none_and_read_is_list_and_view() {
    let schema = world().schema;
    let texts =
        texts(r#"{"posts": {"read": "true", "viewRule": "views > 1", "createRule": "false"}}"#);
    let ruleset = Ruleset::new(&schema, &texts).expect("a ruleset");
    let of = |operation| ruleset.get("posts", operation).map(Predicate::constant);
    assert_eq!(of(Operation::List), Some(Some(true)));
    assert_eq!(of(Operation::View), Some(None));
    assert_eq!(of(Operation::Insert), Some(Some(false)));
    assert_eq!(of(Operation::Update), None);
    assert_eq!(of(Operation::Delete), None);
    assert_eq!(of(Operation::Execute), None);
    assert!(ruleset.get("users", Operation::List).is_none());
    assert!(ruleset.get("nowhere", Operation::List).is_none());
    assert!(Ruleset::default().get("posts", Operation::List).is_none());
}

#[test]
fn every_spelling_is_the_same_operation() {
    for (spelling, operation) in [
        ("list", Operation::List),
        ("listRule", Operation::List),
        ("readRule", Operation::View),
        ("viewRule", Operation::View),
        ("insert", Operation::Insert),
        ("insertRule", Operation::Insert),
        ("create", Operation::Insert),
        ("createRule", Operation::Insert),
        ("updateRule", Operation::Update),
        ("deleteRule", Operation::Delete),
        ("executeRule", Operation::Execute),
    ] {
        let texts = texts(&format!(r#"{{"posts": {{"{spelling}": "true"}}}}"#));
        let ruleset = Ruleset::new(&world().schema, &texts).expect("a ruleset");
        assert!(ruleset.get("posts", operation).is_some(), "{spelling}");
    }
    assert!(serde_json::from_str::<OperationTexts>(r#"{"lst": "true"}"#).is_err());
    assert!(
        serde_json::from_str::<OperationTexts>(r#"{"list": "true", "listRule": "false"}"#).is_err()
    );
    assert_eq!(
        OperationTexts::default(),
        serde_json::from_str(r#"{"list": null}"#).expect("none")
    );
}

#[test]
fn all_that_is_wrong_is_said_once() {
    let texts = texts(
        r#"{"posts": {"read": "titel = 1", "delete": "owner.nme = 'x' && veiws > 1"}, "post": {"list": "true"}}"#,
    );
    let errors = Ruleset::new(&world().schema, &texts).expect_err("errors");
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "post, list: rules for post, but there is no such collection (did you mean posts?)",
            "posts, read: posts has no field titel (did you mean title?)",
            "posts, delete: users has no field nme (did you mean name?)",
            "posts, delete: posts has no field veiws (did you mean views?)",
        ]
    );
}

#[test]
fn a_caller_is_decided_and_documents_are_left() {
    let world = world();
    let (nobody, zoe) = (
        world.caller(&world.people[0]),
        world.caller(&world.people[1]),
    );
    let owner = rule(&world, "owner = @request.auth.id");
    assert_eq!(owner.specialise(&nobody).constant(), Some(false));
    assert_eq!(owner.specialise(&zoe).constant(), None);
    assert_eq!(owner.specialise(&zoe).equality_key(), Some(("owner", "u1")));
    assert!(owner.specialise(&zoe).references().is_public());
    let admin = rule(
        &world,
        "@request.auth.role = \"admin\" || owner = @request.auth.id",
    );
    assert_eq!(admin.specialise(&zoe).constant(), Some(true));
    assert_eq!(admin.specialise(&nobody).constant(), Some(false));
    let both = rule(&world, "views > 1 && owner = @request.auth.id");
    assert_eq!(both.specialise(&zoe).equality_key(), Some(("owner", "u1")));
    let either = rule(&world, "views > 1 || owner = @request.auth.id");
    assert_eq!(either.specialise(&zoe).equality_key(), None);
    assert_eq!(sql::emit(&owner, "t", &nobody).text, "0");
    assert_eq!(sql::emit(&owner, "t", &zoe).text, "(\"t\".\"owner\" = ?)");
}

#[test]
fn a_predicate_says_what_it_reads() {
    let world = world();
    let of = |text| rule(&world, text).references().clone();
    assert!(of("title = \"x\" && views > 1").is_public());
    assert_eq!(
        of("title = \"x\"").old,
        BTreeSet::from(["title".to_owned()])
    );
    let owner = of("owner = @request.auth.id");
    assert!(owner.identity && owner.auth.is_empty() && owner.collections.is_empty());
    let role = of("@request.auth.role = \"x\" && owner.name = \"y\"");
    assert_eq!(role.auth, BTreeSet::from(["role".to_owned()]));
    assert_eq!(role.collections, BTreeSet::from(["users".to_owned()]));
    assert!(!role.identity && !role.body && !role.now);
    let request = of(
        "@request.query.q = title || @request.headers.h = title || created < @now || @request.method = \"GET\"",
    );
    assert!(request.query && request.headers && request.now && request.method);
}

#[test]
fn sort_orders_sort() {
    let world = world();
    let database = Database::new(&world);
    let ruleset = Ruleset::new(
        &world.schema,
        &texts(r#"{"users": {"list": "name != 'Zoe'"}}"#),
    );
    let ruleset = ruleset.expect("a ruleset");
    let posts = world.schema.get("posts").expect("posts");
    let caller = world.caller(&world.people[0]);
    for (usage, order, expected) in [
        (Usage::Administrator, "title", "p2 p1 p3"),
        (Usage::Administrator, "-title", "p3 p1 p2"),
        (Usage::Administrator, "+views", "p2 p1 p3"),
        (Usage::Administrator, "owner.name,-views", "p3 p2 p1"),
        (Usage::Administrator, "-owner.email", "p1 p2 p3"),
        // Zoe cannot be seen: her name sorts as if it were not there.
        (Usage::Filter(&ruleset), "owner.name,views", "p1 p3 p2"),
        (Usage::Filter(&ruleset), "-owner.name,-views", "p2 p3 p1"),
    ] {
        let keys = sort(&world.schema, posts, usage, order).expect(order);
        let terms = sql::order_by(&keys, "t", &caller);
        let rows = database.select("SELECT t.id FROM posts AS t ORDER BY", &terms);
        assert_eq!(
            rows.map(|ids| ids.join(" ")),
            Ok(expected.to_owned()),
            "{order}"
        );
    }
    let random = sort(&world.schema, posts, Usage::Filter(&ruleset), "@random").expect("random");
    assert_eq!(sql::order_by(&random, "t", &caller).text, "random()");
}

#[test]
fn sort_keys_are_checked() {
    let world = world();
    let ruleset = Ruleset::default();
    let posts = world.schema.get("posts").expect("posts");
    for (order, because) in [
        ("titel", "did you mean title?"),
        ("note", "posts has no field note"),
        ("readers.name", "many values"),
        ("title = 1", "is no sort key"),
        ("", "is no sort key"),
        ("title,,views", "is no sort key"),
        ("@now", "is no sort key"),
        (
            "views,views,views,views,views,views,views,views,views",
            "at most 8",
        ),
    ] {
        let errors = sort(&world.schema, posts, Usage::Filter(&ruleset), order).expect_err(order);
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(said.join("; ").contains(because), "{order}: {said:?}");
        assert!(
            errors.iter().all(|error| error.span.end <= order.len()),
            "{order}"
        );
    }
    let keys = sort(
        &world.schema,
        posts,
        Usage::Filter(&ruleset),
        "-title,owner.name",
    )
    .expect("keys");
    let fields: Vec<_> = keys
        .iter()
        .map(|key| (key.field(), key.descending))
        .collect();
    assert_eq!(fields, [(Some("title"), true), (None, false)]);
}
