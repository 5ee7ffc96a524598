//! Proof that the two rule engines agree: case files, generated cases, a real
//! SQLite with the platform's limits. Only tests and the `prove` example use it;
//! no part of the product does.

#![warn(missing_docs)]

pub mod any_text;
pub mod case;
pub mod database;
pub mod dice;
pub mod engines;
pub mod generate;
pub mod prove;
pub mod reach;
pub mod shrink;
pub mod world;
