//! The evaluator itself: one function for conditions, one for values, one for the
//! items that conditions go through.

use std::borrow::Cow;

use ringfence_schema::Document;
use serde_json::Value as Json;

use super::function::call;
use super::value::{Number, Value, test};
use super::{Documents, LookupError, fact, list_fact, list_items};
use crate::caller::Caller;
use crate::tree::{
    Column, Guard, Kind, Link, List, Node, Row, Rows, Scalar, Source, Storage, Test, VarId,
};

pub(crate) struct Engine<'a> {
    pub caller: &'a Caller<'a>,
    pub documents: &'a dyn Documents,
}

/// What names stand for while a condition is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub old: Option<&'a Document>,
    pub new: Option<&'a Document>,
    pub items: Option<&'a Bound<'a>>,
}

/// An item that is bound, and those bound around it.
pub(crate) struct Bound<'a> {
    pub(super) var: VarId,
    pub(super) item: Item<'a>,
    pub(super) outer: Option<&'a Bound<'a>>,
}

#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Absent,
    Value(&'a Json),
    Record(&'a Document),
}

type Evaluated<T> = Result<T, LookupError>;

impl<'a> Engine<'a> {
    /// Whether the condition holds.
    pub fn holds(&self, node: &Node, frame: &Frame<'_>) -> Evaluated<bool> {
        match node {
            Node::Const(value) => Ok(*value),
            Node::Not(inner) => Ok(!self.holds(inner, frame)?),
            Node::All(terms) => {
                for term in terms {
                    if !self.holds(term, frame)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Node::Any(terms) => {
                for term in terms {
                    if self.holds(term, frame)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::Compare {
                test: asked,
                left,
                right,
            } => {
                let left = self.value(left, frame)?;
                if left == Value::Absent {
                    return Ok(false);
                }
                Ok(test(*asked, &left, &self.value(right, frame)?))
            }
            Node::Like { text, pattern } => Ok(match self.value(text, frame)? {
                Value::Text(text) => pattern.matches(&text),
                _ => false,
            }),
            Node::Unset(scalar) => self.is_unset(scalar, frame),
            Node::Among { left, list } => {
                let left = self.value(left, frame)?;
                Ok(list
                    .iter()
                    .any(|literal| test(Test::Equal, &left, &Value::literal(literal))))
            }
            Node::InSelect {
                left,
                rows,
                column,
                filter,
            } => self.is_selected(left, rows, column, filter, frame),
            Node::Exists { var, source, body } => self.exists(*var, source, body, frame),
            Node::IsSet(what) => Ok(fact::json(what, self.caller).is_some()),
            Node::Changed(name) => {
                let of = |document: Option<&Document>| document.and_then(|d| d.get(name)).cloned();
                Ok(!is_same(of(frame.old).as_ref(), of(frame.new).as_ref()))
            }
        }
    }

    /// The value, if there is one of the right kind.
    pub fn value<'v>(&self, scalar: &'v Scalar, frame: &Frame<'v>) -> Evaluated<Value<'v>>
    where
        'a: 'v,
    {
        Ok(match scalar {
            Scalar::Absent => Value::Absent,
            Scalar::Literal(literal) => Value::literal(literal),
            Scalar::Column { row, column } => match self.shown(row, &column.guard, frame)? {
                Some(Cow::Borrowed(record)) => read(record, column),
                Some(Cow::Owned(record)) => read(&record, column).into_owned(),
                None => Value::Absent,
            },
            Scalar::Item { var, kind } => match item(*var, frame) {
                Item::Value(json) => Value::of_json(json, *kind),
                Item::Absent | Item::Record(_) => Value::Absent,
            },
            Scalar::Fact { fact, kind } => fact::value(fact, *kind, self.caller),
            Scalar::Call {
                function,
                arguments,
            } => {
                let values = arguments.iter().map(|one| self.value(one, frame));
                call(function, values.collect::<Evaluated<Vec<_>>>()?)
            }
            Scalar::Count(list) => {
                let count = self.with_list(list, frame, |items| Ok(items.len()))?;
                Value::Number(Number::Whole(i64::try_from(count).unwrap_or(i64::MAX)))
            }
            Scalar::Truth(condition) => Value::Bool(self.holds(condition, frame)?),
        })
    }

    /// Absent; of JSON, null or missing or an empty text, whatever else it is.
    fn is_unset(&self, scalar: &Scalar, frame: &Frame<'_>) -> Evaluated<bool> {
        let json_is_unset = |json: Option<&Json>| match json {
            None | Some(Json::Null) => true,
            Some(Json::String(text)) => text.is_empty(),
            Some(_) => false,
        };
        Ok(match scalar {
            Scalar::Column {
                row,
                column:
                    Column {
                        name,
                        storage: Storage::Json(keys),
                        guard,
                        ..
                    },
            } => match self.shown(row, guard, frame)? {
                Some(record) => json_is_unset(follow(&record, name, keys)),
                None => true,
            },
            Scalar::Fact {
                fact,
                kind: Kind::Text,
            } if fact::json(fact, self.caller).is_some() => {
                json_is_unset(fact::json(fact, self.caller))
            }
            _ => self.value(scalar, frame)? == Value::Absent,
        })
    }

    /// The record that a row stands for.
    fn record<'v>(&self, row: &Row, frame: &Frame<'v>) -> Evaluated<Option<Cow<'v, Document>>> {
        let lookup = match row {
            Row::Old => return Ok(frame.old.map(Cow::Borrowed)),
            Row::New => return Ok(frame.new.map(Cow::Borrowed)),
            Row::Var(var) => {
                return Ok(match item(*var, frame) {
                    Item::Record(record) => Some(Cow::Borrowed(record)),
                    Item::Absent | Item::Value(_) => None,
                });
            }
            Row::Lookup(lookup) => lookup,
        };
        let Value::Text(id) = self.value(&lookup.id, frame)? else {
            return Ok(None);
        };
        let found = self.documents.get(&lookup.collection, &id)?;
        match found {
            Some(record) if self.is_visible(&lookup.guard, &record)? => {
                Ok(Some(Cow::Owned(record)))
            }
            _ => Ok(None),
        }
    }

    /// The record that a row stands for, if a value of it is there for the reader.
    fn shown<'v>(
        &self,
        row: &Row,
        guard: &Guard,
        frame: &Frame<'v>,
    ) -> Evaluated<Option<Cow<'v, Document>>> {
        let record = self.record(row, frame)?;
        match &record {
            Some(found) if !self.is_visible(guard, found)? => Ok(None),
            _ => Ok(record),
        }
    }

    fn is_visible(&self, guard: &Guard, record: &Document) -> Evaluated<bool> {
        let Some(guard) = guard else {
            return Ok(true);
        };
        let frame = Frame {
            old: Some(record),
            new: None,
            items: None,
        };
        self.holds(guard, &frame)
    }

    fn exists(
        &self,
        var: VarId,
        source: &Source,
        body: &Node,
        frame: &Frame<'_>,
    ) -> Evaluated<bool> {
        let records = match source {
            Source::Items(list) => {
                return self.with_list(list, frame, |items| {
                    self.any_item(var, items.iter().map(Item::Value), body, frame)
                });
            }
            Source::Rows { rows, link } => self.records(rows, link, frame)?,
        };
        self.any_item(var, records.iter().map(Item::Record), body, frame)
    }

    /// Whether the body holds of an item; of the absent one where there is none.
    fn any_item<'i>(
        &self,
        var: VarId,
        items: impl Iterator<Item = Item<'i>>,
        body: &Node,
        frame: &Frame<'_>,
    ) -> Evaluated<bool> {
        let holds = |item: Item<'_>| {
            let bound = Bound {
                var,
                item,
                outer: frame.items,
            };
            let frame = Frame {
                items: Some(&bound),
                ..*frame
            };
            self.holds(body, &frame)
        };
        let mut none = true;
        for item in items {
            none = false;
            if holds(item)? {
                return Ok(true);
            }
        }
        if none { holds(Item::Absent) } else { Ok(false) }
    }

    pub(super) fn records(
        &self,
        rows: &Rows,
        link: &Link,
        frame: &Frame<'_>,
    ) -> Evaluated<Vec<Document>> {
        let collection = rows.collection.as_str();
        let mut records = match link {
            Link::Listed(list) => self.with_list(list, frame, |items| {
                let ids = items.iter().filter_map(Json::as_str);
                let found = ids.map(|id| self.documents.get(collection, id));
                found.filter_map(Result::transpose).collect()
            })?,
            Link::Back { field, id, .. } => match self.value(id, frame)? {
                Value::Text(id) => self.documents.matching(collection, field, &id)?,
                _ => Vec::new(),
            },
            Link::Whole => self.documents.all(collection)?,
        };
        let mut failure = None;
        records.retain(|record| match self.is_visible(&rows.guard, record) {
            Ok(visible) => visible,
            Err(error) => {
                failure = Some(error);
                false
            }
        });
        failure.map_or(Ok(records), Err)
    }

    fn is_selected(
        &self,
        left: &Scalar,
        rows: &Rows,
        column: &Column,
        filter: &Node,
        frame: &Frame<'_>,
    ) -> Evaluated<bool> {
        let left = self.value(left, frame)?;
        let records = match (&left, &column.storage) {
            (Value::Absent, _) => return Ok(false),
            (Value::Text(text), Storage::Plain | Storage::Reference) => {
                self.documents
                    .matching(&rows.collection, &column.name, text)?
            }
            _ => self.documents.all(&rows.collection)?,
        };
        for record in &records {
            if !test(Test::Equal, &left, &read(record, column))
                || !self.is_visible(&rows.guard, record)?
                || !self.is_visible(&column.guard, record)?
            {
                continue;
            }
            let bound = Bound {
                var: rows.var,
                item: Item::Record(record),
                outer: frame.items,
            };
            let inner = Frame {
                items: Some(&bound),
                ..*frame
            };
            if self.holds(filter, &inner)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn with_list<T>(
        &self,
        list: &List,
        frame: &Frame<'_>,
        work: impl FnOnce(&[Json]) -> Evaluated<T>,
    ) -> Evaluated<T> {
        match list {
            List::Fact(what) => work(list_fact(what, self.caller)),
            List::Column { row, name, guard } => {
                let record = self.shown(row, guard, frame)?;
                let json = record.as_ref().and_then(|record| record.get(name));
                work(json.map_or(&[], list_items))
            }
        }
    }
}

fn item<'v>(var: VarId, frame: &Frame<'v>) -> Item<'v> {
    let mut bound = frame.items;
    while let Some(inner) = bound {
        if inner.var == var {
            return inner.item;
        }
        bound = inner.outer;
    }
    Item::Absent
}

fn read<'v>(record: &'v Document, column: &Column) -> Value<'v> {
    let json = match &column.storage {
        Storage::Plain | Storage::Reference => record.get(&column.name),
        Storage::Json(keys) => follow(record, &column.name, keys),
    };
    json.map_or(Value::Absent, |json| Value::of_json(json, column.kind))
}

fn follow<'v>(record: &'v Document, name: &str, keys: &[String]) -> Option<&'v Json> {
    keys.iter()
        .try_fold(record.get(name)?, |json, key| json.as_object()?.get(key))
}

/// Numbers are the same when they are equal, however they are written.
fn is_same(left: Option<&Json>, right: Option<&Json>) -> bool {
    let number = |json| match Value::of_json(json, Kind::Number) {
        Value::Absent => None,
        number => Some(number),
    };
    match (left, right) {
        (Some(l), Some(r)) => match (number(l), number(r)) {
            (Some(l), Some(r)) => test(Test::Equal, &l, &r),
            _ => l == r,
        },
        (None | Some(Json::Null), None | Some(Json::Null)) => true,
        _ => false,
    }
}
