//! An app's rules: a predicate for each collection and operation, or none.

use serde::{Deserialize, Serialize};

/// What a request does to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// See it among others.
    List,
    /// See it by its id.
    View,
    /// Store a new one.
    Insert,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
    /// Run a function or a workflow; there is no document.
    Execute,
}

/// An app's checked rules.
#[derive(Clone, Debug, Default)]
pub struct Ruleset {}
