//! One app: its collections, records and users, behind its rules.
//!
//! `routes` finds what a request asks for and who may ask; one module a feature
//! answers. Everything here is synchronous and runs natively in the tests.

pub mod access;
pub mod batch;
pub mod collections;
pub mod declared;
pub mod expand;
pub mod files;
pub mod idempotency;
pub mod migrate;
pub mod query;
pub mod records;
pub mod routes;
pub mod rules;
pub mod users;

use std::rc::Rc;

use ringfence_rules::Ruleset;
use ringfence_schema::{Collection, Schema};

use crate::app::access::Access;
use crate::app::files::sweep::Files;
use crate::app::query::table::Table;
use crate::app::routes::Route;
use crate::config::Config;
use crate::context::Principal;
use crate::error::Result;
use crate::http::{Reply, Request, Step};
use crate::log;
use crate::migrate::{Steps, internal};
use crate::rate::Limits;
use crate::session;
use crate::store::Sql;

/// The tables that an app keeps beside its collections.
const INTERNAL: [Steps; 3] = [session::STEPS, idempotency::TABLES, files::tables::TABLES];

/// An app that is awake.
pub struct App {
    /// Its database.
    pub sql: Rc<dyn Sql>,
    /// Its settings.
    pub config: Config,
    /// Its collections, as the database has them now.
    pub schema: Rc<Schema>,
    /// Its rules, checked against them.
    pub rules: Rc<Ruleset>,
    /// Who has signed in.
    pub users: users::Users,
    /// Whether something is to do for its files.
    pub files: Files,
    /// How much each address may ask.
    pub limits: Limits,
    /// Why its tables are not at its schema; it then serves nothing.
    refused: Option<migrate::Refused>,
    /// The statements of each collection, in the order of the schema.
    tables: Vec<Table>,
}

/// A request with everything about it that features need.
pub struct Context {
    /// The app it is for.
    pub app: Rc<App>,
    /// As it came.
    pub request: Request,
    /// Who calls.
    pub principal: Principal,
}

impl App {
    /// Wakes the app: brings its tables to the declared schema. Where that would lose
    /// something, the app is open but serves only the reason why not.
    pub fn open(
        sql: Rc<dyn Sql>,
        config: Config,
        schema: Schema,
        rules: Ruleset,
        now_ms: u64,
    ) -> Result<Rc<Self>> {
        internal(&*sql, &INTERNAL, now_ms)?;
        let (is_migrated, refused) = match migrate::apply(&*sql, &schema, now_ms) {
            Ok(is_migrated) => (is_migrated, None),
            Err(error) => (false, Some(migrate::refused(error)?)),
        };
        Ok(Rc::new(Self {
            refused,
            sql,
            users: users::Users::new(&config)?,
            files: Files::new(is_migrated),
            limits: Limits::new(&config),
            config,
            tables: schema
                .collections
                .iter()
                .map(|_| Table::default())
                .collect(),
            schema: Rc::new(schema),
            rules: Rc::new(rules),
        }))
    }

    /// The collection of that name or id, with its statements.
    pub fn table(&self, name_or_id: &str) -> Option<(&Collection, &Table)> {
        let all = &self.schema.collections;
        let named = all.iter().position(|c| c.name == name_or_id);
        let position = named.or_else(|| all.iter().position(|c| c.id == name_or_id))?;
        Some((all.get(position)?, self.tables.get(position)?))
    }

    /// Serves one request.
    pub fn handle(self: &Rc<Self>, request: Request) -> Step {
        let admitted = self.admit(&request);
        let (route, principal) = match admitted {
            Ok((route, principal)) => (Ok(route), principal),
            Err(error) => (Err(error), Principal::Anonymous),
        };
        let context = Rc::new(Context {
            app: Rc::clone(self),
            request,
            principal,
        });
        let step = route
            .and_then(|route| routes::serve(Rc::clone(&context), route))
            .unwrap_or_else(|error| Reply::error(&error).into());
        step.map(move |reply| {
            files::form::release(&context);
            let Context {
                app,
                request,
                principal,
            } = &*context;
            log::add_line(reply, request, &app.config, principal)
        })
    }

    fn admit(&self, request: &Request) -> Result<(Route, Principal)> {
        self.limits.request(request)?;
        files::form::check_count(&request.body)?;
        if let Some(refused) = &self.refused {
            let is_admin = users::is_admin(self, &request.headers, request.now_ms);
            return Err(refused.error(is_admin));
        }
        let route = routes::find(request.method, &request.path)?;
        let principal = match routes::access(&route) {
            // A client with an old token must be able to get a new one.
            Access::Credentials => Principal::Anonymous,
            Access::Public | Access::SignedIn | Access::Admin => {
                users::authenticate(self, &request.headers, request.now_ms)?
            }
        };
        Ok((route, principal))
    }
}
