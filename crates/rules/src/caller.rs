//! What a rule can see of the request: who calls, with what, when.

use ringfence_schema::Document;

/// The person behind a request.
#[derive(Clone, Copy, Debug)]
pub struct Auth<'a> {
    /// The auth collection's name.
    pub collection: &'a str,
    /// Their record in it, hidden fields included.
    pub record: &'a Document,
}

/// A request as rules see it: `@request.*` and the clock.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Nobody, for an anonymous caller: every `@request.auth.*` is then null.
    pub auth: Option<Auth<'a>>,
    /// `@request.body.*`, also written `@request.data.*`.
    pub body: &'a Document,
    /// `@request.query.*`.
    pub query: &'a Document,
    /// `@request.headers.*`, names in lower case with `_` for `-`.
    pub headers: &'a Document,
    /// `@request.method`.
    pub method: &'a str,
    /// `@request.context`: `default`, `expand`, `realtime`, `oauth2`, `otp`, `password`.
    pub context: &'a str,
    /// `@now`, as `2026-11-20 10:00:00.000Z`.
    pub now: &'a str,
}

impl<'a> Caller<'a> {
    /// Nobody, who reads and sends nothing.
    pub fn anonymous(nothing: &'a Document, now: &'a str) -> Self {
        Self {
            auth: None,
            body: nothing,
            query: nothing,
            headers: nothing,
            method: "GET",
            context: "default",
            now,
        }
    }
}
