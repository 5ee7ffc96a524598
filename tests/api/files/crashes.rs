//! A server that ends between any two steps: no record without its blob, and no blob
//! that stays.

use ringfence::bucket::FrontTask;
use ringfence::http::{Request, Step};
use ringfence_schema::Value;

use super::front::{Shelf, form, png, put, shelf, url};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";
const HOUR_MS: u64 = 60 * 60 * 1000;

struct Storing {
    shelf: Shelf,
    request: Request,
    keys: Vec<String>,
}

/// Ann's request with a file, announced and not put yet.
fn announced() -> Storing {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let body = form(
        &[("title", "One"), ("owner", &ann), ("public", "true")],
        &[("draft", png("1")), ("files", png("22"))],
    );
    let request = shelf.world.ask("ann", DOCS).body(body).request();
    let Step::Front(FrontTask::Put { keys, .. }) = shelf.step(request.clone()) else {
        panic!("was not announced")
    };
    assert!(
        keys.iter().all(|key| key.starts_with("realm/app/")),
        "{keys:?}"
    );
    Storing {
        shelf,
        request,
        keys,
    }
}

fn records(shelf: &Shelf) -> Value {
    shelf.world.get(NOBODY, "/collections/docs/records")["totalItems"].clone()
}

/// Waits until what nobody took expires, and sweeps.
fn swept(shelf: Shelf) -> Shelf {
    let shelf = shelf.reopened();
    let now_ms = shelf.world.now_ms.get();
    shelf.sweep(true);
    shelf.world.now_ms.set(now_ms + HOUR_MS);
    shelf.sweep(true);
    shelf
}

#[test]
fn after_the_announcement() {
    let Storing { shelf, .. } = announced();
    assert_eq!((shelf.used(""), records(&shelf)), (3, 0.into()));
    let shelf = swept(shelf);
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
}

#[test]
fn after_the_first_blob() {
    let Storing {
        shelf,
        request,
        keys,
    } = announced();
    shelf.store(&keys[..1], &request.body);
    let shelf = swept(shelf);
    assert!(shelf.blobs().is_empty());
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
}

#[test]
fn after_all_blobs_and_before_the_record() {
    let Storing {
        shelf,
        request,
        keys,
    } = announced();
    shelf.store(&keys, &request.body);
    let shelf = swept(shelf);
    assert!(shelf.blobs().is_empty());
    // Who comes too late is refused, and nothing is half there, nor are its blobs.
    shelf.store(&keys, &request.body);
    let Step::Done(reply) = shelf.step(put(request)) else {
        panic!("no reply")
    };
    assert_eq!(reply.status, 400, "{}", reply.body);
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
}

#[test]
fn before_the_record_and_it_comes_again_in_time() {
    let Storing {
        shelf,
        request,
        keys,
    } = announced();
    shelf.store(&keys, &request.body);
    let shelf = shelf.reopened();
    let Step::Done(reply) = shelf.step(put(request.clone())) else {
        panic!("no reply")
    };
    assert_eq!(reply.status, 200, "{}", reply.body);
    let shelf = swept(shelf);
    assert_eq!((shelf.used(""), records(&shelf)), (3, 1.into()));
    let record: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(shelf.read(ADMIN, &url(&record, "draft")).unwrap().1, "1");
    // Its files are spent.
    let Step::Done(again) = shelf.step(put(request)) else {
        panic!("no reply")
    };
    assert_eq!(again.status, 400, "{}", again.body);
    assert_eq!((shelf.used(""), records(&shelf)), (3, 1.into()));
}

#[test]
fn after_the_record_is_gone_and_before_its_blobs_are() {
    let Storing { shelf, request, .. } = announced();
    let reply = shelf.send(request);
    let record: Value = serde_json::from_str(&reply.body).unwrap();
    let delete = format!(
        "DELETE /collections/docs/records/{}",
        record["id"].as_str().unwrap()
    );
    // (the first announcement waits still)
    shelf.world.ask("ann", &delete).ok();
    let shelf = swept(shelf);
    assert!(shelf.blobs().is_empty());
    assert_eq!(shelf.used(""), 0);
}

#[test]
fn while_the_bucket_is_away_nothing_is_forgotten() {
    let Storing {
        shelf,
        request,
        keys,
    } = announced();
    shelf.store(&keys, &request.body);
    let now_ms = shelf.world.now_ms.get() + HOUR_MS;
    shelf.world.now_ms.set(now_ms);
    let told = shelf.sweep(false);
    assert_eq!(told["next"], now_ms + 60_000);
    assert_eq!(shelf.blobs().len(), 2);
    // Killed after the blobs went and before that was noted: it is done again.
    shelf.bucket.borrow_mut().clear();
    let shelf = shelf.reopened();
    let told = shelf.sweep(true);
    assert_eq!(told["next"], Value::Null);
}
