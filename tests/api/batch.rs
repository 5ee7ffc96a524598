//! Batches: whole or not at all, and the same twice for the same key.

use ringfence::http::{Body, FormPart};
use serde_json::{Value, json};

use crate::world::{ADMIN, NOBODY, World, world};

const BATCH: &str = "POST /batch";

fn team(slug: &str, owner: &str) -> Value {
    json!({"method": "POST", "url": "/api/collections/teams/records",
        "body": {"name": slug, "slug": slug, "owner": owner}})
}

fn teams(world: &World) -> i64 {
    world.get(ADMIN, "/collections/teams/records/count")["totalItems"]
        .as_i64()
        .unwrap()
}

#[test]
fn operations_of_every_kind_are_one_transaction() {
    let world = world();
    let ann = world.person("ann");
    let old = world.add("teams", json!({"name": "Old", "slug": "old", "owner": ann}));
    let gone = world.add(
        "teams",
        json!({"name": "Gone", "slug": "gone", "owner": ann}),
    );
    let replies = world
        .ask(ADMIN, BATCH)
        .json(json!({"requests": [
            team("one", &ann),
            {"method": "PATCH", "url": format!("/api/collections/teams/records/{old}"),
                "body": {"name": "New"}},
            {"method": "PUT", "url": "/api/collections/teams/records?fields=id,name",
                "body": {"id": "abcdefghijklmno", "name": "Put", "slug": "put", "owner": ann}},
            {"method": "PUT", "url": "/api/collections/teams/records?expand=owner",
                "body": {"id": "abcdefghijklmno", "name": "Again"}},
            {"method": "DELETE", "url": format!("/api/collections/teams/records/{gone}")},
        ]}))
        .ok();
    let statuses: Vec<_> = replies
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["status"])
        .collect();
    assert_eq!(json!(statuses), json!([200, 200, 200, 200, 204]));
    assert_eq!(replies[1]["body"]["name"], "New");
    assert_eq!(
        replies[2]["body"],
        json!({"id": "abcdefghijklmno", "name": "Put"})
    );
    assert_eq!(replies[3]["body"]["name"], "Again");
    assert_eq!(replies[3]["body"]["expand"]["owner"]["name"], "ann");
    assert_eq!(replies[4]["body"], Value::Null);
    assert_eq!(teams(&world), 3);
}

#[test]
fn the_operation_that_fails_is_named_and_nothing_is_written() {
    let world = world();
    let ann = world.person("ann");
    for (bad, texts) in [
        (
            json!({"method": "POST", "url": "/api/collections/teams/records", "body": {}}),
            vec!["required", "\"slug\""],
        ),
        (team("one", &ann), vec!["unique", "\"slug\""]),
        (
            team("two", "nobodynobodyyyy"),
            vec!["missing_record", "\"owner\""],
        ),
        (
            json!({"method": "PATCH", "url": "/api/collections/teams/records/abcdefghijklmno",
            "body": {}}),
            vec!["\"status\":404"],
        ),
        (
            json!({"method": "GET", "url": "/api/collections/teams/records"}),
            vec!["cannot be part of a batch"],
        ),
        (
            json!({"method": "POST", "url": "/api/collections/nothing/records", "body": {}}),
            vec!["no such collection"],
        ),
        (
            json!({"method": "POST", "url": "/api/batch", "body": {}}),
            vec!["cannot be part"],
        ),
        (
            json!({"method": "POST", "url": "/api/collections/teams/records?where=1"}),
            vec!["where"],
        ),
    ] {
        let mut wanted = vec![
            "\"requests\":{\"1\":",
            "batch_request_failed",
            "Operation 1",
        ];
        wanted.extend(texts);
        let asked = json!({"requests": [team("one", &ann), bad, team("three", &ann)]});
        world.ask(ADMIN, BATCH).json(asked).expect(400, &wanted);
        assert_eq!(teams(&world), 0);
    }
}

#[test]
fn a_batch_that_is_none_is_refused() {
    let world = world();
    let many: Vec<Value> = (0..1_001).map(|n| team(&format!("t{n}"), "")).collect();
    for (body, text) in [
        (json!({}).to_string(), "requests"),
        (json!({"requests": []}).to_string(), "no operations"),
        (json!({"requests": many}).to_string(), "1000 are the most"),
        (json!({"requests": [{"method": "POST"}]}).to_string(), "url"),
        (json!([]).to_string(), "not a batch"),
        ("{\"requests\": [".to_owned(), "line 1 column"),
    ] {
        world.ask(ADMIN, BATCH).text(&body).expect(400, &[text]);
    }
}

#[test]
fn the_client_sends_batches_as_forms() {
    let world = world();
    let ann = world.person("ann");
    let part = FormPart {
        name: "@jsonPayload".into(),
        value: json!({"requests": [team("one", &ann)]}).to_string(),
        file: None,
    };
    let reply = world
        .ask(ADMIN, BATCH)
        .body(Body::Form(vec![part.clone()]))
        .ok();
    assert_eq!(reply[0]["body"]["slug"], "one");
}

#[test]
fn passwords_in_a_batch_are_hashed_first() {
    let world = world();
    let person = |name: &str| {
        json!({"method": "POST", "url": "/api/collections/users/records", "body": {"name": name,
            "email": format!("{name}@example.com"), "password": format!("secret of {name}"),
            "passwordConfirm": format!("secret of {name}")}})
    };
    let asked = json!({"requests": [person("ann"), person("bob")]});
    world
        .ask(ADMIN, BATCH)
        .json(asked)
        .expect(200, &["ann@example.com", "!secret of"]);
    for name in ["ann", "bob"] {
        let credentials = json!({"identity": format!("{name}@example.com"),
            "password": format!("secret of {name}")});
        let path = "POST /collections/users/auth-with-password";
        world
            .ask(NOBODY, path)
            .json(credentials)
            .expect(200, &["token"]);
    }
}

#[test]
fn a_key_makes_a_write_happen_once() {
    let world = world();
    let ann = world.person("ann");
    let batch = json!({"requests": [team("one", &ann)]});
    let first = world
        .ask(ADMIN, BATCH)
        .key("k1")
        .json(batch.clone())
        .expect(200, &["one"]);
    let second = world
        .ask(ADMIN, BATCH)
        .key("k1")
        .json(batch.clone())
        .expect(200, &["one"]);
    assert_eq!(first.body, second.body);
    assert_eq!(teams(&world), 1);
    let other = json!({"requests": [team("two", &ann)]});
    world
        .ask(ADMIN, BATCH)
        .key("k1")
        .json(other.clone())
        .expect(422, &["idempotency_mismatch"]);
    world
        .ask(ADMIN, BATCH)
        .key("k2")
        .json(batch)
        .expect(400, &["unique"]);
    // What failed is not remembered: the key may be used again.
    world
        .ask(ADMIN, BATCH)
        .key("k2")
        .json(other)
        .expect(200, &["two"]);

    let create = "POST /collections/teams/records";
    let body = json!({"name": "Three", "slug": "three", "owner": ann});
    let first = world
        .ask(ADMIN, create)
        .key("k3")
        .json(body.clone())
        .expect(200, &["three"]);
    let second = world
        .ask(ADMIN, create)
        .key("k3")
        .json(body.clone())
        .expect(200, &["three"]);
    assert_eq!((first.body, first.etag), (second.body, second.etag));
    assert_eq!(teams(&world), 3);
    world
        .ask(ADMIN, create)
        .key("")
        .json(body.clone())
        .expect(400, &["Idempotency-Key"]);
    world.now_ms.set(world.now_ms.get() + 25 * 60 * 60 * 1000);
    world
        .ask(ADMIN, create)
        .key("k3")
        .json(body)
        .expect(400, &["unique"]);
}
