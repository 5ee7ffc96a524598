//! The case files as one JSON text, for runtimes that do not read them, with the SQL
//! that each condition becomes for each caller and what it must find:
//! `cargo run -p ringfence-rules-proof --example corpus -- FILE…`.

use ringfence_rules::{Operation, Ruleset, SqlParam};
use ringfence_rules_proof::case::{Case, CaseFile};
use ringfence_rules_proof::database::statements;
use ringfence_rules_proof::engines::{Asked, Question};
use ringfence_rules_proof::world::{Person, World};
use ringfence_schema::{Collection, Schema};
use rusqlite::types::Value as Cell;
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
    let ruleset = world.ruleset();
    let people = world.people.iter();
    let people = people.map(|person| (person.name.clone(), request(world, person)));
    let tables = statements(world).into_iter().map(|(sql, values)| {
        let values: Vec<Value> = values.into_iter().map(cell).collect();
        json!({"sql": sql, "params": values})
    });
    let cases = file.cases.iter().map(|one| case(one, world, &ruleset));
    json!({
        "path": path,
        "schema": schema(&world.schema),
        "rules": rules(world),
        "records": world.records,
        "after": world.after,
        "people": Value::Object(people.collect()),
        "tables": Value::from_iter(tables),
        "cases": Value::from_iter(cases),
    })
}

/// As the files of `schema/` say it.
fn schema(schema: &Schema) -> Value {
    let declared = |collection: &Collection| {
        let own = collection.fields.iter().filter(|field| !field.system);
        let fields = own.map(|field| (field.name.clone(), json!(field)));
        json!({"kind": collection.kind, "fields": Value::Object(fields.collect())})
    };
    let collections = schema.collections.iter();
    Value::Object(
        collections
            .map(|one| (one.name.clone(), declared(one)))
            .collect(),
    )
}

/// As the files of `rules/` say it.
fn rules(world: &World) -> Value {
    let mut rules = json!(world.given);
    let macros = world.schema.macros.iter();
    let macros = macros.map(|one| (one.signature(), json!(one.text)));
    rules["_macros"] = Value::Object(macros.collect());
    rules
}

fn request(world: &World, person: &Person) -> Value {
    let caller = world.caller(person);
    let auth = caller
        .auth
        .map(|auth| json!({"collection": auth.collection, "record": auth.record}));
    json!({
        "caller": auth, "body": caller.body, "query": caller.query, "headers": caller.headers,
        "method": caller.method, "context": caller.context, "now": caller.now,
    })
}

fn case(case: &Case, world: &World, ruleset: &Ruleset) -> Value {
    let question = &case.question;
    let purpose = match question.asked {
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
        "line": case.line, "collection": question.collection, "purpose": purpose,
        "text": question.text, "expected": expected, "refused": case.refused,
        "statements": statements_of(question, world, ruleset),
    })
}

/// For each caller both statements and the ids that they must find, the evaluator's
/// word; none of a condition that is refused.
fn statements_of(question: &Question, world: &World, ruleset: &Ruleset) -> Vec<Value> {
    let Ok(predicate) = question.predicate(world, ruleset) else {
        return Vec::new();
    };
    let before = question.select();
    let of = |person: &Person| {
        let found = question.in_memory(&predicate, world, person);
        let fragments = Question::fragments(&predicate, world, person);
        fragments.map(|fragment| {
            let params: Vec<Value> = fragment.params.iter().map(param).collect();
            json!({
                "caller": person.name, "sql": format!("{before} {}", fragment.text),
                "params": params, "finds": found,
            })
        })
    };
    world.people.iter().flat_map(of).collect()
}

fn param(param: &SqlParam) -> Value {
    match param {
        SqlParam::Null => Value::Null,
        SqlParam::Number(number) => json!(number),
        SqlParam::Text(text) => json!(text),
    }
}

fn cell(cell: Cell) -> Value {
    match cell {
        Cell::Real(real) => json!(real),
        Cell::Text(text) => json!(text),
        _ => Value::Null,
    }
}
