//! What a caller may not see they cannot learn of, whichever way they ask.

use serde_json::{Value, json};

use crate::world::{ADMIN, NOBODY, World, world};

/// A team's private project with a task, and a public one; Eve belongs to neither.
fn scene() -> (World, String, String) {
    let world = world();
    let ann = world.person("ann");
    world.person("eve");
    let team = world.team(&ann, "secret-team");
    let private = world.add("projects", json!({"title": "Zebra", "team": team}));
    let public = world.add(
        "projects",
        json!({"title": "Apple", "team": team, "public": true}),
    );
    let hidden = world.add("tasks", json!({"title": "Hidden", "project": private}));
    world.add("tasks", json!({"title": "Open", "project": public}));
    world.add(
        "comments",
        json!({"task": hidden, "author": ann, "body": "whisper"}),
    );
    (world, private, hidden)
}

#[test]
fn lists_counts_and_filters_end_where_the_rules_do() {
    let (world, private, hidden) = scene();
    for caller in [NOBODY, "eve"] {
        for query in [
            "",
            "?perPage=1",
            "?limit=5",
            "?sort=-title",
            "?filter=title!='Open'||id!=''",
            "?expand=project.team.owner,comments_via_task",
            "?fields=*,expand.project.title&expand=project",
        ] {
            let query = query.replace(' ', "%20");
            let list = world.ask(caller, &format!("GET /collections/tasks/records{query}"));
            list.expect(
                200,
                &[
                    "Open",
                    "!Hidden",
                    "!Zebra",
                    "!whisper",
                    "!secret-team",
                    "!ann",
                ],
            );
        }
        let list = world.get(caller, "/collections/tasks/records");
        assert_eq!(
            json!([list["totalItems"], list["totalPages"]]),
            json!([1, 1])
        );
        assert_eq!(
            world.get(caller, "/collections/tasks/records/count")["totalItems"],
            1
        );
        for filter in [
            format!("id='{hidden}'"),
            format!("project='{private}'"),
            "project.title='Zebra'".to_owned(),
            "project.team.slug='secret-team'".to_owned(),
            "comments_via_task.body?~'whisper'".to_owned(),
            "project.team.owner.email~'ann'".to_owned(),
        ] {
            let filter = filter.replace(' ', "%20");
            let path = format!("/collections/tasks/records/count?filter={filter}");
            // A path through too many rules is refused; none is answered with a record.
            let reply = world.ask(caller, &format!("GET {path}")).reply();
            let refused = reply.status == 400 && reply.body.contains("too large or too deep");
            assert!(
                refused || reply.body == "{\"totalItems\":0}",
                "{filter}: {}",
                reply.body
            );
        }
        for collection in ["teams", "memberships", "users"] {
            let list = world.get(caller, &format!("/collections/{collection}/records"));
            let total = if caller == "eve" && collection == "users" {
                1
            } else {
                0
            };
            assert_eq!(list["totalItems"], total, "{collection}");
        }
    }
}

#[test]
fn what_is_not_there_and_what_is_not_for_you_look_the_same() {
    let (world, private, hidden) = scene();
    let nothing = "abcdefghijklmno";
    for (collection, there) in [("tasks", &hidden), ("projects", &private)] {
        let path = |id: &str| format!("/collections/{collection}/records/{id}");
        for method in ["GET", "PATCH", "DELETE"] {
            let ask = |id: &str| {
                let ask = world.ask("eve", &format!("{method} {}", path(id)));
                ask.json(json!({"title": 5}))
                    .if_match("\"1\"")
                    .expect(404, &[])
            };
            assert_eq!(ask(there).body, ask(nothing).body, "{method} {collection}");
        }
        let batch = |id: &str| {
            let operation =
                json!({"method": "PATCH", "url": format!("/api{}", path(id)), "body": {}});
            let ask = world
                .ask("eve", "POST /batch")
                .json(json!({"requests": [operation]}));
            ask.expect(400, &["404"])
        };
        assert_eq!(batch(there).body, batch(nothing).body);
    }
}

#[test]
fn a_refused_insert_does_not_tell_what_is_taken() {
    let (world, _, _) = scene();
    for slug in ["secret-team", "free"] {
        let body = json!({"name": "Team", "slug": slug, "owner": "abcdefghijklmno"});
        let ask = world
            .ask("eve", "POST /collections/teams/records")
            .json(body);
        ask.expect(403, &["!unique", "!abcdefghijklmno"]);
    }
}

#[test]
fn a_sort_or_filter_by_an_email_orders_by_what_the_caller_sees() {
    let (world, _, _) = scene();
    let eve = world.get("eve", "/collections/users/records")["items"][0]["id"].clone();
    let team = world.get(ADMIN, "/collections/teams/records")["items"][0]["id"].clone();
    world.add(
        "memberships",
        json!({"user": eve, "team": team, "role": "viewer"}),
    );
    let names = |query: &str| -> Vec<Value> {
        let list = world.get("eve", &format!("/collections/users/records?{query}"));
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].clone())
            .collect()
    };
    assert_eq!(names("").len(), 2);
    assert!(names("filter=email~'ann'").is_empty());
    // Ann's is unset to Eve, so it comes first whatever it is.
    assert_eq!(names("sort=email"), ["ann", "eve"]);
    assert_eq!(names("sort=-email"), ["eve", "ann"]);
    for query in [
        "filter=tokenKey!=''",
        "filter=password!=''",
        "sort=tokenKey",
        "sort=password",
    ] {
        let ask = world.ask("eve", &format!("GET /collections/users/records?{query}"));
        ask.expect(400, &["invalid_filter"]);
    }
    let walk = world.ask("eve", "GET /collections/users/records?limit=1&sort=email");
    walk.expect(400, &["cursor"]);
}
