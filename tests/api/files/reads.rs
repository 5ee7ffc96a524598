//! Reading: by the rules of the record and of the field, with tokens, in parts.

use ringfence::http::Step;
use serde_json::{Value, json};

use super::front::{Shelf, Upload, png, shelf, shelf_with, url};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";

/// A shelf with a record of ann's that everybody sees, or not, with both its files.
fn with_record(public: bool) -> (Shelf, Value) {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    shelf.world.person("bob");
    let public = public.to_string();
    let texts = [
        ("title", "One"),
        ("owner", ann.as_str()),
        ("public", public.as_str()),
    ];
    let files = [("files", png("0123456789")), ("draft", png("draft"))];
    let record = shelf.write("ann", DOCS, &texts, &files);
    (shelf, record)
}

fn header<'a>(send: &'a ringfence::bucket::Send, name: &str) -> &'a str {
    send.headers.get(name).map_or("", String::as_str)
}

#[test]
fn a_file_is_readable_exactly_when_its_field_is() {
    for public in [true, false] {
        let (shelf, record) = with_record(public);
        for (caller, field, readable) in [
            (NOBODY, "files", public),
            ("bob", "files", public),
            ("ann", "files", true),
            (ADMIN, "files", true),
            (NOBODY, "draft", false),
            ("bob", "draft", false),
            ("ann", "draft", true),
            (ADMIN, "draft", true),
        ] {
            let read = shelf.read(caller, &url(&record, field));
            assert_eq!(read.is_ok(), readable, "{caller} {field} public={public}");
            assert!(read.is_ok() || read.is_err_and(|status| status == 404));
            // The same as the record itself says.
            let place = format!(
                "/collections/docs/records/{}",
                record["id"].as_str().unwrap()
            );
            let view = shelf.world.ask(caller, &format!("GET {place}")).reply();
            let shows = view.status == 200 && view.body.contains(&format!("\"{field}\""));
            assert_eq!(shows, readable, "{caller} {field} public={public}");
        }
    }
}

#[test]
fn only_what_everybody_may_read_is_for_shared_caches() {
    let (shelf, record) = with_record(true);
    for (caller, field, expected) in [
        (NOBODY, "files", "public, max-age=300"),
        // Whoever says who they are may be shown more than others.
        ("ann", "files", "private, no-cache"),
        ("ann", "draft", "private, no-cache"),
        (ADMIN, "draft", "private, no-cache"),
    ] {
        let (send, _) = shelf.read(caller, &url(&record, field)).unwrap();
        assert_eq!(header(&send, "cache-control"), expected, "{caller} {field}");
    }
}

#[test]
fn a_path_that_the_front_would_not_know_is_not_served() {
    let (shelf, record) = with_record(true);
    let hidden = url(&record, "files").replacen("/files/", "/%66iles/", 1);
    let announced = json!({"collection": "docs", "field": "draft", "name": "a", "size": 3});
    let whole = shelf.ok("ann", "POST /files/uploads", announced.clone());
    let mut in_parts = announced;
    in_parts["parts"] = true.into();
    let in_parts = shelf.ok("ann", "POST /files/uploads", in_parts);
    let id = |upload: &Value| upload["id"].as_str().unwrap().to_owned();
    for what in [
        format!("GET {hidden}"),
        "POST /%66iles/uploads".to_owned(),
        format!("PUT /%66iles/uploads/{}", id(&whole)),
        format!("PUT /files/%75ploads/{}", id(&whole)),
        format!("PUT /files/%75ploads/{}/parts/1", id(&in_parts)),
    ] {
        let reply = shelf.world.ask("ann", &what).reply();
        assert_eq!(reply.status, 404, "{what}: {}", reply.body);
    }
}

#[test]
fn what_depends_on_headers_is_for_no_shared_cache() {
    let shelf = shelf_with("read = \"public = true || @request.headers.x_key = 'open'\"");
    let texts = [("title", "One"), ("public", "true")];
    let record = shelf.write(ADMIN, DOCS, &texts, &[("files", png("1"))]);
    let (send, _) = shelf.read(NOBODY, &url(&record, "files")).unwrap();
    assert_eq!(header(&send, "cache-control"), "private, no-cache");
}

#[test]
fn other_addresses_of_a_file_are_nothing() {
    let (shelf, record) = with_record(true);
    let whole = url(&record, "files");
    let other = shelf.world.person("carl");
    for wrong in [
        whole.replace("/docs/", "/users/"),
        whole.replace("/docs/", "/nothing/"),
        whole.replace(record["id"].as_str().unwrap(), &other),
        format!("{whole}x"),
        whole.replace("me_myself", "other"),
    ] {
        assert_eq!(shelf.read(ADMIN, &wrong).unwrap_err(), 404, "{wrong}");
    }
    let by_id = whole.replace(
        "/docs/",
        &format!("/{}/", record["collectionId"].as_str().unwrap()),
    );
    assert!(shelf.read(NOBODY, &by_id).is_ok());
    assert_eq!(
        shelf
            .read(NOBODY, &format!("{whole}?tumb=1x1"))
            .unwrap_err(),
        400
    );
}

#[test]
fn a_file_token_reads_files_for_a_while_and_does_nothing_else() {
    let (shelf, record) = with_record(false);
    let draft = url(&record, "draft");
    let token_of = |caller: &str| {
        let token = shelf.world.ask(caller, "POST /files/token").ok()["token"].clone();
        token.as_str().unwrap().to_owned()
    };
    shelf
        .world
        .ask(NOBODY, "POST /files/token")
        .expect(401, &[]);
    let (ann, bob, admin) = (token_of("ann"), token_of("bob"), token_of(ADMIN));
    let read = |token: &str| shelf.read(NOBODY, &format!("{draft}?token={token}"));
    assert_eq!(read(&ann).unwrap().1, "draft");
    assert_eq!(
        header(&read(&ann).unwrap().0, "cache-control"),
        "private, no-cache"
    );
    assert!(read(&admin).is_ok());
    assert_eq!(read(&bob).unwrap_err(), 404);
    assert_eq!(read("x.y.z").unwrap_err(), 401);
    // The header goes before it.
    assert_eq!(
        shelf
            .read("bob", &format!("{draft}?token={ann}"))
            .unwrap_err(),
        404
    );
    // It is no access token.
    for what in [
        "GET /auth/users/me",
        "POST /files/token",
        "GET /collections/docs/records",
    ] {
        let mut request = shelf.world.ask(NOBODY, what).request();
        request.headers.authorization = Some(ann.clone());
        let Step::Done(reply) = shelf.step(request) else {
            panic!("{what}")
        };
        assert_eq!(reply.status, 401, "{what}");
    }
    // Nor is an access token one.
    let credentials = json!({"identity": "ann@example.com", "password": "correct horse"});
    let login = shelf
        .world
        .ask(NOBODY, "POST /auth/users/login")
        .json(credentials)
        .ok();
    assert_eq!(read(login["token"].as_str().unwrap()).unwrap_err(), 401);
    let session = token_of("ann");
    shelf.world.ask("ann", "POST /auth/users/logout").ok();
    assert_eq!(read(&session).unwrap_err(), 401, "the session is over");
    let now_ms = shelf.world.now_ms.get();
    shelf.world.now_ms.set(now_ms + 179_000);
    assert!(read(&admin).is_ok());
    shelf.world.now_ms.set(now_ms + 180_000);
    assert_eq!(read(&admin).unwrap_err(), 401);
}

#[test]
fn a_lapsed_token_takes_nothing_from_what_everybody_reads() {
    let (shelf, record) = with_record(true);
    assert!(
        shelf
            .read(NOBODY, &format!("{}?token=old", url(&record, "files")))
            .is_ok()
    );
    // And says nothing of what is not there.
    for path in [
        url(&record, "draft"),
        url(&record, "draft").replace("me_", "you_"),
    ] {
        assert_eq!(
            shelf
                .read(NOBODY, &format!("{path}?token=old"))
                .unwrap_err(),
            401
        );
    }
}

#[test]
fn parts_and_conditions_have_their_statuses() {
    let (shelf, record) = with_record(true);
    let place = url(&record, "files");
    let (whole, _) = shelf.read(NOBODY, &place).unwrap();
    assert_eq!(
        (whole.status, header(&whole, "accept-ranges")),
        (200, "bytes")
    );
    assert_eq!(whole.length, Some(10));
    let etag = header(&whole, "etag").to_owned();
    let (part, bytes) = shelf
        .read_with(NOBODY, &place, &[("range", "bytes=2-4")])
        .unwrap();
    assert_eq!((part.status, bytes.as_str()), (206, "234"));
    assert_eq!(header(&part, "content-range"), "bytes 2-4/10");
    assert_eq!(part.length, Some(3));
    let (known, _) = shelf
        .read_with(NOBODY, &place, &[("if_none_match", &etag)])
        .unwrap();
    assert_eq!((known.status, &known.blob), (304, &None));
    assert_eq!(header(&known, "etag"), etag);
    assert_eq!(
        shelf
            .read_with(NOBODY, &place, &[("range", "bytes=10-")])
            .unwrap_err(),
        416
    );
    assert_eq!(
        shelf
            .read_with(NOBODY, &place, &[("if_match", "\"x\"")])
            .unwrap_err(),
        412
    );
}

#[test]
fn what_a_browser_could_run_is_saved_and_not_shown() {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    let texts = [("title", "One"), ("owner", ann.as_str())];
    for (file, mime_type, how) in [
        ("a.png", "image/png", "inline"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.html", "text/html; charset=utf-8", "attachment"),
        ("a.png", "text/html; charset=utf-8", "attachment"),
        ("a.js", "text/javascript", "attachment"),
    ] {
        let upload = Upload(file, mime_type, "x");
        let record = shelf.write("ann", DOCS, &texts, &[("draft", upload)]);
        let (send, _) = shelf.read("ann", &url(&record, "draft")).unwrap();
        assert!(
            header(&send, "content-disposition").starts_with(how),
            "{mime_type}"
        );
        assert_eq!(header(&send, "content-type"), mime_type);
        let place = format!("{}?download=1", url(&record, "draft"));
        let (send, _) = shelf.read("ann", &place).unwrap();
        assert!(header(&send, "content-disposition").starts_with("attachment"));
    }
    let upload = Upload("Stra\u{df}e \"1\".png", "image/png", "x");
    let record = shelf.write("ann", DOCS, &texts, &[("draft", upload)]);
    let (send, _) = shelf.read("ann", &url(&record, "draft")).unwrap();
    assert_eq!(
        header(&send, "content-disposition"),
        "inline; filename=\"Stra_e _1_.png\"; filename*=UTF-8''Stra%C3%9Fe%20%221%22.png"
    );
}
