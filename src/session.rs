//! Sessions: a sign-in and the chain of refresh tokens that keeps it going, in
//! the database of its own level (an app's users, the system's administrators).
//!
//! Who may begin one is decided by its callers. Whether its owner still exists
//! and still has the key it began with is theirs to ask, in the same statement.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::error::Result;
use crate::http::Secret;
use crate::limits::REFRESH_TOKEN_SECONDS;
use crate::migrate::Steps;
use crate::store::{Sql, SqlValue};
use crate::token;

/// The table. `id` is the digest of the family part of its refresh tokens,
/// `refresh` of the secret part of the one that is valid now, `key` the owner's
/// key as it was at sign-in: when the owner gets another, the session is over.
/// Times in seconds.
pub const STEPS: Steps = Steps {
    owner: "session",
    statements: &[
        "CREATE TABLE _sessions (
            id TEXT PRIMARY KEY NOT NULL, collection TEXT NOT NULL, owner TEXT NOT NULL,
            key TEXT NOT NULL, refresh TEXT NOT NULL, expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID",
        "CREATE INDEX _sessions_owner ON _sessions (collection, owner)",
        "CREATE INDEX _sessions_expires ON _sessions (expires)",
    ],
};

const FAMILY_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
/// Expired sessions removed with each new one.
const PURGED_AT_ONCE: i64 = 100;

/// Whose session it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    /// The auth collection's id.
    pub collection: String,
    /// The record's id in it.
    pub id: String,
    /// The record's `tokenKey`.
    pub key: Secret,
}

/// A session with the refresh token that continues it.
pub struct Started {
    /// The session's id.
    pub id: String,
    /// Sent to the client and stored nowhere.
    pub refresh: Secret,
}

/// What a refresh token turned out to be.
pub enum Refreshed {
    /// The valid one: the session, its owner, and the token that replaces it.
    Rotated(Started, Owner),
    /// An earlier one of this session, which is over now.
    Reused(String),
    /// Nothing we know, or no longer.
    Unknown,
}

/// Begins a session, and clears away some that have expired.
pub fn start(sql: &dyn Sql, owner: &Owner, now_ms: u64) -> Result<Started> {
    sql.execute(
        "DELETE FROM _sessions WHERE id IN (SELECT id FROM _sessions WHERE expires <= ? LIMIT ?)",
        &[seconds(now_ms), PURGED_AT_ONCE.into()],
    )?;
    let family = token::random::<FAMILY_BYTES>()?;
    let secret = token::random::<SECRET_BYTES>()?;
    let id = token::digest(&family);
    sql.execute(
        "INSERT INTO _sessions (id, collection, owner, key, refresh, expires)
         VALUES (?, ?, ?, ?, ?, ?)",
        &[
            id.as_str().into(),
            owner.collection.as_str().into(),
            owner.id.as_str().into(),
            owner.key.expose().into(),
            token::digest(&secret).into(),
            expiry(now_ms),
        ],
    )?;
    Ok(Started {
        id,
        refresh: join(&family, &secret),
    })
}

/// Exchanges a refresh token of an auth collection's user for the next. Only one of two at the same time can
/// have the valid one; the other reuses it.
// INVARIANT: whoever shows any token of a session but its latest ends it: one of
// the two who had it is not the owner, and we cannot know which.
pub fn refresh(
    sql: &dyn Sql,
    collection: &str,
    refresh_token: &str,
    now_ms: u64,
) -> Result<Refreshed> {
    let Some((family, secret)) = split(refresh_token) else {
        return Ok(Refreshed::Unknown);
    };
    let id = token::digest(&family);
    let found = sql.query(
        "SELECT owner, key, refresh FROM _sessions
         WHERE id = ? AND collection = ? AND expires > ?",
        &[id.as_str().into(), collection.into(), seconds(now_ms)],
    )?;
    let Some([owner, key, valid]) = found.first().and_then(|row| texts(row)) else {
        return Ok(Refreshed::Unknown);
    };
    if valid != token::digest(&secret) {
        end(sql, &id)?;
        return Ok(Refreshed::Reused(id));
    }
    let next = token::random::<SECRET_BYTES>()?;
    sql.execute(
        "UPDATE _sessions SET refresh = ?, expires = ? WHERE id = ?",
        &[
            token::digest(&next).into(),
            expiry(now_ms),
            id.as_str().into(),
        ],
    )?;
    let owner = Owner {
        collection: collection.to_owned(),
        id: owner,
        key: Secret::new(key),
    };
    let started = Started {
        id,
        refresh: join(&family, &next),
    };
    Ok(Refreshed::Rotated(started, owner))
}

/// The session that a refresh token belongs to, valid or not.
pub fn of_refresh_token(refresh_token: &str) -> Option<String> {
    split(refresh_token).map(|(family, _)| token::digest(&family))
}

/// Ends a session with all its tokens.
pub fn end(sql: &dyn Sql, id: &str) -> Result<()> {
    sql.execute("DELETE FROM _sessions WHERE id = ?", &[id.into()])?;
    Ok(())
}

/// Ends every session of somebody.
pub fn end_all(sql: &dyn Sql, collection: &str, owner: &str) -> Result<()> {
    sql.execute(
        "DELETE FROM _sessions WHERE collection = ? AND owner = ?",
        &[collection.into(), owner.into()],
    )?;
    Ok(())
}

/// A moment as the table has it.
pub fn seconds(now_ms: u64) -> SqlValue {
    SqlValue::Integer(i64::try_from(now_ms / 1000).unwrap_or(i64::MAX))
}

/// The texts of a row that has so many and nothing else.
pub fn texts<const N: usize>(row: &[SqlValue]) -> Option<[String; N]> {
    let texts: Vec<String> = row
        .iter()
        .filter_map(|value| match value {
            SqlValue::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    texts.try_into().ok()
}

fn expiry(now_ms: u64) -> SqlValue {
    seconds(now_ms.saturating_add(REFRESH_TOKEN_SECONDS * 1000))
}

fn join(family: &[u8; FAMILY_BYTES], secret: &[u8; SECRET_BYTES]) -> Secret {
    let whole = [family.as_slice(), secret.as_slice()].concat();
    Secret::new(Base64UrlUnpadded::encode_string(&whole))
}

fn split(refresh_token: &str) -> Option<([u8; FAMILY_BYTES], [u8; SECRET_BYTES])> {
    let mut bytes = [0_u8; FAMILY_BYTES + SECRET_BYTES];
    let read = Base64UrlUnpadded::decode(refresh_token, &mut bytes).ok()?;
    let (family, secret) = read.split_first_chunk::<FAMILY_BYTES>()?;
    Some((*family, secret.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::internal;
    use crate::store::native::NativeSql;

    const NOW: u64 = 1_795_000_000_000;
    const LIFETIME_MS: u64 = REFRESH_TOKEN_SECONDS * 1000;

    fn database() -> NativeSql {
        let sql = NativeSql::memory().unwrap();
        internal(&sql, &[STEPS], NOW).unwrap();
        sql
    }

    fn ann() -> Owner {
        Owner {
            collection: "c1".into(),
            id: "ann".into(),
            key: Secret::new("k1"),
        }
    }

    fn rotated(refreshed: Refreshed) -> Started {
        match refreshed {
            Refreshed::Rotated(started, owner) => {
                assert!(owner == ann());
                started
            }
            Refreshed::Reused(_) => panic!("reused"),
            Refreshed::Unknown => panic!("unknown"),
        }
    }

    fn count(sql: &NativeSql) -> usize {
        sql.query("SELECT id FROM _sessions", &[]).unwrap().len()
    }

    #[test]
    fn each_refresh_token_works_once() {
        let sql = database();
        let first = start(&sql, &ann(), NOW).unwrap();
        let second = rotated(refresh(&sql, "c1", first.refresh.expose(), NOW).unwrap());
        assert_eq!(second.id, first.id);
        assert!(second.refresh != first.refresh);
        let third = rotated(refresh(&sql, "c1", second.refresh.expose(), NOW).unwrap());
        assert_eq!(third.id, first.id);
    }

    #[test]
    fn reuse_of_any_earlier_token_ends_the_session_for_everybody() {
        for steps in [1, 2, 5] {
            let sql = database();
            let first = start(&sql, &ann(), NOW).unwrap();
            let mut latest = first.refresh.clone();
            for _ in 0..steps {
                latest = rotated(refresh(&sql, "c1", latest.expose(), NOW).unwrap()).refresh;
            }
            let reused = refresh(&sql, "c1", first.refresh.expose(), NOW).unwrap();
            assert!(matches!(reused, Refreshed::Reused(id) if id == first.id));
            let after = refresh(&sql, "c1", latest.expose(), NOW).unwrap();
            assert!(matches!(after, Refreshed::Unknown), "after {steps}");
        }
    }

    #[test]
    fn reuse_ends_no_other_session_of_the_same_person() {
        let sql = database();
        let (one, other) = (
            start(&sql, &ann(), NOW).unwrap(),
            start(&sql, &ann(), NOW).unwrap(),
        );
        rotated(refresh(&sql, "c1", one.refresh.expose(), NOW).unwrap());
        refresh(&sql, "c1", one.refresh.expose(), NOW).unwrap();
        rotated(refresh(&sql, "c1", other.refresh.expose(), NOW).unwrap());
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_is_cleared_away_after() {
        let sql = database();
        let unused = start(&sql, &ann(), NOW).unwrap();
        let used = start(&sql, &ann(), NOW).unwrap();
        let later = NOW + LIFETIME_MS - 1000;
        let used = rotated(refresh(&sql, "c1", used.refresh.expose(), later).unwrap());
        let end = NOW + LIFETIME_MS;
        let gone = refresh(&sql, "c1", unused.refresh.expose(), end).unwrap();
        assert!(matches!(gone, Refreshed::Unknown));
        rotated(refresh(&sql, "c1", used.refresh.expose(), end).unwrap());
        assert_eq!(count(&sql), 2);
        start(&sql, &ann(), end).unwrap();
        assert_eq!(count(&sql), 2, "the expired one went as the new one came");
    }

    #[test]
    fn what_is_stored_is_not_what_is_shown() {
        let sql = database();
        let started = start(&sql, &ann(), NOW).unwrap();
        let rows = sql.query("SELECT * FROM _sessions", &[]).unwrap();
        let (family, secret) = split(started.refresh.expose()).unwrap();
        for part in [family.as_slice(), secret.as_slice()] {
            let shown = Base64UrlUnpadded::encode_string(part);
            assert!(!format!("{rows:?}").contains(&shown));
        }
        assert!(!started.refresh.expose().contains(&started.id));
    }

    #[test]
    fn what_is_no_refresh_token_is_unknown_and_ends_nothing() {
        let sql = database();
        let started = start(&sql, &ann(), NOW).unwrap();
        let valid = started.refresh.expose();
        for token in [
            "",
            "x",
            "é",
            &valid[..60],
            &format!("{valid}AAAA"),
            &started.id,
        ] {
            let refreshed = refresh(&sql, "c1", token, NOW).unwrap();
            assert!(matches!(refreshed, Refreshed::Unknown), "{token}");
        }
        rotated(refresh(&sql, "c1", valid, NOW).unwrap());
    }

    #[test]
    fn a_token_shown_to_another_collection_is_unknown_there_and_still_works() {
        let sql = database();
        let started = start(&sql, &ann(), NOW).unwrap();
        let other = refresh(&sql, "c2", started.refresh.expose(), NOW).unwrap();
        assert!(matches!(other, Refreshed::Unknown));
        rotated(refresh(&sql, "c1", started.refresh.expose(), NOW).unwrap());
    }

    #[test]
    fn ending_all_ends_those_of_one_person_alone() {
        let sql = database();
        let bob = Owner {
            id: "bob".into(),
            ..ann()
        };
        start(&sql, &ann(), NOW).unwrap();
        start(&sql, &ann(), NOW).unwrap();
        start(&sql, &bob, NOW).unwrap();
        end_all(&sql, "c1", "ann").unwrap();
        assert_eq!(count(&sql), 1);
    }
}
