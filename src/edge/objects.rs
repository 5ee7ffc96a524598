//! The objects as the shell sees them: each opens its core on its storage and
//! hands requests to it.

use std::rc::Rc;

use ringfence_rules::Ruleset;
use wasm_bindgen::prelude::*;
use worker::Env;

use super::body;
use super::settings;
use super::shell::{Shell, respond};
use super::sql::{PlatformSql, Storage};
use super::steps::Steps;
use crate::app::App;
use crate::app::declared::declared;
use crate::app::files::sweep;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::head;
use crate::http::{Reply, Request, Step};
use crate::realm::Realm;
use crate::system::System;

/// The system's object.
#[wasm_bindgen]
pub struct SystemCore {
    system: Rc<System>,
    steps: Steps,
}

#[wasm_bindgen]
impl SystemCore {
    /// Wakes the system.
    #[wasm_bindgen(constructor)]
    pub fn new(storage: Storage, env: &Env) -> Result<Self, JsError> {
        let sql = Rc::new(PlatformSql::new(storage));
        Ok(Self {
            system: System::open(
                sql,
                settings::config(env, ""),
                settings::master(env),
                now_ms(),
            )
            .map_err(thrown)?,
            steps: Steps::default(),
        })
    }

    /// Serves one request.
    pub fn handle(
        &self,
        shell: &Shell,
        head: &str,
        bytes: Option<Vec<u8>>,
        said: Option<String>,
        now_ms: f64,
    ) -> JsValue {
        let request = incoming(head, bytes, said, now_ms);
        serve(shell, &self.steps, head, request, |it| {
            self.system.handle(it)
        })
    }

    /// Goes on with a request that paused.
    pub fn resume(&self, shell: &Shell, pause: u32, outcomes: &JsValue) -> JsValue {
        self.steps.resume(shell, pause, outcomes)
    }

    /// The id of the realm with that slug.
    pub fn find(&self, slug: &str) -> Result<Option<String>, JsError> {
        self.system.resolve_realm(slug).map_err(thrown)
    }
}

/// A realm's object.
#[wasm_bindgen]
pub struct RealmCore {
    realm: Rc<Realm>,
}

#[wasm_bindgen]
impl RealmCore {
    /// Wakes the realm.
    #[wasm_bindgen(constructor)]
    pub fn new(storage: Storage) -> Result<Self, JsError> {
        let sql = Rc::new(PlatformSql::new(storage));
        Ok(Self {
            realm: Realm::open(sql, now_ms()).map_err(thrown)?,
        })
    }

    /// The id of the app with that slug.
    pub fn find(&self, slug: &str) -> Result<Option<String>, JsError> {
        self.realm.resolve_app(slug).map_err(thrown)
    }
}

/// One app's object.
#[wasm_bindgen]
pub struct AppCore {
    app: Rc<App>,
    steps: Steps,
}

#[wasm_bindgen]
impl AppCore {
    /// Wakes the app that is called `realm/app`.
    #[wasm_bindgen(constructor)]
    pub fn new(storage: Storage, env: &Env, name: &str) -> Result<Self, JsError> {
        Ok(Self {
            app: open_declared(storage, settings::config(env, name)).map_err(thrown)?,
            steps: Steps::default(),
        })
    }

    /// Serves one request.
    pub fn handle(
        &self,
        shell: &Shell,
        head: &str,
        bytes: Option<Vec<u8>>,
        said: Option<String>,
        now_ms: f64,
    ) -> JsValue {
        let request = incoming(head, bytes, said, now_ms);
        serve(shell, &self.steps, head, request, |it| self.app.handle(it))
    }

    /// Goes on with a request that paused.
    pub fn resume(&self, shell: &Shell, pause: u32, outcomes: &JsValue) -> JsValue {
        self.steps.resume(shell, pause, outcomes)
    }

    /// Removes what nobody needs any more from the bucket.
    pub fn sweep(&self, shell: &Shell, now_ms: f64) -> JsValue {
        let step = sweep::sweep(&self.app, now_ms as u64)
            .unwrap_or_else(|error| Reply::error(&error).into());
        self.steps.go_on(shell, step, String::new())
    }

    /// When to sweep, if what was served last may have changed that.
    pub fn sweep_at(&self, now_ms: f64) -> Result<Option<f64>, JsError> {
        let next = sweep::next(&self.app, now_ms as u64).map_err(thrown)?;
        Ok(next.map(|at| at as f64))
    }

    /// Whether the heads of its requests need every header.
    pub fn reads_headers(&self) -> bool {
        self.app.rules.reads_headers()
    }
}

// Every app has what the build declared, until apps bring their own.
fn open_declared(storage: Storage, config: Config) -> Result<Rc<App>> {
    let (schema, texts) = declared()?;
    let rules = Ruleset::new(&schema, &texts).map_err(|errors| {
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Error::internal(told.join("; "))
    })?;
    let sql = Rc::new(PlatformSql::new(storage));
    App::open(sql, config, schema, rules, now_ms())
}

fn incoming(
    head: &str,
    bytes: Option<Vec<u8>>,
    said: Option<String>,
    now_ms: f64,
) -> Result<Request> {
    head::read(head, body::read(bytes, said)?, now_ms as u64)
}

fn serve(
    shell: &Shell,
    steps: &Steps,
    head: &str,
    request: Result<Request>,
    handle: impl FnOnce(Request) -> Step,
) -> JsValue {
    let request_id = head::request_id(head).to_owned();
    match request {
        Ok(request) => steps.go_on(shell, handle(request), request_id),
        Err(error) => respond(shell, &Reply::error(&error), &request_id),
    }
}

fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// For the shell's log: an object that cannot be opened.
fn thrown(error: Error) -> JsError {
    JsError::new(&error.to_string())
}
