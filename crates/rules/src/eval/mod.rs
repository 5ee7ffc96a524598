//! A predicate on a document in memory. This is what rules mean; the SQL agrees.

use ringfence_schema::Document;

use crate::caller::Caller;
use crate::tree::Predicate;

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

/// Whether the predicate holds.
pub fn eval(
    predicate: &Predicate,
    _input: &Input<'_>,
    _documents: &dyn Documents,
) -> Result<bool, LookupError> {
    Ok(predicate.constant() == Some(true))
}
