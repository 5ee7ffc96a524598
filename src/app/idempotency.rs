//! `Idempotency-Key`: a write that is sent twice happens once, and both times
//! gets the same reply.
//!
//! Only what succeeded is remembered: what failed wrote nothing and may be tried
//! again with the same key.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use crate::app::Context;
use crate::context::Principal;
use crate::error::{Code, Error, Result};
use crate::http::{Body, Reply};
use crate::limits::IDEMPOTENCY_MS;
use crate::migrate::Steps;
use crate::store::{SqlValue, integer, text, transact};

/// The replies that are remembered.
pub const TABLES: Steps = Steps {
    owner: "idempotency",
    statements: &[
        "CREATE TABLE \"_idempotency\" (caller TEXT NOT NULL, key TEXT NOT NULL, \
         request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, etag TEXT, \
         at INTEGER NOT NULL, PRIMARY KEY (caller, key)) STRICT",
        "CREATE INDEX \"_idempotency_at\" ON \"_idempotency\" (at)",
    ],
};

/// The longest key.
const KEY_BYTES: usize = 255;

/// What is remembered of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its whole reply.
    Reply,
    /// That it was done: the record itself is what it came to. A copy for each change
    /// would grow without end.
    Fact,
}

/// Does the work, or gives the reply of the time it was done.
// INVARIANT: the reply is remembered in the transaction of the write.
pub fn once(
    context: &Context,
    kept: Kept,
    mut work: impl FnMut() -> Result<Reply>,
) -> Result<Reply> {
    let Some(key) = key(context)? else {
        return work();
    };
    let caller = caller(context);
    let request = fingerprint(context);
    transact(context.app.sql.as_ref(), || {
        if let Some(reply) = recall(context, &caller, key, &request)? {
            return Ok(reply);
        }
        let reply = work()?;
        let body = match kept {
            Kept::Reply => reply.body.as_str(),
            Kept::Fact => "",
        };
        remember(context, &caller, key, &request, &reply, body)?;
        Ok(reply)
    })
}

/// The reply of the time it was done, if it was; does nothing.
pub fn remembered(context: &Context) -> Result<Option<Reply>> {
    match key(context)? {
        Some(key) => recall(context, &caller(context), key, &fingerprint(context)),
        None => Ok(None),
    }
}

fn key(context: &Context) -> Result<Option<&str>> {
    let Some(key) = &context.request.headers.idempotency_key else {
        return Ok(None);
    };
    if key.is_empty() || key.len() > KEY_BYTES {
        return Err(Error::new(
            Code::BadRequest,
            format!(
                "An Idempotency-Key has 1 to {KEY_BYTES} bytes; this one has {}.",
                key.len()
            ),
        ));
    }
    Ok(Some(key))
}

/// Whose key it is. Nobody's keys are told apart by their address, so that one
/// stranger does not get the reply of another.
fn caller(context: &Context) -> String {
    match &context.principal {
        Principal::Anonymous => {
            let address = context.request.headers.client_ip.as_deref();
            format!("anonymous {}", address.unwrap_or_default())
        }
        known => known.label(),
    }
}

/// What was asked, keyed by the secret because a body may hold a password.
fn fingerprint(context: &Context) -> String {
    let request = &context.request;
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(context.app.config.secret.expose());
    add(request.method.name());
    add(&request.path);
    add(&request.query);
    match &request.body {
        Body::Empty | Body::Stored(_) => {}
        Body::Json(text) => add(text),
        Body::Form(parts) => parts.iter().for_each(|part| {
            add(&part.name);
            add(&part.value);
            // The key is drawn anew each time.
            if let Some(file) = &part.file {
                add(&file.name);
                add(&file.digest);
            }
        }),
    }
    Base64UrlUnpadded::encode_string(&hash.finalize())
}

fn recall(context: &Context, caller: &str, key: &str, request: &str) -> Result<Option<Reply>> {
    let rows = context.app.sql.query(
        "SELECT request, status, body, etag FROM \"_idempotency\" \
         WHERE caller=? AND key=? AND at>?",
        &[
            caller.into(),
            key.into(),
            SqlValue::Integer(oldest(context)),
        ],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    if text(row, 0) != request {
        return Err(Error::new(
            Code::IdempotencyMismatch,
            "This Idempotency-Key was used for another request; take a new key for a new request.",
        ));
    }
    let etag = text(row, 3);
    Ok(Some(Reply {
        etag: (!etag.is_empty()).then(|| etag.to_owned()),
        ..Reply::json_text(integer(row, 1) as u16, text(row, 2).to_owned())
    }))
}

fn remember(
    context: &Context,
    caller: &str,
    key: &str,
    request: &str,
    reply: &Reply,
    body: &str,
) -> Result<()> {
    let sql = &context.app.sql;
    sql.execute(
        "DELETE FROM \"_idempotency\" WHERE at<=?",
        &[SqlValue::Integer(oldest(context))],
    )?;
    let now = i64::try_from(context.request.now_ms).unwrap_or(i64::MAX);
    sql.execute(
        "INSERT INTO \"_idempotency\" (caller, key, request, status, body, etag, at) \
         VALUES (?,?,?,?,?,?,?)",
        &[
            caller.into(),
            key.into(),
            request.into(),
            SqlValue::Integer(reply.status.into()),
            body.into(),
            reply.etag.as_deref().map_or(SqlValue::Null, SqlValue::from),
            SqlValue::Integer(now),
        ],
    )?;
    Ok(())
}

fn oldest(context: &Context) -> i64 {
    i64::try_from(context.request.now_ms.saturating_sub(IDEMPOTENCY_MS)).unwrap_or(i64::MAX)
}
