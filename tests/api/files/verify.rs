//! What is recorded against what is in the bucket.

use serde_json::{Value, json};

use super::front::{Shelf, png, shelf};
use crate::world::{ADMIN, NOBODY};

const VERIFY: &str = "POST /files/verify";

fn with_files(count: usize) -> Shelf {
    let shelf = shelf();
    let ann = shelf.world.person("ann");
    for number in 0..count {
        let title = number.to_string();
        let texts = [("title", title.as_str()), ("owner", ann.as_str())];
        shelf.write(
            "ann",
            "POST /collections/docs/records",
            &texts,
            &[("draft", png("bytes"))],
        );
    }
    shelf
}

fn faults(report: &Value) -> [u64; 3] {
    ["missing", "wrongSize", "orphans"].map(|kind| report[kind]["count"].as_u64().unwrap())
}

#[test]
fn it_is_for_administrators() {
    let shelf = with_files(0);
    shelf.world.ask(NOBODY, VERIFY).expect(401, &[]);
    shelf.world.ask("ann", VERIFY).expect(403, &[]);
    shelf
        .world
        .ask(ADMIN, VERIFY)
        .json(json!({"remove": true}))
        .expect(400, &["remove"]);
}

#[test]
fn each_difference_is_found_and_orphans_go() {
    let shelf = with_files(4);
    let report = shelf.ok(ADMIN, VERIFY, json!({}));
    assert_eq!((faults(&report), &report["blobs"]), ([0, 0, 0], &json!(4)));
    let nobodys = shelf.path("nobody");
    {
        let mut bucket = shelf.bucket.borrow_mut();
        let keys: Vec<String> = bucket.keys().cloned().collect();
        bucket.remove(&keys[0]);
        bucket.insert(keys[1].clone(), b"short".repeat(2));
        bucket.insert(nobodys, b"x".to_vec());
        // Of another app, and none of our business.
        bucket.insert("realm/app2/other".into(), b"x".to_vec());
    }
    let report = shelf.ok(ADMIN, VERIFY, json!({}));
    assert_eq!(faults(&report), [1, 1, 1], "{report}");
    assert_eq!(report["orphans"]["named"], json!(["nobody"]));
    assert!(
        report["missing"]["named"][0]
            .as_str()
            .unwrap()
            .contains("me_myself_")
    );
    // One that has only just come may be on its way.
    shelf.age_ms.set(1000);
    assert_eq!(faults(&shelf.ok(ADMIN, VERIFY, json!({}))), [1, 1, 0]);
    shelf.age_ms.set(2 * 60 * 60 * 1000);
    shelf.sweep(true);
    assert_eq!(shelf.blobs().len(), 5, "nothing goes unasked");
    shelf.ok(ADMIN, VERIFY, json!({"removeOrphans": true}));
    shelf.sweep(true);
    assert_eq!(faults(&shelf.ok(ADMIN, VERIFY, json!({}))), [1, 1, 0]);
    assert!(shelf.bucket.borrow().contains_key("realm/app2/other"));
}

#[test]
fn a_long_list_is_gone_through_page_by_page() {
    let shelf = with_files(1);
    for number in 0..12_345 {
        let key = shelf.path(&format!("{number:05}"));
        shelf.bucket.borrow_mut().insert(key, Vec::new());
    }
    let mut total = [0, 0, 0];
    let (mut after, mut requests) = (String::new(), 0);
    loop {
        let report = shelf.ok(ADMIN, VERIFY, json!({ "after": after }));
        requests += 1;
        for (sum, found) in total.iter_mut().zip(faults(&report)) {
            *sum += found;
        }
        assert!(report["orphans"]["named"].as_array().unwrap().len() <= 100);
        match report["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((total, requests), ([0, 0, 12_345], 2));
}
