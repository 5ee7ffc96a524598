//! A failing case as a case file, so that it can be kept and run again.

use std::fmt::Write;

use ringfence_schema::system::fields;
use serde_json::{Value, json};

use super::declare::describe;
use crate::engines::{Asked, Question};
use crate::world::{Person, World};

/// The case file of one question that one person asks. What the evaluator says is
/// what is expected.
pub fn print(world: &World, question: &Question, person: &Person, note: &str) -> String {
    let mut file = String::new();
    for line in note.lines() {
        writeln!(file, "# {line}").expect("text can be written");
    }
    schema(&mut file, world).expect("text can be written");
    records(&mut file, world).expect("text can be written");
    for one in &world.schema.macros {
        writeln!(file, "macro {}: {}", one.signature(), one.text).expect("text can be written");
    }
    for (name, texts) in &world.given {
        let text = texts.list.as_deref().unwrap_or("false");
        writeln!(file, "given {name}: {text}").expect("text can be written");
    }
    writeln!(file, "caller {}", caller(person)).expect("text can be written");
    let head = match question.asked {
        Asked::Rule(operation) => format!("rule {} {}", question.collection, operation.name()),
        Asked::Filter => format!("filter {}", question.collection),
        Asked::Administrator => format!("admin {}", question.collection),
    };
    writeln!(file, "{head}: {}", question.text.replace('\n', "\n  ")).expect("text can be written");
    let expected = match question.predicate(world, &world.ruleset()) {
        Ok(predicate) => question.in_memory(&predicate, world, person),
        Err(_) => Default::default(),
    };
    // An execute rule holds of no record; `yes` stands for that it holds.
    let ids = expected
        .iter()
        .map(|id| if id.is_empty() { "yes" } else { id });
    let ids: Vec<&str> = ids.collect();
    writeln!(file, "expect {}: {}", person.name, ids.join(" ")).expect("text can be written");
    file
}

fn schema(file: &mut String, world: &World) -> std::fmt::Result {
    for collection in &world.schema.collections {
        let auth = if collection.is_auth() { " auth" } else { "" };
        writeln!(file, "collection {}{auth}", collection.name)?;
        for field in collection.fields.iter().skip(fields(collection.kind).len()) {
            writeln!(file, "  {}", describe(field))?;
        }
    }
    Ok(())
}

fn records(file: &mut String, world: &World) -> std::fmt::Result {
    for collection in &world.schema.collections {
        for (word, records) in [
            ("record", world.records.get(&collection.name)),
            ("after", world.after.get(&collection.name)),
        ] {
            for record in records.into_iter().flatten() {
                let set = record.iter().filter(|(name, value)| {
                    collection
                        .field(name)
                        .is_some_and(|field| field.zero() != **value)
                });
                let set = set.map(|(name, value)| (name.clone(), value.clone()));
                let set = Value::Object(set.collect());
                writeln!(file, "{word} {} {set}", collection.name)?;
            }
        }
    }
    Ok(())
}

fn caller(person: &Person) -> String {
    let auth = match &person.auth {
        Some((collection, id)) => format!(" {collection}/{id}"),
        None => String::new(),
    };
    let request = json!({
        "body": person.body,
        "query": person.query,
        "headers": person.headers,
        "method": person.method,
        "context": person.context,
        "now": person.now,
    });
    format!("{}{auth} {request}", person.name)
}
