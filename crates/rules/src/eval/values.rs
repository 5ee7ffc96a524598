//! The values that a condition compares, for those who ask why it came out so.

use serde_json::Value as Json;

use super::engine::{Bound, Engine, Frame, Item};
use super::{LookupError, Number, Value};
use crate::tree::{Scalar, Source, VarId};

/// More are not shown.
const MOST: usize = 10;

impl Engine<'_> {
    /// The values of a scalar over all items that are bound around it.
    pub fn values(
        &self,
        scalar: &Scalar,
        items: &[(VarId, Source)],
        frame: &Frame<'_>,
    ) -> Result<Vec<Json>, LookupError> {
        let Some(((var, source), inner)) = items.split_first() else {
            return Ok(vec![json(self.value(scalar, frame)?)]);
        };
        let with = |item: Item<'_>| {
            let bound = Bound {
                var: *var,
                item,
                outer: frame.items,
            };
            let frame = Frame {
                items: Some(&bound),
                ..*frame
            };
            self.values(scalar, inner, &frame)
        };
        let mut found = Vec::new();
        match source {
            Source::Items(list) => self.with_list(list, frame, |items| {
                for item in items.iter().take(MOST) {
                    found.extend(with(Item::Value(item))?);
                }
                Ok(())
            })?,
            Source::Rows { rows, link } => {
                for record in self.records(rows, link, frame)?.iter().take(MOST) {
                    found.extend(with(Item::Record(record))?);
                }
            }
        }
        found.truncate(MOST);
        Ok(found)
    }
}

fn json(value: Value<'_>) -> Json {
    match value {
        Value::Absent => Json::Null,
        Value::Text(text) => Json::String(text.into_owned()),
        Value::Number(Number::Whole(number)) => number.into(),
        Value::Number(Number::Real(number)) => number.into(),
        Value::Bool(value) => value.into(),
    }
}
