//! `expand` and `fields`.

use serde_json::json;

use crate::world::{ADMIN, world};

#[test]
fn relations_are_expanded_both_ways_and_deep() {
    let world = world();
    let ann = world.person("ann");
    let bob = world.person("bob");
    let team = world.team(&ann, "team");
    let project = world.add("projects", json!({"title": "P", "team": team}));
    let task = world.add(
        "tasks",
        json!({"title": "T", "project": project, "assignee": bob}),
    );
    for author in [&ann, &bob] {
        world.add(
            "comments",
            json!({"task": task, "author": author, "body": "hello"}),
        );
    }
    let path = format!("/collections/tasks/records/{task}");
    let expand = "expand=assignee,project.team.owner,comments_via_task.author";
    let record = world.get(ADMIN, &format!("{path}?{expand}"));
    let expanded = &record["expand"];
    assert_eq!(expanded["assignee"]["name"], "bob");
    assert_eq!(
        expanded["project"]["expand"]["team"]["expand"]["owner"]["name"],
        "ann"
    );
    let authors: Vec<_> = expanded["comments_via_task"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| comment["expand"]["author"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(authors, ["ann", "bob"]);

    let list = world.get(
        ADMIN,
        &format!("/collections/tasks/records?{expand}&fields=title,expand.assignee.name"),
    );
    let item = json!({"title": "T", "expand": {"assignee": {"name": "bob"}}});
    assert_eq!(list["items"], json!([item]));
    let unset = world.add("tasks", json!({"title": "U", "project": project}));
    let record = world.get(
        ADMIN,
        &format!("/collections/tasks/records/{unset}?expand=assignee"),
    );
    assert!(record.get("expand").is_none(), "{record}");
}

#[test]
fn a_write_replies_in_the_shape_that_was_asked_for() {
    let world = world();
    let ann = world.person("ann");
    let asked = "POST /collections/teams/records?expand=owner&fields=slug,expand.owner.name";
    let body = json!({"name": "Team", "slug": "team", "owner": ann});
    let reply = world.ask(ADMIN, asked).json(body).ok();
    assert_eq!(
        reply,
        json!({"slug": "team", "expand": {"owner": {"name": "ann"}}})
    );
}
