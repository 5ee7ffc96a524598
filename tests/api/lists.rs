//! Lists: pages, totals, cursors, shapes, and what is asked for wrongly.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{ADMIN, World, world};

const TASKS: &str = "/collections/tasks/records";

/// A world with so many tasks in one project, estimated 0, 1, 2, 0, 1, …
fn with_tasks(count: usize) -> World {
    let world = world();
    let ann = world.person("ann");
    let team = world.team(&ann, "team");
    let project = world.add("projects", json!({"title": "P", "team": team}));
    for number in 0..count {
        let estimate = if number % 4 == 3 {
            Value::Null
        } else {
            json!(number as f64 % 4.0 / 3.0)
        };
        world.now_ms.set(world.now_ms.get() + 1_000);
        world.add(
            "tasks",
            json!({"title": format!("task {number}"), "project": project,
            "estimate": estimate, "tags": ["bug"]}),
        );
    }
    world
}

fn titles(list: &Value) -> Vec<&str> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect()
}

#[test]
fn pages_have_their_numbers() {
    let world = with_tasks(7);
    let page = world.get(ADMIN, &format!("{TASKS}?page=2&perPage=3"));
    assert_eq!(titles(&page), ["task 3", "task 4", "task 5"]);
    assert_eq!(
        json!([
            page["page"],
            page["perPage"],
            page["totalItems"],
            page["totalPages"]
        ]),
        json!([2, 3, 7, 3])
    );
    let quick = world.get(ADMIN, &format!("{TASKS}?page=3&perPage=3&skipTotal=true"));
    assert_eq!(titles(&quick), ["task 6"]);
    assert_eq!(
        json!([quick["totalItems"], quick["totalPages"]]),
        json!([-1, -1])
    );
    let beyond = world.get(ADMIN, &format!("{TASKS}?page=9"));
    assert_eq!(
        json!([beyond["items"], beyond["totalItems"]]),
        json!([[], 7])
    );
    // A client that pages until a page is short must be told what was really used.
    assert_eq!(
        world.get(ADMIN, &format!("{TASKS}?perPage=100000"))["perPage"],
        1000
    );
    assert_eq!(
        world.get(ADMIN, &format!("{TASKS}/count")),
        json!({"totalItems": 7})
    );
    let record = world.get(ADMIN, &format!("{TASKS}?perPage=1"))["items"][0].clone();
    let alone = world.get(
        ADMIN,
        &format!("{TASKS}/{}", record["id"].as_str().unwrap()),
    );
    assert_eq!(record, alone);
    assert_eq!(record["estimate"], 0);
    assert_eq!(record["tags"], json!(["bug"]));
}

#[test]
fn a_page_of_more_than_a_text_can_hold_comes_all_the_same() {
    let world = with_tasks(0);
    let team = world.get(ADMIN, "/collections/teams/records")["items"][0]["id"].clone();
    let long = "x".repeat(9_000);
    let operations: Vec<Value> = (0..250)
        .map(|number| {
            json!({"method": "POST", "url": "/api/collections/projects/records", "body":
                {"title": format!("P{number}"), "team": team, "description": long}})
        })
        .collect();
    world
        .ask(ADMIN, "POST /batch")
        .json(json!({"requests": operations}))
        .ok();
    let page = world.get(ADMIN, "/collections/projects/records?perPage=500");
    assert_eq!(
        json!([page["totalItems"], page["totalPages"]]),
        json!([251, 1])
    );
    assert_eq!(page["items"].as_array().unwrap().len(), 251);
    assert_eq!(page["items"][250]["title"], "P249");
}

#[test]
fn a_cursor_walks_through_all_whatever_is_written() {
    let world = with_tasks(11);
    for sort in [
        "",
        "created",
        "-created",
        "estimate",
        "-estimate,title",
        "status,-estimate",
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for part in 0..9 {
            let list = world.get(
                ADMIN,
                &format!("{TASKS}?limit=3&sort={sort}&cursor={cursor}"),
            );
            seen.extend(titles(&list).into_iter().map(str::to_owned));
            let project = list["items"].get(0).map(|item| item["project"].clone());
            match list["cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
            // Page numbers would now be off by one; what is seen goes, too.
            if part == 0 {
                let id = list["items"][2]["id"].as_str().unwrap();
                world
                    .ask(ADMIN, &format!("DELETE {TASKS}/{id}"))
                    .expect(204, &[]);
                let title = seen.last().unwrap();
                world.add(
                    "tasks",
                    json!({"title": title, "project": project, "estimate": 1}),
                );
            }
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert!(once.len() == 11 && seen.len() <= 12, "{sort}: {seen:?}");
    }
}

#[test]
fn cursors_that_do_not_fit_are_refused() {
    let world = with_tasks(3);
    let list = world.get(ADMIN, &format!("{TASKS}?limit=1&sort=title"));
    let cursor = list["cursor"].as_str().unwrap();
    for query in [
        format!("limit=1&sort=-title&cursor={cursor}"),
        format!("limit=1&cursor={cursor}"),
        "cursor=nonsense".to_owned(),
        format!("page=1&cursor={cursor}"),
        "limit=1&sort=project.title".to_owned(),
        "limit=1&sort=@random".to_owned(),
    ] {
        world
            .ask(ADMIN, &format!("GET {TASKS}?{query}"))
            .expect(400, &["cursor"]);
    }
}

#[test]
fn what_is_asked_for_wrongly_is_told_where() {
    let world = with_tasks(1);
    for (query, status, texts) in [
        ("page=x", 400, vec!["page", "whole number"]),
        ("perPage=ten", 400, vec!["perPage"]),
        ("perpage=5", 400, vec!["perpage", "did you mean perPage?"]),
        ("page=1&page=2", 400, vec!["page", "twice"]),
        ("skipTotal=perhaps", 400, vec!["skipTotal"]),
        ("expand=projekt", 400, vec!["did you mean project?"]),
        (
            "expand=project.team.owner.teams_via_owner.owner.teams_via_owner.owner",
            400,
            vec!["deep"],
        ),
        ("fields=a..b", 400, vec!["fields"]),
        ("filter=title%20=", 400, vec!["filter", "character"]),
        ("filter=titel%20=%20%22x%22", 400, vec!["filter", "title"]),
        ("sort=titel", 400, vec!["sort", "title"]),
    ] {
        world
            .ask(ADMIN, &format!("GET {TASKS}?{query}"))
            .expect(status, &texts);
    }
    let long = "x".repeat(4_001);
    let ask = world.ask(ADMIN, &format!("GET {TASKS}?filter={long}"));
    ask.expect(400, &["4001 bytes", "4000"]);
    world
        .ask(ADMIN, "GET /collections/nothing/records")
        .expect(404, &["no such collection"]);
    world
        .ask(ADMIN, &format!("PUT {TASKS}"))
        .expect(405, &["GET", "POST"]);
    world
        .ask(ADMIN, "GET /nothing")
        .expect(404, &["no such route"]);
    world.ask(ADMIN, &format!("HEAD {TASKS}")).expect(200, &[]);
}

#[test]
fn filters_of_every_size_are_answered_or_refused() {
    let world = with_tasks(3);
    for (count, query, answered) in [
        (1, "", true),
        (20, "sort=title", true),
        (44, "limit=2", true),
        (99, "", false),
    ] {
        let any: Vec<String> = (0..count).map(|n| format!("title>='task {n}'")).collect();
        let filter = any.join("||").replace(' ', "%20");
        let list = world.ask("ann", &format!("GET {TASKS}?{query}&filter={filter}"));
        let status = if answered { 200 } else { 400 };
        let found = if query == "limit=2" { 2 } else { 3 };
        let list = list.expect(status, &[]);
        let titles = list.body.matches("\"title\":").count();
        assert_eq!(titles, if answered { found } else { 0 }, "{}", list.body);
    }
}
