//! The same done to many records at once.

use serde_json::{Value, json};

use crate::world::{ADMIN, World, world};

const TASKS: &str = "/collections/tasks/records";

/// Ann's team with three tasks, Bob a viewer to whom one is assigned.
fn office() -> World {
    let world = world();
    let ann = world.person("ann");
    let bob = world.person("bob");
    let team = world.team(&ann, "team");
    world.add(
        "memberships",
        json!({"user": bob, "team": team, "role": "viewer"}),
    );
    let project = world.add("projects", json!({"title": "P", "team": team}));
    for (title, assignee) in [("one", bob.as_str()), ("two", ""), ("three", "")] {
        world.add(
            "tasks",
            json!({"title": title, "project": project, "assignee": assignee}),
        );
    }
    world
}

fn done(world: &World) -> Value {
    world.get(ADMIN, &format!("{TASKS}/count?filter=status='done'"))["totalItems"].clone()
}

#[test]
fn all_that_match_change_or_none() {
    let world = office();
    let finish = |caller: &str, filter: &str| {
        let ask = world.ask(caller, &format!("PATCH {TASKS}?filter={filter}"));
        ask.json(json!({"status": "done"}))
    };
    finish("ann", "true&dryRun=true").expect(200, &["{\"totalItems\":3}"]);
    assert_eq!(done(&world), 0);
    // Bob sees all three and may change one.
    finish("bob", "true").expect(403, &["rules of tasks"]);
    finish("bob", "true&dryRun=true").expect(403, &[]);
    assert_eq!(done(&world), 0);
    finish("bob", "title='one'").expect(200, &["{\"totalItems\":1}"]);
    assert_eq!(done(&world), 1);
    finish("ann", "true").expect(200, &["{\"totalItems\":3}"]);
    assert_eq!(done(&world), 3);
    finish("ann", "status='todo'").expect(200, &["{\"totalItems\":0}"]);
    finish("ann", "").expect(400, &["filter"]);
    world
        .ask("ann", &format!("PATCH {TASKS}"))
        .expect(400, &["filter=true"]);
    finish("ann", "true&page=1").expect(400, &["page"]);
    let bad = world.ask("ann", &format!("PATCH {TASKS}?filter=true"));
    bad.json(json!({"status": "never"}))
        .expect(400, &["status"]);
}

#[test]
fn all_that_match_go_or_none() {
    let world = office();
    let remove =
        |caller: &str, filter: &str| world.ask(caller, &format!("DELETE {TASKS}?filter={filter}"));
    remove("ann", "true&dryRun=1").expect(200, &["{\"totalItems\":3}"]);
    remove("bob", "true").expect(403, &[]);
    assert_eq!(world.get(ADMIN, &format!("{TASKS}/count"))["totalItems"], 3);
    remove("ann", "title!='one'").expect(200, &["{\"totalItems\":2}"]);
    assert_eq!(world.get(ADMIN, TASKS)["items"][0]["title"], "one");
}

#[test]
fn accounts_are_not_changed_together() {
    let world = office();
    let path = "PATCH /collections/users/records?filter=true";
    let body = json!({"password": "the same for all"});
    world
        .ask(ADMIN, path)
        .json(body)
        .expect(400, &["one by one"]);
}
