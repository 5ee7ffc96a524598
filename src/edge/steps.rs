//! A request's steps: answers it, or keeps what comes after a pause until the
//! shell is back with the outcomes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::shell::{Shell, hand_over, pause, pause_for_bucket, respond};
use crate::bucket::BucketResume;
use crate::error::{Code, Error};
use crate::http::{HashOutcome, Reply, Resume, Step};

/// The requests of one object that wait for something.
#[derive(Default)]
pub struct Steps {
    last: Cell<u32>,
    waiting: RefCell<HashMap<u32, (Waiting, String)>>,
}

/// What comes after a pause.
enum Waiting {
    Hashes(Resume),
    Bucket(BucketResume),
}

impl Steps {
    /// What the shell does next: answer, or wait.
    pub fn go_on(&self, shell: &Shell, step: Step, request_id: String) -> JsValue {
        match step {
            Step::Done(reply) => respond(shell, &reply, &request_id),
            Step::Hash(jobs, resume) => {
                let number = self.keep(Waiting::Hashes(resume), request_id);
                pause(shell, &jobs, number)
            }
            Step::Bucket(job, resume) => {
                let number = self.keep(Waiting::Bucket(resume), request_id);
                pause_for_bucket(shell, &job, number)
            }
            Step::Front(task) => hand_over(shell, &task, &request_id),
        }
    }

    /// Goes on with what waited under that number: with hashes, or with what the
    /// bucket answered, as JSON.
    pub fn resume(&self, shell: &Shell, number: u32, outcomes: &JsValue) -> JsValue {
        let waited = self.waiting.borrow_mut().remove(&number);
        let Some((waiting, request_id)) = waited else {
            return respond(shell, &Reply::error(&restarted()), "");
        };
        let step = match waiting {
            Waiting::Hashes(resume) => {
                let outcomes = Array::from(outcomes);
                resume(outcomes.iter().map(outcome).collect())
            }
            Waiting::Bucket(resume) => {
                let text = outcomes.as_string();
                resume(text.and_then(|text| serde_json::from_str(&text).ok()))
            }
        };
        self.go_on(shell, step, request_id)
    }

    fn keep(&self, waiting: Waiting, request_id: String) -> u32 {
        let number = self.last.get().wrapping_add(1);
        self.last.set(number);
        let mut all = self.waiting.borrow_mut();
        all.insert(number, (waiting, request_id));
        number
    }
}

/// `undefined`: too many wait already; `null`: it could not be done.
fn outcome(value: JsValue) -> HashOutcome {
    match (value.as_string(), value.as_bool()) {
        (Some(hash), _) => HashOutcome::Hashed(hash),
        (None, Some(belongs)) => HashOutcome::Verified(belongs),
        (None, None) if value.is_undefined() => HashOutcome::Busy,
        (None, None) => HashOutcome::Failed,
    }
}

fn restarted() -> Error {
    Error::new(
        Code::Unavailable,
        "The server started anew while this waited. Try again.",
    )
}
