//! A predicate as SQL text with `?` where its values go. The text of a rule never
//! gets here: the tree does, and its names come from the schema.
// INVARIANT: every value is bound; every identifier is the schema's, quoted.

mod condition;
mod function;
mod like;
mod scalar;
mod writer;

use std::sync::Arc;

use ringfence_schema::name::quote;

use crate::caller::Caller;
use crate::check::{By, SortKey};
use crate::eval::{Value, list_fact};
use crate::specialise::{decide, decide_value};
use crate::tree::{Fact, Node, Predicate, Scalar};
use writer::Writer;

/// A value to bind.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlParam {
    /// NULL.
    Null,
    /// REAL, as the platform binds every number.
    Number(f64),
    /// TEXT.
    Text(String),
}

/// SQL text and the values of its `?`, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// A condition, or the terms of an ORDER BY.
    pub text: String,
    /// One for each `?`.
    pub params: Vec<SqlParam>,
}

/// SQL text that serves every caller; each binds their own values. What a caller
/// lacks binds as NULL, which equals nothing, so that anonymous and signed-in
/// callers share one text.
#[derive(Clone, Debug)]
pub struct Template {
    /// A condition.
    pub text: String,
    slots: Arc<[Slot]>,
    depth: usize,
}

/// What a `?` stands for.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    Fixed(SqlParam),
    /// A value of the request alone.
    Value(Scalar),
    /// A condition on the request alone: 1 or 0.
    Test(Node),
    /// A list of the request, as JSON text.
    List(Fact),
}

impl Template {
    /// The values of its `?` for one caller, in order.
    pub fn bind(&self, caller: &Caller<'_>) -> Vec<SqlParam> {
        self.slots.iter().map(|slot| slot.bind(caller)).collect()
    }

    /// How many values it binds.
    pub fn params(&self) -> usize {
        self.slots.len()
    }

    /// How deep its expression is, as SQLite counts, or deeper.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
}

impl Slot {
    fn bind(&self, caller: &Caller<'_>) -> SqlParam {
        match self {
            Self::Fixed(param) => param.clone(),
            Self::Value(scalar) => match decide_value(scalar, caller) {
                Value::Absent => SqlParam::Null,
                Value::Text(text) => SqlParam::Text(text.into_owned()),
                Value::Number(number) => SqlParam::Number(number.as_real()),
                Value::Bool(value) => SqlParam::Number(f64::from(u8::from(value))),
            },
            Self::Test(node) => SqlParam::Number(f64::from(u8::from(decide(node, caller)))),
            Self::List(fact) => SqlParam::Text(list_text(fact, caller)),
        }
    }
}

/// A list's texts as JSON; what is no text or empty is null, which equals nothing.
fn list_text(fact: &Fact, caller: &Caller<'_>) -> String {
    let items = list_fact(fact, caller).iter();
    let texts = items.map(|item| match item {
        serde_json::Value::String(text) if !text.is_empty() => item.clone(),
        _ => serde_json::Value::Null,
    });
    serde_json::Value::Array(texts.collect()).to_string()
}

/// The condition on rows of `alias` that serves every caller. It is 1 where the
/// predicate holds, and 0 or NULL where it does not: for WHERE, never for NOT.
///
/// A rule that reads the document as it would be stored expects it as a row named
/// `<alias>_new`.
pub fn template(predicate: &Predicate, alias: &str) -> Template {
    let mut writer = Writer::new(alias);
    writer.truth(&predicate.root);
    writer.into_template()
}

/// The condition on rows of `alias` for one caller: what the predicate says of the
/// caller is decided first, so that what is left is for an index to answer.
pub fn emit(predicate: &Predicate, alias: &str, caller: &Caller<'_>) -> Fragment {
    let template = template(&predicate.specialise(caller), alias);
    Fragment {
        params: template.bind(caller),
        text: template.text,
    }
}

/// The terms of an ORDER BY on rows of `alias`; empty where there are no keys.
pub fn order_by(keys: &[SortKey], alias: &str, caller: &Caller<'_>) -> Fragment {
    let mut writer = Writer::new(alias);
    for (index, key) in keys.iter().enumerate() {
        if index > 0 {
            writer.push(", ");
        }
        match &key.by {
            By::Value(scalar) => writer.sort_value(scalar),
            By::Chance => writer.push("random()"),
            By::Insertion => writer.push(&format!("{alias}.rowid")),
        }
        if key.descending {
            writer.push(" DESC");
        }
    }
    let template = writer.into_template();
    Fragment {
        params: template.bind(caller),
        text: template.text,
    }
}

/// A table or column of the schema as it stands in SQL.
fn identifier(name: &str) -> String {
    quote(name)
}
