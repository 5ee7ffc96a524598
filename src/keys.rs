//! The keys of one level, derived from the root secret: a key for each purpose,
//! realm and app, so that a token of one app means nothing to another.
//!
//! Deriving is HKDF-SHA256; signing with the keys is up to `token`.

use hkdf::Hkdf;
use jwt_compact::alg::Hs256Key;
use sha2::Sha256;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::Secret;
use crate::token;

/// What signs and what verifies access tokens of one audience.
// INVARIANT: `Hs256Key` prints nothing of itself and is zeroed when dropped.
#[derive(Debug)]
pub struct Keys {
    /// Signs, and verifies.
    pub current: Hs256Key,
    /// Of the secret before the last rotation: verifies only.
    pub previous: Option<Hs256Key>,
}

impl Keys {
    /// The keys for the end users of the app that `config` is of.
    pub fn of_app(config: &Config) -> Result<Self> {
        Self::derive(config, &["access", "app", &config.realm_id, &config.app_id])
    }

    /// The keys for administrators. Every level derives the same ones, so that
    /// an app knows an administrator without asking the system object.
    pub fn of_system(config: &Config) -> Result<Self> {
        Self::derive(config, &["access", "system"])
    }

    fn derive(config: &Config, purpose: &[&str]) -> Result<Self> {
        let previous = config.previous_secret.as_ref();
        Ok(Self {
            current: derive(&config.secret, purpose)?,
            previous: previous.map(|secret| derive(secret, purpose)).transpose()?,
        })
    }
}

/// What a list of texts is recognised by, which says nothing of them to whoever
/// has not the root secret.
pub fn fingerprint(secret: &Secret, parts: &[&str]) -> Result<String> {
    let purpose = [&["fingerprint"], parts].concat();
    derive(secret, &purpose).map(|key| token::digest(key.as_ref()))
}

fn derive(secret: &Secret, purpose: &[&str]) -> Result<Hs256Key> {
    // INVARIANT: each part goes with its length, so that no two lists of parts
    // make the same context ("a", "bc" and "ab", "c").
    let mut context = b"ringfence 1".to_vec();
    for part in purpose {
        context.extend_from_slice(&(part.len() as u64).to_be_bytes());
        context.extend_from_slice(part.as_bytes());
    }
    let mut key = [0_u8; 32];
    Hkdf::<Sha256>::new(None, secret.expose().as_bytes())
        .expand(&context, &mut key)
        .map_err(|error| Error::internal(error.to_string()))?;
    Ok(Hs256Key::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(secret: &str, purpose: &[&str]) -> Vec<u8> {
        derive(&Secret::new(secret), purpose)
            .unwrap()
            .as_ref()
            .to_vec()
    }

    #[test]
    fn the_same_parts_give_the_same_key_and_any_other_another() {
        let key = bytes("root", &["access", "app", "r1", "a1"]);
        assert_eq!(key, bytes("root", &["access", "app", "r1", "a1"]));
        let others = [
            bytes("root", &["access", "app", "r1", "a2"]),
            bytes("root", &["access", "app", "r1a", "1"]),
            bytes("root", &["access", "app", "r1"]),
            bytes("root2", &["access", "app", "r1", "a1"]),
        ];
        assert!(others.iter().all(|other| *other != key));
    }

    #[test]
    fn a_key_prints_nothing_of_itself() {
        let key = derive(&Secret::new("root"), &["access"]).unwrap();
        assert_eq!(format!("{key:?}"), "Hs256Key(\"_\")");
    }
}
