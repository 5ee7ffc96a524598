//! A request's steps: answers it, or keeps what comes after a pause until the
//! shell is back with the outcomes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::shell::{Shell, pause, respond};
use crate::error::{Code, Error};
use crate::http::{HashOutcome, Reply, Resume, Step};

/// The requests of one object that wait for something.
#[derive(Default)]
pub struct Steps {
    last: Cell<u32>,
    waiting: RefCell<HashMap<u32, (Resume, String)>>,
}

impl Steps {
    /// What the shell does next: answer, or wait.
    pub fn go_on(&self, shell: &Shell, step: Step, request_id: String) -> JsValue {
        match step {
            Step::Done(reply) => respond(shell, &reply, &request_id),
            Step::Hash(jobs, resume) => {
                let number = self.last.get().wrapping_add(1);
                self.last.set(number);
                self.waiting
                    .borrow_mut()
                    .insert(number, (resume, request_id));
                pause(shell, &jobs, number)
            }
        }
    }

    /// Goes on with what waited under that number.
    pub fn resume(&self, shell: &Shell, number: u32, outcomes: &Array) -> JsValue {
        let waited = self.waiting.borrow_mut().remove(&number);
        match waited {
            Some((resume, request_id)) => {
                let step = resume(outcomes.iter().map(outcome).collect());
                self.go_on(shell, step, request_id)
            }
            None => respond(shell, &Reply::error(&restarted()), ""),
        }
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
