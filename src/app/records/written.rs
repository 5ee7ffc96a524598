//! What a write gives back: the record as its writer may see it, made from the
//! document in memory and not read again.

use ringfence_schema::Document;

use super::shape::Shape;
use super::version;
use crate::app::query::Call;
use crate::app::query::disclosure::{self, Reader};
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
// INVARIANT: a write gives back no more than a view of the record would.
fn visible(call: &Call<'_>, record: &Document) -> Result<String> {
    let collection = call.collection;
    let rules = match call.bypasses_rules() {
        true => None,
        false => call.context.app.rules.fields(&collection.name),
    };
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(b"{\"collectionId\":");
    serde_json::to_writer(&mut bytes, &collection.id).map_err(Error::internal)?;
    bytes.extend_from_slice(b",\"collectionName\":");
    serde_json::to_writer(&mut bytes, &collection.name).map_err(Error::internal)?;
    for (field, value) in disclosure::visible(collection, record) {
        let masked;
        let value = match rules.and_then(|rules| rules.get(&field.name)) {
            None => value,
            Some(rule) => {
                let reader = Reader::new(&call.context.app, call.caller());
                match reader.sight(rule, record)?.of(value) {
                    None => continue,
                    Some(shown) => {
                        masked = shown;
                        &masked
                    }
                }
            }
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
