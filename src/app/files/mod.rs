//! Files of records: who may store and read which, what is recorded of them, and
//! what becomes of their blobs.
//!
//! No blob ever gets here: the front passes them between client and bucket, and
//! asks here first and tells here afterwards. A blob lies in the bucket under a
//! random key that `_files` knows. What is removed goes on a list first, so that a crash
//! leaves at most blobs without a row, which `sweep` and `listing` find.

pub mod claim;
pub mod content;
pub mod form;
pub mod listed;
pub mod listing;
pub mod names;
pub mod place;
pub mod quota;
pub mod range;
pub mod receive;
pub mod serve;
pub mod sweep;
pub mod tables;
pub mod thumb;
pub mod token;
pub mod upload;
pub mod verify;

use std::rc::Rc;

use crate::app::Context;
use crate::app::access::Access;
use crate::error::{Error, Result};
use crate::http::{Method, Step};

/// What one can ask about files beside records that have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `GET /files/{collection}/{id}/{name}`
    Read(String, String, String),
    /// `POST /files/token`
    Token,
    /// `POST /files/uploads`
    Announce,
    /// `GET /files/uploads/{id}`
    Upload(String),
    /// `PUT /files/uploads/{id}`
    PutWhole(String),
    /// `PUT /files/uploads/{id}/parts/{number}`
    PutPart(String, String),
    /// `POST /files/uploads/{id}/complete`
    Complete(String),
    /// `DELETE /files/uploads/{id}`
    Cancel(String),
    /// `POST /files/verify`
    Verify,
}

impl Action {
    /// Who may ask for it.
    pub fn access(&self) -> Access {
        match self {
            // The rules of the record and of its field decide.
            Self::Read(..) => Access::Public,
            Self::Token
            | Self::Announce
            | Self::Upload(_)
            | Self::PutWhole(_)
            | Self::PutPart(..)
            | Self::Complete(_)
            | Self::Cancel(_) => Access::SignedIn,
            Self::Verify => Access::Admin,
        }
    }
}

/// The action of a path.
pub fn find(method: Method, segments: &[&str]) -> Option<Action> {
    use Method::{Delete, Get, Post, Put};
    let owned = |text: &&str| (*text).to_owned();
    Some(match (method, segments) {
        (Get, ["files", collection, id, name]) => {
            Action::Read(owned(collection), owned(id), owned(name))
        }
        (Post, ["files", "token"]) => Action::Token,
        (Post, ["files", "verify"]) => Action::Verify,
        (Post, ["files", "uploads"]) => Action::Announce,
        (Get, ["files", "uploads", id]) => Action::Upload(owned(id)),
        (Put, ["files", "uploads", id]) => Action::PutWhole(owned(id)),
        (Put, ["files", "uploads", id, "parts", number]) => {
            Action::PutPart(owned(id), owned(number))
        }
        (Post, ["files", "uploads", id, "complete"]) => Action::Complete(owned(id)),
        (Delete, ["files", "uploads", id]) => Action::Cancel(owned(id)),
        _ => return None,
    })
}

/// Answers it.
// INVARIANT: what is for the front, the front asked for: it knows such a request by its
// path, and by that as it was sent.
pub fn serve(context: &Rc<Context>, action: Action) -> Result<Step> {
    let known = match action {
        Action::PutWhole(_) | Action::PutPart(..) => "/files/uploads/",
        _ => "/files/",
    };
    if !context.request.path.starts_with(known) {
        return Err(Error::not_found("route"));
    }
    match action {
        Action::Read(collection, id, name) => serve::serve(context, &collection, &id, &name),
        Action::Token => token::serve(context),
        Action::Announce => upload::announce(context),
        Action::Upload(id) => upload::show(context, &id),
        Action::PutWhole(id) => receive::whole(context, &id),
        Action::PutPart(id, number) => receive::part(context, &id, &number),
        Action::Complete(id) => receive::complete(context, id),
        Action::Cancel(id) => upload::cancel(context, &id),
        Action::Verify => verify::serve(context),
    }
}
