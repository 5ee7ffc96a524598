//! The rule language: parse, check, evaluate, compile to SQL, print.
//!
//! A rule is a predicate on documents. The evaluator is its definition; the SQL
//! agrees with it on every document. This crate knows neither HTTP nor a
//! database: it asks `Documents` for other records and gives SQL as text with
//! the values beside it.
//!
//! Reading order: `syntax` (text to tree and back), `check` (names and types),
//! `eval` (in memory), `sql` (in the database), `ruleset` (an app's rules).

#![warn(missing_docs)]

pub mod caller;
pub mod diagnostic;
pub mod ruleset;

pub use caller::{Auth, Caller};
pub use diagnostic::{Diagnostic, Span};
pub use ruleset::{Operation, Ruleset};
