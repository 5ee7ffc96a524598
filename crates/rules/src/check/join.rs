//! Other records along a path: those that a relation refers to, those that refer
//! back, and how the many of them are bound.

use std::sync::Arc;

use ringfence_schema::{Collection, FieldKind};

use super::key::Key;
use super::path::{Binder, Place, Stop, plain};
use super::{Binding, Checker, MAX_HOPS};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::Name;
use crate::tree::{Guard, Kind, Link, Lookup, Node, Row, Rows, Source};

impl<'a> Checker<'a> {
    /// The records that a relation refers to.
    pub(super) fn follow(
        &mut self,
        place: Place<'a>,
        collection: &str,
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Stop<'a>, Diagnostic> {
        let hops = one_more(place.hops, span)?;
        let Some(collection) = self.schema.get(collection) else {
            return Err(Diagnostic::new(
                span,
                "this relation refers to no collection",
            ));
        };
        let row = match place.many {
            None => Row::Lookup(Box::new(Lookup {
                id: place.one,
                collection: collection.name.clone(),
                guard: self.guard(&collection.name),
            })),
            Some(list) => {
                let guard = self.guard(&collection.name);
                self.bind_rows(&place.key, collection, guard, Link::Listed(list), binder)
            }
        };
        Ok(Stop {
            row,
            collection,
            key: place.key,
            hops,
        })
    }

    /// `comments_via_post`: the records whose field refers to this one.
    pub(super) fn back(
        &mut self,
        stop: Stop<'a>,
        name: &Name,
        binder: &mut Binder<'_>,
    ) -> Result<Stop<'a>, Diagnostic> {
        let hops = one_more(stop.hops, name.span)?;
        let (from, via) = name.text.split_once("_via_").unwrap_or((&name.text, ""));
        let from = self.collection(&Name {
            span: name.span,
            text: from.to_owned(),
        })?;
        let here = &stop.collection.name;
        let field = from.field(via).filter(|field| !self.is_unseen(from, field));
        let many = match field.map(|field| &field.kind) {
            Some(FieldKind::Relation {
                collection, many, ..
            }) if collection == here => *many,
            _ => {
                let seen = from
                    .fields
                    .iter()
                    .filter(|field| !self.is_unseen(from, field));
                let fields = seen.filter(|field| {
                    matches!(&field.kind, FieldKind::Relation { collection, .. } if collection == here)
                });
                return Err(Diagnostic::new(
                    name.span,
                    format!("{} has no relation {via} to {here}", from.name),
                )
                .did_you_mean(via, fields.map(|field| field.name.as_str())));
            }
        };
        let key = stop.key.then(&name.text);
        let link = Link::Back {
            field: via.to_owned(),
            many,
            id: plain(stop.row, "id", Kind::Text),
        };
        let seen = field.and_then(|field| self.field_guard(from, field));
        let guard = both(self.guard(&from.name), seen);
        Ok(Stop {
            row: self.bind_rows(&key, from, guard, link, binder),
            collection: from,
            key,
            hops,
        })
    }

    /// Binds the records of a path: `?` comparisons of one stretch share them.
    pub(super) fn bind_rows(
        &mut self,
        key: &Key,
        collection: &Collection,
        guard: Guard,
        link: Link,
        binder: &mut Binder<'_>,
    ) -> Row {
        if binder.any
            && let Some(region) = self.regions.last()
            && let Some(found) = region.iter().find(|binding| binding.key == *key)
        {
            return Row::Var(found.var);
        }
        let var = self.new_var();
        let binding = Binding {
            key: key.clone(),
            var,
            source: Source::Rows {
                rows: Rows {
                    var,
                    collection: collection.name.clone(),
                    guard,
                },
                link,
            },
        };
        match self.regions.last_mut() {
            Some(region) if binder.any => region.push(binding),
            _ => binder.local.push(binding),
        }
        Row::Var(var)
    }
}

/// A guard that holds where both do.
fn both(left: Guard, right: Guard) -> Guard {
    match (left, right) {
        (Some(left), Some(right)) => {
            Some(Arc::new(Node::All(vec![(*left).clone(), (*right).clone()])))
        }
        (left, right) => left.or(right),
    }
}

fn one_more(hops: usize, span: Span) -> Result<usize, Diagnostic> {
    if hops >= MAX_HOPS {
        return Err(Diagnostic::new(
            span,
            format!("a path follows at most {MAX_HOPS} relations"),
        ));
    }
    Ok(hops + 1)
}
