//! The differential test: random conditions about random worlds, to both engines.

use std::collections::BTreeSet;

use ringfence_rules::syntax::parse;

use crate::case::print;
use crate::database::Database;
use crate::dice::Dice;
use crate::engines::Question;
use crate::generate;
use crate::reach;
use crate::shrink::shrink;
use crate::world::{Person, World};

/// How many conditions are asked about one world.
const PER_WORLD: usize = 25;

/// What a proof has found so far.
#[derive(Debug, Default)]
pub struct Proof {
    /// Conditions that both engines answered alike.
    pub agreed: usize,
    /// Conditions that the checker refused.
    pub refused: usize,
    /// Answers that were neither all nor nothing, for some caller.
    pub telling: usize,
    /// What of the language the agreed conditions used.
    pub reached: BTreeSet<String>,
}

impl Proof {
    /// What of the language no condition has used.
    pub fn missing(&self) -> Vec<String> {
        let all = reach::all(&generate::macros());
        all.difference(&self.reached).cloned().collect()
    }

    /// Asks `cases` accepted conditions; the error is a case file that fails.
    pub fn run(
        &mut self,
        seed: u64,
        cases: usize,
        mut progress: impl FnMut(&Self),
    ) -> Result<(), String> {
        let mut dice = Dice::new(seed);
        while self.agreed < cases {
            let mut world = generate::world(&mut dice);
            generate::give_rules(&mut dice, &mut world);
            let database = Database::new(&world);
            let ruleset = world.ruleset();
            for _ in 0..PER_WORLD {
                let question = generate::question(&mut dice, &world);
                self.ask(&question, &world, &database, &ruleset)?;
            }
            progress(self);
        }
        Ok(())
    }

    fn ask(
        &mut self,
        question: &Question,
        world: &World,
        database: &Database,
        ruleset: &ringfence_rules::Ruleset,
    ) -> Result<(), String> {
        let expr = match parse(&question.text) {
            Ok(expr) => expr,
            // Chance may nest too deep; nothing else it writes is wrong.
            Err(error) if error.message.contains("deeper") => {
                self.refused += 1;
                return Ok(());
            }
            Err(error) => return Err(format!("does not parse: {error}\n{}", question.text)),
        };
        if parse(&expr.to_string()).as_ref() != Ok(&expr) {
            return Err(format!("is printed wrong: {}\nas {expr}", question.text));
        }
        let Ok(predicate) = question.predicate_of(&expr, world, ruleset) else {
            self.refused += 1;
            return Ok(());
        };
        let mut tells = false;
        for person in &world.people {
            if let Some(said) = question.disagreement(&predicate, world, database, person) {
                return Err(self.report(question, world, database, person, &said));
            }
            let held = question.in_memory(&predicate, world, person).len();
            tells |= held > 0 && held < world.records(&question.collection).len();
        }
        self.agreed += 1;
        self.telling += usize::from(tells);
        reach::visit(question, &expr, &mut self.reached);
        Ok(())
    }

    fn report(
        &self,
        question: &Question,
        world: &World,
        database: &Database,
        person: &Person,
        said: &str,
    ) -> String {
        let ruleset = world.ruleset();
        let with = |text: &str| Question {
            text: text.to_owned(),
            ..question.clone()
        };
        let fails = |text: &str| {
            let question = with(text);
            question.predicate(world, &ruleset).is_ok_and(|predicate| {
                question
                    .disagreement(&predicate, world, database, person)
                    .is_some()
            })
        };
        let smallest = with(&shrink(&question.text, fails));
        let said = smallest
            .predicate(world, &ruleset)
            .ok()
            .and_then(|predicate| smallest.disagreement(&predicate, world, database, person))
            .unwrap_or_else(|| said.to_owned());
        print(world, &smallest, person, &said)
    }
}
