//! Signing in with an email and a password.
//!
//! Two steps with the hasher objects between them; what was looked up before is
//! looked at again after.

use std::rc::Rc;

use serde::Deserialize;

use super::{password, record, tokens};
use crate::app::Context;
use crate::error::{Code, Error, Result};
use crate::http::{Body, HashJob, HashOutcome, Reply, Secret, Step};
use crate::limits::PASSWORD_BYTES;

/// PocketBase's names and ours; other fields of theirs mean nothing here.
#[derive(Deserialize, Default)]
struct Credentials {
    #[serde(alias = "email")]
    identity: String,
    password: String,
}

/// `POST /auth/{c}/login` and `POST /collections/{c}/auth-with-password`.
pub fn log_in(context: &Rc<Context>, collection: &str) -> Result<Step> {
    let app = &context.app;
    let collection = record::auth_collection(app, collection)?;
    app.limits.sign_in(&context.request)?;
    let (email, password) = credentials(&context.request.body)?;
    let found = record::by_email(app, collection, &email)?;
    // INVARIANT: the same work and the same answer whether or not there is such
    // a user.
    let stored = found.map(|found| found.hash);
    let job = HashJob::Verify(password, stored.clone());
    let (context, name) = (Rc::clone(context), collection.name.clone());
    let resume = move |outcomes: Vec<HashOutcome>| {
        finish(&context, &name, &email, stored, outcomes)
            .unwrap_or_else(|error| Reply::error(&error))
            .into()
    };
    Ok(Step::Hash(vec![job], Box::new(resume)))
}

fn finish(
    context: &Context,
    collection: &str,
    email: &str,
    stored: Option<String>,
    outcomes: Vec<HashOutcome>,
) -> Result<Reply> {
    let belongs = password::is_verified(outcomes.into_iter().next())?;
    let Some(stored) = stored.filter(|_| belongs) else {
        return Err(refused());
    };
    let collection = record::auth_collection(&context.app, collection)?;
    // INVARIANT: a password that was changed while this one was hashed signs
    // nobody in.
    let found = record::by_email(&context.app, collection, email)?
        .filter(|found| found.hash == stored)
        .ok_or_else(refused)?;
    tokens::begin(context, collection, &found.owner)
}

/// The email and password of a request.
pub(crate) fn credentials(body: &Body) -> Result<(String, Secret)> {
    let read = match body {
        Body::Empty => Credentials::default(),
        // The parser's words could repeat a part of the password.
        Body::Json(text) => serde_json::from_str(text).map_err(|_| malformed())?,
        Body::Form(parts) => {
            let text = |names: [&str; 2]| {
                let part = parts
                    .iter()
                    .find(|part| names.contains(&part.name.as_str()));
                part.map(|part| part.value.clone()).unwrap_or_default()
            };
            Credentials {
                identity: text(["identity", "email"]),
                password: text(["password", "password"]),
            }
        }
    };
    if read.identity.is_empty() || read.password.is_empty() {
        return Err(malformed());
    }
    if read.password.len() > PASSWORD_BYTES {
        // Nobody has such a password, and hashing it would be their choice of cost.
        return Err(refused());
    }
    Ok((read.identity, Secret::new(read.password)))
}

/// What every sign-in that fails gets.
pub(crate) fn refused() -> Error {
    Error::new(
        Code::InvalidCredentials,
        "This email and password do not belong together.",
    )
}

fn malformed() -> Error {
    Error::new(
        Code::BadRequest,
        "Send a JSON object with identity (the email) and password, both texts.",
    )
}
