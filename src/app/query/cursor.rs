//! Cursors: where a walk through a list stands, as an opaque text.
//!
//! A cursor holds the sort it belongs to and the values of its last record in
//! that sort, all of which its holder was shown. It grants nothing: rules and
//! filter are applied to every part anew.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Code, Error, Result};

/// Behind which record to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The sort as it was asked for: a cursor fits no other.
    #[serde(rename = "s")]
    pub sort: String,
    /// The last record's values of the sort's keys, its id last.
    #[serde(rename = "v")]
    pub values: Vec<Value>,
}

impl Cursor {
    /// From what a client sends back.
    pub fn read(text: &str) -> Result<Self> {
        Base64UrlUnpadded::decode_vec(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| refuse("It is not one that a list gave."))
    }

    /// As it is sent.
    pub fn write(&self) -> Result<String> {
        serde_json::to_vec(self)
            .map(|bytes| Base64UrlUnpadded::encode_string(&bytes))
            .map_err(Error::internal)
    }

    /// Refuses it for another sort than its own.
    pub fn check(&self, sort: &str, keys: usize) -> Result<()> {
        let scalar = |value: &Value| !value.is_array() && !value.is_object();
        if self.sort != sort {
            return Err(refuse(
                "It belongs to another sort; begin again without a cursor.",
            ));
        }
        if self.values.len() != keys || !self.values.iter().all(scalar) {
            return Err(refuse("It is not one that a list gave."));
        }
        Ok(())
    }
}

fn refuse(why: &str) -> Error {
    Error::new(
        Code::BadRequest,
        format!("The cursor cannot be used. {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_and_fits_its_sort_only() {
        let cursor = Cursor {
            sort: "-created".into(),
            values: vec!["2026-11-20 10:00:00.000Z".into(), "abc".into()],
        };
        let read = Cursor::read(&cursor.write().unwrap()).unwrap();
        assert_eq!(read, cursor);
        assert!(read.check("-created", 2).is_ok());
        assert!(read.check("created", 2).is_err());
        assert!(read.check("-created", 1).is_err());
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["x", "e30", "%%%", "W10"] {
            assert!(
                Cursor::read(text).unwrap_err().message.contains("cursor"),
                "{text}"
            );
        }
    }
}
