//! The end users of an app: who calls, signing up, in and out.
//!
//! What a user may then do is for the rules; hashing is for the hasher objects.

mod cache;
pub mod password;
mod record;
pub mod sign_in;
pub mod tokens;

#[cfg(test)]
mod tests;

pub use cache::Users;

use std::rc::Rc;

use crate::app::App;
use crate::context::{Admin, Principal, User};
use crate::error::Result;
use crate::http::Headers;
use crate::token::{self, Access};

/// Who calls, by the `Authorization` header.
///
/// A token that does not hold is a 401 and not an anonymous caller: a client
/// should learn that it is signed out, not see less than it expected.
// INVARIANT: a caller is a user only while the session lives and the record is there.
pub fn authenticate(app: &App, headers: &Headers, now_ms: u64) -> Result<Principal> {
    let Some(token) = bearer(headers) else {
        return Ok(Principal::Anonymous);
    };
    let access = app
        .users
        .verified(token, now_ms)
        .ok_or_else(token::invalid)?;
    if access.is_admin() {
        return Ok(Principal::Admin(Rc::new(Admin {
            id: access.id.clone(),
            email: access.email.clone().unwrap_or_default(),
        })));
    }
    let user = user_of(app, &access, now_ms)?.ok_or_else(token::invalid)?;
    Ok(Principal::User(user))
}

/// The token of a request, bare or after `Bearer `.
pub fn bearer(headers: &Headers) -> Option<&str> {
    let value = headers.authorization.as_deref()?.trim();
    let token = match value.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        _ => value,
    };
    (!token.is_empty()).then_some(token)
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
