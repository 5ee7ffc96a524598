//! Files of records: who may store and read which, what is recorded of them, and
//! what becomes of their blobs.
//!
//! No blob ever gets here: the front passes them between client and bucket, and
//! asks here first and tells here afterwards. A blob lies in the bucket under a
//! random key; `_files` has a row for each, written before the blob is and removed
//! before the blob is, so that a crash leaves at most a blob that `sweep` removes.

pub mod claim;
pub mod content;
pub mod form;
pub mod names;
pub mod quota;
pub mod range;
pub mod serve;
pub mod sweep;
pub mod tables;
pub mod token;

use std::rc::Rc;

use crate::app::Context;
use crate::app::access::Access;
use crate::error::Result;
use crate::http::{Method, Step};

/// What one can ask about files beside records that have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `GET /files/{collection}/{id}/{name}`
    Read(String, String, String),
    /// `POST /files/token`
    Token,
}

impl Action {
    /// Who may ask for it.
    pub fn access(&self) -> Access {
        match self {
            // The rules of the record and of its field decide.
            Self::Read(..) => Access::Public,
            Self::Token => Access::SignedIn,
        }
    }
}

/// The action of a path.
pub fn find(method: Method, segments: &[&str]) -> Option<Action> {
    use Method::{Get, Post};
    let owned = |text: &&str| (*text).to_owned();
    Some(match (method, segments) {
        (Get, ["files", collection, id, name]) => {
            Action::Read(owned(collection), owned(id), owned(name))
        }
        (Post, ["files", "token"]) => Action::Token,
        _ => return None,
    })
}

/// Answers it.
pub fn serve(context: &Rc<Context>, action: Action) -> Result<Step> {
    match action {
        Action::Read(collection, id, name) => serve::serve(context, &collection, &id, &name),
        Action::Token => token::serve(context),
    }
}
