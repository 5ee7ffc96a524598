//! What signs somebody in, as it arrives in a request, at every level.
//!
//! Whether it fits is decided elsewhere; what is no credential at all is refused
//! here, without ever repeating a part of it.

use serde::Deserialize;
use serde_json::json;

use crate::error::{Code, Error, Result};
use crate::http::{Body, HashOutcome, Headers, Reply, Secret};
use crate::limits::PASSWORD_BYTES;

/// The longest email that anybody can have.
const EMAIL_BYTES: usize = 320;

/// When to try again after too many waited for a hash.
const BUSY_SECONDS: u32 = 5;

/// PocketBase's names and ours; other fields of theirs mean nothing here.
#[derive(Deserialize, Default)]
struct EmailAndPassword {
    #[serde(alias = "email")]
    identity: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefreshToken {
    refresh_token: String,
}

/// The email, in the form in which it is stored, and the password.
pub fn email_and_password(body: &Body) -> Result<(String, Secret)> {
    let read = match body {
        Body::Empty | Body::Stored(_) => EmailAndPassword::default(),
        // The parser's words could repeat a part of the password.
        Body::Json(text) => serde_json::from_str(text).map_err(|_| malformed())?,
        Body::Form(_) => EmailAndPassword {
            identity: part(body, &["identity", "email"]).unwrap_or_default(),
            password: part(body, &["password"]).unwrap_or_default(),
        },
    };
    if read.identity.is_empty() || read.password.is_empty() {
        return Err(missing(&read));
    }
    if read.password.len() > PASSWORD_BYTES || read.identity.len() > EMAIL_BYTES {
        // Nobody has these, and what they cost would be the caller's choice.
        return Err(refused());
    }
    Ok((normalise_email(&read.identity), Secret::new(read.password)))
}

/// The refresh token in a body that has one.
pub fn refresh_token(body: &Body) -> Result<Option<Secret>> {
    let read = match body {
        Body::Empty | Body::Stored(_) => None,
        Body::Form(_) => part(body, &["refreshToken"]),
        Body::Json(text) => serde_json::from_str::<Option<RefreshToken>>(text)
            .map_err(|_| missing_refresh_token("The body must be a JSON object with this text."))?
            .map(|read| read.refresh_token),
    };
    Ok(read.map(Secret::new))
}

/// The access token of a request, bare or after `Bearer `.
pub fn bearer(headers: &Headers) -> Option<&str> {
    let value = headers.authorization.as_deref()?.trim();
    let token = match value.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        None if value.eq_ignore_ascii_case("bearer") => "",
        _ => value,
    };
    (!token.is_empty()).then_some(token)
}

/// How one can sign in, in PocketBase's words.
pub fn methods() -> Result<Reply> {
    let off = json!({"enabled": false, "duration": 0});
    let methods = json!({
        "password": {"enabled": true, "identityFields": ["email"]},
        "oauth2": {"enabled": false, "providers": []},
        "mfa": off,
        "otp": off,
    });
    Reply::json(200, &methods)
}

/// Whether the hasher said yes.
pub fn is_verified(outcome: Option<HashOutcome>) -> Result<bool> {
    match outcome {
        Some(HashOutcome::Verified(verified)) => Ok(verified),
        other => Err(not_hashed(other)),
    }
}

/// The hash that the hasher made.
pub fn hashed(outcome: Option<HashOutcome>) -> Result<String> {
    match outcome {
        Some(HashOutcome::Hashed(hash)) => Ok(hash),
        other => Err(not_hashed(other)),
    }
}

fn not_hashed(outcome: Option<HashOutcome>) -> Error {
    match outcome {
        Some(HashOutcome::Busy) => Error {
            retry_after_s: Some(BUSY_SECONDS),
            ..Error::new(
                Code::Unavailable,
                "Too many people are signing in at this moment. Try again in some seconds.",
            )
        },
        _ => Error::internal("the hasher did not do what it was asked"),
    }
}

/// The form in which an email is stored and looked up.
pub fn normalise_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What every sign-in that fails gets.
pub fn refused() -> Error {
    Error::new(
        Code::InvalidCredentials,
        "This email and password do not belong together.",
    )
}

/// What a refresh token that does not hold gets.
pub fn invalid_refresh_token() -> Error {
    Error::new(
        Code::InvalidToken,
        "The refresh token is not valid any more. Sign in again.",
    )
}

/// What a request without its refresh token gets.
pub fn missing_refresh_token(message: &str) -> Error {
    Error::new(
        Code::ValidationFailed,
        "Something is missing from the request.",
    )
    .field("refreshToken", "required", message)
}

fn part(body: &Body, names: &[&str]) -> Option<String> {
    let Body::Form(parts) = body else {
        return None;
    };
    let found = parts
        .iter()
        .find(|part| names.contains(&part.name.as_str()));
    found.map(|part| part.value.clone())
}

fn missing(read: &EmailAndPassword) -> Error {
    let mut error = Error::new(
        Code::ValidationFailed,
        "Something is missing to sign in with.",
    );
    if read.identity.is_empty() {
        error = error.field("identity", "required", "The email of the account.");
    }
    if read.password.is_empty() {
        error = error.field("password", "required", "The password of the account.");
    }
    error
}

fn malformed() -> Error {
    Error::new(
        Code::BadRequest,
        "Send a JSON object with identity (the email) and password, both texts.",
    )
}
