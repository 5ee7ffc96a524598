//! The shape that a client asks its records in: `expand` and `fields`.

use serde_json::Value;

use super::fields::Fields;
use crate::app::expand::Paths;
use crate::app::query::Call;
use crate::error::{Error, Result};

/// What is added to records and taken from them before they leave.
#[derive(Debug, Default)]
pub struct Shape {
    expand: Option<Paths>,
    fields: Option<Fields>,
}

impl Shape {
    /// From the query parameters; read before anything is written.
    pub fn read(call: &Call<'_>) -> Result<Self> {
        let expand = call.params.get("expand");
        let fields = call.params.get("fields");
        Ok(Self {
            expand: expand
                .map(|text| Paths::parse(call.schema(), call.collection, text))
                .transpose()?,
            fields: fields.map(Fields::parse).transpose()?,
        })
    }

    /// Whether records leave as they are.
    pub fn is_plain(&self) -> bool {
        self.expand.is_none() && self.fields.is_none()
    }

    /// Whether the reply depends on other records.
    pub fn expands(&self) -> bool {
        self.expand.is_some()
    }

    /// Records as JSON texts with commas between, in this shape.
    pub fn apply(&self, call: &Call<'_>, records: String) -> Result<String> {
        if self.is_plain() || records.is_empty() {
            return Ok(records);
        }
        let mut items: Vec<Value> =
            serde_json::from_str(&format!("[{records}]")).map_err(Error::internal)?;
        if let Some(paths) = &self.expand {
            paths.expand(call, &mut items)?;
        }
        let mut text = String::with_capacity(records.len());
        for item in items {
            let item = match &self.fields {
                Some(fields) => fields.pick(item),
                None => item,
            };
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&item.to_string());
        }
        Ok(text)
    }
}
