//! The rule language for JavaScript: JSON text in, JSON text out, so that one
//! string crosses each way. Decides nothing that `ringfence_rules` does not.

mod world;

use ringfence_rules::check::{Usage, compile};
use ringfence_rules::explain::Unexplained;
use ringfence_rules::syntax::{self, Expr};
use ringfence_rules::{Diagnostic, Operation, Predicate, RuleTexts, Ruleset, eval, explain};
use ringfence_schema::{Collection, Schema};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use world::Question;

/// What is wrong with a text as JSON, its positions in UTF-16 units as JavaScript
/// counts them; `[]` where nothing is.
fn told(text: &str, found: &[Diagnostic]) -> String {
    #[derive(Serialize)]
    struct Told<'a> {
        start: usize,
        end: usize,
        line: usize,
        column: usize,
        message: &'a str,
        hint: Option<&'a str>,
    }
    let units = |byte: usize| {
        let before = text.get(..byte).unwrap_or(text);
        before.encode_utf16().count()
    };
    let told: Vec<Told<'_>> = found
        .iter()
        .map(|diagnostic| {
            let (line, column) = diagnostic.position(text);
            Told {
                start: units(diagnostic.span.start),
                end: units(diagnostic.span.end),
                line,
                column,
                message: &diagnostic.message,
                hint: diagnostic.hint.as_deref(),
            }
        })
        .collect();
    json(&told)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// The text as the printer writes it, or what is wrong with it as JSON.
#[wasm_bindgen]
pub fn format(text: &str) -> Result<String, String> {
    let expr = syntax::parse(text).map_err(|diagnostic| told(text, &[diagnostic]))?;
    Ok(expr.to_string())
}

/// An app's collections and, for filters, its rules.
#[wasm_bindgen]
pub struct Declaration {
    schema: Schema,
    rules: Ruleset,
}

/// A checked rule or filter.
#[wasm_bindgen]
pub struct Rule {
    schema: Schema,
    collection: Collection,
    asked: Asked,
    rules: Ruleset,
    expr: Expr,
    predicate: Predicate,
}

#[derive(Clone, Copy)]
enum Asked {
    Rule(Operation),
    Filter,
    Administrator,
}

#[wasm_bindgen]
impl Declaration {
    /// Reads the schema and the texts of the rules, both JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(schema: &str, rules: &str) -> Result<Declaration, String> {
        let wrong = |error: serde_json::Error| error.to_string();
        let schema: Schema = serde_json::from_str(schema).map_err(wrong)?;
        let texts: RuleTexts = serde_json::from_str(rules).map_err(wrong)?;
        let rules = Ruleset::new(&schema, &texts).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            lines.join("\n")
        })?;
        Ok(Self { schema, rules })
    }

    /// What is wrong with a text about a collection, as JSON.
    pub fn check(&self, collection: &str, usage: &str, text: &str) -> Result<String, String> {
        let (collection, asked) = self.place(collection, usage)?;
        let usage = asked.usage(&self.rules);
        Ok(match compile(&self.schema, collection, usage, text) {
            Ok(_) => "[]".to_owned(),
            Err(found) => told(text, &found),
        })
    }

    /// The checked text, or what is wrong with it as JSON.
    pub fn rule(&self, collection: &str, usage: &str, text: &str) -> Result<Rule, String> {
        let (collection, asked) = self.place(collection, usage)?;
        let wrong = |found: Vec<Diagnostic>| told(text, &found);
        let predicate = compile(&self.schema, collection, asked.usage(&self.rules), text);
        Ok(Rule {
            schema: self.schema.clone(),
            collection: collection.clone(),
            asked,
            rules: self.rules.clone(),
            expr: syntax::parse(text).map_err(|diagnostic| wrong(vec![diagnostic]))?,
            predicate: predicate.map_err(wrong)?,
        })
    }

    fn place(&self, collection: &str, usage: &str) -> Result<(&Collection, Asked), String> {
        let found = self.schema.find(collection);
        let found = found.ok_or_else(|| format!("there is no collection {collection}"))?;
        Ok((found, Asked::read(usage)?))
    }
}

impl Asked {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "filter" => Ok(Self::Filter),
            "admin" => Ok(Self::Administrator),
            _ => Operation::ALL
                .into_iter()
                .find(|operation| operation.name() == text)
                .map(Self::Rule)
                .ok_or_else(|| format!("there is no operation {text}")),
        }
    }

    fn usage(self, rules: &Ruleset) -> Usage<'_> {
        match self {
            Self::Rule(operation) => Usage::Rule(operation),
            Self::Filter => Usage::Filter(rules),
            Self::Administrator => Usage::Administrator,
        }
    }
}

#[wasm_bindgen]
impl Rule {
    /// Whether it holds of what the JSON asks about.
    pub fn evaluate(&self, question: &str) -> Result<bool, String> {
        let question = Question::read(question)?;
        question.ask(|input| {
            eval::eval(&self.predicate, input, &question).map_err(|error| error.to_string())
        })
    }

    /// Why it holds or does not, as JSON.
    pub fn explain(&self, question: &str) -> Result<String, String> {
        let question = Question::read(question)?;
        let usage = self.asked.usage(&self.rules);
        let found = question.ask(|input| {
            explain(
                &self.schema,
                &self.collection,
                usage,
                &self.expr,
                input,
                &question,
            )
        });
        match found {
            Ok(explanation) => Ok(json(&explanation)),
            Err(Unexplained::Refused(found)) => Err(json(&found)),
            Err(Unexplained::Lookup(error)) => Err(error.to_string()),
        }
    }
}
