//! Which collections a predicate reads whole because no index serves what it asks
//! of them, and the field whose index would. Guesses nothing about the database's
//! choice among several indexes.

use ringfence_schema::{Collection, Schema, ddl};
use serde::Serialize;

use crate::mention::is_free;
use crate::tree::{Link, List, Node, Predicate, Row, Scalar, Source, Storage, Test};

/// A collection that is read whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scan {
    /// Whose records are read.
    pub collection: String,
    /// The fields of which an index would serve; none: nothing in the condition
    /// could be answered by one.
    pub fields: Vec<String>,
    /// Whether the condition asks it beside the records that it is about.
    pub joined: bool,
}

impl Predicate {
    /// What is read whole when the records of a collection are filtered by this.
    pub fn scans(&self, schema: &Schema, collection: &Collection) -> Vec<Scan> {
        let mut search = Search {
            schema,
            found: Vec::new(),
        };
        // What holds of every record reads every record, whatever the index.
        if self.constant() != Some(true)
            && let Served::Scan(fields) = served(&self.root, &Row::Old, collection)
        {
            search.add(collection, fields, false);
        }
        search.node(&self.root);
        search.found
    }
}

/// Whether an index finds the records that a condition holds of.
enum Served {
    Index,
    Scan(Vec<String>),
}

fn served(node: &Node, row: &Row, collection: &Collection) -> Served {
    match node {
        Node::Const(false) => Served::Index,
        Node::Compare {
            test: Test::Equal,
            left,
            right,
        } => match (column(left, row), column(right, row)) {
            (Some(name), None) | (None, Some(name)) => by_field(name, collection),
            _ => Served::Scan(Vec::new()),
        },
        Node::Among { left, .. } | Node::InSelect { left, .. } => match column(left, row) {
            Some(name) => by_field(name, collection),
            None => Served::Scan(Vec::new()),
        },
        Node::All(terms) => {
            let mut wanted = Vec::new();
            for term in terms {
                match served(term, row, collection) {
                    // It says nothing of the records.
                    _ if is_free(term) => {}
                    Served::Index => return Served::Index,
                    // Any one of them would do: the first is named.
                    Served::Scan(fields) if wanted.is_empty() => wanted = fields,
                    Served::Scan(_) => {}
                }
            }
            Served::Scan(wanted)
        }
        Node::Any(terms) => {
            let mut wanted = Vec::new();
            let mut is_served = true;
            for term in terms {
                match served(term, row, collection) {
                    // Decided before the database is asked.
                    _ if is_free(term) => {}
                    Served::Index => {}
                    // One term that no index can serve, and all is read anyway.
                    Served::Scan(fields) if fields.is_empty() => return Served::Scan(fields),
                    Served::Scan(fields) => {
                        is_served = false;
                        wanted.extend(fields);
                    }
                }
            }
            match is_served {
                true => Served::Index,
                false => Served::Scan(wanted),
            }
        }
        _ => Served::Scan(Vec::new()),
    }
}

fn by_field(name: &str, collection: &Collection) -> Served {
    match ddl::is_indexed(collection, name) {
        true => Served::Index,
        false => Served::Scan(vec![name.to_owned()]),
    }
}

/// The field of the row that a value is, if it is one.
fn column<'a>(scalar: &'a Scalar, wanted: &Row) -> Option<&'a str> {
    match scalar {
        Scalar::Column { row, column }
            if row == wanted && !matches!(column.storage, Storage::Json(_)) =>
        {
            Some(&column.name)
        }
        _ => None,
    }
}

/// Goes through what a condition joins.
struct Search<'a> {
    schema: &'a Schema,
    found: Vec<Scan>,
}

impl Search<'_> {
    fn add(&mut self, collection: &Collection, mut fields: Vec<String>, joined: bool) {
        fields.sort_unstable();
        fields.dedup();
        let scan = Scan {
            collection: collection.name.clone(),
            fields,
            joined,
        };
        if !self.found.contains(&scan) {
            self.found.push(scan);
        }
    }

    fn join(&mut self, collection: &str, filter: &Node, row: &Row, key: Option<&str>) {
        let Some(collection) = self.schema.get(collection) else {
            return;
        };
        if key.is_some_and(|field| ddl::is_indexed(collection, field)) {
            return;
        }
        if let Served::Scan(fields) = served(filter, row, collection) {
            self.add(collection, fields, true);
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Not(inner) => self.node(inner),
            Node::All(terms) | Node::Any(terms) => terms.iter().for_each(|term| self.node(term)),
            Node::InSelect {
                left, rows, filter, ..
            } => {
                self.scalar(left);
                // Its values are gathered before any is looked for.
                self.join(&rows.collection, filter, &Row::Var(rows.var), None);
                self.node(filter);
            }
            Node::Exists { source, body, .. } => {
                if let Source::Rows { rows, link } = source {
                    let key = match link {
                        Link::Listed(_) => Some("id"),
                        Link::Back { field, many, .. } => Some(field.as_str()).filter(|_| !many),
                        Link::Whole => None,
                    };
                    self.join(&rows.collection, body, &Row::Var(rows.var), key);
                }
                self.node(body);
            }
            Node::Compare { left, right, .. } => {
                self.scalar(left);
                self.scalar(right);
            }
            Node::Like { text: value, .. }
            | Node::Unset(value)
            | Node::Among { left: value, .. } => {
                self.scalar(value);
            }
            Node::Const(_) | Node::IsSet(_) | Node::Changed(_) => {}
        }
    }

    fn scalar(&mut self, scalar: &Scalar) {
        match scalar {
            Scalar::Truth(condition) => self.node(condition),
            Scalar::Call { arguments, .. } => arguments.iter().for_each(|part| self.scalar(part)),
            Scalar::Column {
                row: Row::Lookup(lookup),
                ..
            }
            | Scalar::Count(List::Column {
                row: Row::Lookup(lookup),
                ..
            }) => self.scalar(&lookup.id),
            _ => {}
        }
    }
}
