//! How much may be stored, to the byte.

use ringfence::bucket::FrontTask;
use ringfence::config::{Config, Quotas};
use ringfence::http::Step;
use serde_json::json;

use super::front::{Shelf, form, png, put, shelf};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";

fn limited(app_bytes: u64, user_bytes: u64) -> Shelf {
    with_config(shelf(), |config| {
        config.quotas = Quotas {
            app_bytes,
            user_bytes,
        };
    })
}

fn with_config(shelf: Shelf, change: impl FnOnce(&mut Config)) -> Shelf {
    let mut config = shelf.world.app.config.clone();
    change(&mut config);
    Shelf {
        world: shelf.world.reopened_with(config),
        ..shelf
    }
}

fn store(shelf: &Shelf, caller: &str, owner: &str, bytes: usize) -> u16 {
    let bytes = "x".repeat(bytes);
    let texts = [("title", "One"), ("owner", owner)];
    let reply = shelf.try_write(caller, DOCS, &texts, &[("draft", png(&bytes))]);
    if reply.status == 413 {
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
fn of_two_forms_that_fit_one_by_one_the_later_is_refused() {
    let shelf = limited(0, 100);
    let ann = shelf.world.person("ann");
    let bytes = "x".repeat(60);
    let requests = [0, 1].map(|_| {
        let texts = [("title", "One"), ("owner", ann.as_str())];
        let body = form(&texts, &[("draft", png(&bytes))]);
        let request = shelf.world.ask("ann", DOCS).body(body).request();
        let Step::Front(FrontTask::Put { paths, .. }) = shelf.step(request.clone()) else {
            panic!("was not announced")
        };
        shelf.store(&paths, &request.body);
        request
    });
    let statuses = requests.map(|request| match shelf.step(put(request)) {
        Step::Done(reply) => reply.status,
        _ => panic!("no reply"),
    });
    assert_eq!(statuses, [200, 413]);
    shelf.sweep(true);
    assert_eq!((shelf.blobs().len(), shelf.used("")), (1, 60));
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

#[test]
fn a_request_with_a_file_counts_once() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let shelf = with_config(shelf, |config| config.requests_per_minute = 2);
    let announced = json!({"collection": "docs", "field": "film", "name": "a.mp4", "size": 5});
    let upload = shelf.ok("ann", "POST /files/uploads", announced);
    let place = format!("/files/uploads/{}", upload["id"].as_str().unwrap());
    let done = shelf.put("ann", &place, "bytes", "video/mp4");
    assert_eq!(done.status, 200, "{}", done.body);
    let minute_later = shelf.world.now_ms.get() + 60_000;
    shelf.world.now_ms.set(minute_later);
    for status in [200, 200, 429] {
        assert_eq!(store(&shelf, "ann", &ann, 1), status);
    }
}

#[test]
fn a_registration_with_a_picture_counts_once() {
    let shelf = with_config(shelf(), |config| config.logins_per_minute = 1);
    let register = |email: &str| {
        let texts = [("email", email), ("password", "correct horse")];
        let people = "POST /collections/users/records";
        let reply = shelf.try_write(NOBODY, people, &texts, &[("avatar", png("eve"))]);
        reply.status
    };
    assert_eq!(register("eve@example.com"), 200);
    assert_eq!(register("mallory@example.com"), 429);
}
