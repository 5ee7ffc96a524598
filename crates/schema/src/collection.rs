//! Collections: a named set of records of one shape.

use serde::{Deserialize, Serialize};

use crate::{Field, Macro};

/// Every collection of an app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// In the order of their names.
    pub collections: Vec<Collection>,
    /// Collections of earlier versions whose records may be lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<String>,
    /// Expressions that its rules use by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub macros: Vec<Macro>,
}

impl Schema {
    /// The collection of that name.
    pub fn get(&self, name: &str) -> Option<&Collection> {
        self.collections.iter().find(|c| c.name == name)
    }

    /// The collection of that name or id, as paths may use either.
    pub fn find(&self, name_or_id: &str) -> Option<&Collection> {
        self.get(name_or_id)
            .or_else(|| self.collections.iter().find(|c| c.id == name_or_id))
    }
}

/// A collection: one STRICT table of its own name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Collection {
    /// Never changes, whatever the name becomes.
    pub id: String,
    /// The name in paths, rules and tables.
    pub name: String,
    /// What its records are.
    pub kind: CollectionKind,
    /// System fields first (`system_fields`), then the declared ones in their order.
    pub fields: Vec<Field>,
    /// Declared indexes, unique or not, of one field or several. Relations and
    /// `unique` fields have their own without being listed here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// The names it had before, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed_from: Vec<String>,
    /// Fields of earlier versions whose values may be lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<String>,
}

impl Collection {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// Whether its records are people who sign in.
    pub fn is_auth(&self) -> bool {
        self.kind == CollectionKind::Auth
    }
}

/// What the records of a collection are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CollectionKind {
    /// Plain records.
    Base,
    /// End users, who sign in with an email and a password.
    Auth,
}

/// An index over one or more fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The fields, in order.
    pub fields: Vec<String>,
    /// Whether no two records may agree on all of them.
    #[serde(default)]
    pub unique: bool,
}
