//! What the environment says: secrets and settings, read once an object.

use wasm_bindgen::prelude::*;

use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::http::Secret;
use crate::system::Master;

/// Shorter secrets can be guessed.
const SECRET_CHARACTERS: usize = 32;

#[wasm_bindgen]
extern "C" {
    /// `env`: the Worker's bindings.
    pub type Env;

    #[wasm_bindgen(structural, method, indexing_getter)]
    fn get(this: &Env, name: &str) -> JsValue;
}

impl Env {
    /// A variable or secret that is set to something.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string().filter(|text| !text.is_empty())
    }

    fn number(&self, name: &str, default: u32) -> u32 {
        self.text(name)
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(default)
    }

    /// The settings of the object that is called `realm/app`.
    pub fn config(&self, name: &str) -> Config {
        let (realm_id, app_id) = name.split_once('/').unwrap_or((name, ""));
        Config {
            realm_id: realm_id.to_owned(),
            app_id: app_id.to_owned(),
            secret: Secret::new(self.text("RINGFENCE_SECRET").unwrap_or_default()),
            previous_secret: self.text("RINGFENCE_SECRET_PREVIOUS").map(Secret::new),
            requests_per_minute: self.number("REQUESTS_PER_MINUTE", 0),
            logins_per_minute: self.number("LOGINS_PER_MINUTE", 0),
            logs_every_request: self.text("LOG_LEVEL").as_deref() != Some("warn"),
        }
    }

    /// The administrator that the environment names.
    pub fn master(&self) -> Option<Master> {
        Some(Master {
            email: self.text("MASTER_ADMIN_EMAIL")?,
            password: Secret::new(self.text("MASTER_ADMIN_PASSWORD")?),
        })
    }

    /// Refuses to serve without a secret that is worth its name.
    // INVARIANT: there is no built-in secret to fall back on.
    pub fn check(&self) -> Result<()> {
        let problem = match self.text("RINGFENCE_SECRET") {
            None => "is not set",
            Some(secret) if secret.chars().count() < SECRET_CHARACTERS => "is too short",
            Some(_) => return Ok(()),
        };
        Err(Error::new(
            Code::Unavailable,
            format!(
                "RINGFENCE_SECRET {problem}: set at least {SECRET_CHARACTERS} random characters \
                 with `wrangler secret put RINGFENCE_SECRET`."
            ),
        ))
    }
}
