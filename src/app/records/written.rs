//! What a write gives back: the record as its writer may see it, made from the
//! document in memory and not read again.

use ringfence_schema::{Collection, Document};

use super::shape::Shape;
use super::version;
use crate::app::query::Call;
use crate::error::{Error, Result};
use crate::http::Reply;

/// The outcome of one write.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// 200, or 204 where nothing is left to show.
    pub status: u16,
    /// The record as JSON.
    pub body: String,
    /// Its version.
    pub etag: Option<String>,
}

impl Written {
    /// A record that was stored.
    pub fn record(call: &Call<'_>, shape: &Shape, record: &Document) -> Result<Self> {
        let text = visible(call, record)?;
        let updated = record.get("updated").and_then(serde_json::Value::as_str);
        Ok(Self {
            status: 200,
            body: shape.apply(call, text)?,
            etag: updated.map(version::etag),
        })
    }

    /// A record that is gone.
    pub fn nothing() -> Self {
        Self {
            status: 204,
            body: String::new(),
            etag: None,
        }
    }

    /// As a reply of its own.
    pub fn into_reply(self) -> Reply {
        Reply {
            etag: self.etag,
            ..Reply::json_text(self.status, self.body)
        }
    }
}

/// The record's JSON, its fields in the order of the schema.
// INVARIANT: a hidden field is in no reply; an email is in those of its owner, of
// administrators, and where it is public.
fn visible(call: &Call<'_>, record: &Document) -> Result<String> {
    let collection = call.collection;
    let shows_email = !collection.is_auth() || sees_email(call, collection, record);
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(b"{\"collectionId\":");
    serde_json::to_writer(&mut bytes, &collection.id).map_err(Error::internal)?;
    bytes.extend_from_slice(b",\"collectionName\":");
    serde_json::to_writer(&mut bytes, &collection.name).map_err(Error::internal)?;
    for field in collection.fields.iter().filter(|field| !field.hidden) {
        if field.name == "email" && !shows_email {
            continue;
        }
        let Some(value) = record.get(&field.name) else {
            continue;
        };
        // Names are letters, digits and underscores: nothing to escape.
        bytes.extend_from_slice(b",\"");
        bytes.extend_from_slice(field.name.as_bytes());
        bytes.extend_from_slice(b"\":");
        serde_json::to_writer(&mut bytes, value).map_err(Error::internal)?;
    }
    bytes.push(b'}');
    String::from_utf8(bytes).map_err(Error::internal)
}

fn sees_email(call: &Call<'_>, collection: &Collection, record: &Document) -> bool {
    let own = call.own_id_in(collection);
    call.bypasses_rules()
        || record
            .get("emailVisibility")
            .and_then(serde_json::Value::as_bool)
            == Some(true)
        || (!own.is_empty() && record.get("id").and_then(serde_json::Value::as_str) == Some(own))
}
