//! What the JavaScript shell offers to Rust: one object of functions. Each makes
//! a value that the shell hands on, in one crossing.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::bucket::{BucketJob, FrontTask, Send};
use crate::http::{HashJob, Reply};

#[wasm_bindgen]
extern "C" {
    /// The `shell` of `entry.mjs`.
    pub type Shell;

    /// A `Response`. Its body is all three, as far as they are there: even an
    /// empty text costs its crossing.
    #[wasm_bindgen(structural, method)]
    fn reply(
        this: &Shell,
        status: u16,
        before: Option<&str>,
        kept: &JsValue,
        after: Option<&str>,
        etag: Option<&str>,
        retry_after: Option<u32>,
        request_id: &str,
    ) -> JsValue;

    /// Jobs for the hasher objects: pairs of a password and the hash to compare
    /// it with, `null` where there is no such user, `undefined` to make a hash.
    /// The number is given back with the outcomes.
    #[wasm_bindgen(structural, method)]
    fn hash(this: &Shell, jobs: &Array, pause: u32) -> JsValue;

    /// What the object does in the bucket, as JSON. The number is given back with the
    /// outcome.
    #[wasm_bindgen(structural, method)]
    fn bucket(this: &Shell, job: &str, pause: u32) -> JsValue;

    /// What the front does, as JSON.
    #[wasm_bindgen(structural, method)]
    fn task(this: &Shell, task: &str) -> JsValue;

    /// A file's reply, as JSON, which the front makes.
    #[wasm_bindgen(structural, method)]
    fn blob(this: &Shell, reply: &str) -> JsValue;

    /// The request belongs to the system object.
    #[wasm_bindgen(structural, method)]
    pub fn system(this: &Shell) -> JsValue;

    /// A page of another origin may send what it asks for: tokens travel in a
    /// header that no browser adds by itself.
    #[wasm_bindgen(structural, method)]
    pub fn preflight(this: &Shell) -> JsValue;

    /// The request belongs to the app with these slugs; none is the default app.
    #[wasm_bindgen(structural, method)]
    pub fn app(this: &Shell, realm: Option<&str>, app: Option<&str>) -> JsValue;

    #[wasm_bindgen(js_namespace = console)]
    fn error(line: &str);

    #[wasm_bindgen(js_namespace = console)]
    fn log(line: &str);
}

/// The core's reply as the platform's, with its line on the log. What failed
/// before the core had it leaves a line only where something of ours failed.
pub fn respond(shell: &Shell, reply: &Reply, request_id: &str) -> JsValue {
    match (&reply.log, &reply.cause) {
        (Some(line), _) if reply.status >= 500 => error(line),
        (Some(line), _) => log(line),
        (None, Some(cause)) => {
            let line = serde_json::json!({
                "level": "error", "request_id": request_id, "status": reply.status, "cause": cause,
            });
            error(&line.to_string());
        }
        (None, None) => {}
    }
    let rest = reply.rest.as_ref();
    let kept = rest.and_then(|(kept, _)| kept.0.downcast_ref::<JsValue>());
    shell.reply(
        reply.status,
        some(&reply.body),
        kept.unwrap_or(&JsValue::UNDEFINED),
        rest.and_then(|(_, after)| some(after)),
        reply.etag.as_deref(),
        reply.retry_after,
        request_id,
    )
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The core's pause, for the shell to wait through.
pub fn pause(shell: &Shell, jobs: &[HashJob], pause: u32) -> JsValue {
    let pairs = Array::new();
    for job in jobs {
        let (password, hash) = match job {
            HashJob::Hash(password) => (password, JsValue::UNDEFINED),
            HashJob::Verify(password, None) => (password, JsValue::NULL),
            HashJob::Verify(password, Some(hash)) => (password, JsValue::from_str(hash)),
        };
        pairs.push(&Array::of2(&JsValue::from_str(password.expose()), &hash));
    }
    shell.hash(&pairs, pause)
}

/// The core's pause, for the shell to wait for the bucket.
pub fn pause_for_bucket(shell: &Shell, job: &BucketJob, pause: u32) -> JsValue {
    shell.bucket(&json(job), pause)
}

/// What is left for the front.
pub fn hand_over(shell: &Shell, task: &FrontTask, request_id: &str) -> JsValue {
    let FrontTask::Send(send) = task else {
        return shell.task(&json(task));
    };
    if let Some(line) = &send.log {
        log(line);
    }
    shell.blob(&json(&Numbered { send, request_id }))
}

/// With the number that the shell gave the request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Numbered<'a> {
    #[serde(flatten)]
    send: &'a Send,
    request_id: &'a str,
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Lets a panic say where it happened before it ends the instance.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}
