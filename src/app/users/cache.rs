//! What an awake app remembers of its callers, so that a request of somebody it
//! knows costs no signature and no SQL.
//!
//! Two memories: signatures that were checked, which stay true until the token
//! expires, and who is behind a session, which any write to that record, or the
//! session's end, makes it forget.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::config::Config;
use crate::context::User;
use crate::error::Result;
use crate::keys::Keys;
use crate::limits::FILE_TOKEN_SECONDS;
use crate::token::{self, Access};

/// The most entries of either memory; a full one starts anew.
const ENTRIES: usize = 4_096;

/// The keys and the memory.
pub struct Users {
    /// Of this app's own tokens.
    pub keys: Keys,
    system_keys: Keys,
    verified: RefCell<HashMap<String, (Rc<Access>, u64)>>,
    signed_in: RefCell<HashMap<String, Rc<User>>>,
}

impl Users {
    /// Nobody is known yet.
    pub fn new(config: &Config) -> Result<Self> {
        Ok(Self {
            keys: Keys::of_app(config)?,
            system_keys: Keys::of_system(config)?,
            verified: RefCell::default(),
            signed_in: RefCell::default(),
        })
    }

    /// What a token claims, if it was signed for this app, or for administrators,
    /// and has not expired.
    // INVARIANT: the clock decides on every use, remembered or not.
    pub(super) fn verified(&self, token: &str, now_ms: u64) -> Option<Rc<Access>> {
        let holds = |expires_s: u64| now_ms / 1000 < expires_s;
        if let Some((access, expires_s)) = self.verified.borrow().get(token) {
            return holds(*expires_s).then(|| Rc::clone(access));
        }
        // INVARIANT: an app's own keys never make an administrator, whatever
        // their tokens claim, nor the system's keys a user.
        let (access, expires_s) = token::verify(&self.keys, token)
            .filter(|(access, _)| !access.is_admin())
            .or_else(|| {
                token::verify(&self.system_keys, token).filter(|(access, _)| access.is_admin())
            })?;
        if !holds(expires_s) {
            return None;
        }
        let access = Rc::new(access);
        insert(
            &mut self.verified.borrow_mut(),
            token,
            (Rc::clone(&access), expires_s),
        );
        Some(access)
    }

    /// What an access token claims, as `verified` says, for what is made of it.
    pub fn access(&self, token: &str, now_ms: u64) -> Option<Rc<Access>> {
        self.verified(token, now_ms)
    }

    /// A file token, signed with the keys that its owner's access tokens have.
    pub fn issue_file(&self, access: Access, now_ms: u64) -> Result<String> {
        let keys = match access.is_admin() {
            true => &self.system_keys,
            false => &self.keys,
        };
        token::issue_for(keys, access, now_ms, FILE_TOKEN_SECONDS)
    }

    /// What a file token claims, if it was signed here and has not expired.
    pub fn file_access(&self, token: &str, now_ms: u64) -> Option<Access> {
        let of = |keys: &Keys, is_admin: bool| {
            token::verify_kind(keys, token, token::FILE)
                .filter(|(access, _)| access.is_admin() == is_admin)
        };
        let (access, expires_s) = of(&self.keys, false).or_else(|| of(&self.system_keys, true))?;
        (now_ms / 1000 < expires_s).then_some(access)
    }

    /// Who is behind a session, where that is known.
    pub(super) fn signed_in(&self, session: &str) -> Option<Rc<User>> {
        self.signed_in.borrow().get(session).map(Rc::clone)
    }

    pub(super) fn remember(&self, session: &str, user: &Rc<User>) {
        insert(&mut self.signed_in.borrow_mut(), session, Rc::clone(user));
    }

    /// A session has ended.
    pub fn forget_session(&self, session: &str) {
        self.signed_in.borrow_mut().remove(session);
    }

    /// A record of an auth collection was written or deleted.
    pub fn forget(&self, collection: &str, id: &str) {
        let mut known = self.signed_in.borrow_mut();
        known.retain(|_, user| user.collection != collection || user.id != id);
    }

    /// Records of an auth collection were written or deleted, who knows which: a
    /// cascade, a bulk write.
    pub fn forget_all(&self, collection: &str) {
        let mut known = self.signed_in.borrow_mut();
        known.retain(|_, user| user.collection != collection);
    }
}

fn insert<T>(memory: &mut HashMap<String, T>, key: &str, value: T) {
    if memory.len() >= ENTRIES {
        memory.clear();
    }
    memory.insert(key.to_owned(), value);
}
