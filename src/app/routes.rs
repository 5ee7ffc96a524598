//! Every route of an app, who may call it, and where it leads.
//!
//! A new route is a line in `route`, an arm in `access` and an arm in `serve`;
//! the compiler asks for the last two.

use std::rc::Rc;

use percent_encoding::percent_decode_str;

use crate::app::access::Access;
use crate::app::records::serve as records;
use crate::app::{Context, batch, collections, files, rules, users};
use crate::error::{Code, Error, Result};
use crate::http::{Method, Step};

/// What a path asks for, below the app's base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET /collections`
    ListCollections,
    /// `GET /collections/{c}`
    ViewCollection(String),
    /// `GET /collections/{c}/records`
    ListRecords(String),
    /// `GET /collections/{c}/records/count`
    CountRecords(String),
    /// `POST /collections/{c}/records`
    CreateRecord(String),
    /// `GET /collections/{c}/records/{id}`
    ViewRecord(String, String),
    /// `PATCH /collections/{c}/records/{id}`
    UpdateRecord(String, String),
    /// `DELETE /collections/{c}/records/{id}`
    DeleteRecord(String, String),
    /// `PATCH /collections/{c}/records?filter=`
    UpdateRecords(String),
    /// `DELETE /collections/{c}/records?filter=`
    DeleteRecords(String),
    /// `POST /batch`
    Batch,
    /// `POST /rules/explain`
    ExplainRule,
    /// `POST /rules/test`
    TestRules,
    /// Files and tokens for them.
    Files(files::Action),
    /// Signing up, in and out of an auth collection.
    Users(users::Action, String),
}

/// The methods that there are routes for; HEAD goes where GET goes.
const METHODS: [Method; 5] = [
    Method::Get,
    Method::Post,
    Method::Patch,
    Method::Put,
    Method::Delete,
];

/// The route of a request, or what is wrong with its path or method.
pub fn find(method: Method, path: &str) -> Result<Route> {
    let decoded = decode(path)?;
    let segments: Vec<&str> = decoded.iter().map(AsRef::as_ref).collect();
    let method = match method {
        Method::Head => Method::Get,
        other => other,
    };
    if let Some(found) = route(method, &segments) {
        return Ok(found);
    }
    let works = |other: &Method| route(*other, &segments).is_some();
    let allowed: Vec<&str> = METHODS
        .into_iter()
        .filter(works)
        .map(Method::name)
        .collect();
    if allowed.is_empty() {
        return Err(Error::not_found("route"));
    }
    Err(Error::new(
        Code::MethodNotAllowed,
        format!(
            "{} does not work here, but {} does.",
            method.name(),
            allowed.join(", ")
        ),
    ))
}

fn route(method: Method, segments: &[&str]) -> Option<Route> {
    use Method::{Delete, Get, Patch, Post};
    let owned = |text: &&str| (*text).to_owned();
    Some(match (method, segments) {
        (Get, ["collections"]) => Route::ListCollections,
        (Get, ["collections", c]) => Route::ViewCollection(owned(c)),
        (Get, ["collections", c, "records"]) => Route::ListRecords(owned(c)),
        (Post, ["collections", c, "records"]) => Route::CreateRecord(owned(c)),
        (Patch, ["collections", c, "records"]) => Route::UpdateRecords(owned(c)),
        (Delete, ["collections", c, "records"]) => Route::DeleteRecords(owned(c)),
        // No record has this id.
        (_, ["collections", c, "records", "count"]) => match method {
            Get => Route::CountRecords(owned(c)),
            _ => return None,
        },
        (Get, ["collections", c, "records", id]) => Route::ViewRecord(owned(c), owned(id)),
        (Patch, ["collections", c, "records", id]) => Route::UpdateRecord(owned(c), owned(id)),
        (Delete, ["collections", c, "records", id]) => Route::DeleteRecord(owned(c), owned(id)),
        (Post, ["batch"]) => Route::Batch,
        (Post, ["rules", "explain"]) => Route::ExplainRule,
        (Post, ["rules", "test"]) => Route::TestRules,
        (_, ["files", ..]) => Route::Files(files::find(method, segments)?),
        _ => {
            let (action, collection) = users::find(method, segments)?;
            Route::Users(action, collection)
        }
    })
}

/// The decision about each route.
pub fn access(route: &Route) -> Access {
    match route {
        Route::ListRecords(_)
        | Route::CountRecords(_)
        | Route::CreateRecord(_)
        | Route::ViewRecord(..)
        | Route::UpdateRecord(..)
        | Route::DeleteRecord(..)
        | Route::UpdateRecords(_)
        | Route::DeleteRecords(_)
        | Route::Batch => Access::Public,
        Route::ListCollections
        | Route::ViewCollection(_)
        | Route::ExplainRule
        | Route::TestRules => Access::Admin,
        Route::Files(action) => action.access(),
        Route::Users(action, _) => action.access(),
    }
}

/// Answers a request.
pub fn serve(context: Rc<Context>, route: Route) -> Result<Step> {
    admit(&context, access(&route))?;
    match route {
        Route::ListCollections => collections::list(&context),
        Route::ViewCollection(collection) => collections::view(&context, &collection),
        Route::ListRecords(collection) => records::list(&context, &collection),
        Route::CountRecords(collection) => records::count(&context, &collection),
        Route::CreateRecord(collection) => records::create(context, collection),
        Route::ViewRecord(collection, id) => records::view(&context, &collection, &id),
        Route::UpdateRecord(collection, id) => records::update(context, collection, id),
        Route::DeleteRecord(collection, id) => records::delete(&context, &collection, &id),
        Route::UpdateRecords(collection) => records::update_all(&context, &collection),
        Route::DeleteRecords(collection) => records::delete_all(&context, &collection),
        Route::Batch => batch::serve(context),
        Route::ExplainRule => rules::serve_explain(&context),
        Route::TestRules => rules::serve_test(&context),
        Route::Files(action) => files::serve(&context, action),
        Route::Users(action, collection) => users::serve(&context, action, &collection),
    }
}

fn admit(context: &Context, access: Access) -> Result<()> {
    use crate::context::Principal::{Admin, Anonymous, User};
    match (access, &context.principal) {
        (Access::Public | Access::Credentials, _)
        | (Access::SignedIn, User(_) | Admin(_))
        | (Access::Admin, Admin(_)) => Ok(()),
        (_, Anonymous) => Err(Error::new(
            Code::Unauthorized,
            "Sign in first: this needs a valid access token.",
        )),
        (Access::Admin, User(_)) => Err(Error::new(
            Code::Forbidden,
            "This is for administrators only.",
        )),
    }
}

fn decode(path: &str) -> Result<Vec<std::borrow::Cow<'_, str>>> {
    path.trim_matches('/')
        .split('/')
        .map(|segment| {
            percent_decode_str(segment).decode_utf8().map_err(|_| {
                Error::new(
                    Code::BadRequest,
                    "The path is not UTF-8 after percent-decoding.",
                )
            })
        })
        .collect()
}
