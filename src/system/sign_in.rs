//! Administrators in and out. The same steps as an app's users take, over the
//! system's own table; a failed attempt is noted as well as one that succeeds.

use std::rc::Rc;

use serde_json::json;

use super::Context;
use super::admins::{self, Admin};
use crate::credentials;
use crate::error::Result;
use crate::http::{HashJob, HashOutcome, Reply, Secret, Step};
use crate::limits::ACCESS_TOKEN_SECONDS;
use crate::session::{self, Refreshed};
use crate::store;
use crate::token::{self, Access};

/// `POST /_/auth/admin/login`, and `auth-with-password` of `_superusers`.
pub fn log_in(context: &Rc<Context>) -> Result<Step> {
    let system = &context.system;
    system.limits.sign_in(&context.request)?;
    let (email, password) = credentials::email_and_password(&context.request.body)?;
    let admin = admins::by_email(&*system.sql, &email)?;
    match (admin, &system.master) {
        (Some(admin), Some(master)) if admin.hash.is_empty() => {
            let job = HashJob::Hash(master.password.clone());
            let context = Rc::clone(context);
            Ok(Step::Hash(
                vec![job],
                Box::new(move |outcomes| {
                    store_first(&context, &admin, outcomes)
                        .and_then(|()| verify(&context, email, password))
                        .unwrap_or_else(|error| Reply::error(&error).into())
                }),
            ))
        }
        _ => verify(context, email, password),
    }
}

/// `POST /_/auth/refresh`: a refresh token for the next one and an access token.
pub fn refresh(context: &Context) -> Result<Step> {
    let sql = &*context.system.sql;
    let shown = credentials::refresh_token(&context.request.body)?
        .ok_or_else(|| credentials::missing_refresh_token("The refresh token of your sign-in."))?;
    let now_ms = context.request.now_ms;
    let refreshed = store::transact(sql, || {
        session::refresh(sql, token::ADMINS, shown.expose(), now_ms)
    })?;
    let Refreshed::Rotated(started, _) = refreshed else {
        return Err(credentials::invalid_refresh_token());
    };
    let admin = admins::of_session(sql, &started.id, now_ms)?
        .ok_or_else(credentials::invalid_refresh_token)?;
    Ok(reply(context, &admin, &started.id, Some(&started.refresh))?.into())
}

/// `auth-refresh` of `_superusers`: a valid access token for a later one of the
/// same session, which ends when it would have ended.
pub fn refresh_access(context: &Context) -> Result<Step> {
    let now_ms = context.request.now_ms;
    let (access, expires_s) = access(context).ok_or_else(token::invalid)?;
    if now_ms / 1000 >= expires_s {
        return Err(token::invalid());
    }
    let admin = admins::of_session(&*context.system.sql, &access.session, now_ms)?
        .ok_or_else(token::invalid)?;
    Ok(reply(context, &admin, &access.session, None)?.into())
}

/// `POST /_/auth/logout`: ends the session of the refresh token in the body, or
/// else of the access token, expired or not. In apps an access token is good
/// until it expires, as they do not ask here.
pub fn log_out(context: &Context) -> Result<Step> {
    let shown = credentials::refresh_token(&context.request.body)?;
    let named = shown.and_then(|token| session::of_refresh_token(token.expose()));
    let session = named
        .or_else(|| access(context).map(|(access, _)| access.session))
        .ok_or_else(|| {
            credentials::missing_refresh_token(
                "Send the refresh token, or the access token in the Authorization header.",
            )
        })?;
    session::end(&*context.system.sql, &session)?;
    Ok(Reply::no_content().into())
}

/// `auth-methods` of `_superusers`.
pub fn methods() -> Result<Step> {
    Ok(credentials::methods()?.into())
}

fn store_first(context: &Context, admin: &Admin, outcomes: Vec<HashOutcome>) -> Result<()> {
    let hash = credentials::hashed(outcomes.into_iter().next())?;
    admins::store_hash(&*context.system.sql, admin, &hash)
}

fn verify(context: &Rc<Context>, email: String, password: Secret) -> Result<Step> {
    // INVARIANT: the same work and the same answer whether or not there is such
    // an administrator.
    let stored = admins::by_email(&*context.system.sql, &email)?.map(|admin| admin.hash);
    let job = HashJob::Verify(password, stored.clone());
    let context = Rc::clone(context);
    Ok(Step::Hash(
        vec![job],
        Box::new(move |outcomes| {
            finish(&context, &email, stored, outcomes)
                .unwrap_or_else(|error| Reply::error(&error))
                .into()
        }),
    ))
}

fn finish(
    context: &Context,
    email: &str,
    stored: Option<String>,
    outcomes: Vec<HashOutcome>,
) -> Result<Reply> {
    let sql = &*context.system.sql;
    let now_ms = context.request.now_ms;
    let belongs = credentials::is_verified(outcomes.into_iter().next())?;
    // INVARIANT: a password that was changed while this one was hashed signs
    // nobody in.
    let admin = match stored.filter(|_| belongs) {
        Some(stored) => admins::by_email(sql, email)?.filter(|admin| admin.hash == stored),
        None => None,
    };
    let address = context.request.headers.client_ip.as_deref();
    let outcome = if admin.is_some() {
        "signed in"
    } else {
        "refused"
    };
    admins::note_sign_in(sql, email, address, outcome, now_ms)?;
    let admin = admin.ok_or_else(credentials::refused)?;
    let started = store::transact(sql, || session::start(sql, &admin.owner(), now_ms))?;
    reply(context, &admin, &started.id, Some(&started.refresh))
}

/// What the access token of the request claims, expired or not.
fn access(context: &Context) -> Option<(Access, u64)> {
    let token = credentials::bearer(&context.request.headers)?;
    token::verify(&context.system.keys, token).filter(|(access, _)| access.is_admin())
}

fn reply(
    context: &Context,
    admin: &Admin,
    session: &str,
    refresh: Option<&Secret>,
) -> Result<Reply> {
    let access = Access {
        id: admin.id.clone(),
        kind: token::AUTH.to_owned(),
        collection_id: token::ADMINS.to_owned(),
        refreshable: true,
        realm: String::new(),
        app: String::new(),
        session: session.to_owned(),
        email: Some(admin.email.clone()),
    };
    let mut body = json!({
        "token": token::issue(&context.system.keys, access, context.request.now_ms)?,
        "expiresIn": ACCESS_TOKEN_SECONDS,
        "record": {
            "id": admin.id,
            "collectionId": token::ADMINS,
            "collectionName": "_superusers",
            "email": admin.email,
            "emailVisibility": false,
            "verified": true,
            "created": admin.created,
            "updated": admin.updated,
        },
    });
    if let (Some(refresh), Some(body)) = (refresh, body.as_object_mut()) {
        body.insert("refreshToken".into(), refresh.expose().into());
    }
    Reply::json(200, &body)
}
