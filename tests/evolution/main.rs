//! Random schemas that change at random, with rows in them: whatever happens, the
//! database ends exactly as one that was made new, no row is lost, and a field
//! that stayed the same holds what it held.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod database;
mod mutation;
#[path = "../support/structure.rs"]
mod structure;

use database::Database;
use fastrand::Rng;
use mutation::{declare_losses, mutate, new_schema};
use ringfence_schema::{Collection, Field, FieldKind, Schema};
use structure::{problems, structure};

const SEEDS: u64 = 100;
const STEPS: usize = 4;

#[test]
fn a_schema_that_evolves_ends_as_one_that_is_new_and_keeps_its_rows() {
    let mut applied = 0;
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let mut schema = new_schema(&mut rng);
        let database = Database::new(&schema);
        for step in 0..STEPS {
            let context = format!("seed {seed}, step {step}");
            database.fill(&schema, &mut rng);
            let next = mutate(&schema, &mut rng);
            if let Some(reached) = evolve(&database, &schema, next, &context) {
                schema = reached;
                applied += 1;
            }
        }
    }
    let all = SEEDS as usize * STEPS;
    assert!(
        applied * 2 > all,
        "only {applied} of {all} changes went through"
    );
}

/// The schema that the database is at afterwards, unless the change is refused
/// even with every loss declared.
fn evolve(database: &Database, old: &Schema, next: Schema, context: &str) -> Option<Schema> {
    let before = database.contents(old);
    let untouched = database.dump();
    for next in [next.clone(), declare_losses(next)] {
        match database.migrate(&next) {
            Ok(()) => {
                check(database, old, &next, &before, context);
                return Some(next);
            }
            Err(refused) => assert!(database.dump() == untouched, "{context}: {refused}"),
        }
    }
    None
}

fn check(
    database: &Database,
    old: &Schema,
    new: &Schema,
    before: &database::Contents,
    context: &str,
) {
    assert_eq!(problems(&database.sql), Vec::<String>::new(), "{context}");
    assert_eq!(
        structure(&database.sql),
        structure(&Database::new(new).sql),
        "{context}"
    );
    let after = database.contents(new);
    for collection in &new.collections {
        let Some(was) = old.find(&collection.id) else {
            continue;
        };
        let (rows_before, rows_after) = (&before[&was.id], &after[&was.id]);
        let ids = |rows: &database::Rows| rows.keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            ids(rows_before),
            ids(rows_after),
            "{context}: {}",
            collection.name
        );
        for field in &collection.fields {
            let Some(earlier) = unchanged(was, collection, field) else {
                continue;
            };
            for (id, record) in rows_before {
                let value = &rows_after[id][&field.name];
                let filled = field.required && Some(value) == field.default.as_ref();
                assert!(
                    filled || *value == record[&earlier.name],
                    "{context}: {}.{} of {id} was {} and is {value}",
                    collection.name,
                    field.name,
                    record[&earlier.name]
                );
            }
        }
    }
}

/// The same field before, if it is beyond doubt which that was and nothing changed
/// that could change its values.
fn unchanged<'a>(was: &'a Collection, now: &Collection, field: &Field) -> Option<&'a Field> {
    let names = |field: &Field| {
        let mut names = field.renamed_from.clone();
        names.push(field.name.clone());
        names.retain(|name| was.field(name).is_some());
        names
    };
    let [name] = <[String; 1]>::try_from(names(field)).ok()?;
    let earlier = was.field(&name)?;
    let claims = now
        .fields
        .iter()
        .filter(|other| names(other).contains(&name))
        .count();
    let kind = match (&earlier.kind, &field.kind) {
        // Whether the other collection is still the same one, its name does not say.
        (FieldKind::Relation { .. }, _) => false,
        (a, b) => a == b,
    };
    (claims == 1 && kind && earlier.nullable == field.nullable).then_some(earlier)
}
