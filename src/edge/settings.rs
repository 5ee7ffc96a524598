//! What the environment says: secrets and settings, read once an object.

use std::cell::Cell;

use js_sys::Reflect;
use worker::Env;

use crate::config::{Config, Quotas};
use crate::error::{Code, Error, Result};
use crate::http::Secret;
use crate::system::Master;

/// Shorter secrets can be guessed.
const SECRET_CHARACTERS: usize = 32;

const REQUESTS: &str = "REQUESTS_PER_MINUTE";
const LOGINS: &str = "LOGINS_PER_MINUTE";
const APP_BYTES: &str = "FILE_BYTES_PER_APP";
const USER_BYTES: &str = "FILE_BYTES_PER_USER";

thread_local! {
    static CHECKED: Cell<bool> = const { Cell::new(false) };
}

/// A variable or secret that is set to something.
fn text(env: &Env, name: &str) -> Option<String> {
    let text = env.var(name).ok()?.to_string();
    (!text.is_empty()).then_some(text)
}

/// A limit; left out or empty it is 0, which is none. `None`: it is no whole number.
fn limit(env: &Env, name: &str) -> Option<u64> {
    let said = Reflect::get(env.as_ref(), &name.into()).unwrap_or_default();
    // Without quotation marks in wrangler.toml it comes as a number.
    let text = match said.as_f64() {
        Some(number) => number.to_string(),
        None if said.is_undefined() => String::new(),
        None => said.as_string()?,
    };
    match text.trim() {
        "" => Some(0),
        digits => digits.parse().ok(),
    }
}

/// The settings of the object that is called `realm/app`.
pub fn config(env: &Env, name: &str) -> Config {
    // `check` has refused to serve with a limit that is no number.
    let limit = |name| limit(env, name).unwrap_or_default();
    let a_minute = |name| u32::try_from(limit(name)).unwrap_or(u32::MAX);
    let (realm_id, app_id) = name.split_once('/').unwrap_or((name, ""));
    Config {
        realm_id: realm_id.to_owned(),
        app_id: app_id.to_owned(),
        secret: Secret::new(text(env, "RINGFENCE_SECRET").unwrap_or_default()),
        previous_secret: text(env, "RINGFENCE_SECRET_PREVIOUS").map(Secret::new),
        requests_per_minute: a_minute(REQUESTS),
        logins_per_minute: a_minute(LOGINS),
        quotas: Quotas {
            app_bytes: limit(APP_BYTES),
            user_bytes: limit(USER_BYTES),
        },
        logs_every_request: text(env, "LOG_LEVEL").as_deref() == Some("info"),
    }
}

/// The administrator that the environment names.
pub fn master(env: &Env) -> Option<Master> {
    Some(Master {
        email: text(env, "MASTER_ADMIN_EMAIL")?,
        password: Secret::new(text(env, "MASTER_ADMIN_PASSWORD")?),
    })
}

/// Refuses to serve without a secret that is worth its name, and with a limit that
/// is none because it was misspelt.
// INVARIANT: there is no built-in secret to fall back on.
pub fn check(env: &Env) -> Result<()> {
    // An environment lasts as long as its isolate, and to ask it costs.
    if CHECKED.get() {
        return Ok(());
    }
    let wrong = match text(env, "RINGFENCE_SECRET") {
        None => Some(bad_secret("is not set")),
        Some(secret) if secret.chars().count() < SECRET_CHARACTERS => {
            Some(bad_secret("is too short"))
        }
        Some(_) => [REQUESTS, LOGINS, APP_BYTES, USER_BYTES]
            .into_iter()
            .find(|name| limit(env, name).is_none())
            .map(bad_limit),
    };
    match wrong {
        Some(message) => Err(Error::new(Code::Unavailable, message)),
        None => {
            CHECKED.set(true);
            Ok(())
        }
    }
}

fn bad_secret(problem: &str) -> String {
    format!(
        "RINGFENCE_SECRET {problem}: set at least {SECRET_CHARACTERS} random characters \
         with `wrangler secret put RINGFENCE_SECRET`."
    )
}

fn bad_limit(name: &str) -> String {
    format!(
        "{name} is not a whole number: write digits alone, such as {name} = \"10000000\" \
         in wrangler.toml, or \"0\" for no limit."
    )
}
