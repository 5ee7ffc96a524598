//! The objects as the shell sees them: each opens its core on its storage and
//! hands requests to it.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::body;
use super::settings::Env;
use super::shell::{Shell, respond};
use super::sql::{PlatformSql, Storage};
use super::steps::Steps;
use crate::app::App;
use crate::head;
use crate::http::{Reply, Request};

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
        let sql = Rc::new(PlatformSql::new(storage));
        let app = App::open(
            sql,
            env.config(name),
            Default::default(),
            Default::default(),
            js_sys::Date::now() as u64,
        )
        .map_err(|error| JsError::new(&error.to_string()))?;
        Ok(Self {
            app,
            steps: Steps::default(),
        })
    }

    /// Serves one request.
    pub fn handle(
        &self,
        shell: &Shell,
        head: &str,
        bytes: Option<Vec<u8>>,
        form: Option<Array>,
        now_ms: f64,
    ) -> JsValue {
        let request_id = head::request_id(head).to_owned();
        match incoming(head, bytes, form, now_ms) {
            Ok(request) => self
                .steps
                .go_on(shell, self.app.handle(request), request_id),
            Err(error) => respond(shell, &Reply::error(&error), &request_id),
        }
    }

    /// Goes on with a request that paused.
    pub fn resume(&self, shell: &Shell, pause: u32, outcomes: &Array) -> JsValue {
        self.steps.resume(shell, pause, outcomes)
    }
}

fn incoming(
    head: &str,
    bytes: Option<Vec<u8>>,
    form: Option<Array>,
    now_ms: f64,
) -> crate::error::Result<Request> {
    head::read(head, body::read(bytes, form)?, now_ms as u64)
}
