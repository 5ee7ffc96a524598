//! A server that ends between any two steps: no record without its blob, and no blob
//! that stays.

use std::rc::Rc;

use ringfence::app::App;
use ringfence::app::files::sweep;
use ringfence::bucket::FrontTask;
use ringfence::http::{Reply, Request, Step};
use ringfence_rules::Ruleset;
use ringfence_schema::Value;
use serde_json::json;

use super::front::{Shelf, form, png, put, shelf, url};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";
const MINUTE_MS: u64 = 60 * 1000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// Ann's request with two files, announced, of which so many are put, and their keys.
fn storing(put: usize) -> (Shelf, Request, Vec<String>) {
    storing_as("ann", put)
}

fn storing_as(caller: &str, put: usize) -> (Shelf, Request, Vec<String>) {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let body = form(
        &[("title", "One"), ("owner", &ann), ("public", "true")],
        &[("draft", png("1")), ("files", png("22"))],
    );
    let request = shelf.world.ask(caller, DOCS).body(body).request();
    let Step::Front(FrontTask::Put { paths: keys, .. }) = shelf.step(request.clone()) else {
        panic!("was not announced")
    };
    assert!(
        keys.iter().all(|key| key.starts_with("realm/app/")),
        "{keys:?}"
    );
    shelf.store(&keys[..put], &request.body);
    (shelf, request, keys)
}

/// What the request is answered with once its blobs are there.
fn comes_again(shelf: &Shelf, request: &Request) -> Reply {
    let mut again = put(request.clone());
    again.now_ms = shelf.world.now_ms.get();
    match shelf.step(again) {
        Step::Done(reply) => reply,
        _ => panic!("no reply"),
    }
}

fn records(shelf: &Shelf) -> Value {
    shelf.world.get(NOBODY, "/collections/docs/records")["totalItems"].clone()
}

fn later(shelf: &Shelf, by_ms: u64) {
    shelf.world.now_ms.set(shelf.world.now_ms.get() + by_ms);
}

/// Waits until the bucket was looked through as often as it will be.
fn swept(shelf: Shelf) -> Shelf {
    let shelf = shelf.reopened();
    later(&shelf, DAY_MS);
    assert_eq!(shelf.sweep(true), Some(shelf.world.now_ms.get() + DAY_MS));
    later(&shelf, DAY_MS);
    assert_eq!(shelf.sweep(true), None);
    shelf
}

#[test]
fn after_the_announcement() {
    let (shelf, ..) = storing(0);
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
    let shelf = swept(shelf);
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
}

#[test]
fn after_the_first_blob() {
    let (shelf, ..) = storing(1);
    let shelf = swept(shelf);
    assert!(shelf.blobs().is_empty());
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
}

#[test]
fn after_all_blobs_and_before_the_record() {
    let (shelf, request, keys) = storing_as(ADMIN, 2);
    let shelf = swept(shelf);
    assert!(shelf.blobs().is_empty());
    // Who comes too late is refused, and nothing is half there, nor are its blobs.
    shelf.store(&keys, &request.body);
    let reply = comes_again(&shelf, &request);
    assert_eq!(reply.status, 400, "{}", reply.body);
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
    assert_eq!((shelf.used(""), records(&shelf)), (0, 0.into()));
}

#[test]
fn a_blob_is_nobodys_only_when_its_request_can_come_no_more() {
    for (after, status) in [(60, 200), (61, 400)] {
        let (shelf, request, _) = storing_as(ADMIN, 2);
        later(&shelf, after * MINUTE_MS);
        assert_eq!(comes_again(&shelf, &request).status, status, "{after}");
    }
    for (age, is_left) in [(61, true), (70, true), (71, false)] {
        let (shelf, ..) = storing(2);
        shelf.age_ms.set(age * MINUTE_MS);
        later(&shelf, DAY_MS);
        shelf.sweep(true);
        assert_eq!(!shelf.blobs().is_empty(), is_left, "{age}");
    }
}

#[test]
fn a_blob_that_came_during_a_look_is_found_by_the_next() {
    let (shelf, request, keys) = storing(0);
    let shelf = shelf.reopened();
    later(&shelf, DAY_MS);
    assert_eq!(shelf.sweep(true), Some(shelf.world.now_ms.get() + DAY_MS));
    shelf.store(&keys, &request.body);
    later(&shelf, DAY_MS);
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
}

#[test]
fn files_that_come_after_a_look_began_have_two_of_their_own() {
    let (shelf, mut request, _) = storing_as(ADMIN, 0);
    later(&shelf, DAY_MS);
    shelf.sweep(true);
    request.now_ms = shelf.world.now_ms.get();
    assert!(matches!(shelf.step(request), Step::Front(_)));
    swept(shelf);
}

#[test]
fn the_blobs_of_another_deployment_in_the_same_bucket_stay() {
    let (one, two) = (storing(2).0, storing(2).0);
    let others = two.bucket.borrow().clone();
    one.bucket.borrow_mut().extend(others);
    assert_eq!(one.blobs().len(), 4);
    let one = swept(one);
    assert_eq!(*one.bucket.borrow(), *two.bucket.borrow());
}

#[test]
fn a_bucket_whose_database_had_files_before_it_had_a_place_keeps_them() {
    let (shelf, request, _) = storing(0);
    shelf.send(request);
    let sql = &shelf.world.app.sql;
    for statement in [
        "DELETE FROM \"_meta\" WHERE key = 'files.place'",
        "DELETE FROM \"_migrations\" WHERE owner = 'files' AND what LIKE '%files.place%'",
    ] {
        sql.execute(statement, &[]).unwrap();
    }
    assert_eq!(shelf.reopened().path("key"), "realm/app/key");
}

#[test]
fn a_bucket_whose_clock_is_ahead_is_looked_through() {
    let (shelf, ..) = storing(0);
    later(&shelf, DAY_MS);
    let now_ms = shelf.world.now_ms.get();
    let Step::Bucket(_, resume) = sweep::sweep(&shelf.world.app, now_ms).unwrap() else {
        panic!("does not look")
    };
    let blob = json!({"key": shelf.path("x"), "size": 1, "age_ms": -3});
    let Step::Done(reply) = resume(Some(json!({"blobs": [blob], "more": false}))) else {
        panic!("removes what has just come")
    };
    assert_eq!(reply.status, 204, "{}", reply.body);
}

#[test]
fn a_look_at_many_blobs_goes_on_with_the_next_alarm() {
    let (shelf, ..) = storing(0);
    let many = (0..10_001).map(|number| (shelf.path(&number.to_string()), Vec::new()));
    shelf.bucket.borrow_mut().extend(many);
    later(&shelf, DAY_MS);
    let now_ms = shelf.world.now_ms.get();
    let next = shelf.sweep(true).unwrap();
    assert!(next <= now_ms, "{next} is after {now_ms}");
    assert_eq!(shelf.blobs().len(), 1);
    let shelf = shelf.reopened();
    assert_eq!(shelf.sweep(true), Some(now_ms + DAY_MS));
    assert!(shelf.blobs().is_empty());
}

#[test]
fn before_the_record_and_it_comes_again_in_time() {
    let (shelf, request, _) = storing_as(ADMIN, 2);
    let shelf = shelf.reopened();
    let reply = comes_again(&shelf, &request);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let shelf = swept(shelf);
    assert_eq!((shelf.used(""), records(&shelf)), (3, 1.into()));
    let record: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(shelf.read(ADMIN, &url(&record, "draft")).unwrap().1, "1");
    // Its files are spent.
    let again = comes_again(&shelf, &request);
    assert_eq!(again.status, 400, "{}", again.body);
    assert_eq!((shelf.used(""), records(&shelf)), (3, 1.into()));
}

#[test]
fn files_that_were_given_up_are_never_given_to_a_record() {
    let (shelf, request, _) = storing(2);
    // The same is told twice: by then there may be a record, or none may come any more.
    assert_eq!(comes_again(&shelf, &request).status, 200);
    assert_eq!(comes_again(&shelf, &request).status, 409);
    shelf.sweep(true);
    assert_eq!((shelf.blobs().len(), records(&shelf)), (2, 1.into()));
    let (shelf, request, keys) = storing(2);
    let bare = keys[0].rsplit('/').next().unwrap();
    sweep::discard(&shelf.world.app, bare).unwrap();
    assert_eq!(comes_again(&shelf, &request).status, 409);
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
    assert_eq!(records(&shelf), 0);
}

#[test]
fn after_the_record_is_gone_and_before_its_blobs_are() {
    let (shelf, request, _) = storing(0);
    let reply = shelf.send(request);
    let record: Value = serde_json::from_str(&reply.body).unwrap();
    let delete = format!(
        "DELETE /collections/docs/records/{}",
        record["id"].as_str().unwrap()
    );
    shelf.world.ask("ann", &delete).ok();
    let shelf = swept(shelf);
    assert!(shelf.blobs().is_empty());
    assert_eq!(shelf.used(""), 0);
}

#[test]
fn while_the_bucket_is_away_nothing_is_forgotten() {
    let (shelf, ..) = storing(2);
    later(&shelf, DAY_MS);
    let now_ms = shelf.world.now_ms.get();
    for _ in 0..2 {
        assert_eq!(shelf.sweep(false), Some(now_ms + 60_000));
        assert_eq!(shelf.blobs().len(), 2);
    }
    // Nor is it asked earlier for what is removed meanwhile.
    sweep::discard(&shelf.world.app, "another").unwrap();
    let next = sweep::next(&shelf.world.app, now_ms + 1);
    assert_eq!(next.unwrap(), Some(now_ms + 60_000));
    // Killed after the blobs went and before that was noted: it is done again.
    shelf.bucket.borrow_mut().clear();
    let shelf = shelf.reopened();
    assert_eq!(shelf.sweep(true), Some(now_ms + DAY_MS));
}

#[test]
fn after_the_schema_lost_a_field_and_before_its_blobs_went() {
    let (shelf, request, _) = storing(0);
    // An app that wakes to no change asks for nothing: its alarm is set.
    let shelf = shelf.reopened();
    let now_ms = shelf.world.now_ms.get();
    assert_eq!(sweep::next(&shelf.world.app, now_ms).unwrap(), None);
    assert_eq!(shelf.send(request).status, 200);
    shelf.sweep(true);
    let old = &shelf.world.app;
    let mut schema = (*old.schema).clone();
    let mut collections = schema.collections.iter_mut();
    let docs = collections.find(|c| c.name == "docs").unwrap();
    docs.fields.retain(|field| field.name != "draft");
    docs.dropped.push("draft".to_owned());
    let (sql, config) = (Rc::clone(&old.sql), old.config.clone());
    let app = App::open(sql, config, schema, Ruleset::default(), now_ms).unwrap();
    assert_eq!(sweep::next(&app, now_ms).unwrap(), Some(now_ms));
}
