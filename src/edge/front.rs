//! The stateless front: finds the object of a request, answers probes, and
//! refuses to serve where the secret is missing.

use wasm_bindgen::prelude::*;
use worker::Env;

use super::settings;
use super::shell::{Shell, respond};
use crate::address::{self, Address};
use crate::app::files::upload;
use crate::error::{Code, Error};
use crate::head;
use crate::http::Reply;

/// Where a request goes, as one call of the shell's; or a reply, which the shell
/// numbers.
#[wasm_bindgen]
pub fn front(shell: &Shell, env: &Env, method: &str, url: &str) -> JsValue {
    if method == "OPTIONS" {
        return shell.preflight();
    }
    let (path, _) = head::split_url(url);
    let address = address::parse(path);
    if address == Address::Probe && path != "/ready" {
        return respond(shell, &alive(), "");
    }
    if let Err(error) = settings::check(env) {
        return respond(shell, &Reply::error(&error), "");
    }
    match address {
        Address::Probe => respond(shell, &alive(), ""),
        Address::System(_) => shell.system(),
        Address::DefaultApp(_) => shell.app(None, None),
        Address::App(realm, app, _) => shell.app(Some(realm), Some(app)),
        Address::Realm(..) | Address::Nowhere => respond(shell, &Reply::error(&nowhere()), ""),
    }
}

/// What the shell answers when it failed to get an answer out of Rust.
#[wasm_bindgen]
pub fn refuse(shell: &Shell, what: Refusal, request_id: &str) -> JsValue {
    respond(shell, &Reply::error(&what.error()), request_id)
}

/// Why the shell itself refuses.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Refusal {
    /// There is no such realm.
    NoRealm,
    /// There is no such app.
    NoApp,
    /// The body is over the limit.
    TooLarge,
    /// There is no bucket.
    NoBucket,
    /// The body is not as long as was announced.
    WrongLength,
    /// The bucket failed.
    BucketFailed,
    /// The form cannot be taken apart.
    BadForm,
    /// The object cannot be reached.
    Unreachable,
    /// Something broke.
    Broken,
}

impl Refusal {
    fn error(self) -> Error {
        let limit = crate::limits::BATCH_BYTES;
        match self {
            Self::NoRealm => Error::not_found("realm"),
            Self::NoApp => Error::not_found("app"),
            Self::TooLarge => Error::new(
                Code::PayloadTooLarge,
                format!("The body is over {limit} bytes. Send less at once."),
            ),
            Self::NoBucket => Error::new(
                Code::Unavailable,
                "This server has no bucket for files: it needs the R2 binding FILES.",
            ),
            Self::WrongLength => Error::new(
                Code::BadRequest,
                "The body is not as long as this upload, or this part of it, was announced. \
                 Send it again.",
            ),
            Self::BucketFailed => upload::away(),
            Self::BadForm => Error::new(
                Code::BadRequest,
                "The body is not the multipart/form-data that its Content-Type announces.",
            ),
            Self::Unreachable => Error::new(
                Code::Unavailable,
                "The app cannot be reached just now. Try again in a moment.",
            ),
            Self::Broken => Error::internal("an exception reached the shell"),
        }
    }
}

fn alive() -> Reply {
    // The shape of PocketBase's health check, which its client expects.
    let body = r#"{"code":200,"message":"Ready to serve.","data":{}}"#;
    Reply::json_text(200, body.to_owned())
}

fn nowhere() -> Error {
    Error::new(
        Code::NotFound,
        "Nothing is served here. The default app is below /api, any app below \
         /api/realms/{realm}/apps/{app}.",
    )
}

/// The largest body that the shell reads.
#[wasm_bindgen]
pub fn body_limit() -> usize {
    crate::limits::BATCH_BYTES
}
