//! The rule language: parse, check, evaluate, compile to SQL, print.
//!
//! A rule is a predicate on documents. The evaluator is its definition; the SQL
//! agrees with it on every document. This crate knows neither HTTP nor a
//! database: it asks `Documents` for other records and gives SQL as text with
//! the values beside it.
//!
//! Reading order: `syntax` (text to tree and back), `check` (names and types),
//! `tree` (what it makes), `eval` (in memory), `sql` (in the database), `ruleset`
//! (an app's rules).

#![warn(missing_docs)]

pub mod caller;
pub mod check;
mod claims;
pub mod diagnostic;
mod distance;
pub mod eval;
pub mod explain;
pub mod fields;
mod fold;
mod mention;
mod pattern;
pub mod references;
pub mod report;
pub mod ruleset;
mod scan;
mod specialise;
pub mod sql;
mod strftime;
pub mod syntax;
mod tree;
pub mod weigh;

pub use caller::{Auth, Caller};
pub use check::{SortKey, Usage};
pub use diagnostic::{Diagnostic, Inside, Span};
pub use eval::{Documents, Input, LookupError};
pub use explain::{Clause, Explanation, explain};
pub use fields::{FieldNames, FieldRule, FieldRules, FieldTexts, Unmasked};
pub use references::References;
pub use ruleset::{Operation, OperationTexts, RuleError, RuleTexts, Ruleset};
pub use scan::Scan;
pub use sql::{Fragment, SqlParam, Template};
pub use tree::Predicate;
