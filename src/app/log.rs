//! The structured line that every request leaves.

use std::rc::Rc;

use serde::Serialize;

use crate::app::Context;
use crate::http::{Reply, Step};

/// One line of JSON; no body, no token, no query string ever gets in here.
// INVARIANT: only names, ids, statuses and causes.
#[derive(Serialize)]
struct Line<'a> {
    level: &'static str,
    request_id: &'a str,
    realm: &'a str,
    app: &'a str,
    method: &'static str,
    path: &'a str,
    status: u16,
    caller: String,
    #[serde(skip_serializing_if = "is_false")]
    bypassed_rules: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

/// A step with the line of the log in its reply, now or after the hashing.
pub fn finish(context: Rc<Context>, step: Step) -> Step {
    match step {
        Step::Done(mut reply) => {
            reply.log = Some(line(&context, &reply));
            Step::Done(reply)
        }
        Step::Hash(jobs, resume) => Step::Hash(
            jobs,
            Box::new(move |outcomes| finish(context, resume(outcomes))),
        ),
    }
}

/// What the log says of a served request.
fn line(context: &Context, reply: &Reply) -> String {
    let line = Line {
        level: if reply.status >= 500 { "error" } else { "info" },
        request_id: &context.request.request_id,
        realm: &context.app.config.realm_id,
        app: &context.app.config.app_id,
        method: context.request.method.name(),
        path: &context.request.path,
        status: reply.status,
        caller: context.principal.label(),
        bypassed_rules: context.principal.bypasses_rules(),
        cause: reply.cause.as_deref(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn is_false(value: &bool) -> bool {
    !value
}
