//! What the environment says: secrets and settings, read once an object.

use std::cell::Cell;
use std::str::FromStr;

use worker::Env;

use crate::config::{Config, Quotas};
use crate::error::{Code, Error, Result};
use crate::http::Secret;
use crate::system::Master;

/// Shorter secrets can be guessed.
const SECRET_CHARACTERS: usize = 32;

thread_local! {
    static CHECKED: Cell<bool> = const { Cell::new(false) };
}

/// A variable or secret that is set to something.
fn text(env: &Env, name: &str) -> Option<String> {
    let text = env.var(name).ok()?.to_string();
    (!text.is_empty()).then_some(text)
}

fn number<T: FromStr + Default>(env: &Env, name: &str) -> T {
    text(env, name)
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or_default()
}

/// The settings of the object that is called `realm/app`.
pub fn config(env: &Env, name: &str) -> Config {
    let (realm_id, app_id) = name.split_once('/').unwrap_or((name, ""));
    Config {
        realm_id: realm_id.to_owned(),
        app_id: app_id.to_owned(),
        secret: Secret::new(text(env, "RINGFENCE_SECRET").unwrap_or_default()),
        previous_secret: text(env, "RINGFENCE_SECRET_PREVIOUS").map(Secret::new),
        requests_per_minute: number(env, "REQUESTS_PER_MINUTE"),
        logins_per_minute: number(env, "LOGINS_PER_MINUTE"),
        quotas: Quotas {
            app_bytes: number(env, "FILE_BYTES_PER_APP"),
            user_bytes: number(env, "FILE_BYTES_PER_USER"),
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

/// Refuses to serve without a secret that is worth its name.
// INVARIANT: there is no built-in secret to fall back on.
pub fn check(env: &Env) -> Result<()> {
    // An environment lasts as long as its isolate, and to ask it costs.
    if CHECKED.get() {
        return Ok(());
    }
    let problem = match text(env, "RINGFENCE_SECRET") {
        None => "is not set",
        Some(secret) if secret.chars().count() < SECRET_CHARACTERS => "is too short",
        Some(_) => {
            CHECKED.set(true);
            return Ok(());
        }
    };
    Err(Error::new(
        Code::Unavailable,
        format!(
            "RINGFENCE_SECRET {problem}: set at least {SECRET_CHARACTERS} random characters \
             with `wrangler secret put RINGFENCE_SECRET`."
        ),
    ))
}
