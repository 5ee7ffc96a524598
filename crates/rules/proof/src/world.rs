//! A schema, its records and those who ask about them, all in memory.

use std::collections::BTreeMap;

use ringfence_rules::{Auth, Caller, Documents, LookupError, RuleTexts, Ruleset, eval};
use ringfence_schema::{Collection, Document, Schema};

/// Everything that a case is about.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The collections.
    pub schema: Schema,
    /// The list rules that filters are under.
    pub given: RuleTexts,
    /// Records as they are stored, every field set, by collection.
    pub records: BTreeMap<String, Vec<Document>>,
    /// Records as they would be stored; one that is not here would not change.
    pub after: BTreeMap<String, Vec<Document>>,
    /// Those who ask.
    pub people: Vec<Person>,
}

/// Somebody who asks, and with what request.
#[derive(Clone, Debug)]
pub struct Person {
    /// What the case calls them.
    pub name: String,
    /// Their collection and id, if they signed in.
    pub auth: Option<(String, String)>,
    /// `@request.body`
    pub body: Document,
    /// `@request.query`
    pub query: Document,
    /// `@request.headers`
    pub headers: Document,
    /// `@request.method`
    pub method: String,
    /// `@request.context`
    pub context: String,
    /// `@now`
    pub now: String,
}

impl Person {
    /// Nobody, with an empty request.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            auth: None,
            body: Document::new(),
            query: Document::new(),
            headers: Document::new(),
            method: "GET".to_owned(),
            context: "default".to_owned(),
            now: "2026-11-20 10:00:00.000Z".to_owned(),
        }
    }
}

impl World {
    /// The records of a collection.
    pub fn records(&self, collection: &str) -> &[Document] {
        self.records.get(collection).map_or(&[], Vec::as_slice)
    }

    /// A record as it would be stored.
    pub fn after<'a>(&'a self, collection: &str, record: &'a Document) -> &'a Document {
        let images = self.after.get(collection).map_or(&[][..], Vec::as_slice);
        let found = images.iter().find(|image| image["id"] == record["id"]);
        found.unwrap_or(record)
    }

    /// The request that a person makes.
    pub fn caller<'a>(&'a self, person: &'a Person) -> Caller<'a> {
        let auth = person.auth.as_ref().map(|(collection, id)| Auth {
            collection,
            record: self
                .records(collection)
                .iter()
                .find(|record| record["id"] == id.as_str())
                .expect("a caller is somebody's record"),
        });
        Caller {
            auth,
            body: &person.body,
            query: &person.query,
            headers: &person.headers,
            method: &person.method,
            context: &person.context,
            now: &person.now,
        }
    }

    /// The rules that filters are under.
    pub fn ruleset(&self) -> Ruleset {
        match Ruleset::new(&self.schema, &self.given) {
            Ok(ruleset) => ruleset,
            Err(errors) => panic!("{errors:?}"),
        }
    }
}

/// A whole record of what a case says of it: what it leaves out is unset.
pub fn complete(collection: &Collection, given: Document) -> Document {
    let fields = collection.fields.iter();
    let mut record: Document = fields
        .map(|field| (field.name.clone(), field.zero()))
        .collect();
    for (name, value) in given {
        assert!(
            record.contains_key(&name),
            "no field {name} in {}",
            collection.name
        );
        record.insert(name, value);
    }
    record
}

impl Documents for World {
    fn get(&self, collection: &str, id: &str) -> Result<Option<Document>, LookupError> {
        let mut records = self.records(collection).iter();
        Ok(records.find(|record| record["id"] == id).cloned())
    }

    fn matching(
        &self,
        collection: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<Document>, LookupError> {
        let has = |record: &&Document| eval::matches(record, field, value);
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
