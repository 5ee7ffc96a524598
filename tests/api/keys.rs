//! `Idempotency-Key` on changes and removals: what is sent twice happens once, and
//! the second answer is no other than the first. Of creating and batches: `batch`.

use serde_json::{Value, json};

use ringfence::http::Step;

use crate::world::{ADMIN, World, hashed, world};

/// Ann's note, and the path to it.
fn note(world: &World) -> String {
    let ann = world.person("ann");
    world.person("bob");
    let body = json!({"owner": ann, "title": "Milk", "color": "red"});
    let id = world.create("ann", "notes", body)["id"].clone();
    format!("/collections/notes/records/{}", id.as_str().unwrap())
}

#[test]
fn a_change_happens_once_and_gives_the_record() {
    let world = world();
    let path = note(&world);
    let ask = |caller, body: Value, key: &str| {
        world
            .ask(caller, &format!("PATCH {path}"))
            .json(body)
            .key(key)
    };
    let first = ask("ann", json!({"title": "Oat milk"}), "k1").ok();
    world
        .ask("ann", &format!("PATCH {path}"))
        .json(json!({"color": "blue"}))
        .ok();
    let again = ask("ann", json!({"title": "Oat milk"}), "k1").ok();
    assert_eq!(
        (&again["title"], &again["color"]),
        (&first["title"], &json!("blue"))
    );
    ask("ann", json!({"title": "Soy milk"}), "k1").expect(422, &["idempotency_mismatch"]);
    ask("bob", json!({"title": "Oat milk"}), "k1").expect(404, &["not_found"]);
    ask("ann", json!({"title": "Oat milk"}), "").expect(400, &["Idempotency-Key"]);
}

#[test]
fn a_change_of_password_that_is_sent_again_while_it_is_hashed_gives_the_record() {
    let world = world();
    let ann = world.person("ann");
    let change = json!({"oldPassword": "correct horse", "password": "another horse"});
    let ask = world.ask("ann", &format!("PATCH /collections/users/records/{ann}"));
    let request = ask.json(change).key("k1").request();
    let steps = [0, 1].map(|_| world.app.handle(request.clone()));
    for step in steps {
        assert!(matches!(step, Step::Hash(..)));
        let Step::Done(reply) = hashed(step) else {
            panic!("no reply")
        };
        let record: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!((reply.status, &record["id"]), (200, &json!(ann)));
    }
}

#[test]
fn a_counter_counts_once() {
    let world = world();
    let ann = world.person("ann");
    let team = world.team(&ann, "team");
    let project = world.add("projects", json!({"title": "P", "team": team}));
    let task = world.add(
        "tasks",
        json!({"title": "T", "project": project, "estimate": 1}),
    );
    let add = |key: &str| {
        world
            .ask(
                "ann",
                &format!("PATCH /collections/tasks/records/{task}?fields=estimate"),
            )
            .json(json!({"estimate+": 2}))
            .key(key)
            .ok()
    };
    assert_eq!(
        [add("a"), add("a"), add("b")].map(|one| one["estimate"].clone()),
        [3, 3, 5].map(Value::from)
    );
}

#[test]
fn a_version_that_was_named_is_not_asked_for_again() {
    let world = world();
    let path = note(&world);
    let etag = world
        .ask("ann", &format!("GET {path}"))
        .reply()
        .etag
        .unwrap();
    let change = || {
        let ask = world
            .ask("ann", &format!("PATCH {path}"))
            .json(json!({"pinned": true}));
        ask.if_match(&etag).key("k").reply()
    };
    let (first, again) = (change(), change());
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.etag, again.etag);
}

#[test]
fn a_new_password_is_set_once() {
    let world = world();
    let ann = world.person("ann");
    let change = || {
        world.now_ms.set(world.now_ms.get() + 1000);
        let body = json!({"oldPassword": "correct horse", "password": "battery staple"});
        world
            .ask(ADMIN, &format!("PATCH /collections/users/records/{ann}"))
            .json(body)
            .key("k")
            .ok()
    };
    assert_eq!(change()["updated"], change()["updated"]);
}

#[test]
fn a_removal_happens_once_and_says_so_again() {
    let world = world();
    let path = note(&world);
    let remove = |key: &str| world.ask("ann", &format!("DELETE {path}")).key(key);
    remove("k").expect(204, &[]);
    remove("k").expect(204, &[]);
    remove("other").expect(404, &["not_found"]);
    world
        .ask("bob", &format!("DELETE {path}"))
        .key("k")
        .expect(404, &["not_found"]);
}

#[test]
fn what_failed_may_be_tried_again_with_its_key() {
    let world = world();
    let path = note(&world);
    let ask = |body: Value| {
        world
            .ask("ann", &format!("PATCH {path}"))
            .json(body)
            .key("k")
    };
    ask(json!({"title": ""})).expect(400, &["validation_failed"]);
    assert_eq!(ask(json!({"title": "x"})).ok()["title"], "x");
    world
        .ask("bob", &format!("DELETE {path}"))
        .key("k")
        .expect(404, &[]);
    world
        .ask("ann", &format!("DELETE {path}"))
        .key("d")
        .expect(204, &[]);
}

#[test]
fn a_change_of_many_happens_once() {
    let world = world();
    note(&world);
    let many = |method: &str, key: &str| {
        let ask = world.ask(
            "ann",
            &format!("{method} /collections/notes/records?filter=color%3D%22red%22"),
        );
        ask.json(json!({"color": "blue"})).key(key).ok()["totalItems"].clone()
    };
    assert_eq!(
        [many("PATCH", "a"), many("PATCH", "a"), many("PATCH", "b")],
        [1, 1, 0].map(Value::from)
    );
    assert_eq!(many("DELETE", "c"), 0);
}
