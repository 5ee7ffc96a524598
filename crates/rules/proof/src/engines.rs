//! One question to both engines: in memory, and in SQL for all callers at once and
//! for one.

use std::collections::BTreeSet;

use ringfence_rules::check::check;
use ringfence_rules::syntax::{Expr, parse};
use ringfence_rules::{
    Diagnostic, Fragment, Input, Operation, Predicate, Ruleset, Usage, eval, sql,
};
use ringfence_schema::Collection;
use ringfence_schema::name::quote;

use crate::database::{Database, after_table};
use crate::world::{Person, World};

/// What a condition is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A rule.
    Rule(Operation),
    /// A client's filter.
    Filter,
    /// An administrator's filter.
    Administrator,
}

/// A condition about a collection.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whose records it is about.
    pub collection: String,
    /// What it is for.
    pub asked: Asked,
    /// Its text.
    pub text: String,
}

/// The ids that a condition holds of.
pub type Answer = BTreeSet<String>;

impl Question {
    /// What the condition means.
    pub fn predicate(
        &self,
        world: &World,
        ruleset: &Ruleset,
    ) -> Result<Predicate, Vec<Diagnostic>> {
        let expr = parse(&self.text).map_err(|diagnostic| vec![diagnostic])?;
        self.predicate_of(&expr, world, ruleset)
    }

    /// What another condition would mean in its place.
    pub fn predicate_of(
        &self,
        expr: &Expr,
        world: &World,
        ruleset: &Ruleset,
    ) -> Result<Predicate, Vec<Diagnostic>> {
        let usage = match self.asked {
            Asked::Rule(operation) => Usage::Rule(operation),
            Asked::Filter => Usage::Filter(ruleset),
            Asked::Administrator => Usage::Administrator,
        };
        check(&world.schema, self.home(world), usage, expr)
    }

    fn home<'a>(&self, world: &'a World) -> &'a Collection {
        let found = world.schema.get(&self.collection);
        found.unwrap_or_else(|| panic!("no collection {}", self.collection))
    }

    /// The evaluator's answer.
    pub fn in_memory(&self, predicate: &Predicate, world: &World, person: &Person) -> Answer {
        let caller = world.caller(person);
        let holds = |old, new| {
            let input = Input {
                caller: &caller,
                old,
                new,
            };
            eval::eval(predicate, &input, world).expect("a world in memory can be read")
        };
        if self.asked == Asked::Rule(Operation::Execute) {
            return holds(None, None).then(String::new).into_iter().collect();
        }
        let records = world.records(&self.collection).iter();
        let held = records.filter(|record| {
            let after = Some(world.after(&self.collection, record));
            match self.asked {
                Asked::Rule(Operation::Insert) => holds(None, after),
                Asked::Rule(Operation::Update) => holds(Some(record), after),
                _ => holds(Some(record), None),
            }
        });
        held.map(|record| record["id"].as_str().expect("an id").to_owned())
            .collect()
    }

    /// SQLite's answer to the text that serves every caller.
    pub fn by_template(
        &self,
        predicate: &Predicate,
        world: &World,
        database: &Database,
        person: &Person,
    ) -> Result<Answer, String> {
        let [template, _] = Self::fragments(predicate, world, person);
        self.by(database, &template)
    }

    /// SQLite's answer to the text for one caller.
    pub fn by_fragment(
        &self,
        predicate: &Predicate,
        world: &World,
        database: &Database,
        person: &Person,
    ) -> Result<Answer, String> {
        let [_, fragment] = Self::fragments(predicate, world, person);
        self.by(database, &fragment)
    }

    /// What completes `select`: the text that serves every caller, and the one for
    /// this person.
    pub fn fragments(predicate: &Predicate, world: &World, person: &Person) -> [Fragment; 2] {
        let caller = world.caller(person);
        let template = sql::template(predicate, "t");
        let fragment = Fragment {
            params: template.bind(&caller),
            text: template.text,
        };
        [fragment, sql::emit(predicate, "t", &caller)]
    }

    fn by(&self, database: &Database, fragment: &Fragment) -> Result<Answer, String> {
        let rows = database.select(&self.select(), fragment)?;
        Ok(rows.into_iter().collect())
    }

    /// The statement that the condition completes.
    pub fn select(&self) -> String {
        let table = quote(&self.collection);
        let after = quote(&after_table(&self.collection));
        match self.asked {
            Asked::Rule(Operation::Execute) => "SELECT '' WHERE".to_owned(),
            Asked::Rule(Operation::Insert) => {
                format!("SELECT t_new.id FROM {after} AS t_new WHERE")
            }
            Asked::Rule(Operation::Update) => format!(
                "SELECT t.id FROM {table} AS t JOIN {after} AS t_new ON t_new.id = t.id WHERE"
            ),
            _ => format!("SELECT t.id FROM {table} AS t WHERE"),
        }
    }

    /// What the engines say differently for a person, if they do.
    pub fn disagreement(
        &self,
        predicate: &Predicate,
        world: &World,
        database: &Database,
        person: &Person,
    ) -> Option<String> {
        let expected = Ok(self.in_memory(predicate, world, person));
        let template = self.by_template(predicate, world, database, person);
        let fragment = self.by_fragment(predicate, world, database, person);
        if template == expected && fragment == expected {
            return None;
        }
        let sql = sql::template(predicate, "t").text;
        Some(format!(
            "in memory {expected:?}\nSQL for all {template:?}\nSQL for {} {fragment:?}\n{sql}",
            person.name
        ))
    }
}
