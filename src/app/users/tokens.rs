//! What signing in gives: tokens with the record; and how they are exchanged,
//! ended and asked about.

use ringfence_schema::{Collection, Document};

use super::record;
use super::shape::Shape;
use crate::app::Context;
use crate::context::Principal;
use crate::credentials;
use crate::error::{Code, Error, Result};
use crate::http::{Reply, Secret, Step};
use crate::limits::ACCESS_TOKEN_SECONDS;
use crate::session::{self, Owner, Refreshed};
use crate::store;
use crate::token::{self, Access};

/// Begins a session: `{token, record, refreshToken, expiresIn}`.
pub(super) fn begin(context: &Context, collection: &Collection, owner: &Owner) -> Result<Reply> {
    let app = &context.app;
    let now_ms = context.request.now_ms;
    let started = store::transact(&*app.sql, || session::start(&*app.sql, owner, now_ms))?;
    reply(
        context,
        collection,
        &owner.id,
        &started.id,
        Some(&started.refresh),
    )?
    .ok_or_else(token::invalid)
}

/// `POST /auth/{c}/refresh`: a refresh token for the next one and an access token.
pub fn refresh(context: &Context, collection: &str) -> Result<Step> {
    let app = &context.app;
    let collection = record::auth_collection(app, collection)?;
    let shown = credentials::refresh_token(&context.request.body)?
        .ok_or_else(|| credentials::missing_refresh_token("The refresh token of your sign-in."))?;
    let now_ms = context.request.now_ms;
    let refreshed = store::transact(&*app.sql, || {
        session::refresh(&*app.sql, &collection.id, shown.expose(), now_ms)
    })?;
    let (started, owner) = match refreshed {
        Refreshed::Rotated(started, owner) => (started, owner),
        Refreshed::Reused(session) => {
            app.users.forget_session(&session);
            return Err(credentials::invalid_refresh_token());
        }
        Refreshed::Unknown => return Err(credentials::invalid_refresh_token()),
    };
    let answer = reply(
        context,
        collection,
        &owner.id,
        &started.id,
        Some(&started.refresh),
    )?;
    answer
        .map(Step::Done)
        .ok_or_else(credentials::invalid_refresh_token)
}

/// `POST /collections/{c}/auth-refresh`: a valid access token for a later one of
/// the same session, which ends when it would have ended.
pub fn refresh_access(context: &Context, collection: &str) -> Result<Step> {
    let collection = record::auth_collection(&context.app, collection)?;
    let Principal::User(user) = &context.principal else {
        return Err(token::invalid());
    };
    if user.collection != collection.name {
        return Err(not_of(&collection.name));
    }
    let session = current_session(context).ok_or_else(token::invalid)?;
    reply(context, collection, &user.id, &session, None)?
        .map(Step::Done)
        .ok_or_else(token::invalid)
}

/// `POST /auth/{c}/logout`: ends the session of the refresh token in the body, or
/// else of the access token. Both may have expired: signing out always works.
pub fn log_out(context: &Context, collection: &str) -> Result<Step> {
    let app = &context.app;
    record::auth_collection(app, collection)?;
    let shown = credentials::refresh_token(&context.request.body)?;
    let named = shown.and_then(|token| session::of_refresh_token(token.expose()));
    let session = named.or_else(|| current_session(context)).ok_or_else(|| {
        credentials::missing_refresh_token(
            "Send the refresh token, or the access token in the Authorization header.",
        )
    })?;
    session::end(&*app.sql, &session)?;
    app.users.forget_session(&session);
    Ok(Step::Done(Reply::no_content()))
}

/// `GET /auth/{c}/me`: the caller's own record.
pub fn me(context: &Context, collection: &str) -> Result<Step> {
    let collection = record::auth_collection(&context.app, collection)?;
    match &context.principal {
        Principal::User(user) if user.collection == collection.name => {
            let shown = record::shown(context, collection, &user.record)?;
            Ok(Step::Done(Reply::json(200, &shown)?))
        }
        _ => Err(not_of(&collection.name)),
    }
}

/// `GET /collections/{c}/auth-methods`: how one can sign in, as PocketBase says it.
pub fn methods(context: &Context, collection: &str) -> Result<Step> {
    record::auth_collection(&context.app, collection)?;
    Ok(credentials::methods()?.into())
}

/// The session of the access token that came with the request, expired or not.
fn current_session(context: &Context) -> Option<String> {
    let token = credentials::bearer(&context.request.headers)?;
    let (access, _) = token::verify(&context.app.users.keys, token)?;
    Some(access.session)
}

/// None: the session's owner is gone or has another key, so there is none.
fn reply(
    context: &Context,
    collection: &Collection,
    id: &str,
    session: &str,
    refresh: Option<&Secret>,
) -> Result<Option<Reply>> {
    let app = &context.app;
    let now_ms = context.request.now_ms;
    let Some(record) = record::of_session(app, collection, id, session, now_ms)? else {
        return Ok(None);
    };
    let access = Access {
        id: id.to_owned(),
        kind: token::AUTH.to_owned(),
        collection_id: collection.id.clone(),
        refreshable: true,
        realm: app.config.realm_id.clone(),
        app: app.config.app_id.clone(),
        session: session.to_owned(),
        email: None,
    };
    let mut body = Document::new();
    body.insert(
        "token".into(),
        token::issue(&app.users.keys, access, now_ms)?.into(),
    );
    body.insert(
        "record".into(),
        record::shown(context, collection, &record)?.into(),
    );
    body.insert("expiresIn".into(), ACCESS_TOKEN_SECONDS.into());
    if let Some(refresh) = refresh {
        body.insert("refreshToken".into(), refresh.expose().into());
    }
    let shape = Shape::read(app, collection, &context.request.query)?;
    let reply = shape.apply(context, collection, record, body)?;
    Reply::json(200, &reply).map(Some)
}

fn not_of(collection: &str) -> Error {
    Error::new(
        Code::Forbidden,
        format!("The access token is not of a user of {collection}."),
    )
}
