//! What the rules of the default app let people do, and what they get otherwise.

use serde_json::{Value, json};

use crate::world::{ADMIN, NOBODY, World, world};

/// Ann's team with Bob as a viewer, and Eve outside; a private project with a task.
struct Office {
    world: World,
    bob: String,
    team: String,
    project: String,
    task: String,
}

fn office() -> Office {
    let world = world();
    let ann = world.person("ann");
    let bob = world.person("bob");
    world.person("eve");
    let team = world.team(&ann, "team");
    world.add(
        "memberships",
        json!({"user": bob, "team": team, "role": "viewer"}),
    );
    let project = world.add("projects", json!({"title": "Private", "team": team}));
    let task = world.add("tasks", json!({"title": "Secret", "project": project}));
    Office {
        world,
        bob,
        team,
        project,
        task,
    }
}

#[test]
fn each_caller_gets_what_their_rules_say() {
    let Office {
        world,
        team,
        project,
        task,
        ..
    } = office();
    let project_path = format!("/collections/projects/records/{project}");
    let task_path = format!("/collections/tasks/records/{task}");
    for (caller, view, update, delete) in [
        (NOBODY, 404, 404, 404),
        ("eve", 404, 404, 404),
        ("bob", 200, 403, 403),
    ] {
        world
            .ask(caller, &format!("GET {project_path}"))
            .expect(view, &[]);
        let change = json!({"title": "Mine"});
        world
            .ask(caller, &format!("PATCH {project_path}"))
            .json(change.clone())
            .expect(update, &[]);
        world
            .ask(caller, &format!("DELETE {project_path}"))
            .expect(delete, &[]);
        world
            .ask(caller, &format!("PATCH {task_path}"))
            .json(change)
            .expect(update, &[]);
        let insert = json!({"title": "Another", "team": team});
        let create = world
            .ask(caller, "POST /collections/projects/records")
            .json(insert);
        create.expect(403, &["forbidden", "!Private"]);
    }
    assert_eq!(world.get("ann", &project_path)["title"], "Private");
    let change = json!({"title": "Ours"});
    world
        .ask("ann", &format!("PATCH {project_path}"))
        .json(change)
        .expect(200, &["Ours"]);
    world
        .ask("ann", &format!("DELETE {project_path}"))
        .expect(204, &[]);
    // Cascade takes the task along.
    world
        .ask(ADMIN, &format!("GET {task_path}"))
        .expect(404, &[]);
}

#[test]
fn a_missing_rule_refuses_all_but_administrators() {
    let Office { world, bob, .. } = office();
    let path = format!("DELETE /collections/users/records/{bob}");
    world.ask(NOBODY, &path).expect(404, &[]);
    world.ask("bob", &path).expect(403, &["rules of users"]);
    world.ask(ADMIN, &path).expect(204, &[]);
    // Whose record is gone has no session any more.
    world
        .ask("bob", "GET /collections/tasks/records")
        .expect(401, &["invalid_token"]);
}

#[test]
fn an_update_rule_sees_before_and_after() {
    let Office {
        world,
        team,
        project,
        task,
        ..
    } = office();
    let other = world.add("projects", json!({"title": "Other", "team": team}));
    let path = format!("PATCH /collections/tasks/records/{task}");
    world
        .ask("ann", &path)
        .json(json!({"status": "doing"}))
        .expect(200, &["doing"]);
    world
        .ask("ann", &path)
        .json(json!({"project": other}))
        .expect(403, &[]);
    // In the bin: the writer sees what they wrote, and nobody anything after.
    let path = format!("/collections/projects/records/{project}");
    let bin = json!({"deleted": "2026-11-20 10:00:00.000Z"});
    world
        .ask("ann", &format!("PATCH {path}"))
        .json(bin)
        .expect(200, &["2026-11-20"]);
    world.ask("ann", &format!("GET {path}")).expect(404, &[]);
    world
        .ask("ann", &format!("GET /collections/tasks/records/{task}"))
        .expect(404, &[]);
}

#[test]
fn the_server_keeps_its_fields_and_says_who_wrote() {
    let Office {
        world, bob, task, ..
    } = office();
    let path = format!("/collections/tasks/records/{task}");
    let change = json!({"assignee": bob});
    world
        .ask("ann", &format!("PATCH {path}"))
        .json(change)
        .expect(200, &[]);
    let mine = world
        .ask("bob", &format!("PATCH {path}"))
        .json(json!({"tags+": "bug"}))
        .ok();
    assert_eq!(
        json!([mine["updated_by"], mine["tags"]]),
        json!([bob, ["bug"]])
    );
    for (field, code) in [
        ("created_by", "read_only"),
        ("updated", "read_only"),
        ("statos", "unknown"),
    ] {
        let asked = world
            .ask("bob", &format!("PATCH {path}"))
            .json(json!({field: "x"}));
        asked.expect(400, &[field, code]);
    }
    world
        .ask("bob", &format!("PATCH {path}"))
        .json(json!({"id": "abcdefghijklmno"}))
        .expect(400, &["id"]);
}

#[test]
fn accounts_keep_their_secrets() {
    let Office { world, bob, .. } = office();
    let path = format!("/collections/users/records/{bob}");
    let seen = world.get("ann", &path);
    assert_eq!(
        (seen["name"].clone(), seen.get("email")),
        ("bob".into(), None)
    );
    assert_eq!(world.get("bob", &path)["email"], "bob@example.com");
    for caller in ["ann", "bob", ADMIN] {
        let ask = world.ask(caller, "GET /collections/users/records");
        ask.expect(200, &["!tokenKey", "!password", "!hash of"]);
    }
    let list = world.ask("ann", "GET /collections/users/records?sort=email");
    list.expect(200, &["ann@example.com", "!bob@example.com"]);
    world
        .ask("bob", &format!("PATCH {path}"))
        .json(json!({"emailVisibility": true}))
        .expect(200, &[]);
    assert_eq!(world.get("ann", &path)["email"], "bob@example.com");

    let change = |body: Value| world.ask("bob", &format!("PATCH {path}")).json(body);
    change(json!({"password": "another secret"})).expect(400, &["oldPassword"]);
    change(json!({"password": "another secret", "oldPassword": "wrong"}))
        .expect(400, &["oldPassword"]);
    change(
        json!({"password": "another secret", "oldPassword": "correct horse",
        "passwordConfirm": "other"}),
    )
    .expect(400, &["passwordConfirm"]);
    change(json!({"password": "short", "oldPassword": "correct horse"})).expect(400, &["min"]);
    change(json!({"role": "admin"})).expect(400, &["\"role\"", "forbidden"]);
    // Who may not change the record learns nothing of its password.
    let guess = json!({"password": "another secret", "oldPassword": "correct horse"});
    world
        .ask("ann", &format!("PATCH {path}"))
        .json(guess.clone())
        .expect(403, &[]);
    world
        .ask("eve", &format!("PATCH {path}"))
        .json(guess.clone())
        .expect(404, &[]);
    change(guess).expect(200, &["!another secret"]);
    world.ask("bob", &format!("GET {path}")).expect(401, &[]);
}

#[test]
fn anybody_registers_as_a_member() {
    let world = world();
    let new = |role: &str| {
        json!({"name": "New", "email": "NEW@Example.com ", "role": role,
        "password": "correct horse", "passwordConfirm": "correct horse"})
    };
    let path = "POST /collections/users/records";
    world
        .ask(NOBODY, path)
        .json(new("admin"))
        .expect(403, &["!correct"]);
    let reply = world
        .ask(NOBODY, path)
        .json(new("member"))
        .expect(200, &["New", "!correct"]);
    // Nobody signed in yet, so the address is not theirs to see.
    assert!(!reply.body.contains("example.com"), "{}", reply.body);
    world
        .ask(NOBODY, "POST /auth/users/register")
        .json(new("member"))
        .expect(400, &["unique", "email"]);
}
