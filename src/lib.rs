//! Ringfence: a backend for apps at the edge.
//!
//! The modules in reading order: a request comes in through `edge` (the only
//! user of the platform), is a plain `http::Request` from then on, and leaves as
//! a plain `http::Reply`. `system`, `realm` and `app` are the three levels, one
//! object each; each keeps its data behind `store::Sql`.

pub mod address;
pub mod app;
pub mod bucket;
pub mod config;
pub mod context;
pub mod credentials;
#[cfg(target_arch = "wasm32")]
pub mod edge;
pub mod error;
pub mod hasher;
pub mod head;
pub mod http;
pub mod keys;
pub mod limits;
pub mod log;
pub mod migrate;
pub mod rate;
pub mod realm;
pub mod session;
pub mod store;
pub mod system;
pub mod token;
