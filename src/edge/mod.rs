//! The platform's side, the only module that knows it: everything here is called
//! by `entry.mjs` and calls the core.
//!
//! Every call into Wasm is synchronous: what has to be waited for is waited for
//! in the shell, so that a panic is always an exception that the shell catches.

mod body;
mod content;
mod front;
mod objects;
mod passwords;
mod settings;
mod shell;
mod sql;
mod steps;
