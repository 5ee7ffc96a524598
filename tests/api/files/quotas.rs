//! How much may be stored, to the byte.

use ringfence::config::{Config, Quotas};
use serde_json::json;

use super::front::{Shelf, png, shelf};
use crate::world::ADMIN;

const DOCS: &str = "POST /collections/docs/records";

fn limited(app_bytes: u64, user_bytes: u64) -> Shelf {
    let shelf = shelf();
    let config = Config {
        quotas: Quotas {
            app_bytes,
            user_bytes,
        },
        ..shelf.world.app.config.clone()
    };
    Shelf {
        world: shelf.world.reopened_with(config),
        ..shelf
    }
}

fn store(shelf: &Shelf, caller: &str, owner: &str, bytes: usize) -> u16 {
    let bytes = "x".repeat(bytes);
    let texts = [("title", "One"), ("owner", owner)];
    let reply = shelf.try_write(caller, DOCS, &texts, &[("draft", png(&bytes))]);
    if reply.status != 200 {
        assert!(reply.body.contains("quota_exceeded"), "{}", reply.body);
    }
    reply.status
}

#[test]
fn a_user_has_what_they_have_to_the_byte() {
    let shelf = limited(0, 100);
    let (ann, bob) = (shelf.world.person("ann"), shelf.world.person("bob"));
    assert_eq!(store(&shelf, "ann", &ann, 60), 200);
    assert_eq!(store(&shelf, "ann", &ann, 41), 413);
    assert_eq!(store(&shelf, "bob", &bob, 100), 200);
    assert_eq!(store(&shelf, "ann", &ann, 40), 200);
    assert_eq!(store(&shelf, "ann", &ann, 1), 413);
    // An administrator is no user.
    assert_eq!(store(&shelf, ADMIN, &ann, 500), 200);
    assert_eq!((shelf.used(""), shelf.blobs().len()), (700, 4));
}

#[test]
fn an_app_has_what_it_has_and_what_goes_makes_room() {
    let shelf = limited(100, 0);
    let ann = shelf.world.person("ann");
    assert_eq!(store(&shelf, "ann", &ann, 100), 200);
    assert_eq!(store(&shelf, ADMIN, &ann, 1), 413);
    let listed = shelf.world.get("ann", "/collections/docs/records");
    let id = listed["items"][0]["id"].as_str().unwrap();
    shelf
        .world
        .ask("ann", &format!("DELETE /collections/docs/records/{id}"))
        .ok();
    assert_eq!(store(&shelf, ADMIN, &ann, 100), 200);
}

#[test]
fn what_is_announced_counts() {
    let shelf = limited(0, 100);
    let ann = shelf.world.person("ann");
    let announced = json!({"collection": "docs", "field": "draft", "name": "a", "size": 90});
    let upload = shelf.ok("ann", "POST /files/uploads", announced.clone());
    shelf
        .world
        .ask("ann", "POST /files/uploads")
        .json(announced)
        .expect(413, &["quota_exceeded"]);
    assert_eq!(store(&shelf, "ann", &ann, 11), 413);
    assert_eq!(store(&shelf, "ann", &ann, 10), 200);
    let cancel = format!("DELETE /files/uploads/{}", upload["id"].as_str().unwrap());
    shelf.world.ask("ann", &cancel).ok();
    assert_eq!(store(&shelf, "ann", &ann, 90), 200);
}
