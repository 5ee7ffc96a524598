//! Scenarios of the HTTP surface on the native database, with the default app's
//! schema and rules: who asks for what, and what the answer holds or must not.

mod batch;
mod expand;
mod lists;
mod records;
mod world;
