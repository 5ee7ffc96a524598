//! What a reader gets of a record that is in memory, field by field: what `select`
//! has SQLite do for records that are read.
//!
//! Whether they may see the record at all is not decided here.

use ringfence_rules::{Caller, FieldRule, FieldRules, Input, Operation, Predicate, eval};
use ringfence_schema::{Collection, Document, Field, Mask, Value};

use super::documents::Stored;
use crate::app::App;
use crate::error::{Error, Result};

/// What a reader gets of one field.
pub enum Sight<'r> {
    /// Its value.
    Whole,
    /// Its value under a mask.
    Masked(&'r Mask),
    /// Nothing: it is absent.
    Nothing,
}

/// A reader and the rules that they are under.
pub struct Reader<'a> {
    app: &'a App,
    caller: Caller<'a>,
}

impl<'a> Reader<'a> {
    /// Somebody who is not above the rules.
    pub fn new(app: &'a App, caller: Caller<'a>) -> Self {
        Self { app, caller }
    }

    /// The rules of a collection's fields, where there are any.
    pub fn rules(&self, collection: &Collection) -> Option<&'a FieldRules> {
        self.app.rules.fields(&collection.name)
    }

    /// What they get of a field in a reply about that record alone.
    pub fn sight<'r>(&self, rule: &'r FieldRule, record: &Document) -> Result<Sight<'r>> {
        if let Some(read) = rule.read(Operation::View)
            && !self.holds(read, record)?
        {
            return Ok(Sight::Nothing);
        }
        match rule.mask(Operation::View) {
            Some((mask, lifted)) if !self.holds(lifted, record)? => Ok(Sight::Masked(mask)),
            _ => Ok(Sight::Whole),
        }
    }

    /// A record as they get it, its fields in the order of the schema.
    // INVARIANT: a hidden field is in no reply.
    pub fn shown(&self, collection: &Collection, record: &Document) -> Result<Document> {
        let mut shown = Document::new();
        shown.insert("collectionId".into(), collection.id.as_str().into());
        shown.insert("collectionName".into(), collection.name.as_str().into());
        let rules = self.rules(collection);
        for (field, value) in visible(collection, record) {
            let rule = rules.and_then(|rules| rules.get(&field.name));
            let sight = rule.map_or(Ok(Sight::Whole), |rule| self.sight(rule, record))?;
            if let Some(value) = sight.of(value) {
                shown.insert(field.name.clone(), value);
            }
        }
        Ok(shown)
    }

    fn holds(&self, predicate: &Predicate, record: &Document) -> Result<bool> {
        if let Some(value) = predicate.constant() {
            return Ok(value);
        }
        let input = Input {
            caller: &self.caller,
            old: Some(record),
            new: None,
        };
        eval::eval(predicate, &input, &Stored(self.app)).map_err(Error::internal)
    }
}

impl Sight<'_> {
    /// What is shown of a value; a mask leaves what is no text alone, which is null.
    pub fn of(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Nothing, _) => None,
            (Self::Masked(mask), Value::String(text)) => Some(mask.apply(text).into()),
            _ => Some(value.clone()),
        }
    }
}

/// The fields of a record that are not hidden from everybody, with their values.
pub fn visible<'a>(
    collection: &'a Collection,
    record: &'a Document,
) -> impl Iterator<Item = (&'a Field, &'a Value)> {
    let fields = collection.fields.iter().filter(|field| !field.hidden);
    fields.filter_map(|field| Some((field, record.get(&field.name)?)))
}
