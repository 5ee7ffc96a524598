//! What an app's data looks like: collections, their fields and their indexes.
//!
//! Pure data and pure functions. This crate knows neither HTTP nor SQLite's
//! connection nor the platform: it validates documents, writes DDL as text and
//! plans migrations; others run them.

#![warn(missing_docs)]

pub mod check;
pub mod collection;
pub mod column;
pub mod date;
pub mod ddl;
#[cfg(feature = "toml")]
pub mod declaration;
pub mod expression;
pub mod field;
pub mod mask;
pub mod name;
pub mod pattern;
pub mod plan;
pub mod system;
pub mod thumb;
pub mod validate;

pub use collection::{Collection, CollectionKind, Index, Schema};
pub use column::ColumnValue;
pub use expression::{Macro, Parameter};
pub use field::{Field, FieldKind, FileLimits, OnDelete};
pub use mask::Mask;
pub use pattern::Pattern;
pub use thumb::{Fit, ThumbSize};
pub use validate::{FieldCode, FieldError, FieldErrors, Writer};

/// A record's fields by name, as they are on the wire.
pub type Document = serde_json::Map<String, serde_json::Value>;
/// A field's value, as it is on the wire.
pub type Value = serde_json::Value;
