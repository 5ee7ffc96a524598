//! The system's routes, below `/_`, and those by which the `pocketbase` client
//! signs a superuser in.

use std::rc::Rc;

use super::{Context, sign_in};
use crate::error::{Code, Error, Result};
use crate::http::{Method, Step};

/// Answers a request. Every route here judges the credentials that it is sent.
pub fn serve(context: &Rc<Context>) -> Result<Step> {
    let path = context.request.path.trim_matches('/');
    let wanted = match path {
        "auth/admin/login"
        | "auth/refresh"
        | "auth/logout"
        | "collections/_superusers/auth-with-password"
        | "collections/_superusers/auth-refresh" => Method::Post,
        "collections/_superusers/auth-methods" => Method::Get,
        _ => return Err(Error::not_found("route")),
    };
    let method = context.request.method;
    if method != wanted {
        return Err(Error::new(
            Code::MethodNotAllowed,
            format!(
                "{} does not work here, but {} does.",
                method.name(),
                wanted.name()
            ),
        ));
    }
    match path {
        "auth/refresh" => sign_in::refresh(context),
        "auth/logout" => sign_in::log_out(context),
        "collections/_superusers/auth-refresh" => sign_in::refresh_access(context),
        "collections/_superusers/auth-methods" => sign_in::methods(),
        _ => sign_in::log_in(context),
    }
}
