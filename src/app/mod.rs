//! One app: its collections, records and users, behind its rules.
//!
//! `routes` finds what a request asks for and who may ask; one module a feature
//! answers. Everything here is synchronous and runs natively in the tests.

pub mod log;
pub mod migrate;
pub mod routes;
pub mod users;

use std::rc::Rc;

use ringfence_rules::Ruleset;
use ringfence_schema::Schema;

use crate::config::Config;
use crate::context::Principal;
use crate::error::Result;
use crate::http::{Reply, Request, Step};
use crate::store::Sql;

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
    /// Wakes the app: brings its tables to the declared schema.
    pub fn open(
        sql: Rc<dyn Sql>,
        config: Config,
        schema: Schema,
        rules: Ruleset,
    ) -> Result<Rc<Self>> {
        Ok(Rc::new(Self {
            sql,
            users: users::Users::new(&config)?,
            config,
            schema: Rc::new(schema),
            rules: Rc::new(rules),
        }))
    }

    /// Serves one request.
    pub fn handle(self: &Rc<Self>, request: Request) -> Step {
        let context = Context {
            app: Rc::clone(self),
            request,
            principal: Principal::Anonymous,
        };
        routes::serve(Rc::new(context)).unwrap_or_else(|error| Step::Done(Reply::error(&error)))
    }
}
