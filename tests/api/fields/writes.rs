//! Who may write a field, and what becomes of masks that come back.

use serde_json::json;

use super::{Scene, scene};
use crate::world::ADMIN;

#[test]
fn a_field_that_is_not_the_writers_is_named() {
    let Scene { world, ann, .. } = scene();
    let path = format!("/collections/users/records/{ann}");
    let change = |who: &str| world.ask(who, &format!("PATCH {path}"));
    let refused = change("ann").json(json!({"name": "Anna", "salary": 9999}));
    let reply = refused.expect(400, &["validation_failed"]);
    let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(told["data"]["salary"]["code"], "forbidden", "{told}");
    assert_eq!(told["data"].as_object().unwrap().len(), 1);
    assert_eq!(world.get(ADMIN, &path)["name"], "ann");
    // What one may read and sends back as it was is no write.
    change("ann")
        .json(json!({"name": "Anna", "salary": 7321}))
        .expect(200, &["Anna"]);
    // What one may not read is a write, right or wrong.
    for salary in [7321, 1] {
        change("bob")
            .json(json!({"salary": salary}))
            .expect(400, &["salary", "forbidden"]);
    }
    change("hal")
        .json(json!({"salary": 8000}))
        .expect(200, &["8000"]);
    change(ADMIN)
        .json(json!({"salary": 8100}))
        .expect(200, &["8100"]);
}

#[test]
fn a_write_rule_sees_the_record_as_it_would_be() {
    let Scene { world, card, .. } = scene();
    let insert = |stage: &str| {
        let ask = world.ask("eve", "POST /collections/cards/records");
        ask.json(json!({"title": "x", "stage": stage}))
    };
    insert("done").expect(400, &["stage", "forbidden"]);
    insert("new").expect(200, &["\"stage\":\"new\""]);
    let change = |stage: &str| {
        let ask = world.ask("eve", &format!("PATCH /collections/cards/records/{card}"));
        ask.json(json!({"stage": stage}))
    };
    change("open").expect(400, &["forbidden"]);
    change("done").expect(200, &["\"stage\":\"done\""]);
    change("new").expect(400, &["forbidden"]);
    change("done").expect(200, &[]);
}

#[test]
fn a_batch_and_a_bulk_write_are_under_the_same_rules() {
    let Scene { world, card, .. } = scene();
    let batch = json!({"requests": [{"method": "PATCH",
        "url": format!("/api/collections/cards/records/{card}"), "body": {"stage": "open"}}]});
    world
        .ask("eve", "POST /batch")
        .json(batch)
        .expect(400, &["stage", "forbidden"]);
    let bulk = || world.ask("eve", "PATCH /collections/cards/records?filter=true");
    bulk()
        .json(json!({"stage": "open"}))
        .expect(400, &["stage", "forbidden"]);
    bulk().json(json!({"stage": "done"})).expect(200, &[":2}"]);
}

#[test]
fn a_mask_that_comes_back_changes_nothing() {
    let Scene {
        world, card, ann, ..
    } = scene();
    let path = format!("/collections/cards/records/{card}");
    let mut shown = world.get("eve", &path);
    shown["title"] = "Renamed".into();
    let reply = world.ask("eve", &format!("PATCH {path}")).json(shown).ok();
    assert_eq!(reply["title"], "Renamed");
    assert_eq!(world.get(ADMIN, &path)["iban"], "DE8937040044");
    // A mask of another value is one that was read too long ago.
    let stale = world.ask("eve", &format!("PATCH {path}"));
    stale
        .json(json!({"iban": "FR***11"}))
        .expect(400, &["iban", "forbidden", "masked"]);
    assert_eq!(world.get(ADMIN, &path)["iban"], "DE8937040044");
    let copied = world.ask("eve", "POST /collections/cards/records");
    copied
        .json(json!({"title": "Copy", "iban": "DE***44"}))
        .expect(400, &["iban", "masked"]);
    // Whoever sees the whole value may write any, asterisks too.
    let own = world.ask("ann", &format!("PATCH /collections/users/records/{ann}"));
    own.json(json!({"phone": "***"}))
        .expect(200, &["\"phone\":\"***\""]);
}

#[test]
fn a_password_can_have_a_write_rule() {
    let rules =
        "read = 'true'\ninsert = 'true'\n[fields.password]\ninsert = '@request.auth.id != null'";
    let world = super::app(&[("users", super::USERS)], &[("users", rules)]);
    world.person("ann");
    let body = json!({"email": "x@example.com", "password": "correct horse"});
    let register = |who: &str| world.ask(who, "POST /collections/users/records");
    register("")
        .json(body.clone())
        .expect(400, &["password", "forbidden"]);
    register("ann").json(body).expect(200, &["!correct horse"]);
}
