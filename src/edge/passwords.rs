//! A hasher object's work: one password at a time, as `entry.mjs` hands it over.

use wasm_bindgen::prelude::*;

use crate::hasher;
use crate::http::{HashJob, HashOutcome, Secret};

/// Makes a hash (`stored` undefined) or compares with one (`null` where there is
/// no such user). Gives the hash, a yes or no, or `null` when it could not be done.
#[wasm_bindgen]
pub fn hash_password(password: &str, stored: &JsValue) -> JsValue {
    let password = Secret::new(password);
    let job = if stored.is_undefined() {
        HashJob::Hash(password)
    } else {
        HashJob::Verify(password, stored.as_string())
    };
    match hasher::run(&job) {
        HashOutcome::Hashed(hash) => JsValue::from_str(&hash),
        HashOutcome::Verified(belongs) => JsValue::from_bool(belongs),
        HashOutcome::Busy | HashOutcome::Failed => JsValue::NULL,
    }
}
