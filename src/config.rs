//! What an object is told from outside: who it is, its secrets, its settings.

use crate::http::Secret;

/// The settings of one object.
#[derive(Clone, Debug)]
pub struct Config {
    /// The realm's id; of the system object empty.
    pub realm_id: String,
    /// The app's id; of system and realm objects empty.
    pub app_id: String,
    /// `RINGFENCE_SECRET`: every key is derived from it.
    pub secret: Secret,
    /// `RINGFENCE_SECRET_PREVIOUS`: still verifies after a rotation.
    pub previous_secret: Option<Secret>,
    /// Requests a minute from one address to one app; 0 is no limit.
    pub requests_per_minute: u32,
    /// Sign-in attempts a minute from one address; 0 is no limit.
    pub logins_per_minute: u32,
    /// How much may be stored.
    pub quotas: Quotas,
    /// Whether every request leaves a line on the log (`LOG_LEVEL` is `info`), or
    /// only what failed in us and what bypassed the rules (`warn`).
    pub logs_every_request: bool,
}

/// Bytes of files; 0 is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quotas {
    /// `FILE_BYTES_PER_APP`: all files of an app.
    pub app_bytes: u64,
    /// `FILE_BYTES_PER_USER`: those that one user stored.
    pub user_bytes: u64,
}
