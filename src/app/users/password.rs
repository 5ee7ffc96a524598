//! Passwords in writes of records: what has to be hashed before the write, and
//! what of it goes into the record.
//!
//! Whether the caller may write at all is decided before this is asked: an old
//! password that does not fit is an answer that only they may get.

use ringfence_schema::{Collection, Document, Value};

use super::record;
use crate::app::Context;
use crate::credentials;
use crate::error::{Code, Error, Result};
use crate::http::{HashJob, HashOutcome, Secret};
use crate::limits::PASSWORD_BYTES;
use crate::token;

/// The field of every auth collection.
const PASSWORD: &str = "password";

/// What a write does to somebody's way of signing in.
#[derive(Default)]
pub struct Change {
    new: Option<Secret>,
    old: Option<(Secret, String)>,
}

/// The same, hashed.
#[derive(Default)]
pub struct Hashed {
    hash: Option<String>,
    /// The stored hash that the old password was compared with.
    compared: Option<String>,
}

/// Reads what a client sent for an auth collection, with `id` where there is a
/// record already. Takes `oldPassword` and `passwordConfirm` out of the document,
/// which are no fields, and brings the email to the form it is looked up by.
///
/// Whoever changes a password or an email must know the old password, except
/// administrators: a token left behind must not be enough to take an account.
pub fn read(
    context: &Context,
    collection: &Collection,
    id: Option<&str>,
    input: &mut Document,
) -> Result<Change> {
    if !collection.is_auth() {
        return Ok(Change::default());
    }
    let confirm = input.remove("passwordConfirm");
    let old = input.remove("oldPassword");
    if let Some(Value::String(email)) = input.get_mut("email") {
        *email = credentials::normalise_email(email);
    }
    // What is no password at all, the validation names; hashing is for the rest.
    let new = input.get(PASSWORD).and_then(Value::as_str);
    let new = new.filter(|text| !text.is_empty() && text.len() <= PASSWORD_BYTES);
    let new = new.map(Secret::new);
    if let (Some(new), Some(confirm)) = (&new, confirm)
        && confirm.as_str() != Some(new.expose())
    {
        return Err(wrong(
            "passwordConfirm",
            "mismatch",
            "It differs from the password.",
        ));
    }
    if context.principal.bypasses_rules() {
        return Ok(Change { new, old: None });
    }
    if new.is_some() || old.is_some() {
        context.app.limits.sign_in(&context.request)?;
    }
    let Some(id) = id else {
        return Ok(Change { new, old: None });
    };
    let Some(stored) = record::by_id(&context.app, collection, id)? else {
        return Ok(Change { new, old: None });
    };
    let email = input.get("email").and_then(Value::as_str);
    if new.is_none() && email.is_none_or(|email| email == stored.email) {
        return Ok(Change::default());
    }
    let old = old
        .as_ref()
        .and_then(Value::as_str)
        .filter(|old| old.len() <= PASSWORD_BYTES);
    let old = old.ok_or_else(|| {
        wrong(
            "oldPassword",
            "required",
            "Changing the password or the email needs the present password.",
        )
    })?;
    Ok(Change {
        new,
        old: Some((Secret::new(old), stored.hash)),
    })
}

impl Change {
    /// What the hasher objects have to do first; often nothing.
    pub fn jobs(&self) -> Vec<HashJob> {
        let old = self
            .old
            .iter()
            .map(|(old, stored)| HashJob::Verify(old.clone(), Some(stored.clone())));
        let new = self.new.iter().map(|new| HashJob::Hash(new.clone()));
        old.chain(new).collect()
    }

    /// Takes the outcomes of its jobs off the front of all outcomes.
    pub fn hashed(self, outcomes: &mut impl Iterator<Item = HashOutcome>) -> Result<Hashed> {
        let mut hashed = Hashed::default();
        if let Some((_, stored)) = self.old {
            if !credentials::is_verified(outcomes.next())? {
                return Err(wrong(
                    "oldPassword",
                    "mismatch",
                    "It is not the present password.",
                ));
            }
            hashed.compared = Some(stored);
        }
        if self.new.is_some() {
            hashed.hash = Some(credentials::hashed(outcomes.next())?);
        }
        Ok(hashed)
    }
}

impl Hashed {
    /// Completes a record that was validated and is about to be inserted.
    pub fn complete_insert(&self, collection: &Collection, record: &mut Document) -> Result<()> {
        if collection.is_auth() {
            let hash = self.hash.clone().unwrap_or_default();
            record.insert(PASSWORD.into(), hash.into());
            record.insert("tokenKey".into(), token::random_key()?.expose().into());
        }
        Ok(())
    }

    /// Completes a record that was validated and is about to be updated; `changed`
    /// names the fields that will be written.
    // INVARIANT: with the password every session ends, as each needs the key it
    // began with; and neither a password nor an email changes but on the word of the
    // password that is stored at that moment.
    pub fn complete_update(
        &self,
        context: &Context,
        collection: &Collection,
        id: &str,
        record: &mut Document,
        changed: &mut Vec<String>,
    ) -> Result<()> {
        if !collection.is_auth() {
            return Ok(());
        }
        let unproven = changed.iter().any(|name| name == "email");
        let needs_old = (unproven || self.hash.is_some()) && !context.principal.bypasses_rules();
        if needs_old {
            let stored = record::by_id(&context.app, collection, id)?;
            if stored.is_none_or(|stored| self.compared != Some(stored.hash)) {
                return Err(Error::new(
                    Code::Conflict,
                    "The record was changed at the same moment. Read it again and decide anew.",
                ));
            }
        }
        let mut set = |record: &mut Document, field: &str, value: Value| {
            record.insert(field.to_owned(), value);
            if !changed.iter().any(|name| name == field) {
                changed.push(field.to_owned());
            }
        };
        if let Some(hash) = &self.hash {
            set(record, PASSWORD, hash.as_str().into());
            let key = token::random_key()?;
            set(record, "tokenKey", key.expose().into());
        }
        // Nobody has shown that the new address is theirs.
        if unproven && !context.principal.bypasses_rules() {
            set(record, "verified", false.into());
        }
        Ok(())
    }
}

fn wrong(field: &str, code: &str, message: &str) -> Error {
    Error::new(
        Code::ValidationFailed,
        "The record cannot be stored as it is.",
    )
    .field(field, code, message)
}
