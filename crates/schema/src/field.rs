//! Fields: a column with a type and what is asked of its values.

use serde::{Deserialize, Serialize};

use crate::Value;

/// One field of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name on the wire, in rules and of the column.
    pub name: String,
    /// Its type, with the options of that type.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// A record without it (or with its zero value) is refused.
    #[serde(default)]
    pub required: bool,
    /// No two records may have the same value; unset ones do not count.
    #[serde(default)]
    pub unique: bool,
    /// Unset is null, not the type's zero value.
    #[serde(default)]
    pub nullable: bool,
    /// Never in a reply and never in a client's filter or sort; rules may use it.
    #[serde(default)]
    pub hidden: bool,
    /// Kept by the server: a client may not write it.
    #[serde(default)]
    pub system: bool,
    /// What an insert without it gets.
    #[serde(default)]
    pub default: Option<Value>,
    /// The name it had before, when it was renamed.
    #[serde(default)]
    pub renamed_from: Option<String>,
}

/// The types of fields. On the wire, and stored (STRICT columns):
///
/// | kind | JSON | column | unset, not nullable |
/// |---|---|---|---|
/// | text email url password | string | TEXT | `""` |
/// | number | number | INTEGER if `integer`, else REAL | `0` |
/// | bool | true, false | INTEGER 0/1 | `false` |
/// | date autodate | `2026-11-20 10:00:00.000Z` | TEXT | `""` |
/// | select, relation, file: one | string | TEXT; an unset relation is stored as NULL | `""` |
/// | select, relation, file: many | array of strings | TEXT holding a JSON array | `[]` |
/// | json | any | TEXT holding JSON | `null` |
/// | geo | `{"lon":0,"lat":0}` | TEXT holding JSON | `{"lon":0,"lat":0}` |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FieldKind {
    /// Text; lengths count code points.
    Text {
        /// Shortest length allowed of a set value.
        min: Option<u32>,
        /// Longest length allowed.
        max: Option<u32>,
        /// A regular expression that the whole value must match.
        pattern: Option<String>,
    },
    /// A number. An integer is exact up to 2^53 - 1 either way, as in JSON.
    Number {
        /// Whole numbers only.
        integer: bool,
        /// Smallest allowed.
        min: Option<f64>,
        /// Largest allowed.
        max: Option<f64>,
    },
    /// True or false.
    Bool,
    /// An email address.
    Email,
    /// An absolute http(s) URL.
    Url,
    /// A moment in UTC, to the millisecond.
    Date {
        /// Earliest allowed.
        min: Option<String>,
        /// Latest allowed.
        max: Option<String>,
    },
    /// A moment that the server sets.
    Autodate {
        /// When the record is created.
        on_create: bool,
        /// Whenever it is updated.
        on_update: bool,
    },
    /// One or some of the listed values.
    Select {
        /// What may be chosen.
        values: Vec<String>,
        /// Whether it holds a list.
        many: bool,
        /// The most values a list may hold.
        max: Option<u32>,
    },
    /// Any JSON.
    Json {
        /// The largest text allowed, in bytes.
        max: Option<u32>,
    },
    /// Records of another collection, by id.
    Relation {
        /// The name of that collection.
        collection: String,
        /// Whether it holds a list.
        many: bool,
        /// The most ids a list may hold.
        max: Option<u32>,
        /// What becomes of this record when the other is deleted.
        on_delete: OnDelete,
    },
    /// A point on the earth, in degrees.
    Geo,
    /// Names of files; the blobs themselves are kept elsewhere.
    File {
        /// Whether it holds a list.
        many: bool,
        /// The most files a list may hold.
        max: Option<u32>,
    },
    /// A password: written by clients, stored hashed, never read.
    Password {
        /// Shortest length allowed.
        min: u32,
    },
}

/// What becomes of a record when a record it refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    /// It is deleted too.
    Cascade,
    /// The other may not be deleted while it refers to it.
    Restrict,
    /// It forgets the other.
    SetNull,
}

impl Field {
    /// Whether it holds a list of values.
    pub fn many(&self) -> bool {
        match &self.kind {
            FieldKind::Select { many, .. }
            | FieldKind::Relation { many, .. }
            | FieldKind::File { many, .. } => *many,
            _ => false,
        }
    }
}
