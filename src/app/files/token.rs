//! `POST /files/token`: a token for the address of a file, where no header can be
//! sent. It reads files for a short while and is good for nothing else.

use std::rc::Rc;

use serde_json::json;

use crate::app::{App, Context, users};
use crate::context::Principal;
use crate::credentials;
use crate::error::{Code, Error, Result};
use crate::http::{Reply, Step};
use crate::token::{self, Access};

/// Gives the caller one.
pub fn serve(context: &Rc<Context>) -> Result<Step> {
    let app = &context.app;
    let shown = credentials::bearer(&context.request.headers).ok_or_else(token::invalid)?;
    let access = app
        .users
        .access(shown, context.request.now_ms)
        .ok_or_else(token::invalid)?;
    let file = Access {
        kind: token::FILE.to_owned(),
        refreshable: false,
        // An administrator's, too, is good for this app alone.
        realm: app.config.realm_id.clone(),
        app: app.config.app_id.clone(),
        ..(*access).clone()
    };
    let token = app.users.issue_file(file, context.request.now_ms)?;
    Ok(Reply::json(200, &json!({ "token": token }))?.into())
}

/// Who a file token is of, while it holds: it is signed for this app, has not
/// expired, and the session that it came from lives.
pub fn authenticate(app: &App, token: &str, now_ms: u64) -> Option<Principal> {
    let access = app.users.file_access(token, now_ms)?;
    let is_here = access.realm == app.config.realm_id && access.app == app.config.app_id;
    is_here
        .then(|| users::principal(app, &access, now_ms).ok())
        .flatten()
}

/// The refusal of a file token that does not hold.
pub fn lapsed() -> Error {
    Error::new(
        Code::InvalidToken,
        "The file token is not valid or has expired. Ask for a new one at files/token.",
    )
}
