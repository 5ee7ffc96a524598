//! The corpus as one JSON text, for runtimes that do not read case files:
//! `cargo run -p ringfence-rules-proof --example corpus -- FILE…`.

use ringfence_rules::Operation;
use ringfence_rules_proof::case::{Case, CaseFile};
use ringfence_rules_proof::engines::Asked;
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        files.push(describe(&path, &CaseFile::parse(&text)));
    }
    println!("{}", Value::Array(files));
    Ok(())
}

fn describe(path: &str, file: &CaseFile) -> Value {
    let world = &file.world;
    let people: Map<String, Value> = world
        .people
        .iter()
        .map(|person| {
            let caller = world.caller(person);
            let auth = caller
                .auth
                .map(|auth| json!({"collection": auth.collection, "record": auth.record}));
            let told = json!({
                "auth": auth, "body": caller.body, "query": caller.query, "headers": caller.headers,
                "method": caller.method, "context": caller.context, "now": caller.now,
            });
            (person.name.clone(), told)
        })
        .collect();
    let cases: Vec<Value> = file.cases.iter().map(case).collect();
    json!({
        "path": path, "schema": world.schema, "rules": world.given, "records": world.records,
        "after": world.after, "people": people, "cases": cases,
    })
}

fn case(case: &Case) -> Value {
    let usage = match case.question.asked {
        Asked::Rule(operation) => Operation::name(operation),
        Asked::Filter => "filter",
        Asked::Administrator => "admin",
    };
    let expected: Map<String, Value> = case
        .expected
        .iter()
        .map(|(name, ids)| (name.clone(), json!(ids)))
        .collect();
    json!({
        "line": case.line, "collection": case.question.collection, "usage": usage,
        "text": case.question.text, "expected": expected, "refused": case.refused,
    })
}
