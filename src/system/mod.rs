//! The system: which realms there are, and the administrators of everything.
//!
//! Holds what an app needs to be found and an administrator to sign in; the
//! administration of realms is not here.

mod admins;
mod routes;
mod sign_in;

#[cfg(test)]
mod tests;

pub use admins::Master;

use std::rc::Rc;

use crate::config::Config;
use crate::context::Principal;
use crate::error::Result;
use crate::http::{Reply, Request, Step};
use crate::keys::Keys;
use crate::log;
use crate::migrate::{Steps, internal};
use crate::rate::Limits;
use crate::session;
use crate::store::{Sql, SqlValue};

/// The realm that is always there, by slug and by id.
pub const DEFAULT_REALM: &str = "default";

const REALMS: Steps = Steps {
    owner: "realms",
    statements: &[
        "CREATE TABLE _realms (
            id TEXT PRIMARY KEY NOT NULL, slug TEXT NOT NULL UNIQUE, created TEXT NOT NULL
        ) STRICT, WITHOUT ROWID",
        "INSERT INTO _realms (id, slug, created)
         VALUES ('default', 'default', strftime('%Y-%m-%d %H:%M:%fZ'))",
    ],
};

/// The system that is awake.
pub struct System {
    sql: Rc<dyn Sql>,
    config: Config,
    keys: Keys,
    limits: Limits,
    master: Option<Master>,
}

/// A request with what its answer needs.
struct Context {
    system: Rc<System>,
    request: Request,
}

impl System {
    /// Wakes the system. `master` is the administrator that the environment names;
    /// who is named no longer, or with another password, is signed out here.
    pub fn open(
        sql: Rc<dyn Sql>,
        config: Config,
        master: Option<Master>,
        now_ms: u64,
    ) -> Result<Rc<Self>> {
        internal(&*sql, &[REALMS, admins::STEPS, session::STEPS], now_ms)?;
        admins::settle(&*sql, &config, master.as_ref(), now_ms)?;
        Ok(Rc::new(Self {
            sql,
            keys: Keys::of_system(&config)?,
            limits: Limits::new(&config),
            config,
            master,
        }))
    }

    /// Serves one request.
    pub fn handle(self: &Rc<Self>, request: Request) -> Step {
        let context = Rc::new(Context {
            system: Rc::clone(self),
            request,
        });
        let step = self
            .limits
            .request(&context.request)
            .and_then(|()| routes::serve(&context))
            .unwrap_or_else(|error| Reply::error(&error).into());
        step.map(move |reply| {
            let Context { system, request } = &*context;
            // Nobody is known here before they have signed in.
            log::add_line(reply, request, &system.config, &Principal::Anonymous)
        })
    }

    /// The id of the realm with that slug.
    pub fn resolve_realm(&self, slug: &str) -> Result<Option<String>> {
        resolve(&*self.sql, "SELECT id FROM _realms WHERE slug = ?", slug)
    }
}

/// The id that a statement finds for a slug.
pub(crate) fn resolve(sql: &dyn Sql, statement: &str, slug: &str) -> Result<Option<String>> {
    let rows = sql.query(statement, &[slug.into()])?;
    Ok(rows.into_iter().flatten().find_map(|value| match value {
        SqlValue::Text(id) => Some(id),
        _ => None,
    }))
}
