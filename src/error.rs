//! The one error type: a code of a closed list, a message for a person, and
//! what was wrong with each field. The cause is for the log and never sent.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Every code a client can meet. The SDK knows the same list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is not well-formed: JSON, parameters, filter, sort.
    BadRequest,
    /// A document breaks its collection's schema; `data` names the fields.
    ValidationFailed,
    /// A filter, sort or rule does not parse or does not fit the schema.
    InvalidFilter,
    /// Nobody, or nobody we know, is calling.
    Unauthorized,
    /// The email and password do not belong together.
    InvalidCredentials,
    /// The token is not valid any more, or never was.
    InvalidToken,
    /// The caller may see it but not do this.
    Forbidden,
    /// There is no such thing, as far as this caller may know.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// It clashes with what is stored: a reference that restricts.
    Conflict,
    /// `If-Match` names another version.
    PreconditionFailed,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// There is no room left for files.
    QuotaExceeded,
    /// A range of a file that is not there.
    RangeNotSatisfiable,
    /// The body is of a type this endpoint does not take.
    UnsupportedMediaType,
    /// The same `Idempotency-Key` came with another body.
    IdempotencyMismatch,
    /// Too many requests; `Retry-After` says when to come back.
    RateLimited,
    /// Something of ours failed.
    Internal,
    /// The server is not set up or not ready.
    Unavailable,
}

impl Code {
    /// The HTTP status, the one place that maps them.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::ValidationFailed | Self::InvalidFilter => 400,
            // As PocketBase answers a failed sign-in.
            Self::InvalidCredentials => 400,
            Self::Unauthorized | Self::InvalidToken => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge | Self::QuotaExceeded => 413,
            Self::RangeNotSatisfiable => 416,
            Self::UnsupportedMediaType => 415,
            Self::IdempotencyMismatch => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// `required`, `unique`, `min`, `max`, `pattern`, `type`, `unknown`, …
    pub code: String,
    /// For a person.
    pub message: String,
}

/// A request that failed.
#[derive(Debug)]
pub struct Error {
    /// Which of the closed list.
    pub code: Code,
    /// What was wrong, where, and what to do.
    pub message: String,
    /// Per field, where fields are to blame.
    pub fields: BTreeMap<String, FieldError>,
    /// Seconds after which it may succeed, with 429.
    pub retry_after_s: Option<u32>,
    /// For the log alone.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What most of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with a message for the caller.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: BTreeMap::new(),
            retry_after_s: None,
            source: None,
        }
    }

    /// Something of ours failed: the cause is logged, the caller learns nothing of it.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(
                Code::Internal,
                "Something went wrong on our side. Try again; the request id helps us find it.",
            )
        }
    }

    /// There is no such record, collection or route for this caller.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}."))
    }

    /// With what is wrong with a field.
    #[must_use]
    pub fn field(
        mut self,
        name: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        self.fields.insert(
            name.into(),
            FieldError {
                code: code.into(),
                message: message.into(),
            },
        );
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.code, self.message)?;
        match &self.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// A document that breaks its collection's schema.
impl From<ringfence_schema::FieldErrors> for Error {
    fn from(errors: ringfence_schema::FieldErrors) -> Self {
        let whole = Self::new(
            Code::ValidationFailed,
            "Some fields are not as the collection asks; `data` says which and why.",
        );
        errors.0.into_iter().fold(whole, |error, (name, field)| {
            error.field(name, field.code.as_str(), field.message)
        })
    }
}
