//! `?thumb=`: which thumb is sent in the place of a file, to whom, and what becomes of
//! it. The pictures themselves are `crates/thumbs`'s.

use ringfence::bucket::{Headers, Send, Thumb};
use serde_json::{Value, json};

use super::front::{Shelf, Upload, png, shelf, url};
use crate::world::{ADMIN, NOBODY};

const DOCS: &str = "POST /collections/docs/records";
const VERIFY: &str = "POST /files/verify";

/// A shelf with a record of ann's, which everybody sees or not.
fn with_record(public: &str, file: Upload<'_>) -> (Shelf, Value) {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    shelf.world.person("bob");
    let texts = [
        ("title", "One"),
        ("owner", ann.as_str()),
        ("public", public),
    ];
    let files = [("files", file), ("draft", png("draft"))];
    let record = shelf.write("ann", DOCS, &texts, &files);
    (shelf, record)
}

fn ask(shelf: &Shelf, record: &Value, size: &str, headers: &[(&str, &str)]) -> Result<Send, u16> {
    let url = format!("{}?thumb={size}", url(record, "files"));
    shelf.read_with("ann", &url, headers).map(|(send, _)| send)
}

fn header<'a>(headers: &'a Headers, name: &str) -> &'a str {
    headers.get(name).map_or("", String::as_str)
}

/// What the front does, once the thumb is made.
fn make(shelf: &Shelf, thumb: &Thumb) {
    let mut bucket = shelf.bucket.borrow_mut();
    bucket.insert(thumb.key.clone(), b"small".to_vec());
}

#[test]
fn the_sizes_of_the_field_are_made_and_no_others() {
    let (shelf, record) = with_record("false", png("0123456789"));
    for size in ["100x100", "0x50"] {
        let thumb = ask(&shelf, &record, size, &[]).unwrap().thumb.unwrap();
        assert_eq!(
            (thumb.size.as_str(), &thumb.key),
            (size, &format!("{}/{size}", thumb.of))
        );
        assert!(shelf.bucket.borrow().contains_key(&thumb.of));
    }
    for size in ["100x101", "100x100t", "x", "0x0", "", "../../other"] {
        let (send, bytes) = shelf
            .read("ann", &format!("{}?thumb={size}", url(&record, "files")))
            .unwrap();
        assert_eq!((send.thumb, bytes.as_str()), (None, "0123456789"), "{size}");
    }
    // Another field of the same record has none.
    let draft = format!("{}?thumb=100x100", url(&record, "draft"));
    assert_eq!(shelf.read("ann", &draft).unwrap().0.thumb, None);
}

#[test]
fn other_files_than_pictures_are_sent_as_they_are() {
    for mime_type in [
        "image/svg+xml",
        "application/pdf",
        "video/mp4",
        "image/avif",
    ] {
        let (shelf, record) = with_record("false", Upload("a.bin", mime_type, "0123"));
        let send = ask(&shelf, &record, "100x100", &[("range", "bytes=1-2")]).unwrap();
        assert_eq!((send.thumb, send.status), (None, 206), "{mime_type}");
    }
}

#[test]
fn a_thumb_is_readable_exactly_when_its_file_is() {
    for (public, others) in [("true", true), ("false", false)] {
        let (shelf, record) = with_record(public, png("0123456789"));
        let url = format!("{}?thumb=100x100", url(&record, "files"));
        for (caller, readable) in [
            (NOBODY, others),
            ("bob", others),
            ("ann", true),
            (ADMIN, true),
        ] {
            let read = shelf.read(caller, &url);
            assert_eq!(read.is_ok(), readable, "{caller} {public}");
            let Ok((send, _)) = read else { continue };
            let thumb = send.thumb.unwrap();
            let cache = header(&thumb.headers, "cache-control");
            assert_eq!(
                cache.starts_with("public"),
                caller == NOBODY,
                "{caller} {cache}"
            );
        }
    }
}

#[test]
fn a_thumb_has_an_etag_of_its_own_and_no_ranges() {
    let (shelf, record) = with_record("false", png("0123456789"));
    let sent = ask(&shelf, &record, "100x100", &[("range", "bytes=1-2")]).unwrap();
    let (file, thumb) = (header(&sent.headers, "etag"), sent.thumb.as_ref().unwrap());
    let own = header(&thumb.headers, "etag");
    assert_eq!(own, format!("{}-100x100\"", file.trim_end_matches('"')));
    assert_eq!(header(&thumb.headers, "accept-ranges"), "none");
    // The file in its place is whole as well.
    assert_eq!((sent.status, sent.length), (200, Some(10)));
    let other = ask(&shelf, &record, "0x50", &[]).unwrap().thumb.unwrap();
    assert_ne!(header(&other.headers, "etag"), own);

    let known = ask(&shelf, &record, "100x100", &[("if_none_match", own)]).unwrap();
    assert_eq!((known.status, known.thumb, known.blob), (304, None, None));
    assert_eq!(header(&known.headers, "etag"), own);
    // Who was sent the file is told that it is the same, unless there is a thumb by now.
    let known = ask(&shelf, &record, "100x100", &[("if_none_match", file)]).unwrap();
    assert_eq!(
        (known.status, known.blob, known.thumb.is_some()),
        (304, None, true)
    );

    for etag in [own, file] {
        let sent = ask(&shelf, &record, "100x100", &[("if_match", etag)]).unwrap();
        assert_eq!((sent.status, sent.thumb.is_some()), (200, true), "{etag}");
    }
    let changed = ask(&shelf, &record, "100x100", &[("if_match", "\"x\"")]);
    assert_eq!(changed.unwrap_err(), 412);
}

#[test]
fn thumbs_go_with_their_file() {
    let (shelf, record) = with_record("false", png("0123456789"));
    for size in ["100x100", "0x50", "100x100"] {
        make(
            &shelf,
            &ask(&shelf, &record, size, &[]).unwrap().thumb.unwrap(),
        );
    }
    assert_eq!(shelf.blobs().len(), 4);
    let before = shelf.used("");
    let path = format!(
        "/collections/docs/records/{}",
        record["id"].as_str().unwrap()
    );
    shelf.ok("ann", &format!("PATCH {path}"), json!({"files": []}));
    shelf.sweep(true);
    assert_eq!(shelf.blobs(), ["draft"]);
    // They count for nobody.
    assert_eq!((before, shelf.used("")), (15, 5));
}

#[test]
fn one_that_comes_after_its_file_went_is_found() {
    let (shelf, record) = with_record("true", png("0123456789"));
    // What is looked for because of the file itself is over.
    (0..2).for_each(|_| shelf.sweep_later());
    let url = format!("{}?thumb=100x100", url(&record, "files"));
    let thumb = shelf.read(NOBODY, &url).unwrap().0.thumb.unwrap();
    let id = record["id"].as_str().unwrap();
    let delete = format!("DELETE /collections/docs/records/{id}");
    shelf.world.ask(ADMIN, &delete).ok();
    shelf.sweep(true);
    make(&shelf, &thumb);
    assert_eq!(shelf.blobs(), ["small"]);
    shelf.sweep_later();
    assert!(shelf.blobs().is_empty());
}

#[test]
fn verify_knows_thumbs_by_their_file() {
    let (shelf, record) = with_record("false", png("0123456789"));
    make(
        &shelf,
        &ask(&shelf, &record, "100x100", &[]).unwrap().thumb.unwrap(),
    );
    let report = shelf.ok(ADMIN, VERIFY, json!({}));
    let faults = ["missing", "wrongSize", "orphans"].map(|kind| report[kind]["count"].clone());
    assert_eq!(
        (faults, &report["blobs"]),
        ([0, 0, 0].map(Value::from), &json!(3))
    );
    let lost = shelf.path("nobody/100x100");
    shelf.bucket.borrow_mut().insert(lost, b"x".to_vec());
    let report = shelf.ok(ADMIN, VERIFY, json!({"removeOrphans": true}));
    assert_eq!(report["orphans"]["named"], json!(["nobody/100x100"]));
    shelf.sweep(true);
    assert_eq!(shelf.blobs().len(), 3);
}
