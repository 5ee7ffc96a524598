//! The collections themselves: who may see them, and what is told of them.

use std::path::Path;

use serde_json::{Value, json};

use crate::declare;
use crate::world::{ADMIN, NOBODY, World, world, world_of};

fn names(world: &World, query: &str) -> Vec<String> {
    let page = world.get(ADMIN, &format!("/collections{query}"));
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

fn field<'a>(collection: &'a Value, name: &str) -> &'a Value {
    let mut fields = collection["fields"].as_array().unwrap().iter();
    fields.find(|field| field["name"] == name).unwrap()
}

#[test]
fn only_administrators_see_them() {
    let world = world();
    world.person("ann");
    for request in [
        "GET /collections",
        "GET /collections/tasks",
        "GET /collections/nowhere",
    ] {
        world
            .ask(NOBODY, request)
            .expect(401, &["unauthorized", "!fields"]);
        world
            .ask("ann", request)
            .expect(403, &["forbidden", "!fields"]);
    }
    world.ask(ADMIN, "GET /collections").expect(200, &["tasks"]);
    world.ask(ADMIN, "HEAD /collections/tasks").expect(200, &[]);
    world
        .ask(ADMIN, "GET /collections/nowhere")
        .expect(404, &["not_found", "collection"]);
}

#[test]
fn nobody_changes_them_here() {
    let world = world();
    for (request, works) in [
        ("POST /collections", "GET"),
        ("PATCH /collections/tasks", "GET"),
        ("DELETE /collections/tasks", "GET"),
        ("PUT /collections/import", "GET"),
    ] {
        world
            .ask(ADMIN, request)
            .expect(405, &["method_not_allowed", works]);
    }
}

#[test]
fn one_is_shown_with_what_is_declared_of_it() {
    let world = world();
    let tasks = world.get(ADMIN, "/collections/tasks");
    assert_eq!(tasks["type"], "base");
    assert_eq!(tasks["system"], false);
    assert_eq!(tasks["viewRule"], tasks["listRule"]);
    assert!(tasks["createRule"].is_string() && tasks["rules"]["insert"] == tasks["createRule"]);
    let title = field(&tasks, "title");
    assert_eq!(
        *title,
        json!({
            "id": "title", "name": "title", "type": "text", "required": true, "max": 200,
            "system": false, "hidden": false, "presentable": false,
        })
    );
    let project = field(&tasks, "project");
    let projects = world.get(ADMIN, "/collections/projects");
    assert_eq!(project["collection"], "projects");
    assert_eq!(project["collectionId"], projects["id"]);
    assert_eq!(
        (&project["cascadeDelete"], &project["maxSelect"]),
        (&json!(true), &json!(1))
    );
    let tags = field(&tasks, "tags");
    assert_eq!(
        (&tags["many"], &tags["maxSelect"]),
        (&json!(true), &tags["max"])
    );
    assert_eq!(field(&tasks, "created")["system"], true);
    assert_eq!(field(&tasks, "estimate")["nullable"], true);
    let by_id = world.get(
        ADMIN,
        &format!("/collections/{}", tasks["id"].as_str().unwrap()),
    );
    assert_eq!(by_id, tasks);
}

#[test]
fn an_auth_collection_has_its_own_fields_first_and_marked() {
    let world = world();
    let users = world.get(ADMIN, "/collections/users");
    assert_eq!(users["type"], "auth");
    for name in [
        "id",
        "email",
        "emailVisibility",
        "verified",
        "password",
        "tokenKey",
    ] {
        assert_eq!(field(&users, name)["system"], true, "{name}");
    }
    for name in ["password", "tokenKey"] {
        assert_eq!(field(&users, name)["hidden"], true, "{name}");
    }
    assert_eq!(field(&users, "name")["system"], false);
    assert_eq!(users["deleteRule"], Value::Null);
    assert!(users["rules"]["fields"].is_object());
}

#[test]
fn a_list_of_them_has_pages_a_filter_an_order_and_fields() {
    let world = world();
    let all = names(&world, "");
    assert_eq!(
        all.join(" "),
        "comments memberships notes projects tasks teams users"
    );
    assert_eq!(names(&world, "?perPage=3&page=3"), ["users"]);
    assert!(names(&world, "?page=4294967295&perPage=1000").is_empty());
    let page = world.get(ADMIN, "/collections?perPage=3");
    let counted = ["page", "perPage", "totalItems", "totalPages"].map(|name| page[name].clone());
    assert_eq!(counted, [json!(1), json!(3), json!(7), json!(3)]);
    let uncounted = world.get(ADMIN, "/collections?skipTotal=1");
    assert_eq!(uncounted["totalItems"], -1);
    assert_eq!(names(&world, "?filter=type%20%3D%20%22auth%22"), ["users"]);
    assert_eq!(
        names(
            &world,
            "?filter=name%20~%20%22te%22%20%26%26%20system%20%3D%20false"
        ),
        ["notes", "teams"]
    );
    let reversed: Vec<String> = all.iter().rev().cloned().collect();
    assert_eq!(names(&world, "?sort=-name"), reversed);
    assert_eq!(
        names(&world, "?sort=-type,name&perPage=2"),
        ["comments", "memberships"]
    );
    let slim = world.get(ADMIN, "/collections?fields=name,fields.name&perPage=1");
    assert_eq!(slim["items"][0]["fields"][0], json!({"name": "id"}));
    assert_eq!(slim["items"][0].as_object().unwrap().len(), 2);
}

#[test]
fn what_cannot_be_asked_is_refused_by_name() {
    let world = world();
    for (query, texts) in [
        ("filter=nmae%3D%22x%22", ["invalid_filter", "name"]),
        (
            "filter=%40collection.users.id%3D%22x%22",
            ["invalid_filter", "users"],
        ),
        ("filter=(", ["invalid_filter", "filter"]),
        ("sort=fields", ["invalid_filter", "fields"]),
        ("sort=%40random", ["invalid_filter", "sorted by"]),
        ("cursor=x", ["bad_request", "cursor"]),
        ("expand=x", ["bad_request", "expand"]),
        ("page=one", ["bad_request", "page"]),
    ] {
        world
            .ask(ADMIN, &format!("GET /collections?{query}"))
            .expect(400, &texts);
    }
    let long = "x".repeat(4_001);
    for name in ["filter", "sort"] {
        world
            .ask(ADMIN, &format!("GET /collections?{name}={long}"))
            .expect(400, &["invalid_filter", "too long: it has 4001 bytes"]);
    }
    world
        .ask(ADMIN, "GET /collections/tasks?filter=true")
        .expect(400, &["bad_request", "filter"]);
}

/// What the client's tests take for the reply of a server that has this schema.
#[test]
fn the_blog_of_the_clients_tests_is_told_as_its_fixture_has_it() {
    let blog = Path::new(env!("CARGO_MANIFEST_DIR")).join("client-ts/tests/fixtures/blog");
    let read = |folder| declare::read_folder(&blog, folder).unwrap();
    let (schema, rules) = declare::check(&read("schema"), &read("rules")).unwrap();
    let told = world_of(schema, &rules).get(ADMIN, "/collections");
    let told = format!("{}\n", serde_json::to_string_pretty(&told).unwrap());
    let fixture = blog.join("collections.json");
    if std::env::var_os("RINGFENCE_WRITE").is_some() {
        std::fs::write(&fixture, &told).unwrap();
    }
    let known = std::fs::read_to_string(&fixture).unwrap_or_default();
    assert!(
        known == told,
        "run it with RINGFENCE_WRITE=1 and look at what changed in {}",
        fixture.display()
    );
}
