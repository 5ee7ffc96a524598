//! `expand`: records that records refer to, or that refer to them, put beside
//! them; a statement for each path and level, however many records there are.
//!
//! What the caller may not see is left out without a word.

mod fetch;
mod paths;

pub use paths::Paths;

use std::collections::HashMap;

use ringfence_schema::Collection;
use serde_json::{Map, Value};

use crate::app::query::Call;
use crate::error::Result;
use paths::{Direction, Step};

impl Paths {
    /// Puts into each record what its paths lead to.
    pub fn expand(&self, call: &Call<'_>, records: &mut [Value]) -> Result<()> {
        for step in &self.0 {
            let Some(target) = call.schema().get(&step.collection) else {
                continue;
            };
            let found = step.follow(call, target, records)?;
            for record in records.iter_mut() {
                let Some(value) = step.pick(record, &found) else {
                    continue;
                };
                let Some(record) = record.as_object_mut() else {
                    continue;
                };
                let expand = record
                    .entry("expand")
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Some(expand) = expand.as_object_mut() {
                    expand.insert(step.name.clone(), value);
                }
            }
        }
        Ok(())
    }
}

/// The records that were found, by the id that leads to them: their own on a
/// forward path, that of the record they refer to on a back one.
type Found = HashMap<String, Vec<Value>>;

impl Step {
    fn follow(&self, call: &Call<'_>, target: &Collection, records: &[Value]) -> Result<Found> {
        let ids = records.iter().flat_map(|record| self.ids_in(record));
        let rows = match self.direction {
            Direction::Forward => fetch::by_id(call, target, ids)?,
            Direction::Back { .. } => fetch::referring(call, target, &self.field, ids)?,
        };
        let (keys, mut found): (Vec<String>, Vec<Value>) = rows.into_iter().unzip();
        self.paths.expand(call, &mut found)?;
        let mut by_key = Found::new();
        for (key, record) in keys.into_iter().zip(found) {
            by_key.entry(key).or_default().push(record);
        }
        Ok(by_key)
    }

    /// What belongs to one record: a record, several, or nothing at all.
    fn pick(&self, record: &Value, found: &Found) -> Option<Value> {
        let ids = self.ids_in(record);
        let mut picked = ids.filter_map(|id| found.get(id)).flatten().cloned();
        match self.direction {
            Direction::Forward if !self.many => picked.next(),
            Direction::Back { unique: true } => picked.next(),
            _ => {
                let all: Vec<Value> = picked.collect();
                (!all.is_empty()).then_some(Value::Array(all))
            }
        }
    }

    /// The ids that a record's step begins with.
    fn ids_in<'a>(&self, record: &'a Value) -> impl Iterator<Item = &'a str> + use<'a> {
        let field = match self.direction {
            Direction::Forward => self.field.as_str(),
            Direction::Back { .. } => "id",
        };
        let (one, many) = match record.get(field) {
            Some(Value::String(id)) if !id.is_empty() => (Some(id.as_str()), None),
            Some(Value::Array(ids)) => (None, Some(ids)),
            _ => (None, None),
        };
        one.into_iter()
            .chain(many.into_iter().flatten().filter_map(Value::as_str))
    }
}
