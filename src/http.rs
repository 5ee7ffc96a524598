//! A request and a reply as the core knows them: plain data, no streams.
//!
//! Routing lives in each level's `routes`; sockets and blobs in `edge`.

use serde::Serialize;

use crate::bucket::{BucketJob, BucketResume, FrontTask};
use crate::error::Error;
use crate::store::{Kept, Passing};

/// The methods there are routes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// As GET without the body.
    Head,
    /// Create or do.
    Post,
    /// Change a part.
    Patch,
    /// Replace.
    Put,
    /// Remove.
    Delete,
    /// CORS preflight.
    Options,
}

impl Method {
    /// From its name in capitals.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PATCH" => Self::Patch,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => return None,
        })
    }

    /// Its name in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

/// The headers that the core reads, and no others.
#[derive(Clone, Default)]
pub struct Headers {
    /// The token, bare or after `Bearer `.
    pub authorization: Option<String>,
    /// Of the body.
    pub content_type: Option<String>,
    /// The versions a write may replace.
    pub if_match: Option<String>,
    /// The version a reader has.
    pub if_none_match: Option<String>,
    /// The part of a file that a reader wants.
    pub range: Option<String>,
    /// The version that it is a part of.
    pub if_range: Option<String>,
    /// Names a write so that it happens once.
    pub idempotency_key: Option<String>,
    /// The caller's address, as the platform says.
    pub client_ip: Option<String>,
    /// Every header by its rule name (`x-tenant` as `x_tenant`), given only when
    /// a rule of the app reads `@request.headers`.
    pub all: Vec<(String, String)>,
}

/// A request to one object. The path is below the object's base:
/// `/collections/posts/records`, whatever realm and app it was addressed to.
#[derive(Clone)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Percent-decoded segments are up to the routes; this is as sent.
    pub path: String,
    /// After the `?`, as sent.
    pub query: String,
    /// Those the core reads.
    pub headers: Headers,
    /// Whole, and at most `limits::BODY_BYTES` long.
    pub body: Body,
    /// In every reply and log line.
    pub request_id: String,
    /// Milliseconds since 1970, by the platform's clock.
    pub now_ms: u64,
}

// INVARIANT: no token, no body and no query is ever printed; headers and bodies
// have no Debug at all.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// What came with a request.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Text that should be JSON.
    Json(String),
    /// `multipart/form-data`, taken apart by the platform, in the order sent.
    Form(Vec<FormPart>),
    /// Bytes that the front has put into the bucket.
    Stored(StoredBytes),
}

impl Body {
    /// Whether the front sends this for the second time: the request was let in before,
    /// and its bytes are in the bucket now.
    pub fn comes_again(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) => false,
            Self::Form(parts) => parts.iter().any(|part| {
                let file = part.file.as_ref();
                file.is_some_and(|file| file.etag.is_some())
            }),
            Self::Stored(_) => true,
        }
    }
}

/// What the front tells of bytes that it put into the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBytes {
    /// Where.
    pub key: String,
    /// The bucket's, of the blob or the part.
    pub etag: String,
    /// By its first bytes.
    pub mime_type: String,
}

/// One part of a form.
#[derive(Clone)]
pub struct FormPart {
    /// The field's name; `@jsonPayload` holds a whole JSON object.
    pub name: String,
    /// Its text; of a file nothing.
    pub value: String,
    /// What is known of a file.
    pub file: Option<FormFile>,
}

/// A file that came with a form. Its bytes stay with the front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFile {
    /// What its blob is called in the bucket, drawn at random.
    pub key: String,
    /// The name that its sender gave it.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// By its content.
    pub mime_type: String,
    /// With its dot; of its type.
    pub extension: String,
    /// Its SHA-256, where the request may be repeated.
    pub digest: String,
    /// The bucket's, once the blob is there.
    pub etag: Option<String>,
    /// When it was let in, once the blob is there, in milliseconds.
    pub announced_ms: u64,
}

/// A reply of one object.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// JSON, or nothing with 204.
    pub body: String,
    /// What follows `body`: a text in the platform's memory, and the end.
    pub rest: Option<(Kept, String)>,
    /// The record's version, for `ETag`.
    pub etag: Option<String>,
    /// Seconds to wait, with 429.
    pub retry_after: Option<u32>,
    /// For the log, never sent: why it failed.
    pub cause: Option<String>,
    /// The line of the log that this request leaves, for the platform to write.
    pub log: Option<String>,
}

// INVARIANT: a body may hold tokens; it is never printed.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

impl Reply {
    /// A reply with JSON that is already text, as SQLite made it.
    pub fn json_text(status: u16, body: String) -> Self {
        Self {
            status,
            body,
            rest: None,
            etag: None,
            retry_after: None,
            cause: None,
            log: None,
        }
    }

    /// A reply around a text that is only passed on.
    pub fn around(status: u16, before: String, text: Passing, after: &str) -> Self {
        match text {
            Passing::Here(text) => Self::json_text(status, before + &text + after),
            Passing::There(kept) => Self {
                rest: Some((kept, after.to_owned())),
                ..Self::json_text(status, before)
            },
        }
    }

    /// A reply with a value to write as JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self, Error> {
        serde_json::to_string(value)
            .map(|body| Self::json_text(status, body))
            .map_err(Error::internal)
    }

    /// What a failed request gets: `{status, code, message, data}`.
    pub fn error(error: &Error) -> Self {
        let body = serde_json::json!({
            "status": error.code.status(),
            "code": error.code,
            "message": error.message,
            "data": error.fields,
        });
        Self {
            retry_after: error.retry_after_s,
            cause: error.source.as_ref().map(ToString::to_string),
            ..Self::json_text(error.code.status(), body.to_string())
        }
    }

    /// Done, nothing to say.
    pub fn no_content() -> Self {
        Self::json_text(204, String::new())
    }
}

/// How far a request has come. The core never waits: where a password has to be
/// hashed, it says so and goes on when the hashes are there.
// INVARIANT: each step is one transaction, and nothing awaits inside it.
pub enum Step {
    /// The reply.
    Done(Reply),
    /// Hash or verify these off this object, then go on.
    Hash(Vec<HashJob>, Resume),
    /// Do this in the bucket, then go on.
    Bucket(BucketJob, BucketResume),
    /// The rest is the front's, which has the bytes.
    Front(FrontTask),
}

impl Step {
    /// With its reply changed, now or when it comes.
    pub fn map(self, change: impl FnOnce(Reply) -> Reply + 'static) -> Self {
        match self {
            Self::Done(reply) => Self::Done(change(reply)),
            Self::Hash(jobs, resume) => {
                Self::Hash(jobs, Box::new(move |outcomes| resume(outcomes).map(change)))
            }
            Self::Bucket(job, resume) => {
                Self::Bucket(job, Box::new(move |outcome| resume(outcome).map(change)))
            }
            Self::Front(task) => Self::Front(task),
        }
    }
}

impl From<Reply> for Step {
    fn from(reply: Reply) -> Self {
        Self::Done(reply)
    }
}

/// What to do with the outcomes, in the order of the jobs.
pub type Resume = Box<dyn FnOnce(Vec<HashOutcome>) -> Step>;

/// Work for the hasher objects.
#[derive(Clone, PartialEq, Eq)]
pub enum HashJob {
    /// Make a hash of a new password.
    Hash(Secret),
    /// Does the password belong to the stored hash? `None`: there is no such
    /// user; the same time is spent, and the answer is no.
    Verify(Secret, Option<String>),
}

/// What a hasher object answered.
#[derive(Clone, PartialEq, Eq)]
pub enum HashOutcome {
    /// The hash to store (a PHC string).
    Hashed(String),
    /// Whether it belongs.
    Verified(bool),
    /// It was not done, as too many others wait.
    Busy,
    /// It could not be done; the cause is in the hasher's log.
    Failed,
}

// INVARIANT: a hash is never printed.
impl std::fmt::Debug for HashOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hashed(_) => f.write_str("Hashed(…)"),
            Self::Verified(belongs) => write!(f, "Verified({belongs})"),
            Self::Busy => f.write_str("Busy"),
            Self::Failed => f.write_str("Failed"),
        }
    }
}

/// A value that is never printed.
// INVARIANT: no Display, and Debug shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_request_or_a_reply_is_printed() {
        let request = Request {
            method: Method::Post,
            path: "/auth/users/login".into(),
            query: "token=s3cret".into(),
            headers: Headers {
                authorization: Some("s3cret".into()),
                ..Headers::default()
            },
            body: Body::Json(r#"{"password":"s3cret"}"#.into()),
            request_id: "r1".into(),
            now_ms: 0,
        };
        let reply = Reply::json_text(200, r#"{"token":"s3cret"}"#.into());
        let outcome = HashOutcome::Hashed("s3cret".into());
        let printed = format!(
            "{request:?} {reply:?} {outcome:?} {:?}",
            Secret::new("s3cret")
        );
        assert!(!printed.contains("s3cret"), "{printed}");
        assert!(printed.contains("/auth/users/login") && printed.contains("200"));
    }
}
