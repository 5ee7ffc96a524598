//! `POST /rules/explain` and `/rules/test`: who may ask, what they are told, and
//! that nothing is stored by asking.

use serde_json::{Value, json};

use crate::world::{ADMIN, NOBODY, World, world};

/// A project of anna's team that only its members see.
fn garden() -> (World, String, String) {
    let world = world();
    let anna = world.person("anna");
    let bert = world.person("bert");
    let team = world.team(&anna, "garden");
    let project = world.add("projects", json!({"title": "Pond", "team": team}));
    (world, bert, project)
}

fn explain(world: &World, asked: &Value) -> Value {
    world
        .ask(ADMIN, "POST /rules/explain")
        .json(asked.clone())
        .ok()
}

#[test]
fn only_administrators_may_ask() {
    let (world, _, project) = garden();
    let asked = json!({"collection": "projects", "operation": "view", "document": project});
    let cases = json!({"collection": "projects", "cases": [
        {"document": project, "deny": ["view"]}
    ]});
    for (url, body) in [("explain", &asked), ("test", &cases)] {
        let what = format!("POST /rules/{url}");
        let ask = |caller| world.ask(caller, &what).json(body.clone());
        ask(NOBODY).expect(401, &["!memberships", "!Pond"]);
        ask("anna").expect(403, &["!memberships", "!Pond"]);
        ask(ADMIN).expect(200, &[]);
        world
            .ask(ADMIN, &format!("GET /rules/{url}"))
            .expect(405, &["POST"]);
    }
}

#[test]
fn the_deciding_clause_and_its_values_are_told() {
    let (world, bert, project) = garden();
    let told = explain(
        &world,
        &json!({
            "collection": "projects", "operation": "view", "document": project,
            "caller": {"collection": "users", "id": bert},
        }),
    );
    assert_eq!(told["allowed"], json!(false));
    let deciding = &told["deciding"];
    assert_eq!(deciding["holds"], json!(false), "{told:#}");
    assert!(
        deciding["text"]
            .as_str()
            .unwrap()
            .starts_with("public = true || team IN")
    );
    let clauses = told["tree"]["clauses"].as_array().unwrap();
    assert_eq!(clauses[0]["text"], json!("deleted = null"));
    assert_eq!(clauses[0]["holds"], json!(true));
    let public = &clauses[1]["clauses"][0];
    assert_eq!(
        public["values"],
        json!([{"text": "public", "value": false}])
    );
    let span = &public["span"];
    let cut = &told["rule"].as_str().unwrap()
        [span["start"].as_u64().unwrap() as usize..span["end"].as_u64().unwrap() as usize];
    assert_eq!(cut, "public = true");
}

#[test]
fn what_is_told_is_what_a_request_meets() {
    let (world, bert, project) = garden();
    let anna =
        world.get(ADMIN, "/collections/users/records?filter=name=%22anna%22")["items"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
    for (name, id) in [("anna", &anna), ("bert", &bert)] {
        let url = format!("/collections/projects/records/{project}");
        let body = json!({"title": "Lake"});
        for (operation, method, refused) in [("view", "GET", 404), ("update", "PATCH", 403)] {
            let told = explain(
                &world,
                &json!({
                    "collection": "projects", "operation": operation, "document": project,
                    "body": body, "caller": {"collection": "users", "id": id},
                }),
            );
            let ask = world.ask(name, &format!("{method} {url}"));
            let reply = match method {
                "GET" => ask.reply(),
                _ => ask.json(body.clone()).reply(),
            };
            let allowed = told["allowed"].as_bool().unwrap();
            assert_eq!(allowed, reply.status == 200, "{name} {operation}: {told:#}");
            assert!(allowed || reply.status == refused || reply.status == 404);
        }
    }
}

#[test]
fn no_rule_refuses_and_has_nothing_to_explain() {
    let (world, bert, _) = garden();
    let told = explain(
        &world,
        &json!({"collection": "users", "operation": "delete", "document": bert}),
    );
    assert_eq!(told["allowed"], json!(false));
    assert_eq!(told["rule"], Value::Null);
    assert_eq!(told["deciding"], Value::Null);
}

#[test]
fn the_sql_its_values_and_its_plan_are_told() {
    let (world, bert, project) = garden();
    let told = explain(
        &world,
        &json!({
            "collection": "notes", "operation": "list", "document": {"owner": bert},
            "caller": {"collection": "users", "id": bert},
        }),
    );
    assert_eq!(told["allowed"], json!(true));
    let sql = &told["sql"];
    assert!(!sql["text"].as_str().unwrap().contains(&bert), "{sql:#}");
    assert!(sql["params"].as_array().unwrap().contains(&json!(bert)));
    let plan = sql["plan"][0].as_str().unwrap();
    assert!(
        plan.starts_with("SEARCH") && plan.contains("USING"),
        "{plan}"
    );
    assert_eq!(told["missingIndexes"], json!([]));
    // The same rule for nobody asks the database for nothing.
    let nobody = explain(
        &world,
        &json!({"collection": "projects", "operation": "list", "document": project}),
    );
    assert_eq!(nobody["deciding"]["holds"], json!(false));
}

#[test]
fn a_question_that_makes_no_sense_is_told_so() {
    let (world, _, project) = garden();
    let refuse = |asked: Value, text: &str| {
        world
            .ask(ADMIN, "POST /rules/explain")
            .json(asked)
            .expect(400, &[text]);
    };
    refuse(
        json!({"collection": "nothing", "operation": "view"}),
        "no collection nothing",
    );
    refuse(
        json!({"collection": "projects", "operation": "view"}),
        "document",
    );
    refuse(
        json!({"collection": "projects", "operation": "view", "document": "none"}),
        "projects has no record none",
    );
    refuse(
        json!({"collection": "projects", "operation": "update", "document": project, "body": {"titel": "x"}}),
        "did you mean title?",
    );
    refuse(
        json!({"collection": "projects", "operation": "view", "document": project,
               "caller": {"collection": "teams", "id": "x"}}),
        "Nobody signs in to teams",
    );
    refuse(
        json!({"collection": "projects", "operation": "see"}),
        "unknown variant",
    );
}

#[test]
fn tests_of_rules_pass_fail_and_leave_nothing() {
    let (world, _, _) = garden();
    let count = |collection: &str| world.get(ADMIN, &format!("/collections/{collection}/records"));
    let before = ["users", "notes"].map(count);
    let sent = json!({
        "collection": "notes",
        "documents": {
            "users": {"zoe": {}, "yan": {}},
            "notes": {"secret": {"owner": "zoe", "title": "Presents"}},
        },
        "cases": [
            {"caller": "users/zoe", "document": "secret", "allow": ["list", "view", "update", "delete"]},
            {"caller": "users/yan", "document": "secret", "deny": ["list", "view", "update", "delete"]},
            {"caller": "users/yan", "document": {"owner": "zoe"}, "deny": ["insert"]},
            {"name": "wrong", "caller": "users/yan", "document": "secret", "allow": ["view"]},
        ],
    });
    let told = world.ask(ADMIN, "POST /rules/test").json(sent).ok();
    assert_eq!(told["passed"], json!(9), "{told:#}");
    let failed = told["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["case"], json!(4));
    let message = failed[0]["message"].as_str().unwrap();
    for part in [
        "should be allowed, but is refused",
        "owner is \"zoe\"",
        "@request.auth.id is \"yan\"",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(before, ["users", "notes"].map(count));
    // References are checked again at once, as before.
    world
        .ask(ADMIN, "POST /collections/notes/records")
        .json(json!({"owner": "zoe", "title": "x"}))
        .expect(400, &["owner"]);
}

#[test]
fn a_test_that_cannot_run_leaves_nothing_either() {
    let (world, _, _) = garden();
    let before = world.get(ADMIN, "/collections/users/records");
    let refuse = |sent: Value, text: &str| {
        let ask = world.ask(ADMIN, "POST /rules/test").json(sent);
        ask.expect(400, &[text]);
        assert_eq!(before, world.get(ADMIN, "/collections/users/records"));
    };
    refuse(
        json!({"collection": "notes", "documents": {"users": {"zoe": {}}},
               "cases": [{"document": "none", "deny": ["view"]}]}),
        "Case 1: notes has no document none",
    );
    refuse(
        json!({"collection": "notes", "documents": {"users": {"zoe": {}}}, "cases": [{}]}),
        "Case 1 expects nothing",
    );
    refuse(
        json!({"collection": "notes", "documents": {"users": {"zoe": {"nam": "Zoe"}}}, "cases": []}),
        "did you mean name?",
    );
}
