//! Uploads that a client sends by itself: who may, whole and in parts, again after a
//! break, and what a record takes of them.

use ringfence::bucket::FrontTask;
use ringfence::http::{Request, Step};
use serde_json::{Value, json};

use super::front::{Shelf, png, shelf, url};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";
const UPLOADS: &str = "POST /files/uploads";
const MP4: &str = "video/mp4";
const PART: usize = 8 * 1024 * 1024;

fn announced(name: &str, size: usize) -> Value {
    json!({"collection": "docs", "field": "film", "name": name, "size": size})
}

fn in_parts(size: usize) -> Value {
    let mut body = announced("film.mp4", size);
    body["parts"] = true.into();
    body
}

fn place(upload: &Value) -> String {
    format!("/files/uploads/{}", upload["id"].as_str().unwrap())
}

/// A shelf with ann, who owns a document that everybody sees.
fn with_doc() -> (Shelf, String, String) {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let doc = json!({"title": "One", "owner": ann, "public": true});
    let doc = shelf.world.create("ann", "docs", doc)["id"].clone();
    (shelf, ann, doc.as_str().unwrap().to_owned())
}

/// An upload whose two parts are there, its address, and the request to put them together.
fn with_all_parts() -> (Shelf, String, Request) {
    let (shelf, _, _) = with_doc();
    let place = place(&shelf.ok("ann", UPLOADS, in_parts(PART + 1)));
    shelf.put("ann", &format!("{place}/parts/1"), &"1".repeat(PART), MP4);
    shelf.put("ann", &format!("{place}/parts/2"), "2", MP4);
    let complete = shelf.world.ask("ann", &format!("POST {place}/complete"));
    let complete = complete.request();
    (shelf, place, complete)
}

#[test]
fn an_upload_becomes_a_file_of_a_record() {
    let (shelf, _, doc) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, announced("Film 1.mp4", 5));
    assert_eq!(upload["complete"], false);
    let done = shelf.put("ann", &place(&upload), "bytes", MP4);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.body.contains("\"complete\":true"), "{}", done.body);
    let patch = format!("PATCH /collections/docs/records/{doc}");
    let record = shelf.ok("ann", &patch, json!({"film": {"upload": upload["id"]}}));
    assert!(record["film"].as_str().unwrap().starts_with("film_1_"));
    let (send, bytes) = shelf.read(NOBODY, &url(&record, "film")).unwrap();
    assert_eq!(bytes, "bytes");
    assert!(send.headers["content-type"] == MP4);
    // It is spent.
    let again = shelf
        .world
        .ask("ann", &patch)
        .json(json!({"film": {"upload": upload["id"]}}));
    again.expect(400, &["invalid_file"]);
    shelf
        .world
        .ask("ann", &format!("GET {}", place(&upload)))
        .expect(404, &[]);
}

#[test]
fn a_repeated_write_does_not_miss_its_spent_upload() {
    let (shelf, ann, doc) = with_doc();
    let uploaded = || {
        let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
        shelf.put("ann", &place(&upload), "bytes", MP4);
        json!({"upload": upload["id"]})
    };
    let create = json!({"title": "Two", "owner": ann, "film": uploaded()});
    let operation = json!({"method": "POST", "url": "/api/collections/docs/records",
        "body": {"title": "Three", "owner": ann, "film": uploaded()}});
    let patch = format!("PATCH /collections/docs/records/{doc}");
    for (what, body) in [
        ("POST /collections/docs/records", create),
        ("POST /batch", json!({"requests": [operation]})),
        (patch.as_str(), json!({"film": uploaded()})),
    ] {
        let ask = || {
            shelf
                .world
                .ask("ann", what)
                .json(body.clone())
                .key(what)
                .ok()
        };
        assert_eq!(ask(), ask(), "{what}");
    }
}

#[test]
fn an_upload_is_its_callers_alone() {
    let (shelf, _, doc) = with_doc();
    shelf.world.person("bob");
    let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    for caller in ["bob", ADMIN] {
        for what in [
            "GET {}",
            "PUT {}",
            "DELETE {}",
            "POST {}/complete",
            "PUT {}/parts/1",
        ] {
            let what = what.replace("{}", &place(&upload));
            shelf.world.ask(caller, &what).expect(404, &[]);
        }
    }
    shelf.put("ann", &place(&upload), "bytes", MP4);
    let patch = format!("PATCH /collections/docs/records/{doc}");
    let body = json!({"film": {"upload": upload["id"]}});
    shelf
        .world
        .ask(ADMIN, &patch)
        .json(body)
        .expect(400, &["invalid_file"]);
}

#[test]
fn nothing_is_announced_that_could_not_be_written() {
    let (shelf, _, doc) = with_doc();
    shelf.world.person("bob");
    let with = |key: &str, value: Value| {
        let mut body = announced("a.mp4", 5);
        body[key] = value;
        body
    };
    for (caller, body, status, told) in [
        (NOBODY, announced("a.mp4", 5), 401, "unauthorized"),
        ("bob", with("record", doc.clone().into()), 403, "forbidden"),
        ("bob", with("record", "nothing".into()), 404, "not_found"),
        (
            "ann",
            with("collection", "nothing".into()),
            404,
            "not_found",
        ),
        ("ann", with("field", "title".into()), 400, "holds no files"),
        (
            "ann",
            with("field", "nothing".into()),
            400,
            "holds no files",
        ),
        ("ann", announced("a.mp4", 20_000_001), 400, "file_too_large"),
        ("ann", with("sise", 5.into()), 400, "sise"),
        ("ann", json!({}), 400, "collection"),
        ("ann", with("size", json!(-5)), 400, "size"),
    ] {
        shelf
            .world
            .ask(caller, UPLOADS)
            .json(body)
            .expect(status, &[told]);
    }
    shelf.ok("ann", UPLOADS, with("record", doc.into()));
}

#[test]
fn a_hidden_field_is_for_its_writer_as_one_that_is_not_there() {
    let (shelf, ann, doc) = with_doc();
    let patch = format!("PATCH /collections/docs/records/{doc}");
    let told = |caller: &str, field: &str| {
        let texts = [("title", "Two"), ("owner", ann.as_str())];
        let upload = json!({ field: {"upload": "nothing"} });
        let mut announced = announced("a.mp4", 5);
        announced["field"] = field.into();
        [
            shelf.try_write(caller, DOCS, &texts, &[(field, png("larger"))]),
            shelf.try_write(caller, DOCS, &texts, &[(field, png("2"))]),
            shelf.try_write(caller, &patch, &[], &[(field, png("larger"))]),
            shelf.send(shelf.world.ask(caller, &patch).json(upload).request()),
            shelf.send(shelf.world.ask(caller, UPLOADS).json(announced).request()),
        ]
        .map(|reply| (reply.status, reply.body.replace(field, "...")))
    };
    let of_none = told("ann", "nowhere");
    assert!(of_none.iter().all(|(status, _)| *status == 400));
    assert_eq!(told("ann", "vault"), of_none);
    assert_eq!(told("ann", "secret"), of_none);
    assert_eq!(shelf.used(""), 0);
    // An administrator may write it.
    let of_hidden = told(ADMIN, "vault");
    assert!(of_hidden[0].1.contains("file_too_large"), "{of_hidden:?}");
    assert_eq!(of_hidden[1].0, 200, "{of_hidden:?}");
}

#[test]
fn by_its_content_it_must_be_what_the_field_takes() {
    let (shelf, _, doc) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    let refused = shelf.put("ann", &place(&upload), "<svg>", "image/svg+xml");
    assert!(
        refused.status == 400 && refused.body.contains("file_type"),
        "{}",
        refused.body
    );
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
    assert_eq!(shelf.used(""), 0);
    let patch = format!("PATCH /collections/docs/records/{doc}");
    let body = json!({"film": {"upload": upload["id"]}});
    shelf
        .world
        .ask("ann", &patch)
        .json(body)
        .expect(400, &["invalid_file"]);
}

#[test]
fn an_upload_for_one_field_is_none_for_another() {
    let (shelf, _, doc) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    shelf.put("ann", &place(&upload), "bytes", MP4);
    let patch = format!("PATCH /collections/docs/records/{doc}");
    let body = json!({"draft": {"upload": upload["id"]}});
    shelf
        .world
        .ask("ann", &patch)
        .json(body)
        .expect(400, &["invalid_file"]);
}

#[test]
fn parts_come_in_any_order_and_again_after_a_break() {
    let (shelf, _, doc) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, in_parts(2 * PART + 3));
    assert_eq!(upload["partSize"], PART);
    let place = place(&upload);
    let whole = shelf.world.ask("ann", &format!("PUT {place}"));
    whole.expect(409, &["in parts"]);
    let part =
        |number: u32, bytes: &str| shelf.put("ann", &format!("{place}/parts/{number}"), bytes, MP4);
    let (first, second) = ("1".repeat(PART), "2".repeat(PART));
    assert_eq!(part(3, "end").status, 200);
    assert_eq!(part(1, &first).status, 200);
    for number in ["0", "4", "x", "-1"] {
        let what = format!("PUT {place}/parts/{number}");
        shelf.world.ask("ann", &what).expect(404, &[]);
    }
    let complete = || {
        shelf.send(
            shelf
                .world
                .ask("ann", &format!("POST {place}/complete"))
                .request(),
        )
    };
    assert_eq!(complete().status, 409, "one is missing");
    let shown = shelf.world.get("ann", &place);
    assert_eq!(shown["parts"], json!([1, 3]));
    assert_eq!(part(2, &second).status, 200);
    // One that is sent again counts as it came last.
    assert_eq!(part(3, "End").status, 200);
    let done = complete();
    assert!(
        done.status == 200 && done.body.contains("\"complete\":true"),
        "{}",
        done.body
    );
    let sql = &shelf.world.app.sql;
    let noted = sql.query("SELECT 1 FROM \"_file_parts\"", &[]).unwrap();
    assert!(noted.is_empty(), "its parts are a file now");
    let patch = format!("PATCH /collections/docs/records/{doc}");
    let record = shelf.ok("ann", &patch, json!({"film": {"upload": upload["id"]}}));
    let (_, bytes) = shelf.read(NOBODY, &url(&record, "film")).unwrap();
    assert!(bytes.len() == 2 * PART + 3 && bytes.ends_with("2End"));
    shelf
        .world
        .ask("ann", &format!("PUT {place}/parts/1"))
        .expect(404, &[]);
}

#[test]
fn a_part_that_changed_underneath_is_told() {
    let (shelf, place, complete) = with_all_parts();
    // Somebody put another one and was killed before it was noted.
    let mut bucket = shelf.bucket.borrow_mut();
    let (_, bytes) = bucket.iter_mut().next_back().unwrap();
    *bytes = b"x".to_vec();
    drop(bucket);
    assert_eq!(shelf.send(complete.clone()).status, 409);
    shelf.put("ann", &format!("{place}/parts/2"), "2", MP4);
    assert_eq!(shelf.send(complete).status, 200);
}

#[test]
fn put_together_and_killed_before_it_was_noted() {
    let (shelf, _, complete) = with_all_parts();
    let Step::Bucket(job, _) = shelf.step(complete.clone()) else {
        panic!("nothing to put together")
    };
    shelf.work(&job);
    let shelf = shelf.reopened();
    assert_eq!(shelf.send(complete).status, 200);
}

#[test]
fn given_up_while_it_was_put_together_it_leaves_no_blob() {
    let (shelf, place, complete) = with_all_parts();
    let Step::Bucket(job, resume) = shelf.step(complete) else {
        panic!("nothing to put together")
    };
    let cancel = shelf.world.ask("ann", &format!("DELETE {place}"));
    cancel.expect(204, &[]);
    shelf.sweep(true);
    // The bucket is done with it only after the sweep removed what was there.
    let outcome = shelf.work(&job);
    let Step::Done(reply) = resume(Some(outcome)) else {
        panic!("no reply")
    };
    assert_eq!(reply.status, 404, "{}", reply.body);
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
}

#[test]
fn of_two_attempts_the_later_one_counts() {
    let (shelf, _, _) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    let place = place(&upload);
    let request = shelf.world.ask("ann", &format!("PUT {place}")).request();
    let Step::Front(FrontTask::Receive { path, key, .. }) = shelf.step(request.clone()) else {
        panic!("nothing to receive")
    };
    assert_eq!(shelf.put("ann", &place, "later", MP4).status, 200);
    // The first is still writing, for longer than the sweep waits: it is nobody's.
    shelf.sweep(true);
    shelf.bucket.borrow_mut().insert(path, b"first".to_vec());
    assert_eq!(shelf.told(request.clone(), &key, "first", MP4).status, 409);
    shelf.sweep(true);
    assert_eq!(shelf.blobs(), ["later"]);
    // One that is told of twice loses nothing.
    let upload = shelf.ok("ann", UPLOADS, announced("b.mp4", 5));
    let request = shelf
        .world
        .ask(
            "ann",
            &format!("PUT /files/uploads/{}", upload["id"].as_str().unwrap()),
        )
        .request();
    let Step::Front(FrontTask::Receive { path, key, .. }) = shelf.step(request.clone()) else {
        panic!("nothing to receive")
    };
    shelf.bucket.borrow_mut().insert(path, b"twice".to_vec());
    assert_eq!(shelf.told(request.clone(), &key, "twice", MP4).status, 200);
    assert_eq!(shelf.told(request, &key, "twice", MP4).status, 409);
    shelf.sweep(true);
    assert_eq!(shelf.blobs().len(), 2);
}

#[test]
fn an_attempt_that_nobody_tells_of_is_found() {
    let (shelf, _, _) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    let request = shelf.world.ask("ann", &format!("PUT {}", place(&upload)));
    let Step::Front(FrontTask::Receive { path, .. }) = shelf.step(request.request()) else {
        panic!("nothing to receive")
    };
    assert_eq!(shelf.put("ann", &place(&upload), "later", MP4).status, 200);
    shelf.sweep(true);
    // The front of the first ends when all is written, and before it says so.
    shelf.bucket.borrow_mut().insert(path, b"first".to_vec());
    shelf.sweep_later();
    assert!(!shelf.blobs().contains(&"first".to_owned()));
}

#[test]
fn of_two_attempts_at_once_the_later_one_counts() {
    let (shelf, _, _) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    let request = shelf
        .world
        .ask("ann", &format!("PUT {}", place(&upload)))
        .request();
    let begin = || match shelf.step(request.clone()) {
        Step::Front(FrontTask::Receive { path, key, .. }) => (path, key),
        _ => panic!("nothing to receive"),
    };
    let (first, second) = (begin(), begin());
    shelf.sweep(true);
    for (key, _) in [&first, &second] {
        shelf
            .bucket
            .borrow_mut()
            .insert(key.clone(), b"bytes".to_vec());
    }
    assert_eq!(
        shelf.told(request.clone(), &first.1, "bytes", MP4).status,
        409
    );
    assert_eq!(
        shelf.told(request.clone(), &second.1, "bytes", MP4).status,
        200
    );
    shelf.sweep(true);
    assert!(shelf.bucket.borrow().contains_key(&second.0));
    assert_eq!(shelf.blobs().len(), 1);
}

#[test]
fn an_upload_ends_by_itself_or_on_request() {
    let (shelf, _, _) = with_doc();
    let upload = shelf.ok("ann", UPLOADS, in_parts(PART + 1));
    shelf.put("ann", &format!("{}/parts/2", place(&upload)), "2", MP4);
    let other = shelf.ok("ann", UPLOADS, announced("a.mp4", 5));
    shelf.put("ann", &place(&other), "bytes", MP4);
    assert_eq!(shelf.used(""), PART as i64 + 6);
    shelf
        .world
        .ask("ann", &format!("DELETE {}", place(&other)))
        .expect(204, &[]);
    assert_eq!(shelf.used(""), PART as i64 + 1);
    let now_ms = shelf.world.now_ms.get() + 24 * 60 * 60 * 1000;
    shelf.world.now_ms.set(now_ms - 1);
    shelf.sweep(true);
    assert_eq!(shelf.used(""), PART as i64 + 1);
    shelf.world.now_ms.set(now_ms);
    shelf.sweep(true);
    assert_eq!(shelf.used(""), 0);
}
