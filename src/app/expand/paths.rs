//! What `expand` asks for, checked against the schema: a tree of steps from a
//! collection to the next.

use ringfence_schema::{Collection, FieldKind, Schema, name};

use crate::error::{Code, Error, Result};
use crate::limits;

/// The steps from one collection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths(pub(super) Vec<Step>);

/// One step along a relation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// As it was asked for, and as it is called in the reply.
    pub name: String,
    /// Which way.
    pub direction: Direction,
    /// The relation, here on the way forward and there on the way back.
    pub field: String,
    /// Whether the relation is a list.
    pub many: bool,
    /// The collection that it leads to.
    pub collection: String,
    /// Where to go from there.
    pub paths: Paths,
}

/// Which end of the relation the record is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Direction {
    /// It refers to others.
    Forward,
    /// Others refer to it.
    Back {
        /// Whether there is at most one.
        unique: bool,
    },
}

impl Paths {
    /// Reads `author,comments_via_post.author`.
    pub fn parse(schema: &Schema, collection: &Collection, text: &str) -> Result<Self> {
        let mut paths = Self::default();
        for (count, path) in text.split(',').map(str::trim).enumerate() {
            if count == limits::EXPAND_PATHS {
                let most = limits::EXPAND_PATHS;
                return Err(refuse(&format!("it has more than {most} paths")));
            }
            if path.split('.').count() > limits::EXPAND_DEPTH {
                let most = limits::EXPAND_DEPTH;
                return Err(refuse(&format!("{path} is more than {most} steps deep")));
            }
            paths.add(schema, collection, path)?;
        }
        Ok(paths)
    }

    fn add(&mut self, schema: &Schema, collection: &Collection, path: &str) -> Result<()> {
        let (head, rest) = path
            .split_once('.')
            .map_or((path, None), |(head, rest)| (head, Some(rest)));
        let position = match self.0.iter().position(|step| step.name == head) {
            Some(position) => position,
            None => {
                self.0.push(Step::find(schema, collection, head)?);
                self.0.len() - 1
            }
        };
        let Some((step, rest)) = self.0.get_mut(position).zip(rest) else {
            return Ok(());
        };
        match schema.get(&step.collection) {
            Some(target) => step.paths.add(schema, target, rest),
            None => Ok(()),
        }
    }
}

impl Step {
    fn find(schema: &Schema, collection: &Collection, head: &str) -> Result<Self> {
        forward(collection, head)
            .or_else(|| back(schema, collection, head))
            .ok_or_else(|| unknown(collection, head))
    }
}

fn forward(collection: &Collection, head: &str) -> Option<Step> {
    let field = collection.field(head).filter(|field| !field.hidden)?;
    let FieldKind::Relation {
        collection, many, ..
    } = &field.kind
    else {
        return None;
    };
    Some(Step {
        name: head.to_owned(),
        direction: Direction::Forward,
        field: field.name.clone(),
        many: *many,
        collection: collection.clone(),
        paths: Paths::default(),
    })
}

/// `comments_via_post`; names may hold `_via_` themselves.
fn back(schema: &Schema, collection: &Collection, head: &str) -> Option<Step> {
    head.match_indices("_via_").find_map(|(at, via)| {
        let other = schema.get(head.get(..at)?)?;
        let field = other.field(head.get(at + via.len()..)?)?;
        let FieldKind::Relation {
            collection: to,
            many,
            ..
        } = &field.kind
        else {
            return None;
        };
        (*to == collection.name && !field.hidden).then(|| Step {
            name: head.to_owned(),
            direction: Direction::Back {
                unique: field.unique && !many,
            },
            field: field.name.clone(),
            many: *many,
            collection: other.name.clone(),
            paths: Paths::default(),
        })
    })
}

fn unknown(collection: &Collection, head: &str) -> Error {
    let fields = collection.fields.iter().filter(|field| !field.hidden);
    let relations = fields.filter(|field| matches!(field.kind, FieldKind::Relation { .. }));
    let near = name::nearest(head, relations.map(|field| field.name.as_str()));
    let hint = near
        .map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default();
    refuse(&format!(
        "{} has no relation {head:?}{hint}",
        collection.name
    ))
}

fn refuse(why: &str) -> Error {
    Error::new(
        Code::BadRequest,
        format!("The parameter expand cannot be used: {why}."),
    )
}
