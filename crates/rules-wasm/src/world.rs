//! A question about documents that JavaScript has at hand. What it was not given
//! does not exist, as far as the answer knows.

use std::collections::BTreeMap;

use ringfence_rules::{Auth, Caller, Documents, Input, LookupError};
use ringfence_schema::{Document, Value};
use serde::Deserialize;

/// A caller, a document, and the other records that a rule may ask for.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Question {
    auth: Option<Person>,
    body: Document,
    query: Document,
    headers: Document,
    method: String,
    context: String,
    now: String,
    old: Option<Document>,
    new: Option<Document>,
    documents: BTreeMap<String, Vec<Document>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    collection: String,
    record: Document,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            auth: None,
            body: Document::new(),
            query: Document::new(),
            headers: Document::new(),
            method: "GET".to_owned(),
            context: "default".to_owned(),
            now: String::new(),
            old: None,
            new: None,
            documents: BTreeMap::new(),
        }
    }
}

impl Question {
    /// From JSON.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// Asks it.
    pub fn ask<T>(&self, work: impl FnOnce(&Input<'_>) -> T) -> T {
        let caller = Caller {
            auth: self.auth.as_ref().map(|person| Auth {
                collection: &person.collection,
                record: &person.record,
            }),
            body: &self.body,
            query: &self.query,
            headers: &self.headers,
            method: &self.method,
            context: &self.context,
            now: &self.now,
        };
        work(&Input {
            caller: &caller,
            old: self.old.as_ref(),
            new: self.new.as_ref(),
        })
    }

    fn records(&self, collection: &str) -> &[Document] {
        self.documents.get(collection).map_or(&[], Vec::as_slice)
    }
}

impl Documents for Question {
    fn get(&self, collection: &str, id: &str) -> Result<Option<Document>, LookupError> {
        let mut records = self.records(collection).iter();
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
        let has = |record: &&Document| match record.get(field) {
            Some(Value::Array(items)) => items.iter().any(|item| item == value),
            Some(other) => other == value,
            None => false,
        };
        Ok(self
            .records(collection)
            .iter()
            .filter(has)
            .cloned()
            .collect())
    }

    fn all(&self, collection: &str) -> Result<Vec<Document>, LookupError> {
        Ok(self.records(collection).to_vec())
    }
}
