//! Signing in with an email and a password.
//!
//! Two steps with the hasher objects between them; what was looked up before is
//! looked at again after.

use std::rc::Rc;

use super::shape::Shape;
use super::{record, tokens};
use crate::app::Context;
use crate::credentials;
use crate::error::Result;
use crate::http::{HashJob, HashOutcome, Reply, Step};

/// `POST /auth/{c}/login` and `POST /collections/{c}/auth-with-password`.
pub fn log_in(context: &Rc<Context>, collection: &str) -> Result<Step> {
    let app = &context.app;
    let collection = record::auth_collection(app, collection)?;
    app.limits.sign_in(&context.request)?;
    Shape::read(app, collection, &context.request.query)?;
    let (email, password) = credentials::email_and_password(&context.request.body)?;
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
    let belongs = credentials::is_verified(outcomes.into_iter().next())?;
    let Some(stored) = stored.filter(|_| belongs) else {
        return Err(credentials::refused());
    };
    let collection = record::auth_collection(&context.app, collection)?;
    // INVARIANT: a password that was changed while this one was hashed signs
    // nobody in.
    let found = record::by_email(&context.app, collection, email)?
        .filter(|found| found.hash == stored)
        .ok_or_else(credentials::refused)?;
    tokens::begin(context, collection, &found.owner)
}
