//! Access tokens (JWT, HS256) and the random values of sign-in.
//!
//! A token says who signed in where and until when; whether that still holds
//! (the session lives, the record exists) is for `session` and the database.

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::DateTime;
use jwt_compact::alg::Hs256;
use jwt_compact::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};
use crate::http::Secret;
use crate::keys::Keys;
use crate::limits::ACCESS_TOKEN_SECONDS;

/// The longest token that is looked at, in bytes.
const TOKEN_BYTES: usize = 2_000;

/// What an access token claims, beside `exp`; names as the `pocketbase` client
/// reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// The record's id.
    pub id: String,
    /// `auth`: an access token and nothing else.
    #[serde(rename = "type")]
    pub kind: String,
    /// The auth collection's id.
    pub collection_id: String,
    /// Whether it may be exchanged for a later one.
    pub refreshable: bool,
    /// The realm's id; empty for the system's administrators.
    pub realm: String,
    /// The app's id; likewise.
    pub app: String,
    /// The session it lives and dies with.
    pub session: String,
    /// Of an administrator, for the log of apps, which have no record of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Access {
    /// Whether it is of an administrator.
    pub fn is_admin(&self) -> bool {
        self.collection_id == ADMINS
    }
}

/// `Access::kind` of every access token.
pub const AUTH: &str = "auth";
/// `Access::kind` of every file token.
pub const FILE: &str = "file";
/// The collection id by which the `pocketbase` client knows superusers. No
/// collection of an app can have it: their keys are others, and so are their ids.
pub const ADMINS: &str = "pbc_3142635823";

/// Signs an access token that lives from now for `ACCESS_TOKEN_SECONDS`.
pub fn issue(keys: &Keys, access: Access, now_ms: u64) -> Result<String> {
    issue_for(keys, access, now_ms, ACCESS_TOKEN_SECONDS)
}

/// Signs a token that lives from now for that long.
pub fn issue_for(keys: &Keys, access: Access, now_ms: u64, seconds: u64) -> Result<String> {
    let expires_s = now_ms / 1000 + seconds;
    let mut claims = Claims::new(access);
    claims.expiration = i64::try_from(expires_s)
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    Hs256
        .token(&Header::empty(), &claims, &keys.current)
        .map_err(|error| Error::internal(error.to_string()))
}

/// What an access token claims and when it ends (seconds since 1970), if one of the
/// keys signed it. The caller compares the end with the clock.
pub fn verify(keys: &Keys, token: &str) -> Option<(Access, u64)> {
    verify_kind(keys, token, AUTH)
}

/// The same of a token of that kind.
// INVARIANT: the algorithm is ours, never the token's: `alg` must say HS256; and no
// token passes for one of another kind.
pub fn verify_kind(keys: &Keys, token: &str, kind: &str) -> Option<(Access, u64)> {
    if token.len() > TOKEN_BYTES {
        return None;
    }
    let untrusted = UntrustedToken::new(token).ok()?;
    let verified = [Some(&keys.current), keys.previous.as_ref()]
        .into_iter()
        .flatten()
        .find_map(|key| Hs256.validator::<Access>(key).validate(&untrusted).ok())?;
    let claims = verified.claims();
    let expires_s = u64::try_from(claims.expiration?.timestamp()).ok()?;
    (claims.custom.kind == kind).then(|| (claims.custom.clone(), expires_s))
}

/// What a token that does not hold gets, whatever is wrong with it.
pub fn invalid() -> Error {
    Error::new(
        Code::InvalidToken,
        "The access token is not valid or has expired. Sign in again, or refresh it.",
    )
}

/// `N` random bytes from the platform.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(error.to_string()))?;
    Ok(bytes)
}

/// `N` random bytes as text.
pub fn random_text<const N: usize>() -> Result<String> {
    Ok(Base64UrlUnpadded::encode_string(&random::<N>()?))
}

/// 256 random bits as text: what changes when every token of a user must end.
pub fn random_key() -> Result<Secret> {
    Ok(Secret::new(random_text::<32>()?))
}

/// The SHA-256 of a random value, as text: what is stored instead of it.
pub fn digest(value: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Quotas};

    const NOW_MS: u64 = 1_795_000_000_000;

    fn config(secret: &str, previous: Option<&str>, app: &str) -> Config {
        Config {
            realm_id: "r1".into(),
            app_id: app.into(),
            secret: Secret::new(secret),
            previous_secret: previous.map(Secret::new),
            requests_per_minute: 0,
            logins_per_minute: 0,
            quotas: Quotas::default(),
            logs_every_request: true,
        }
    }

    fn keys(secret: &str, previous: Option<&str>, app: &str) -> Keys {
        Keys::of_app(&config(secret, previous, app)).unwrap()
    }

    fn access() -> Access {
        Access {
            id: "u1".into(),
            kind: AUTH.into(),
            collection_id: "c1".into(),
            refreshable: true,
            realm: "r1".into(),
            app: "a1".into(),
            session: "s1".into(),
            email: None,
        }
    }

    fn payload(token: &str) -> serde_json::Value {
        let part = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
    }

    fn with_payload(token: &str, change: impl Fn(&mut serde_json::Value)) -> String {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let mut claims = payload(token);
        change(&mut claims);
        parts[1] = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
        parts.join(".")
    }

    #[test]
    fn it_claims_what_the_client_reads_and_lives_fifteen_minutes() {
        let keys = keys("root", None, "a1");
        let token = issue(&keys, access(), NOW_MS).unwrap();
        let claims = payload(&token);
        let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "app",
                "collectionId",
                "exp",
                "id",
                "realm",
                "refreshable",
                "session",
                "type"
            ]
        );
        assert_eq!(claims["exp"], NOW_MS / 1000 + 900);
        let (read, expires_s) = verify(&keys, &token).unwrap();
        assert_eq!(read, access());
        assert_eq!(expires_s, NOW_MS / 1000 + 900);
    }

    #[test]
    fn the_previous_secret_verifies_and_does_not_sign() {
        let old = issue(&keys("old", None, "a1"), access(), NOW_MS).unwrap();
        let rotated = keys("new", Some("old"), "a1");
        assert!(verify(&rotated, &old).is_some());
        let new = issue(&rotated, access(), NOW_MS).unwrap();
        assert!(verify(&keys("new", None, "a1"), &new).is_some());
        assert!(verify(&keys("old", None, "a1"), &new).is_none());
        assert!(verify(&keys("new", None, "a1"), &old).is_none());
    }

    #[test]
    fn a_token_of_another_app_or_of_the_system_is_nothing_here() {
        let mine = keys("root", None, "a1");
        let other = issue(&keys("root", None, "a2"), access(), NOW_MS).unwrap();
        assert!(verify(&mine, &other).is_none());
        let system = Keys::of_system(&config("root", None, "a1")).unwrap();
        let admin = issue(&system, access(), NOW_MS).unwrap();
        assert!(verify(&mine, &admin).is_none());
    }

    #[test]
    fn a_tampered_token_is_refused_wherever_it_was_touched() {
        let keys = keys("root", None, "a1");
        let token = issue(&keys, access(), NOW_MS).unwrap();
        let none = Base64UrlUnpadded::encode_string(br#"{"alg":"none"}"#);
        let (_, rest) = token.split_once('.').unwrap();
        let body = rest.split('.').next().unwrap();
        let flipped = format!("{}{}", &token[..token.len() - 2], "AA");
        let tampered = [
            with_payload(&token, |claims| claims["id"] = "u2".into()),
            with_payload(&token, |claims| claims["exp"] = 9_999_999_999_u64.into()),
            format!("{none}.{rest}"),
            format!("{none}.{body}."),
            format!("{}.{body}.", token.split('.').next().unwrap()),
            token[..token.len() - 1].to_owned(),
            flipped,
            String::new(),
            "..".into(),
            "a".repeat(TOKEN_BYTES + 1),
            format!("{token}.{token}"),
        ];
        for tampered in tampered {
            assert!(verify(&keys, &tampered).is_none(), "{tampered}");
        }
    }

    #[test]
    fn a_token_of_another_kind_is_no_access_token() {
        let keys = keys("root", None, "a1");
        let other = Access {
            kind: "passwordReset".into(),
            ..access()
        };
        let token = issue(&keys, other, NOW_MS).unwrap();
        assert!(verify(&keys, &token).is_none());
    }

    #[test]
    fn random_keys_differ_and_their_digest_is_not_them() {
        let (a, b) = (random_key().unwrap(), random_key().unwrap());
        assert!(a != b && a.expose().len() == 43);
        assert_ne!(digest(a.expose().as_bytes()), a.expose());
    }
}
