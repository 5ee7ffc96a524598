//! What a predicate reads, so that its caller loads no more than that.

use std::collections::BTreeSet;

use crate::tree::{Column, Fact, Guard, Link, List, Node, Row, Scalar, Source};

/// What a predicate reads beside the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Fields of the caller's own record.
    pub auth: BTreeSet<String>,
    /// The caller's id or collection.
    pub identity: bool,
    /// `@request.body`.
    pub body: bool,
    /// `@request.query`.
    pub query: bool,
    /// `@request.headers`.
    pub headers: bool,
    /// `@request.method`.
    pub method: bool,
    /// `@request.context`.
    pub context: bool,
    /// The clock.
    pub now: bool,
    /// Fields of the stored document.
    pub old: BTreeSet<String>,
    /// Fields of the document as it would be stored.
    pub new: BTreeSet<String>,
    /// Other records: collections it goes through.
    pub collections: BTreeSet<String>,
}

impl References {
    /// Whether it says nothing of the caller, so that all callers see the same.
    pub fn is_public(&self) -> bool {
        self.auth.is_empty()
            && !self.identity
            && !self.body
            && !self.query
            && !self.headers
            && !self.method
            && !self.context
    }

    pub(crate) fn of(root: &Node) -> Self {
        let mut references = Self::default();
        references.node(root, true);
        references
    }

    /// `own` says whether `Old` is the document itself, not one a guard is about.
    fn node(&mut self, node: &Node, own: bool) {
        match node {
            Node::Const(_) => {}
            Node::Not(inner) => self.node(inner, own),
            Node::All(terms) | Node::Any(terms) => {
                terms.iter().for_each(|term| self.node(term, own));
            }
            Node::Compare { left, right, .. } => {
                self.scalar(left, own);
                self.scalar(right, own);
            }
            Node::Like { text: scalar, .. }
            | Node::Unset(scalar)
            | Node::Among { left: scalar, .. } => self.scalar(scalar, own),
            Node::InSelect {
                left, rows, filter, ..
            } => {
                self.scalar(left, own);
                self.joined(&rows.collection, &rows.guard);
                self.node(filter, own);
            }
            Node::Exists { source, body, .. } => {
                match source {
                    Source::Items(list) => self.list(list, own),
                    Source::Rows { rows, link } => {
                        self.joined(&rows.collection, &rows.guard);
                        match link {
                            Link::Listed(list) => self.list(list, own),
                            Link::Back { id, .. } => self.scalar(id, own),
                            Link::Whole => {}
                        }
                    }
                }
                self.node(body, own);
            }
            Node::IsSet(fact) => self.fact(fact),
            Node::Changed(name) => {
                self.old.insert(name.clone());
                self.new.insert(name.clone());
            }
        }
    }

    fn scalar(&mut self, scalar: &Scalar, own: bool) {
        match scalar {
            Scalar::Absent | Scalar::Literal(_) | Scalar::Item { .. } => {}
            Scalar::Column {
                row,
                column: Column { name, guard, .. },
            } => {
                self.row(row, name, own);
                self.guard(guard);
            }
            Scalar::Fact { fact, .. } => self.fact(fact),
            Scalar::Call { arguments, .. } => {
                arguments.iter().for_each(|one| self.scalar(one, own));
            }
            Scalar::Count(list) => self.list(list, own),
            Scalar::Truth(condition) => self.node(condition, own),
        }
    }

    fn list(&mut self, list: &List, own: bool) {
        match list {
            List::Column { row, name, guard } => {
                self.row(row, name, own);
                self.guard(guard);
            }
            List::Fact(fact) => self.fact(fact),
        }
    }

    fn row(&mut self, row: &Row, field: &str, own: bool) {
        match row {
            Row::Old if own => {
                self.old.insert(field.to_owned());
            }
            Row::New if own => {
                self.new.insert(field.to_owned());
            }
            Row::Old | Row::New | Row::Var(_) => {}
            Row::Lookup(lookup) => {
                self.joined(&lookup.collection, &lookup.guard);
                self.scalar(&lookup.id, own);
            }
        }
    }

    fn joined(&mut self, collection: &str, guard: &Guard) {
        self.collections.insert(collection.to_owned());
        self.guard(guard);
    }

    fn guard(&mut self, guard: &Guard) {
        if let Some(guard) = guard {
            self.node(guard, false);
        }
    }

    fn fact(&mut self, fact: &Fact) {
        match fact {
            Fact::AuthId
            | Fact::AuthIdIn(_)
            | Fact::AuthCollectionName
            | Fact::AuthCollectionId(_) => self.identity = true,
            Fact::Auth(field, _) => {
                self.auth.insert(field.clone());
            }
            Fact::Body(..) => self.body = true,
            Fact::Query(_) => self.query = true,
            Fact::Header(_) => self.headers = true,
            Fact::Method => self.method = true,
            Fact::Context => self.context = true,
            Fact::Moment(_) => self.now = true,
        }
    }
}
