//! One predicate guards every way to a record: for random data and callers, a
//! list holds exactly the records whose view is allowed, a count counts them, a
//! walk by cursor meets them, and an expand shows no others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{ADMIN, NOBODY, World, world};

const COLLECTIONS: [&str; 6] = [
    "comments",
    "memberships",
    "projects",
    "tasks",
    "teams",
    "users",
];

/// A small generator, so that a failing seed can be run again.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % sides
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

fn populate(world: &World, dice: &mut Dice, names: &[&str]) {
    let people: Vec<String> = names.iter().map(|name| world.person(name)).collect();
    let mut teams = Vec::new();
    for number in 0..3 {
        let owner = dice.pick(&people).clone();
        let slug = format!("team-{number}");
        teams.push(world.add("teams", json!({"name": slug, "slug": slug, "owner": owner})));
    }
    for person in &people {
        for team in &teams {
            if dice.roll(3) == 0 {
                let role = dice.pick(&["viewer", "editor", "owner"]);
                world.add(
                    "memberships",
                    json!({"user": person, "team": team, "role": role}),
                );
            }
        }
    }
    let mut projects = Vec::new();
    for number in 0..6 {
        let deleted = if dice.roll(4) == 0 { "2026-01-01" } else { "" };
        projects.push(world.add(
            "projects",
            json!({"title": format!("P{number}"),
            "team": dice.pick(&teams), "public": dice.roll(3) == 0, "deleted": deleted}),
        ));
    }
    for number in 0..12 {
        let assignee = if dice.roll(2) == 0 {
            dice.pick(&people).as_str()
        } else {
            ""
        };
        let task = world.add(
            "tasks",
            json!({"title": format!("T{number}"),
            "project": dice.pick(&projects), "assignee": assignee}),
        );
        let author = dice.pick(&people);
        world.add(
            "comments",
            json!({"task": task, "author": author, "body": "words"}),
        );
    }
}

fn ids(list: &Value) -> BTreeSet<String> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Every expanded record in a value: its collection and id.
fn expanded(value: &Value, found: &mut BTreeSet<(String, String)>) {
    let below = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(object) => {
            let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
            found.extend(text("collectionName").zip(text("id")));
            object
                .get("expand")
                .and_then(Value::as_object)
                .map_or(Vec::new(), |expand| expand.values().collect())
        }
        _ => Vec::new(),
    };
    below.into_iter().for_each(|value| expanded(value, found));
}

fn check(world: &World, caller: &str) {
    let mut seen = BTreeSet::new();
    for collection in COLLECTIONS {
        let path = format!("/collections/{collection}/records");
        let all = ids(&world.get(ADMIN, &format!("{path}?perPage=1000")));
        let viewable: BTreeSet<String> = all
            .into_iter()
            .filter(|id| {
                let status = world
                    .ask(caller, &format!("GET {path}/{id}"))
                    .reply()
                    .status;
                assert!(status == 200 || status == 404, "{status}");
                status == 200
            })
            .collect();
        let list = world.get(caller, &format!("{path}?perPage=1000"));
        assert_eq!(ids(&list), viewable, "{caller} lists {collection}");
        let total = world.get(caller, &format!("{path}/count"));
        assert_eq!(
            total["totalItems"],
            viewable.len(),
            "{caller} counts {collection}"
        );
        let walked = ids(&world.get(caller, &format!("{path}?limit=1000")));
        assert_eq!(walked, viewable, "{caller} walks through {collection}");
        seen.extend(viewable.into_iter().map(|id| (collection.to_owned(), id)));
    }
    for (collection, expand) in [
        ("comments", "author,task.assignee,task.project.team.owner"),
        (
            "projects",
            "team.owner,tasks_via_project.comments_via_task.author",
        ),
        (
            "users",
            "memberships_via_user.team.projects_via_team,teams_via_owner,tasks_via_assignee",
        ),
    ] {
        let path = format!("/collections/{collection}/records?perPage=1000&expand={expand}");
        let mut found = BTreeSet::new();
        expanded(&world.get(caller, &path)["items"], &mut found);
        let more: Vec<_> = found.difference(&seen).collect();
        assert!(more.is_empty(), "{caller} expands {collection} to {more:?}");
    }
}

#[test]
fn every_way_to_a_record_agrees() {
    for seed in 0..12 {
        let world = world();
        let names = ["ann", "bob", "cat", "dan"];
        populate(&world, &mut Dice(seed), &names);
        names
            .iter()
            .chain([&NOBODY, &ADMIN])
            .for_each(|caller| check(&world, caller));
    }
}
