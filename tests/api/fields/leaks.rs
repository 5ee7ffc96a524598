//! What of an unreadable or masked field could be learnt by asking cleverly.

use serde_json::{Value, json};

use super::{Scene, scene};
use crate::world::{ADMIN, NOBODY};

/// Everything that is not for Eve.
const SECRETS: [&str; 11] = [
    "4711",
    "0815",
    "quokka",
    "narwhal",
    "DE8937040044",
    "1234567",
    "9876543",
    "7321",
    "5050",
    "zebra",
    "ann@example.com",
];

fn holds_no_secret(what: &str, body: &str) {
    for secret in SECRETS {
        assert!(!body.contains(secret), "{secret} in {what}: {body}");
    }
}

#[test]
fn no_way_to_read_a_record_shows_them() {
    let Scene {
        world, card, ann, ..
    } = scene();
    let ways = [
        "/collections/cards/records".to_owned(),
        "/collections/cards/records?perPage=1&page=2".into(),
        "/collections/cards/records?skipTotal=1&sort=-title".into(),
        "/collections/cards/records?limit=1".into(),
        "/collections/cards/records?fields=*,pin,extra,manager,iban,expand.owner.salary".into(),
        "/collections/cards/records?expand=owner,manager,owner.cards_via_owner".into(),
        "/collections/cards/records?expand=owner&fields=expand.owner.*,pin:excerpt(3)".into(),
        format!("/collections/cards/records/{card}"),
        format!("/collections/cards/records/{card}?expand=owner,manager"),
        format!("/collections/cards/records/{card}?fields=pin,extra,manager"),
        "/collections/users/records?expand=cards_via_owner,cards_via_manager".into(),
        format!("/collections/users/records/{ann}?expand=cards_via_owner.manager"),
        "/collections/users/records?fields=salary,risk,phone,email".into(),
    ];
    for caller in [NOBODY, "eve"] {
        for way in &ways {
            let reply = world.ask(caller, &format!("GET {way}")).reply();
            assert_eq!(reply.status, 200, "{way}: {}", reply.body);
            holds_no_secret(way, &reply.body);
        }
    }
}

#[test]
fn no_write_gives_them_back() {
    let Scene { world, card, .. } = scene();
    let path = format!("/collections/cards/records/{card}");
    let change = || world.ask("eve", &format!("PATCH {path}?expand=owner,manager"));
    for body in [json!({}), json!({"title": "New"})] {
        let reply = change().json(body).expect(200, &[]);
        holds_no_secret("a change", &reply.body);
    }
    let batch = json!({"requests": [
        {"method": "PATCH", "url": format!("/api{path}"), "body": {"title": "Again"}},
        {"method": "PUT", "url": "/api/collections/cards/records", "body": {"id": card}},
    ]});
    let reply = world
        .ask("eve", "POST /batch")
        .json(batch)
        .expect(200, &["Again"]);
    holds_no_secret("a batch", &reply.body);
    // A record that its writer does not own is not shown to them whole.
    let body = json!({"title": "Mine not", "pin": "3333", "iban": "FR7630006000"});
    let made = world.create("eve", "cards", body);
    assert!(made.get("pin").is_none(), "{made}");
    assert_eq!(made["iban"], "FR***00");
}

#[test]
fn filters_and_sorts_see_what_their_caller_sees() {
    let Scene {
        world, ann, bob, ..
    } = scene();
    let count = |who: &str, collection: &str, filter: &str| {
        let filter = filter.replace(' ', "%20").replace('&', "%26");
        let path = format!("/collections/{collection}/records/count?filter={filter}");
        world.get(who, &path)["totalItems"].clone()
    };
    let probes = [
        ("cards", "pin = '4711'".to_owned()),
        ("cards", "pin ~ '47'".into()),
        ("cards", "pin != ''".into()),
        ("cards", "pin >= '0'".into()),
        ("cards", "pin:lower = '4711'".into()),
        ("cards", "length(pin) = 4".into()),
        ("cards", "iban ~ 'DE'".into()),
        ("cards", "iban ^ 'DE8'".into()),
        ("cards", format!("manager = '{bob}'")),
        ("cards", "manager.name = 'bob'".into()),
        ("cards", "manager != null".into()),
        ("cards", "tags ?= 'a'".into()),
        ("cards", "tags:length = 1".into()),
        ("cards", "tags:each = 'a' && tags:length > 0".into()),
        ("cards", "owner.salary > 7000".into()),
        ("cards", "owner.phone ~ '1234567'".into()),
        ("users", "salary > 7000".into()),
        ("users", "phone ~ '123'".into()),
        ("users", "email ~ 'ann'".into()),
        ("users", "cards_via_owner.pin ?= '4711'".into()),
        ("users", "cards_via_manager.title ?= 'Card'".into()),
        ("users", "@collection.cards.pin ?= '4711'".into()),
        ("users", "'4711' IN (SELECT pin FROM cards)".into()),
        ("users", "id IN (SELECT manager FROM cards)".into()),
        (
            "users",
            "id IN (SELECT owner FROM cards WHERE pin = '4711')".into(),
        ),
    ];
    for (collection, probe) in &probes {
        for who in [NOBODY, "eve"] {
            assert_eq!(count(who, collection, probe), 0, "{who}: {probe}");
        }
        assert_ne!(count(ADMIN, collection, probe), 0, "{probe}");
    }
    assert_eq!(count("ann", "cards", "pin = '4711'"), 1);
    assert_eq!(count("ann", "cards", "pin != ''"), 1);
    assert_eq!(count("sue", "cards", "iban ~ 'DE'"), 1);
    assert_eq!(count("hal", "users", "salary > 7000"), 1);
    assert_eq!(
        count("ann", "users", &format!("id = '{ann}' && phone ~ '123'")),
        1
    );
}

#[test]
fn an_order_by_a_field_tells_nothing_of_it() {
    let Scene { world, .. } = scene();
    let titles = |who: &str, sort: &str| -> Vec<Value> {
        let list = world.get(who, &format!("/collections/cards/records?sort={sort}"));
        let items = list["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .map(|item| item["title"].clone())
            .collect()
    };
    assert_eq!(titles(ADMIN, "pin"), ["Other", "Card"]);
    for sort in ["pin", "iban", "manager", "manager.name", "owner.salary"] {
        let unsorted = titles("eve", sort);
        assert_eq!(unsorted, ["Card", "Other"], "{sort}");
    }
    for (sort, status) in [("pin", 400), ("extra", 400), ("title", 200)] {
        let path = format!("GET /collections/cards/records?limit=1&sort={sort}");
        world.ask("eve", &path).expect(status, &["!4711"]);
    }
}

#[test]
fn a_field_that_nobody_reads_is_unknown_to_filters() {
    let Scene { world, .. } = scene();
    let refusal = |name: &str| {
        let path = format!("GET /collections/users/records?filter={name}='x'");
        world
            .ask("eve", &path)
            .expect(400, &[])
            .body
            .replace(name, "_")
    };
    assert_eq!(refusal("risk"), refusal("zork"));
    // One's own record is no way round either.
    let own = "GET /collections/users/records?filter=@request.auth.risk='zebra'";
    world.ask("ann", own).expect(400, &["no field risk"]);
    let own = "GET /collections/users/records?filter=@request.auth.salary>7000";
    world.ask("ann", own).expect(400, &["no field salary"]);
    let own = "GET /collections/users/records/count?filter=@request.auth.email=email";
    world.ask("ann", own).expect(200, &["1"]);
}

#[test]
fn no_answer_to_a_write_tells_whether_a_guess_was_right() {
    let Scene { world, card, .. } = scene();
    let path = format!("/collections/cards/records/{card}");
    let stored = || world.get(ADMIN, &path);
    for (field, right, wrong) in [
        ("pin", "4711", "4712"),
        ("iban", "DE8937040044", "DE8937040045"),
    ] {
        for guess in [wrong, right, right] {
            let before = stored()["updated"].clone();
            let body = json!({field: guess});
            world.ask("eve", &format!("PATCH {path}")).json(body).ok();
            assert_ne!(stored()["updated"], before, "{field} = {guess}");
            assert_eq!(stored()[field], guess);
        }
    }
    for body in [
        json!({"tags+": "a"}),
        json!({"+tags": ["b"]}),
        json!({"tags-": "a"}),
    ] {
        let ask = world.ask("eve", &format!("PATCH {path}")).json(body);
        ask.expect(400, &["forbidden", "tags"]);
    }
    world
        .ask("ann", &format!("PATCH {path}"))
        .json(json!({"tags+": "b"}))
        .expect(200, &["[\"a\",\"b\"]"]);
}

#[test]
fn nobody_comes_back_along_a_relation_that_they_may_not_read() {
    let Scene {
        world, ann, bob, ..
    } = scene();
    let managed = |who: &str, person: &str| {
        let path = format!("/collections/users/records/{person}?expand=cards_via_manager");
        world.get(who, &path)["expand"]["cards_via_manager"].clone()
    };
    for (who, person) in [("eve", &bob), ("eve", &ann), ("bob", &bob), (NOBODY, &bob)] {
        assert_eq!(managed(who, person), Value::Null, "{who}");
    }
    assert_eq!(managed("ann", &bob)[0]["title"], "Card");
    assert_eq!(managed(ADMIN, &ann)[0]["title"], "Other");
}
