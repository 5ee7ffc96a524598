//! The records of people who sign in, as signing in needs them.
//!
//! Other reads of records go through `records`, with their rules.

use ringfence_rules::{Auth, Caller};
use ringfence_schema::{Collection, Document, Value, column, name};

use crate::app::query::disclosure::Reader;
use crate::app::records::serve::moment;
use crate::app::{App, Context};
use crate::error::{Code, Error, Result};
use crate::http::Secret;
use crate::session::{self, Owner};
use crate::store::SqlValue;

/// Somebody with their password's hash.
pub struct Found {
    /// Whose session would begin.
    pub owner: Owner,
    /// Their email as it is stored.
    pub email: String,
    /// A PHC string; empty where nothing was set.
    pub hash: String,
}

/// The auth collection of that name or id; no other kind has these routes.
pub fn auth_collection<'a>(app: &'a App, name_or_id: &str) -> Result<&'a Collection> {
    app.schema
        .find(name_or_id)
        .filter(|collection| collection.is_auth())
        .ok_or_else(|| {
            Error::new(
                Code::NotFound,
                "There is no such collection of users to sign in to.",
            )
        })
}

/// The user with that email, which is in its stored form.
pub fn by_email(app: &App, collection: &Collection, email: &str) -> Result<Option<Found>> {
    find(app, collection, "email", email)
}

/// The user with that id.
pub fn by_id(app: &App, collection: &Collection, id: &str) -> Result<Option<Found>> {
    find(app, collection, "id", id)
}

/// The record behind a session, hidden fields included, while the session lives:
/// until it expires, is ended, or its owner is gone or has another key.
// INVARIANT: the one statement that decides whether an access token still counts.
pub fn of_session(
    app: &App,
    collection: &Collection,
    id: &str,
    session: &str,
    now_ms: u64,
) -> Result<Option<Document>> {
    let expressions: Vec<String> = collection
        .fields
        .iter()
        .map(|field| format!("json_array({})", column::json_expression(field, "r")))
        .collect();
    let sql = format!(
        "SELECT {} FROM _sessions AS s
         JOIN {} AS r ON r.id = s.owner AND r.\"tokenKey\" = s.key
         WHERE s.id = ? AND s.collection = ? AND s.owner = ? AND s.expires > ?",
        expressions.join(", "),
        name::quote(&collection.name),
    );
    let rows = app.sql.query(
        &sql,
        &[
            session.into(),
            collection.id.as_str().into(),
            id.into(),
            session::seconds(now_ms),
        ],
    )?;
    rows.first().map(|row| read(collection, row)).transpose()
}

/// A record as its owner gets it.
pub fn shown(context: &Context, collection: &Collection, record: &Document) -> Result<Document> {
    let nothing = Document::new();
    let now = moment(context);
    let caller = Caller {
        auth: Some(Auth {
            collection: &collection.name,
            record,
        }),
        body: &nothing,
        query: &nothing,
        headers: &nothing,
        method: context.request.method.name(),
        context: "default",
        now: &now,
    };
    Reader::new(&context.app, caller).shown(collection, record)
}

fn find(app: &App, collection: &Collection, field: &str, value: &str) -> Result<Option<Found>> {
    let sql = format!(
        "SELECT id, \"tokenKey\", email, password FROM {} WHERE {} = ?",
        name::quote(&collection.name),
        name::quote(field),
    );
    let rows = app.sql.query(&sql, &[value.into()])?;
    let found = rows.first().and_then(|row| session::texts(row));
    Ok(found.map(|[id, key, email, hash]| Found {
        owner: Owner {
            collection: collection.id.clone(),
            id,
            key: Secret::new(key),
        },
        email,
        hash,
    }))
}

/// A row of one-element JSON arrays, as wide as the collection.
fn read(collection: &Collection, row: &[SqlValue]) -> Result<Document> {
    let mut record = Document::new();
    for (field, cell) in collection.fields.iter().zip(row) {
        let SqlValue::Text(text) = cell else {
            return Err(Error::internal("a column that is no JSON array"));
        };
        let [value]: [Value; 1] = serde_json::from_str(text).map_err(Error::internal)?;
        record.insert(field.name.clone(), value);
    }
    Ok(record)
}
