//! The administrators of the system and their table. One of them is the master:
//! the environment names it, and the table follows the environment.

use ringfence_schema::date;

use super::resolve;
use crate::config::Config;
use crate::credentials;
use crate::error::Result;
use crate::http::Secret;
use crate::keys;
use crate::migrate::Steps;
use crate::session::{self, Owner};
use crate::store::{self, Sql, SqlValue};
use crate::token;

/// The tables. `named_as` is a keyed digest of the master's email and password as
/// the environment had them, so that a change is seen without hashing; a
/// `password` that is empty has not been hashed yet and belongs to nobody.
pub const STEPS: Steps = Steps {
    owner: "admins",
    statements: &[
        "CREATE TABLE _admins (
            id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, password TEXT NOT NULL,
            key TEXT NOT NULL, named_as TEXT NOT NULL,
            created TEXT NOT NULL, updated TEXT NOT NULL
        ) STRICT, WITHOUT ROWID",
        "CREATE TABLE _sign_ins (
            number INTEGER PRIMARY KEY, at TEXT NOT NULL, email TEXT NOT NULL,
            address TEXT NOT NULL, outcome TEXT NOT NULL
        ) STRICT",
    ],
};

/// The id of the master administrator, whoever it is.
pub const MASTER_ID: &str = "master";
/// The sign-ins that are remembered.
const REMEMBERED: i64 = 10_000;

/// The administrator that the environment names.
#[derive(Clone, Debug)]
pub struct Master {
    /// `MASTER_ADMIN_EMAIL`.
    pub email: String,
    /// `MASTER_ADMIN_PASSWORD`.
    pub password: Secret,
}

/// An administrator as stored.
pub struct Admin {
    /// Their id.
    pub id: String,
    /// Their email.
    pub email: String,
    /// A PHC string; empty: not hashed yet.
    pub hash: String,
    /// What their sessions need.
    pub key: Secret,
    /// When they came to be.
    pub created: String,
    /// When they last changed.
    pub updated: String,
}

impl Admin {
    /// Whose session it would be.
    pub fn owner(&self) -> Owner {
        Owner {
            collection: token::ADMINS.to_owned(),
            id: self.id.clone(),
            key: self.key.clone(),
        }
    }
}

/// Makes the table follow the environment.
// INVARIANT: from the moment the environment names another password, the old one
// and every session begun with it are worth nothing.
pub fn settle(sql: &dyn Sql, config: &Config, master: Option<&Master>, now_ms: u64) -> Result<()> {
    let named_as = |secret: &Secret| match master {
        Some(master) => {
            keys::fingerprint(secret, &["master", &master.email, master.password.expose()])
        }
        None => Ok(String::new()),
    };
    let now_named = named_as(&config.secret)?;
    let stored = stored_name(sql)?;
    if stored.as_deref().unwrap_or_default() == now_named {
        return Ok(());
    }
    if let (Some(previous), true) = (&config.previous_secret, stored.is_some())
        && stored == Some(named_as(previous)?)
    {
        // Only the root secret was rotated.
        sql.execute(
            "UPDATE _admins SET named_as = ? WHERE id = ?",
            &[now_named.into(), MASTER_ID.into()],
        )?;
        return Ok(());
    }
    store::transact(sql, || {
        session::end_all(sql, token::ADMINS, MASTER_ID)?;
        sql.execute("DELETE FROM _admins WHERE id = ?", &[MASTER_ID.into()])?;
        match master {
            Some(master) => insert_master(sql, master, &now_named, now_ms),
            None => Ok(()),
        }
    })
}

fn stored_name(sql: &dyn Sql) -> Result<Option<String>> {
    resolve(sql, "SELECT named_as FROM _admins WHERE id = ?", MASTER_ID)
}

fn insert_master(sql: &dyn Sql, master: &Master, named_as: &str, now_ms: u64) -> Result<()> {
    let now = date::format(i64::try_from(now_ms).unwrap_or(i64::MAX));
    sql.execute(
        "INSERT INTO _admins (id, email, password, key, named_as, created, updated)
         VALUES (?, ?, '', ?, ?, ?, ?)",
        &[
            MASTER_ID.into(),
            credentials::normalise_email(&master.email).into(),
            token::random_key()?.expose().into(),
            named_as.into(),
            now.as_str().into(),
            now.as_str().into(),
        ],
    )?;
    Ok(())
}

/// The hash of the master's password, made at its first use.
pub fn store_hash(sql: &dyn Sql, admin: &Admin, hash: &str) -> Result<()> {
    sql.execute(
        "UPDATE _admins SET password = ? WHERE id = ? AND key = ? AND password = ''",
        &[
            hash.into(),
            admin.id.as_str().into(),
            admin.key.expose().into(),
        ],
    )?;
    Ok(())
}

/// The administrator with that email, which is in its stored form.
pub fn by_email(sql: &dyn Sql, email: &str) -> Result<Option<Admin>> {
    find(sql, "email = ?", &[email.into()])
}

/// The administrator behind a session, while it lives.
// INVARIANT: the one statement that decides whether a session still counts.
pub fn of_session(sql: &dyn Sql, session: &str, now_ms: u64) -> Result<Option<Admin>> {
    find(
        sql,
        "(id, key) = (SELECT owner, key FROM _sessions
         WHERE id = ? AND collection = ? AND expires > ?)",
        &[
            session.into(),
            token::ADMINS.into(),
            session::seconds(now_ms),
        ],
    )
}

/// Notes that somebody tried to sign in.
pub fn note_sign_in(
    sql: &dyn Sql,
    email: &str,
    address: Option<&str>,
    outcome: &str,
    now_ms: u64,
) -> Result<()> {
    let at = date::format(i64::try_from(now_ms).unwrap_or(i64::MAX));
    sql.execute(
        "INSERT INTO _sign_ins (at, email, address, outcome) VALUES (?, ?, ?, ?)",
        &[
            at.into(),
            email.into(),
            address.unwrap_or_default().into(),
            outcome.into(),
        ],
    )?;
    sql.execute(
        "DELETE FROM _sign_ins WHERE number <= (SELECT max(number) FROM _sign_ins) - ?",
        &[REMEMBERED.into()],
    )?;
    Ok(())
}

fn find(sql: &dyn Sql, condition: &str, params: &[SqlValue]) -> Result<Option<Admin>> {
    let rows = sql.query(
        &format!(
            "SELECT id, email, password, key, created, updated FROM _admins WHERE {condition}"
        ),
        params,
    )?;
    let found = rows.first().and_then(|row| session::texts(row));
    Ok(found.map(|[id, email, hash, key, created, updated]| Admin {
        id,
        email,
        hash,
        key: Secret::new(key),
        created,
        updated,
    }))
}
