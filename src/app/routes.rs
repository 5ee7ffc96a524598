//! Every route of an app, who may call it, and where it leads.
//!
//! A new route is a line in `find`, an arm in `access` and an arm in `serve`;
//! the compiler asks for all three.

use std::rc::Rc;

use crate::app::{Context, users};
use crate::error::{Code, Error, Result};
use crate::http::{Method, Reply, Step};

/// What a path asks for, below the app's base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET /collections/{c}/records`
    ListRecords(String),
    /// Signing up, in and out of an auth collection.
    Users(users::Action, String),
}

/// Who may call a route at all; what they then see is up to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the rules, or the credentials in the body, decide.
    Public,
    /// Anybody; the token that came along does not count, valid or not.
    Credentials,
    /// Somebody who signed in.
    SignedIn,
    /// An administrator.
    Admin,
}

/// The route of a request.
pub fn find(method: Method, path: &str) -> Result<Route> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, segments.as_slice()) {
        (Method::Get | Method::Head, ["collections", collection, "records"]) => {
            Ok(Route::ListRecords((*collection).to_owned()))
        }
        (method, segments) => match users::find(method, segments) {
            Some((action, collection)) => Ok(Route::Users(action, collection)),
            None => Err(Error::not_found("route")),
        },
    }
}

/// The decision about each route.
pub fn access(route: &Route) -> Access {
    match route {
        Route::ListRecords(_) => Access::Public,
        Route::Users(action, _) => action.access(),
    }
}

/// Answers a request.
pub fn serve(context: Rc<Context>, route: Route) -> Result<Step> {
    admit(&context, access(&route))?;
    match route {
        Route::ListRecords(_) => Ok(Step::Done(Reply::json_text(200, "[]".to_owned()))),
        Route::Users(action, collection) => users::serve(&context, action, &collection),
    }
}

fn admit(context: &Context, access: Access) -> Result<()> {
    use crate::context::Principal::{Admin, Anonymous, User};
    match (access, &context.principal) {
        (Access::Public | Access::Credentials, _)
        | (Access::SignedIn, User(_) | Admin(_))
        | (Access::Admin, Admin(_)) => Ok(()),
        (_, Anonymous) => Err(Error::new(
            Code::Unauthorized,
            "Sign in first: this needs a valid access token.",
        )),
        (Access::Admin, User(_)) => Err(Error::new(
            Code::Forbidden,
            "This is for administrators only.",
        )),
    }
}
