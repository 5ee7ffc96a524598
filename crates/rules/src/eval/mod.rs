//! A predicate on a document in memory. This is what rules mean; the SQL agrees.
//! It reads nothing but its input and the records that `Documents` gives it.

mod engine;
mod fact;
mod function;
mod like;
mod value;
mod values;

use ringfence_schema::{Document, Value as Json};

use crate::caller::Caller;
use crate::tree::Predicate;

pub(crate) use engine::{Engine, Frame};
pub(crate) use fact::{list_fact, list_items};
pub(crate) use value::{Number, Value};

/// What a predicate is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Who asks, with what.
    pub caller: &'a Caller<'a>,
    /// The stored document: of list, view, update and delete.
    pub old: Option<&'a Document>,
    /// The document as it would be stored: of insert and update.
    pub new: Option<&'a Document>,
}

/// Other records, hidden fields included, as they are on the wire.
pub trait Documents {
    /// The record of that id.
    fn get(&self, collection: &str, id: &str) -> Result<Option<Document>, LookupError>;
    /// The records whose field is that text or, where it holds a list, has it.
    fn matching(
        &self,
        collection: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<Document>, LookupError>;
    /// All records of a collection.
    fn all(&self, collection: &str) -> Result<Vec<Document>, LookupError>;
}

/// Whether `Documents::matching` has a record that is in memory.
pub fn matches(record: &Document, field: &str, value: &str) -> bool {
    match record.get(field) {
        Some(Json::Array(items)) => items.iter().any(|item| item == value),
        Some(other) => other == value,
        None => false,
    }
}

/// Other records could not be read: nobody knows whether the predicate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupError(pub String);

impl std::fmt::Display for LookupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "records that a rule asks for could not be read: {}",
            self.0
        )
    }
}

impl std::error::Error for LookupError {}

/// Whether the predicate holds. An error is a refusal, never a yes.
pub fn eval(
    predicate: &Predicate,
    input: &Input<'_>,
    documents: &dyn Documents,
) -> Result<bool, LookupError> {
    let engine = Engine {
        caller: input.caller,
        documents,
    };
    let frame = Frame {
        old: input.old,
        new: input.new,
        items: None,
    };
    engine.holds(&predicate.root, &frame)
}

/// No other records: for what speaks of the request alone.
pub struct NoDocuments;

impl Documents for NoDocuments {
    fn get(&self, _: &str, _: &str) -> Result<Option<Document>, LookupError> {
        Ok(None)
    }

    fn matching(&self, _: &str, _: &str, _: &str) -> Result<Vec<Document>, LookupError> {
        Ok(Vec::new())
    }

    fn all(&self, _: &str) -> Result<Vec<Document>, LookupError> {
        Ok(Vec::new())
    }
}
