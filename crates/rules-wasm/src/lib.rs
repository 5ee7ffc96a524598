//! The rule language for JavaScript: JSON text in, JSON text out, so that one
//! string crosses each way. Decides nothing that `ringfence_rules` does not.
//!
//! `client-ts/src/rules` gives it types. What is wrong is thrown as JSON: a list of
//! mistakes in a text, or one string.

mod declared;
mod question;
mod texts;
mod told;

use std::rc::Rc;

use ringfence_rules::check::{Usage, check};
use ringfence_rules::explain::Unexplained;
use ringfence_rules::syntax::{self, Expr};
use ringfence_rules::{Diagnostic, Operation, Predicate, eval, explain};
use ringfence_schema::Collection;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use declared::Declared;
use question::Question;
use told::{mistakes, said, told_explanation, told_expr, written};

/// The tree of a text, as JSON.
#[wasm_bindgen]
pub fn parse(text: &str) -> Result<String, String> {
    Ok(written(&told_expr(&parsed(text)?, text)))
}

/// The text as the printer writes it.
#[wasm_bindgen]
pub fn format(text: &str) -> Result<String, String> {
    Ok(parsed(text)?.to_string())
}

fn parsed(text: &str) -> Result<Expr, String> {
    syntax::parse(text).map_err(|found| mistakes(text, &[found]))
}

/// An app's collections and rules.
#[wasm_bindgen]
pub struct App(Rc<Declared>);

#[wasm_bindgen]
impl App {
    /// Reads the schema and the rules, each as JSON of what their files say.
    #[wasm_bindgen(constructor)]
    pub fn new(schema: &str, rules: &str) -> Result<App, String> {
        let declared = Declared::read(schema, rules).map_err(|message| said(&message))?;
        Ok(Self(Rc::new(declared)))
    }

    /// A checked rule or filter: of that text or, without one, the app's own.
    pub fn rule(
        &self,
        collection: &str,
        purpose: &str,
        text: Option<String>,
    ) -> Result<Rule, String> {
        let declared = &self.0;
        let found = declared.schema.find(collection);
        let home = found.ok_or_else(|| said(&format!("there is no collection {collection}")))?;
        let purpose = Purpose::read(purpose)?;
        let text = match (text, purpose) {
            (Some(text), _) => text,
            // As on the server: a rule that is left out refuses everybody.
            (None, Purpose::Rule(operation)) => {
                let own = declared.rules.text(&home.name, operation);
                own.unwrap_or("false").to_owned()
            }
            (None, _) => return Err(said("a filter has a text")),
        };
        let expr = parsed(&text)?;
        let wrong = |found: Vec<Diagnostic>| mistakes(&text, &found);
        let usage = purpose.usage(declared);
        let predicate = check(&declared.schema, home, usage, &expr).map_err(wrong)?;
        Ok(Rule {
            declared: Rc::clone(declared),
            home: home.clone(),
            purpose,
            text,
            expr,
            predicate,
        })
    }
}

/// What a text is for.
#[derive(Clone, Copy)]
enum Purpose {
    Rule(Operation),
    Filter,
    Administrator,
}

impl Purpose {
    fn read(text: &str) -> Result<Self, String> {
        let operation = Operation::ALL.into_iter().find(|one| one.name() == text);
        match (operation, text) {
            (Some(operation), _) => Ok(Self::Rule(operation)),
            (None, "filter") => Ok(Self::Filter),
            (None, "admin") => Ok(Self::Administrator),
            _ => Err(said(&format!("there is no operation {text}"))),
        }
    }

    fn usage(self, declared: &Declared) -> Usage<'_> {
        match self {
            Self::Rule(operation) => Usage::Rule(operation),
            Self::Filter => Usage::Filter(&declared.rules),
            Self::Administrator => Usage::Administrator,
        }
    }
}

/// A checked rule or filter.
#[wasm_bindgen]
pub struct Rule {
    declared: Rc<Declared>,
    home: Collection,
    purpose: Purpose,
    text: String,
    expr: Expr,
    predicate: Predicate,
}

#[wasm_bindgen]
impl Rule {
    /// Its text.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> String {
        self.text.clone()
    }

    /// Whether it holds of what the JSON asks about.
    pub fn evaluate(&self, question: &str) -> Result<bool, String> {
        let question = self.question(question)?;
        let answer = question.ask(|input| eval::eval(&self.predicate, input, &question));
        answer.map_err(|error| said(&error.to_string()))
    }

    /// Why it holds or does not, as JSON.
    pub fn explain(&self, question: &str) -> Result<String, String> {
        let question = self.question(question)?;
        let usage = self.purpose.usage(&self.declared);
        let schema = &self.declared.schema;
        let found =
            question.ask(|input| explain(schema, &self.home, usage, &self.expr, input, &question));
        match found {
            Ok(found) => Ok(written(&told_explanation(&found, &self.text))),
            Err(Unexplained::Refused(found)) => Err(mistakes(&self.text, &found)),
            Err(Unexplained::Lookup(error)) => Err(said(&error.to_string())),
        }
    }

    fn question(&self, text: &str) -> Result<Question, String> {
        let is_insert = matches!(self.purpose, Purpose::Rule(Operation::Insert));
        Question::read(text, is_insert).map_err(|message| said(&message))
    }
}

/// JSON of an object, or what it is instead.
fn object(text: &str, what: &str) -> Result<ringfence_schema::Document, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(format!("{what} is no object")),
        Err(error) => Err(format!("{what} is no JSON: {error}")),
    }
}
