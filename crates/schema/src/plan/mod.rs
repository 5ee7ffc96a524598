//! From one schema to the next: what to run, and what must hold before.
//!
//! Every change is an `ALTER TABLE` of single columns (see `ddl`). A step that
//! could lose data comes with a check, a query that must give no row; where the
//! loss is declared (`dropped`, `lossy`) there is no check. The caller runs the
//! checks, then the statements, in one transaction.

mod convert;
mod fields;
mod indexes;
mod matching;
mod refusal;

pub use refusal::{Check, Refusal};

use crate::name::quote;
use crate::{Collection, ColumnValue, FieldKind, Schema, ddl};
use matching::Matching;

/// What brings a database from one schema to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// To run first: each gives a row only if it refuses.
    pub checks: Vec<Check>,
    /// To run then, in order.
    pub statements: Vec<Statement>,
    /// What it does, for the record and for people.
    pub changes: Vec<String>,
}

/// One statement and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The text; its identifiers come from the schemas alone.
    pub sql: String,
    /// What to bind.
    pub params: Vec<ColumnValue>,
}

impl Plan {
    fn run(&mut self, sql: String) {
        self.run_with(sql, Vec::new());
    }

    fn run_with(&mut self, sql: String, params: Vec<ColumnValue>) {
        self.statements.push(Statement { sql, params });
    }
}

/// An old collection and what becomes of it.
pub(crate) struct Pair<'a> {
    old: &'a Collection,
    new: &'a Collection,
}

/// The plan from `old`, which the database has, to `new`. An empty database is
/// at the empty schema.
pub fn plan(old: &Schema, new: &Schema) -> Result<Plan, Vec<Refusal>> {
    let matching = Matching::of_collections(old, new);
    let pairs: Vec<Pair<'_>> = matching
        .kept
        .iter()
        .map(|(old, new)| Pair { old, new })
        .collect();
    let refusals: Vec<Refusal> = pairs.iter().filter_map(refuse_new_id).collect();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut plan = Plan::default();
    for collection in &matching.gone {
        check_drop(&mut plan, collection, new);
    }
    let mut body = Plan::default();
    rename_tables(&mut body, &matching);
    for collection in &matching.added {
        body.run(ddl::create_table(collection));
        body.changes
            .push(format!("add collection {}", collection.name));
    }
    let mut touched = Vec::new();
    for pair in &pairs {
        touched.push(fields::change(&mut plan, &mut body, pair, &matching));
    }
    drop_tables(&mut body, &matching);
    let diff = indexes::diff(&mut plan, &pairs, &touched, &matching);
    for change in diff.changes {
        body.changes.push(change);
    }
    // INVARIANT: no index that a change touches exists while it runs; whoever runs
    // the plan sees to the triggers, which `ddl::triggers_of` makes from the schema.
    for name in diff.drop {
        plan.run(format!("DROP INDEX {}", quote(&name)));
    }
    plan.statements.append(&mut body.statements);
    plan.changes.append(&mut body.changes);
    for sql in diff.create {
        plan.run(sql);
    }
    Ok(plan)
}

fn refuse_new_id(pair: &Pair<'_>) -> Option<Refusal> {
    (pair.old.id != pair.new.id).then(|| Refusal {
        place: pair.new.name.clone(),
        message: format!(
            "the id of `{}` would change from {} to {}, and ids never change",
            pair.new.name, pair.old.id, pair.new.id
        ),
        hint: format!(
            "keep every name it had in `renamed_from`, or add `id = \"{}\"`",
            pair.old.id
        ),
    })
}

fn check_drop(plan: &mut Plan, collection: &Collection, new: &Schema) {
    let name = &collection.name;
    if new.dropped.contains(name) {
        return;
    }
    plan.checks.push(Check::count(
        &format!("SELECT \"id\" AS sample FROM {}", quote(name)),
        Refusal {
            place: name.clone(),
            message: format!(
                "the collection `{name}` is not declared any more: its {{count}} records would be lost"
            ),
            hint: format!(
                "if they may be lost, keep schema/{name}.toml with the one line `dropped = true`; \
                 if it has a new name, add `renamed_from = \"{name}\"` to it"
            ),
        },
    ));
}

/// Through names that nobody has, so that two may swap theirs and a dropped one
/// is out of the way of its successor.
fn rename_tables(plan: &mut Plan, matching: &Matching<'_>) {
    let moved: Vec<_> = matching
        .kept
        .iter()
        .filter(|(old, new)| old.name != new.name)
        .collect();
    for (old, _) in &moved {
        plan.run(rename_table(&old.name, &moving(&old.name)));
    }
    for old in &matching.gone {
        plan.run(rename_table(&old.name, &moving(&old.name)));
    }
    for (old, new) in &moved {
        plan.run(rename_table(&moving(&old.name), &new.name));
        plan.changes
            .push(format!("rename collection {} to {}", old.name, new.name));
    }
}

fn drop_tables(plan: &mut Plan, matching: &Matching<'_>) {
    // Dropping a table runs the foreign keys that refer to it; so first there
    // are none.
    for old in &matching.gone {
        let table = quote(&moving(&old.name));
        for field in &old.fields {
            if matches!(field.kind, FieldKind::Relation { many: false, .. }) {
                plan.run(format!(
                    "ALTER TABLE {table} DROP COLUMN {}",
                    quote(&field.name)
                ));
            }
        }
    }
    for old in &matching.gone {
        plan.run(format!("DROP TABLE {}", quote(&moving(&old.name))));
        plan.changes.push(format!("drop collection {}", old.name));
    }
}

fn moving(name: &str) -> String {
    format!("_moving_{name}")
}

fn rename_table(from: &str, to: &str) -> String {
    format!("ALTER TABLE {} RENAME TO {}", quote(from), quote(to))
}
