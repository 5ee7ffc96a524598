//! The end users of an app: who calls, signing up, in and out.
//!
//! What a user may then do is for the rules; hashing is for the hasher objects.

mod cache;
pub mod password;
mod record;
mod register;
mod shape;
pub mod sign_in;
pub mod tokens;

#[cfg(test)]
mod tests;

pub use cache::Users;

use std::rc::Rc;

use crate::app::access::Access as Admission;
use crate::app::{App, Context};
use crate::context::{Admin, Principal, User};
use crate::credentials;
use crate::error::Result;
use crate::http::{Headers, Method, Step};
use crate::token::{self, Access};

/// What one can ask of an auth collection beside its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `POST /auth/{c}/register`
    Register,
    /// `POST /auth/{c}/login`, `POST /collections/{c}/auth-with-password`
    LogIn,
    /// `POST /auth/{c}/refresh`
    Refresh,
    /// `POST /collections/{c}/auth-refresh`
    RefreshAccess,
    /// `POST /auth/{c}/logout`
    LogOut,
    /// `GET /auth/{c}/me`
    Me,
    /// `GET /collections/{c}/auth-methods`
    Methods,
}

impl Action {
    /// Who may ask for it.
    pub fn access(self) -> Admission {
        match self {
            Self::Register | Self::LogIn | Self::Refresh | Self::LogOut | Self::Methods => {
                Admission::Credentials
            }
            Self::RefreshAccess | Self::Me => Admission::SignedIn,
        }
    }
}

/// The action of a path and its collection.
pub fn find(method: Method, segments: &[&str]) -> Option<(Action, String)> {
    use Method::{Get, Post};
    let (action, collection) = match (method, segments) {
        (Post, ["auth", c, "register"]) => (Action::Register, c),
        (Post, ["auth", c, "login"] | ["collections", c, "auth-with-password"]) => {
            (Action::LogIn, c)
        }
        (Post, ["auth", c, "refresh"]) => (Action::Refresh, c),
        (Post, ["collections", c, "auth-refresh"]) => (Action::RefreshAccess, c),
        (Post, ["auth", c, "logout"]) => (Action::LogOut, c),
        (Get, ["auth", c, "me"]) => (Action::Me, c),
        (Get, ["collections", c, "auth-methods"]) => (Action::Methods, c),
        _ => return None,
    };
    Some((action, (*collection).to_owned()))
}

/// Answers it.
pub fn serve(context: &Rc<Context>, action: Action, collection: &str) -> Result<Step> {
    match action {
        Action::Register => register::register(context, collection),
        Action::LogIn => sign_in::log_in(context, collection),
        Action::Refresh => tokens::refresh(context, collection),
        Action::RefreshAccess => tokens::refresh_access(context, collection),
        Action::LogOut => tokens::log_out(context, collection),
        Action::Me => tokens::me(context, collection),
        Action::Methods => tokens::methods(context, collection),
    }
}

/// Who calls, by the `Authorization` header.
///
/// A token that does not hold is a 401 and not an anonymous caller: a client
/// should learn that it is signed out, not see less than it expected.
// INVARIANT: a caller is a user only while the session lives and the record is there.
pub fn authenticate(app: &App, headers: &Headers, now_ms: u64) -> Result<Principal> {
    let Some(token) = credentials::bearer(headers) else {
        return Ok(Principal::Anonymous);
    };
    let access = app
        .users
        .verified(token, now_ms)
        .ok_or_else(token::invalid)?;
    principal(app, &access, now_ms)
}

/// Who a token that holds is of.
pub fn principal(app: &App, access: &Access, now_ms: u64) -> Result<Principal> {
    if access.is_admin() {
        return Ok(Principal::Admin(Rc::new(Admin {
            id: access.id.clone(),
            email: access.email.clone().unwrap_or_default(),
        })));
    }
    let user = user_of(app, access, now_ms)?.ok_or_else(token::invalid)?;
    Ok(Principal::User(user))
}

/// Whether an administrator calls, told without reading the app's tables.
pub fn is_admin(app: &App, headers: &Headers, now_ms: u64) -> bool {
    credentials::bearer(headers)
        .and_then(|token| app.users.verified(token, now_ms))
        .is_some_and(|access| access.is_admin())
}

fn user_of(app: &App, access: &Access, now_ms: u64) -> Result<Option<Rc<User>>> {
    if let Some(user) = app.users.signed_in(&access.session) {
        return Ok(Some(user));
    }
    let Some(collection) = app.schema.find(&access.collection_id) else {
        return Ok(None);
    };
    if !collection.is_auth() {
        return Ok(None);
    }
    let record = record::of_session(app, collection, &access.id, &access.session, now_ms)?;
    Ok(record.map(|record| {
        let user = Rc::new(User {
            collection: collection.name.clone(),
            id: access.id.clone(),
            record,
        });
        app.users.remember(&access.session, &user);
        user
    }))
}
