//! One record: view, create, update, delete, and their versions.

use serde_json::json;

use crate::world::{ADMIN, world};

#[test]
fn a_record_lives_its_life() {
    let world = world();
    let ann = world.person("ann");
    let team = world.create(
        ADMIN,
        "teams",
        json!({"name": "Team", "slug": "team", "owner": ann}),
    );
    let path = format!(
        "/collections/teams/records/{}",
        team["id"].as_str().unwrap()
    );
    assert_eq!(team["collectionName"], "teams");
    assert_eq!(team["created"], team["updated"]);

    let view = world.ask(ADMIN, &format!("GET {path}")).reply();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&view.body).unwrap(),
        team
    );
    let etag = view.etag.unwrap();
    world
        .ask(ADMIN, &format!("GET {path}"))
        .if_none_match(&etag)
        .expect(304, &[]);

    let stale = world.ask(ADMIN, &format!("PATCH {path}")).if_match("\"1\"");
    stale
        .json(json!({"name": "Late"}))
        .expect(412, &["precondition_failed"]);
    let fresh = world.ask(ADMIN, &format!("PATCH {path}")).if_match(&etag);
    let changed = fresh
        .json(json!({"name": "Changed"}))
        .expect(200, &["\"name\":\"Changed\""]);
    // The clock stood still, the version did not.
    assert_ne!(changed.etag.as_deref(), Some(etag.as_str()));
    let again = world.get(ADMIN, &path);
    assert_eq!(
        again,
        serde_json::from_str::<serde_json::Value>(&changed.body).unwrap()
    );
    assert_eq!(again["created"], team["created"]);

    world
        .ask(ADMIN, &format!("DELETE {path}"))
        .if_match(&etag)
        .expect(412, &[]);
    world.ask(ADMIN, &format!("DELETE {path}")).expect(204, &[]);
    world
        .ask(ADMIN, &format!("GET {path}"))
        .expect(404, &["not_found"]);
    world.ask(ADMIN, &format!("DELETE {path}")).expect(404, &[]);
}

#[test]
fn a_record_that_forgets_another_is_a_new_version() {
    let world = world();
    let ann = world.person("ann");
    let bob = world.person("bob");
    let team = world.team(&ann, "team");
    let project = world.add("projects", json!({"title": "Project", "team": team}));
    let task = world.add(
        "tasks",
        json!({"title": "Task", "project": project, "assignee": bob}),
    );
    let path = format!("/collections/tasks/records/{task}");
    let before = world.ask(ADMIN, &format!("GET {path}")).reply();
    world
        .ask(ADMIN, &format!("DELETE /collections/users/records/{bob}"))
        .expect(204, &[]);
    let after = world.ask(ADMIN, &format!("GET {path}")).reply();
    assert!(after.body.contains("\"assignee\":\"\""), "{}", after.body);
    assert!(after.etag > before.etag, "{:?}", after.etag);
    world
        .ask(ADMIN, &format!("PATCH {path}"))
        .if_match(&before.etag.unwrap())
        .json(json!({"title": "Late"}))
        .expect(412, &["precondition_failed"]);
}
