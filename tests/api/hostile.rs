//! Whatever is sent, nothing of ours fails: every answer is below 500, and what
//! was refused wrote nothing.

use serde_json::{Value, json};

use crate::agreement::Dice;
use crate::world::{ADMIN, NOBODY, World, world};

const COLLECTIONS: [&str; 8] = [
    "tasks", "users", "notes", "teams", "projects", "nothing", "_meta", "%00",
];
const TEXTS: [&str; 24] = [
    "",
    "'",
    "\"",
    "' OR 1=1 --",
    "%",
    "?",
    "\\",
    "\u{0}",
    "💥",
    "ﬀ",
    "null",
    "true",
    "-1",
    "1e999",
    "9007199254740993",
    "2026-02-30",
    "abcdefghijklmno",
    "[]",
    "{}",
    "a,b",
    "../..",
    "id",
    "@request.auth.id",
    "*",
];
const PARAMS: [&str; 12] = [
    "filter",
    "sort",
    "expand",
    "fields",
    "page",
    "perPage",
    "skipTotal",
    "cursor",
    "limit",
    "dryRun",
    "unknown",
    "",
];
const FILTERS: [&str; 16] = [
    "id = null",
    "title ~ '%'",
    "title = title",
    "tags:length > 0",
    "tags:each ?= 'bug'",
    "project.team.owner.name ~ 'a'",
    "comments_via_task.id ?!= ''",
    "created > @now",
    "!(id != '' || id = '')",
    "((((((id))))))",
    "id IN (SELECT user FROM memberships)",
    "@collection.users.email ?= 'x'",
    "geoDistance(1,2,3,4) > 5",
    "estimate > 1e308",
    "password = ''",
    "title:lower = 'x' && title:isset = true",
];
const FIELDS: [&str; 16] = [
    "id",
    "title",
    "name",
    "slug",
    "email",
    "password",
    "oldPassword",
    "tokenKey",
    "project",
    "assignee",
    "tags",
    "tags+",
    "-estimate",
    "estimate+",
    "created",
    "expand",
];

fn value(dice: &mut Dice) -> Value {
    match dice.roll(8) {
        0 => Value::Null,
        1 => json!(dice.roll(2) == 0),
        2 => json!(f64::MAX),
        3 => json!(i64::MIN),
        4 => json!([*dice.pick(&TEXTS), *dice.pick(&TEXTS)]),
        5 => json!({"a": *dice.pick(&TEXTS)}),
        6 => json!("x".repeat(dice.roll(20_000))),
        _ => json!(*dice.pick(&TEXTS)),
    }
}

fn document(dice: &mut Dice) -> Value {
    let fields = (0..dice.roll(6)).map(|_| ((*dice.pick(&FIELDS)).to_owned(), value(dice)));
    Value::Object(fields.collect())
}

fn body(dice: &mut Dice) -> String {
    match dice.roll(10) {
        0 => (*dice.pick(&TEXTS)).to_owned(),
        1 => "[".repeat(5_000),
        2 => json!({"requests": [operation(dice), operation(dice)]}).to_string(),
        _ => document(dice).to_string(),
    }
}

fn operation(dice: &mut Dice) -> Value {
    let url = path(dice);
    json!({"method": *dice.pick(&["POST", "PATCH", "PUT", "DELETE", "GET", "x"]),
        "url": format!("/api{url}"), "body": document(dice)})
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn path(dice: &mut Dice) -> String {
    let collection = dice.pick(&COLLECTIONS);
    let mut path = match dice.roll(6) {
        0 => format!("/collections/{collection}/records/count"),
        1 | 2 => {
            let id = dice.pick(&TEXTS);
            format!("/collections/{collection}/records/{}", encode(id))
        }
        3 => "/batch".to_owned(),
        _ => format!("/collections/{collection}/records"),
    };
    for number in 0..dice.roll(4) {
        let name = dice.pick(&PARAMS);
        let text = match *name {
            "filter" | "sort" => *dice.pick(&FILTERS),
            _ => *dice.pick(&TEXTS),
        };
        let joint = if number == 0 { '?' } else { '&' };
        path.push_str(&format!("{joint}{name}={}", encode(text)));
    }
    path
}

fn totals(world: &World) -> Vec<Value> {
    let known = ["tasks", "users", "notes", "teams", "projects"];
    let total = |name: &&str| world.get(ADMIN, &format!("/collections/{name}/records/count"));
    known.iter().map(total).collect()
}

fn scene() -> World {
    let world = world();
    let ann = world.person("ann");
    let team = world.team(&ann, "team");
    let project = world.add("projects", json!({"title": "P", "team": team}));
    let task = json!({"title": "T", "project": project, "id": "abcdefghijklmno"});
    world.add("tasks", task);
    world
}

#[test]
fn nothing_that_is_sent_is_our_failure() {
    let mut dice = Dice(2_026);
    let mut world = scene();
    for _ in 0..5_000 {
        let method = *dice.pick(&["GET", "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD"]);
        let caller = *dice.pick(&[NOBODY, "ann", ADMIN]);
        let request = format!("{method} {}", path(&mut dice));
        let body = body(&mut dice);
        let before = totals(&world);
        let ask = world.ask(caller, &request).text(&body);
        let ask = match dice.roll(9) {
            0 => ask.key(TEXTS[dice.roll(TEXTS.len())]),
            _ => ask,
        };
        let reply = ask.reply();
        let sent = format!("{caller}: {request} {:.300}", body);
        assert!(
            reply.status < 500,
            "{sent}: {} {:?}",
            reply.body,
            reply.cause
        );
        if reply.status >= 400 {
            assert_eq!(before, totals(&world), "{sent}");
            let told = serde_json::from_str::<Value>(&reply.body);
            assert!(told.is_ok(), "{sent}: {}", reply.body);
        }
        // What removed her or her session was allowed; it begins anew.
        if world.ask("ann", "GET /auth/users/me").reply().status != 200 {
            world = scene();
        }
    }
}
