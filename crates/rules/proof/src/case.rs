//! Case files: a world, conditions about it, and whom they let see what. The format
//! is described in `tests/cases/README.md`.

mod declare;
mod print;

use ringfence_rules::{Operation, OperationTexts};
use ringfence_schema::Document;

use crate::database::Database;
use crate::engines::{Answer, Asked, Question};
use crate::world::{Person, World, complete};

pub(crate) use declare::new_collection;
pub use print::print;

/// A parsed case file.
#[derive(Debug, Default)]
pub struct CaseFile {
    /// What the conditions are about.
    pub world: World,
    /// The conditions, in order.
    pub cases: Vec<Case>,
}

/// A condition and what is expected of it.
#[derive(Debug)]
pub struct Case {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The condition.
    pub question: Question,
    /// For each person named: the ids that it holds of.
    pub expected: Vec<(String, Answer)>,
    /// What the refusal must say, if it must be refused.
    pub refused: Option<String>,
}

impl CaseFile {
    /// Reads a case file; panics at the line that it cannot read.
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with(' ') {
                file.continue_last(line, line_number);
            } else {
                file.read(line, line_number);
            }
        }
        file
    }

    fn read(&mut self, line: &str, number: usize) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "collection" => declare::collection(&mut self.world.schema, rest),
            "record" | "after" => self.record(word, rest),
            "macro" => {
                // A colon stands in the signature too.
                let (head, text) = rest.split_once("): ").expect("macro name(): text");
                let read = ringfence_schema::Macro::new(&format!("{head})"), text);
                self.world.schema.macros.push(read.expect(head));
            }
            "caller" => self.world.people.push(person(rest)),
            "given" => self.give(rest),
            "rule" | "filter" | "admin" | "refuse" => self.ask(word, rest, number),
            "expect" => {
                let (name, ids) = rest.split_once(':').unwrap_or((rest, ""));
                let ids = ids.split_whitespace().map(str::to_owned).collect();
                let case = self.cases.last_mut().expect("a condition before `expect`");
                case.expected.push((name.to_owned(), ids));
            }
            "because" => {
                let case = self.cases.last_mut().expect("a condition before `because`");
                case.refused = Some(rest.to_owned());
            }
            _ => panic!("line {number}: `{word}` means nothing"),
        }
    }

    /// An indented line: a field of the last collection, or more of the last text.
    fn continue_last(&mut self, line: &str, number: usize) {
        match self.cases.last_mut() {
            Some(case) => {
                case.question.text.push('\n');
                case.question.text.push_str(line.trim());
            }
            None => declare::field(&mut self.world.schema, line.trim(), number),
        }
    }

    fn record(&mut self, word: &str, rest: &str) {
        let (name, json) = rest.split_once(' ').expect("a collection and a record");
        let collection = self.world.schema.get(name).expect(name);
        let record = complete(collection, object(json));
        let table = if word == "record" {
            &mut self.world.records
        } else {
            &mut self.world.after
        };
        table.entry(name.to_owned()).or_default().push(record);
    }

    fn give(&mut self, rest: &str) {
        let (head, text) = rest.split_once(": ").expect("given collection: rule");
        self.world.given.insert(
            head.to_owned(),
            OperationTexts {
                list: Some(text.to_owned()),
                ..OperationTexts::default()
            },
        );
    }

    fn ask(&mut self, word: &str, rest: &str, line: usize) {
        let (head, text) = rest.split_once(':').expect("a collection and a condition");
        let (collection, operation) = match head.split_once(' ') {
            Some((collection, operation)) => (collection, Some(operation)),
            None => (head, None),
        };
        let asked = match (word, operation) {
            ("filter", _) | (_, Some("filter")) => Asked::Filter,
            ("admin", _) => Asked::Administrator,
            (_, Some(name)) => Asked::Rule(
                *Operation::ALL
                    .iter()
                    .find(|operation| operation.name() == name)
                    .expect(name),
            ),
            (_, None) => panic!("line {line}: which operation?"),
        };
        self.cases.push(Case {
            line,
            question: Question {
                collection: collection.to_owned(),
                asked,
                text: text.trim().to_owned(),
            },
            expected: Vec::new(),
            refused: (word == "refuse").then(String::new),
        });
    }

    /// What is not as expected, a paragraph for each.
    pub fn failures(&self) -> Vec<String> {
        let database = Database::new(&self.world);
        let ruleset = self.world.ruleset();
        let mut failures = Vec::new();
        for case in &self.cases {
            let said = case.failures(&self.world, &database, &ruleset);
            failures.extend(
                said.into_iter().map(|message| {
                    format!("line {}: {}\n{message}", case.line, case.question.text)
                }),
            );
        }
        failures
    }
}

impl Case {
    fn failures(
        &self,
        world: &World,
        database: &Database,
        ruleset: &ringfence_rules::Ruleset,
    ) -> Vec<String> {
        let predicate = match (self.question.predicate(world, ruleset), &self.refused) {
            (Ok(_), Some(_)) => return vec!["accepted, should be refused".to_owned()],
            (Err(diagnostics), Some(because)) => {
                let said: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
                let said = said.join("; ");
                return if said.contains(because.as_str()) {
                    Vec::new()
                } else {
                    vec![format!("refused, but because: {said}")]
                };
            }
            (Err(diagnostics), None) => return vec![format!("refused: {diagnostics:?}")],
            (Ok(predicate), None) => predicate,
        };
        let mut failures = Vec::new();
        for (name, expected) in &self.expected {
            let person = world.people.iter().find(|person| person.name == *name);
            let person = person.unwrap_or_else(|| panic!("no caller {name}"));
            let found = self.question.in_memory(&predicate, world, person);
            let is_same = match self.question.asked {
                Asked::Rule(Operation::Execute) => found.is_empty() != expected.contains("yes"),
                _ => found == *expected,
            };
            if !is_same {
                failures.push(format!("{name}: expected {expected:?}, found {found:?}"));
            }
        }
        if self.expected.is_empty() {
            failures.push("expects nothing".to_owned());
        }
        for person in &world.people {
            failures.extend(
                self.question
                    .disagreement(&predicate, world, database, person),
            );
        }
        failures
    }
}

fn object(json: &str) -> Document {
    match serde_json::from_str(json) {
        Ok(serde_json::Value::Object(object)) => object,
        _ => panic!("no JSON object: {json}"),
    }
}

/// `anna users/u1 {"body": {…}}`
fn person(rest: &str) -> Person {
    let (head, request) = match rest.find('{') {
        Some(at) => (rest[..at].trim(), object(&rest[at..])),
        None => (rest, Document::new()),
    };
    let (name, auth) = match head.split_once(' ') {
        Some((name, auth)) => (name, auth.split_once('/')),
        None => (head, None),
    };
    let mut person = Person::new(name);
    person.auth = auth.map(|(collection, id)| (collection.to_owned(), id.to_owned()));
    for (key, value) in request {
        let text = || value.as_str().expect("a text").to_owned();
        let map = || value.as_object().expect("an object").clone();
        match key.as_str() {
            "body" => person.body = map(),
            "query" => person.query = map(),
            "headers" => person.headers = map(),
            "method" => person.method = text(),
            "context" => person.context = text(),
            "now" => person.now = text(),
            _ => panic!("a request has no {key}"),
        }
    }
    person
}
