//! Fields that a caller may not read, or sees masked, by every way to a record; and
//! fields that they may not write.

mod leaks;
mod masks;
mod writes;

use ringfence_schema::declaration::Source;
use serde_json::{Value, json};

use crate::declare;
use crate::world::{ADMIN, NOBODY, World, world_of};

const USERS: &str = r#"
kind = "auth"
[fields.name]
type = "text"
[fields.role]
type = "text"
[fields.groups]
type = "select"
values = ["support", "sales"]
many = true
[fields.phone]
type = "text"
[fields.salary]
type = "number"
[fields.risk]
type = "text"
"#;

// `risk` is for nobody but rules; everybody sees the end of a phone number.
const USER_RULES: &str = r#"
read = "true"
insert = "true"
update = "true"
[fields.phone]
mask = "phone"
unmasked = 'id = @request.auth.id || @has_group("support")'
[fields.salary]
read = 'id = @request.auth.id || @request.auth.role = "hr"'
write = '@request.auth.role = "hr"'
[fields.risk]
read = "false"
"#;

const CARDS: &str = r#"
[fields.title]
type = "text"
[fields.owner]
type = "relation"
collection = "users"
[fields.manager]
type = "relation"
collection = "users"
[fields.iban]
type = "text"
nullable = true
[fields.pin]
type = "text"
[fields.tags]
type = "select"
values = ["a", "b"]
many = true
[fields.extra]
type = "json"
[fields.stage]
type = "text"
default = "new"
"#;

const CARD_RULES: &str = r#"
read = "true"
insert = "true"
update = "true"
delete = "true"
[fields.manager]
read = "owner = @request.auth.id"
[fields.iban]
mask = { first = 2, last = 2 }
unmasked = ["support"]
[fields.pin]
read = "owner = @request.auth.id"
[fields.tags]
read = "owner = @request.auth.id"
[fields.extra]
list = "false"
view = "owner = @request.auth.id"
[fields.stage]
insert = 'stage = "new"'
update = 'old.stage = "new" && new.stage = "done"'
"#;

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// An app of these collections and rules.
fn app(schema: &[(&str, &str)], rules: &[(&str, &str)]) -> World {
    let sources = |folder: &str, files: &[(&str, &str)]| -> Vec<Source> {
        files
            .iter()
            .map(|(name, text)| source(&format!("{folder}/{name}.toml"), text))
            .collect()
    };
    let (schema, rules) =
        declare::check(&sources("schema", schema), &sources("rules", rules)).unwrap();
    world_of(schema, &rules)
}

/// Ann owns a card that Bob manages; Eve looks on, Sue is in support, Hal in `hr`.
struct Scene {
    world: World,
    ann: String,
    bob: String,
    card: String,
}

fn scene() -> Scene {
    let world = app(
        &[("users", USERS), ("cards", CARDS)],
        &[("users", USER_RULES), ("cards", CARD_RULES)],
    );
    let ids: Vec<String> = ["ann", "bob", "eve", "sue", "hal"]
        .map(|name| world.person(name))
        .into();
    let set = |id: &str, body: Value| {
        world
            .ask(ADMIN, &format!("PATCH /collections/users/records/{id}"))
            .json(body)
            .ok()
    };
    set(
        &ids[0],
        json!({"phone": "+49 30 1234567", "salary": 7321, "risk": "zebra"}),
    );
    set(&ids[1], json!({"phone": "0151 9876543", "salary": 5050}));
    set(&ids[3], json!({"groups": ["support"]}));
    set(&ids[4], json!({"role": "hr"}));
    let card = world.add(
        "cards",
        json!({"title": "Card", "owner": ids[0], "manager": ids[1], "iban": "DE8937040044",
            "pin": "4711", "tags": ["a"], "extra": {"key": "quokka"}}),
    );
    world.add(
        "cards",
        json!({"title": "Other", "owner": ids[1], "manager": ids[0], "pin": "0815",
            "iban": null, "extra": {"key": "narwhal"}}),
    );
    Scene {
        world,
        ann: ids[0].clone(),
        bob: ids[1].clone(),
        card,
    }
}

#[test]
fn each_reader_gets_the_fields_that_are_theirs() {
    let scene = scene();
    let get = |who: &str| {
        let path = format!("/collections/cards/records/{}", scene.card);
        scene.world.get(who, &path)
    };
    let owner = get("ann");
    assert_eq!(owner["pin"], "4711");
    assert_eq!(owner["manager"], scene.bob.as_str());
    assert_eq!(owner["extra"], json!({"key": "quokka"}));
    assert_eq!(owner["iban"], "DE***44");
    for who in [NOBODY, "eve", "bob"] {
        let other = get(who);
        for absent in ["pin", "manager", "tags", "extra"] {
            assert!(other.get(absent).is_none(), "{who} sees {absent}: {other}");
        }
        assert_eq!(other["iban"], "DE***44", "{who}");
        assert_eq!(other["title"], "Card");
    }
    assert_eq!(get("sue")["iban"], "DE8937040044");
    let everything = get(ADMIN);
    assert_eq!(everything["iban"], "DE8937040044");
    assert_eq!(everything["pin"], "4711");
}

#[test]
fn list_and_view_are_apart_where_they_are_written_apart() {
    let scene = scene();
    let list = scene.world.get("ann", "/collections/cards/records");
    assert!(list["items"][0].get("extra").is_none(), "{list}");
    assert_eq!(list["items"][0]["pin"], "4711");
    assert!(list["items"][1].get("pin").is_none(), "{list}");
}

#[test]
fn a_mask_leaves_what_is_unset_unset() {
    let scene = scene();
    let list = scene.world.get("eve", "/collections/cards/records");
    assert_eq!(list["items"][1]["iban"], Value::Null);
    let people = scene.world.get(NOBODY, "/collections/users/records");
    let phones: Vec<&str> = people["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["phone"].as_str().unwrap())
        .collect();
    assert_eq!(phones, ["***4567", "***6543", "", "", ""]);
}

#[test]
fn people_get_their_own_record_by_the_rules_of_its_fields() {
    let scene = scene();
    let credentials = json!({"identity": "ann@example.com", "password": "correct horse"});
    let signed_in = scene
        .world
        .ask(NOBODY, "POST /collections/users/auth-with-password")
        .json(credentials)
        .ok();
    let me = scene.world.get("ann", "/auth/users/me");
    let path = format!("/collections/users/records/{}", scene.ann);
    let seen = scene.world.get("ann", &path);
    for own in [&signed_in["record"], &me, &seen] {
        assert_eq!(own["phone"], "+49 30 1234567");
        assert_eq!(own["salary"], 7321);
        assert_eq!(own["email"], "ann@example.com");
        assert!(own.get("risk").is_none(), "{own}");
    }
    let other = scene.world.get("bob", &path);
    assert!(other.get("salary").is_none() && other.get("email").is_none());
    assert_eq!(scene.world.get("hal", &path)["salary"], 7321);
}

#[test]
fn a_reader_who_changes_is_not_told_that_nothing_did() {
    let scene = scene();
    let ask = |who: &str| {
        let path = format!("GET /collections/cards/records/{}", scene.card);
        scene.world.ask(who, &path)
    };
    let etag = ask("eve").reply().etag.unwrap();
    let again = ask("ann").if_none_match(&etag).reply();
    assert_eq!(again.status, 200);
    assert!(again.body.contains("4711"));
}

#[test]
fn the_email_of_an_app_can_have_a_rule_or_a_mask_of_its_own() {
    let rules = "read = 'true'\n[fields.email]\nread = 'true'\nmask = 'email'\n\
        unmasked = 'id = @request.auth.id'";
    let world = app(&[("users", USERS)], &[("users", rules)]);
    let ann = world.person("ann");
    world.person("bob");
    let path = format!("/collections/users/records/{ann}");
    assert_eq!(world.get("bob", &path)["email"], "a***@e***.com");
    assert_eq!(world.get("ann", &path)["email"], "ann@example.com");
    let probe = "/collections/users/records/count?filter=email~'ann'";
    assert_eq!(world.get("bob", probe)["totalItems"], 0);
    assert_eq!(world.get("ann", probe)["totalItems"], 1);
}

#[test]
fn lists_of_fields_are_short_for_rules_of_the_others() {
    let rules = r#"
read = "true"
insert = "true"
update = "true"
list_fields = ["title"]
view_fields = "*"
create_fields = ["title", "pin"]
update_fields = ["title"]
"#;
    let world = app(
        &[("users", USERS), ("cards", CARDS)],
        &[("users", "read = 'true'"), ("cards", rules)],
    );
    world.person("eve");
    let body = json!({"title": "A", "pin": "1"});
    let card = world.create("eve", "cards", body);
    assert_eq!(card["pin"], "1");
    let list = world.get("eve", "/collections/cards/records");
    let mut names: Vec<&String> = list["items"][0].as_object().unwrap().keys().collect();
    names.sort();
    let system = [
        "collectionId",
        "collectionName",
        "created",
        "created_by",
        "id",
        "title",
        "updated",
        "updated_by",
    ];
    assert_eq!(names, system);
    let path = format!(
        "/collections/cards/records/{}",
        card["id"].as_str().unwrap()
    );
    assert_eq!(world.get("eve", &path)["pin"], "1");
    let change = world.ask("eve", &format!("PATCH {path}"));
    change
        .json(json!({"title": "B", "pin": "2"}))
        .expect(400, &["\"pin\"", "forbidden", "!\"title\":{"]);
    let insert = world.ask("eve", "POST /collections/cards/records");
    insert
        .json(json!({"title": "C", "stage": "x"}))
        .expect(400, &["\"stage\"", "forbidden"]);
    let filter = world.ask("eve", "GET /collections/cards/records?filter=pin='1'");
    filter.expect(400, &["has no field pin"]);
}
