//! Scenarios of the HTTP surface on the native database, with the default app's
//! schema and rules: who asks for what, and what the answer holds or must not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a scenario that is not as it expects should stop"
)]

mod agreement;
mod batch;
mod bulk;
mod collections;
#[path = "../../build/declare.rs"]
mod declare;
mod expand;
mod explain;
mod fields;
mod files;
mod hostile;
mod keys;
mod leaks;
mod lists;
mod records;
mod routes;
mod rules;
mod world;
