//! Storing: with a form, with a batch, replacing, adding, taking away.

use ringfence::http::{Body, FormPart, Step};
use serde_json::{Value, json};

use super::front::{Upload, form, name, png, shelf, url};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";
const TEXT: Upload<'_> = Upload("a.txt", "text/plain", "text");

#[test]
fn a_version_that_is_not_there_is_told_before_a_byte_is_stored() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let record = shelf.write("ann", DOCS, &[("title", "One"), ("owner", &ann)], &[]);
    let id = record["id"].as_str().unwrap();
    let ask = shelf
        .world
        .ask("ann", &format!("PATCH /collections/docs/records/{id}"));
    let mut request = ask.body(form(&[], &[("draft", png("1"))])).request();
    request.headers.if_match = Some("\"1\"".into());
    let Step::Done(reply) = shelf.step(request) else {
        panic!("was announced")
    };
    assert_eq!(reply.status, 412);
}

#[test]
fn a_file_comes_with_its_record_and_goes_with_it() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    let record = shelf.write("ann", DOCS, &texts, &[("draft", png("abc"))]);
    let stored = name(&record, "draft");
    assert!(
        stored.starts_with("me_myself_") && stored.ends_with(".png"),
        "{stored}"
    );
    assert_eq!(shelf.read("ann", &url(&record, "draft")).unwrap().1, "abc");
    assert_eq!(
        (shelf.used(""), shelf.used(&format!("users/{ann}"))),
        (3, 3)
    );

    let place = format!(
        "/collections/docs/records/{}",
        record["id"].as_str().unwrap()
    );
    shelf.world.ask("ann", &format!("DELETE {place}")).ok();
    assert_eq!(shelf.read(ADMIN, &url(&record, "draft")).unwrap_err(), 404);
    assert_eq!((shelf.used(""), shelf.blobs().len()), (0, 1));
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
}

#[test]
fn another_file_takes_the_place_of_the_first() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    let record = shelf.write("ann", DOCS, &texts, &[("draft", png("old"))]);
    let patch = format!(
        "PATCH /collections/docs/records/{}",
        record["id"].as_str().unwrap()
    );
    let changed = shelf.write("ann", &patch, &[], &[("draft", png("new"))]);
    assert_eq!(shelf.read("ann", &url(&changed, "draft")).unwrap().1, "new");
    assert_eq!(shelf.read("ann", &url(&record, "draft")).unwrap_err(), 404);
    shelf.sweep(true);
    assert_eq!(shelf.blobs(), ["new"]);
    // An empty text takes it away, as a form sends it.
    let cleared = shelf.write("ann", &patch, &[("draft", "")], &[]);
    assert_eq!(cleared["draft"], "");
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
    assert_eq!(shelf.used(""), 0);
}

#[test]
fn a_list_grows_and_shrinks() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    let record = shelf.write("ann", DOCS, &texts, &[("files", png("1")), ("files", TEXT)]);
    assert_eq!(record["files"].as_array().unwrap().len(), 2);
    let patch = format!(
        "PATCH /collections/docs/records/{}",
        record["id"].as_str().unwrap()
    );
    let grown = shelf.write("ann", &patch, &[], &[("files+", png("3"))]);
    assert_eq!(grown["files"][0], record["files"][0]);
    assert_eq!(grown["files"].as_array().unwrap().len(), 3);
    let first = record["files"][0].as_str().unwrap();
    let shrunk = shelf.write("ann", &patch, &[("files-", first)], &[]);
    assert_eq!(shrunk["files"].as_array().unwrap().len(), 2);
    // Put before the others; and sent back as it is, a list loses nothing.
    let whole = json!({"files": shrunk["files"], "title": "Two"});
    shelf.world.ask("ann", &patch).json(whole).ok();
    let refused = shelf.try_write(
        "ann",
        &patch,
        &[],
        &[("files+", png("4")), ("files+", png("5"))],
    );
    assert!(refused.body.contains("too_many"), "{}", refused.body);
    shelf.sweep(true);
    assert_eq!(shelf.blobs().len(), 2);
    assert_eq!(shelf.used(""), 5);
}

#[test]
fn a_file_is_what_its_field_asks() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let patch = format!("PATCH /collections/users/records/{ann}");
    let large = "x".repeat(1001);
    for (upload, code) in [
        (png(&large), "file_too_large"),
        (Upload("me.png", "text/html", "<script>"), "file_type"),
    ] {
        let reply = shelf.try_write("ann", &patch, &[], &[("avatar", upload)]);
        assert_eq!(reply.status, 400);
        assert!(reply.body.contains(code), "{}", reply.body);
    }
    for (field, code) in [("name", "type"), ("nothing", "unknown")] {
        let reply = shelf.try_write("ann", &patch, &[], &[(field, png("x"))]);
        assert!(
            reply.status == 400 && reply.body.contains(code),
            "{}",
            reply.body
        );
    }
    shelf.write("ann", &patch, &[], &[("avatar", png("x"))]);
    assert_eq!(shelf.used(""), 1);
}

#[test]
fn a_form_brings_so_many_parts_and_files_and_no_more() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    for (count, status) in [(1_998, 400), (1_999, 413)] {
        let parts = [&texts[..], &vec![("none", ""); count]].concat();
        let reply = shelf.try_write("ann", DOCS, &parts, &[]);
        assert_eq!(reply.status, status, "{}", reply.body);
    }
    let reply = shelf.try_write("ann", DOCS, &texts, &vec![("files", TEXT); 101]);
    assert_eq!((reply.status, shelf.used("")), (413, 0), "{}", reply.body);
    let reply = shelf.try_write("ann", DOCS, &texts, &vec![("files", TEXT); 100]);
    assert!(reply.body.contains("too_many"), "{}", reply.body);
}

#[test]
fn who_may_not_write_the_record_stores_nothing() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    shelf.world.person("bob");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    for (caller, status) in [("bob", 403), (NOBODY, 403)] {
        let request = shelf
            .world
            .ask(caller, DOCS)
            .body(form(&texts, &[("draft", png("x"))]));
        // Refused before a byte is asked for.
        let Step::Done(reply) = shelf.step(request.request()) else {
            panic!("{caller} was asked for the file");
        };
        assert_eq!(reply.status, status, "{}", reply.body);
    }
    let invalid = shelf.try_write("ann", DOCS, &[("owner", &ann)], &[("draft", png("x"))]);
    assert!(invalid.body.contains("required"), "{}", invalid.body);
    assert_eq!(shelf.used(""), 0);
}

#[test]
fn a_name_alone_brings_no_file() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    let mine = shelf.write("ann", DOCS, &texts, &[("draft", png("x"))]);
    for value in [
        json!("me.png"),
        mine["draft"].clone(),
        json!({"upload": "key"}),
        json!({}),
    ] {
        let body = json!({"title": "Two", "owner": ann, "draft": value});
        shelf
            .world
            .ask("ann", DOCS)
            .json(body)
            .expect(400, &["draft"]);
    }
    // Nor does an administrator's.
    let body = json!({"title": "Two", "files": ["a.txt"]});
    shelf
        .world
        .ask(ADMIN, DOCS)
        .json(body)
        .expect(400, &["invalid_file"]);
}

#[test]
fn a_person_registers_with_a_picture() {
    let shelf = shelf();
    let texts = [
        ("email", "eve@example.com"),
        ("password", "correct horse"),
        ("name", "Eve"),
    ];
    let people = "POST /collections/users/records";
    let record = shelf.write(NOBODY, people, &texts, &[("avatar", png("eve"))]);
    let credentials = json!({"identity": "eve@example.com", "password": "correct horse"});
    shelf
        .world
        .ask(NOBODY, "POST /auth/users/login")
        .json(credentials)
        .ok();
    assert_eq!(shelf.read(ADMIN, &url(&record, "avatar")).unwrap().1, "eve");
    assert_eq!(shelf.used("anonymous"), 3);
}

#[test]
fn a_batch_brings_files_for_each_of_its_records() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let create = |title: &str| {
        json!({"method": "POST", "url": "/api/collections/docs/records",
            "body": {"title": title, "owner": ann}})
    };
    let payload = |requests: Vec<Value>| json!({ "requests": requests }).to_string();
    let send = |payload: &str, files: &[(&str, Upload<'_>)]| {
        let Body::Form(mut parts) = form(&[], files) else {
            unreachable!()
        };
        parts.push(FormPart {
            name: "@jsonPayload".into(),
            value: payload.into(),
            file: None,
        });
        shelf.send(
            shelf
                .world
                .ask("ann", "POST /batch")
                .body(Body::Form(parts))
                .request(),
        )
    };
    let both = payload(vec![create("One"), create("Two")]);
    let files = [
        ("requests.0.draft", png("1")),
        ("requests.1.files", png("2")),
    ];
    let reply = send(&both, &files);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let written: Value = serde_json::from_str(&reply.body).unwrap();
    for (index, field, bytes) in [(0, "draft", "1"), (1, "files", "2")] {
        let record = &written[index]["body"];
        assert_eq!(shelf.read("ann", &url(record, field)).unwrap().1, bytes);
    }
    // One that fails takes the others' files with it; and each file needs a record.
    let broken = payload(vec![create("One"), create("")]);
    assert_eq!(send(&broken, &files).status, 400);
    let stray = send(&both, &[("requests.2.draft", png("3"))]);
    assert!(
        stray.status == 400 && stray.body.contains("belongs to no record"),
        "{}",
        stray.body
    );
    shelf.sweep(true);
    assert_eq!((shelf.used(""), shelf.blobs().len()), (2, 2));
}

#[test]
fn a_repeated_create_stores_its_files_once() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    let ask = |bytes: &str| {
        let body = form(&texts, &[("draft", png(bytes))]);
        shelf.send(shelf.world.ask("ann", DOCS).body(body).key("k").request())
    };
    let first = ask("same");
    assert_eq!(ask("same").body, first.body);
    assert_eq!(ask("else").status, 422);
    shelf.sweep(true);
    assert_eq!((shelf.used(""), shelf.blobs().len()), (4, 1));
}

#[test]
fn by_cascade_files_go_as_well() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    shelf.write(
        "ann",
        DOCS,
        &texts,
        &[("files", png("1")), ("files", png("2"))],
    );
    shelf.world.app.files.take_touched();
    shelf
        .world
        .ask(ADMIN, &format!("DELETE /collections/users/records/{ann}"))
        .ok();
    assert!(
        shelf.world.app.files.take_touched(),
        "the alarm would not be set"
    );
    shelf.sweep(true);
    assert!(shelf.blobs().is_empty());
    assert_eq!(shelf.used(""), 0);
}
