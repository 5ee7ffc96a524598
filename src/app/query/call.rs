//! One call on one collection: the part of a request that rules see, and the
//! collection that it is about. A batch makes many of one request.

use std::cell::OnceCell;

use ringfence_rules::{Auth, Caller};
use ringfence_schema::{Collection, Document, Schema};

use super::Params;
use super::table::Table;
use crate::app::Context;
use crate::app::files::claim::Claim;
use crate::context::Principal;
use crate::error::{Error, Result};
use crate::http::Method;

/// One call on one collection.
pub struct Call<'a> {
    /// The request, with the app and the caller.
    pub context: &'a Context,
    /// The collection it is about.
    pub collection: &'a Collection,
    /// The statements of that collection.
    pub table: &'a Table,
    /// Its query parameters.
    pub params: Params,
    /// What it does.
    pub method: Method,
    /// Its document, as sent.
    pub body: Document,
    /// The uploads that the document names.
    pub claims: Vec<Claim>,
    /// The moment of the request, as it is stored.
    pub now: &'a str,
    query: OnceCell<Document>,
    headers: OnceCell<Document>,
}

impl<'a> Call<'a> {
    /// A call on the collection of that name or id.
    pub fn new(
        context: &'a Context,
        collection: &str,
        params: Params,
        method: Method,
        now: &'a str,
    ) -> Result<Self> {
        let (collection, table) = context
            .app
            .table(collection)
            .ok_or_else(|| Error::not_found("collection"))?;
        Ok(Self {
            context,
            collection,
            table,
            params,
            method,
            body: Document::new(),
            claims: Vec::new(),
            now,
            query: OnceCell::new(),
            headers: OnceCell::new(),
        })
    }

    /// The app's collections.
    pub fn schema(&self) -> &'a Schema {
        &self.context.app.schema
    }

    /// Whether rules do not apply.
    // INVARIANT: only an administrator's token gets here with `true`.
    pub fn bypasses_rules(&self) -> bool {
        self.context.principal.bypasses_rules()
    }

    /// The request as rules see it.
    pub fn caller(&self) -> Caller<'_> {
        self.caller_in("default")
    }

    /// The request as rules see it in that `@request.context`.
    pub fn caller_in<'b>(&'b self, context: &'b str) -> Caller<'b> {
        let auth = match &self.context.principal {
            Principal::User(user) => Some(Auth {
                collection: &user.collection,
                record: &user.record,
            }),
            Principal::Anonymous | Principal::Admin(_) => None,
        };
        Caller {
            auth,
            body: &self.body,
            query: self.query.get_or_init(|| document(self.params.iter())),
            headers: self.headers.get_or_init(|| {
                let all = &self.context.request.headers.all;
                document(
                    all.iter()
                        .map(|(name, value)| (name.as_str(), value.as_str())),
                )
            }),
            method: self.method.name(),
            context,
            now: self.now,
        }
    }

    /// The id that `created_by` and `updated_by` get.
    pub fn writer_id(&self) -> &str {
        match &self.context.principal {
            Principal::User(user) => &user.id,
            Principal::Anonymous | Principal::Admin(_) => "",
        }
    }
}

fn document<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Document {
    pairs
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}
