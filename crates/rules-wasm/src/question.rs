//! A question about documents that JavaScript has at hand. What it was not given
//! does not exist, as far as the answer knows.

use ringfence_rules::{Auth, Caller, Documents, Input, LookupError, eval};
use ringfence_schema::{Document, Value, date};

use crate::object;

/// Objects that a question may have.
const OBJECTS: [&str; 7] = [
    "caller",
    "document",
    "next",
    "body",
    "query",
    "headers",
    "documents",
];
/// Texts that it may have.
const TEXTS: [&str; 3] = ["method", "context", "now"];

/// A caller, a document, and the other records that a rule may ask for.
pub(crate) struct Question {
    given: Document,
    /// Of an insert there is only the new document.
    is_insert: bool,
    nothing: Document,
}

impl Question {
    /// From JSON, or what is wrong with it.
    pub fn read(text: &str, is_insert: bool) -> Result<Self, String> {
        let mut given = object(text, "the question")?;
        for (name, value) in &given {
            let fits = match value {
                Value::Object(_) => OBJECTS.contains(&name.as_str()),
                Value::String(_) => TEXTS.contains(&name.as_str()),
                value => value.is_null(),
            };
            if !fits {
                let what = if TEXTS.contains(&name.as_str()) {
                    "text"
                } else {
                    "object"
                };
                return Err(format!("{name} is no {what} that a question has"));
            }
        }
        // Moments are compared as texts of one form.
        let now = given.get("now").and_then(Value::as_str);
        let now = now.and_then(date::parse).ok_or("now is no date")?;
        given.insert("now".to_owned(), Value::from(date::format(now)));
        let question = Self {
            given,
            is_insert,
            nothing: Document::new(),
        };
        match (question.object("caller"), question.auth()) {
            (Some(_), None) => Err("a caller has a collection and a record".to_owned()),
            _ => Ok(question),
        }
    }

    /// Asks the engine.
    pub fn ask<T>(&self, engine: impl FnOnce(&Input<'_>) -> T) -> T {
        let or_nothing = |name| self.object(name).unwrap_or(&self.nothing);
        let caller = Caller {
            auth: self.auth(),
            body: or_nothing("body"),
            query: or_nothing("query"),
            headers: or_nothing("headers"),
            method: self.text("method"),
            context: self.text("context"),
            now: self.text("now"),
        };
        let (document, next) = (self.object("document"), self.object("next"));
        let (old, new) = match self.is_insert {
            true => (None, document),
            false => (document, next),
        };
        engine(&Input {
            caller: &caller,
            old,
            new,
        })
    }

    fn auth(&self) -> Option<Auth<'_>> {
        let caller = self.object("caller")?;
        Some(Auth {
            collection: caller.get("collection")?.as_str()?,
            record: caller.get("record")?.as_object()?,
        })
    }

    fn object(&self, name: &str) -> Option<&Document> {
        self.given.get(name).and_then(Value::as_object)
    }

    fn text(&self, name: &str) -> &str {
        let text = self.given.get(name).and_then(Value::as_str);
        text.unwrap_or_default()
    }

    fn records(&self, collection: &str) -> impl Iterator<Item = &Document> {
        let documents = self.object("documents");
        let records = documents.and_then(|all| all.get(collection)?.as_array());
        records.into_iter().flatten().filter_map(Value::as_object)
    }
}

impl Documents for Question {
    fn get(&self, collection: &str, id: &str) -> Result<Option<Document>, LookupError> {
        let mut records = self.records(collection);
        Ok(records
            .find(|record| record.get("id").and_then(Value::as_str) == Some(id))
            .cloned())
    }

    fn matching(
        &self,
        collection: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<Document>, LookupError> {
        let has = |record: &&Document| eval::matches(record, field, value);
        Ok(self.records(collection).filter(has).cloned().collect())
    }

    fn all(&self, collection: &str) -> Result<Vec<Document>, LookupError> {
        Ok(self.records(collection).cloned().collect())
    }
}
