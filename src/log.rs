//! The structured line that every request leaves, at every level.

use serde::Serialize;

use crate::config::Config;
use crate::context::Principal;
use crate::http::{Reply, Request};

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

/// The reply with what the log says of its request.
pub fn add_line(
    mut reply: Reply,
    request: &Request,
    config: &Config,
    principal: &Principal,
) -> Reply {
    let cause = reply.cause.as_deref();
    reply.log = line(reply.status, cause, request, config, principal);
    reply
}

/// What the log says of a request that ended so.
pub fn line(
    status: u16,
    cause: Option<&str>,
    request: &Request,
    config: &Config,
    principal: &Principal,
) -> Option<String> {
    if !config.logs_every_request && status < 500 && !principal.bypasses_rules() {
        return None;
    }
    let line = Line {
        level: if status >= 500 { "error" } else { "info" },
        request_id: &request.request_id,
        realm: &config.realm_id,
        app: &config.app_id,
        method: request.method.name(),
        path: &request.path,
        status,
        caller: principal.label(),
        bypassed_rules: principal.bypasses_rules(),
        cause,
    };
    serde_json::to_string(&line).ok()
}

fn is_false(value: &bool) -> bool {
    !value
}
