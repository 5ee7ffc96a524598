//! Paths: fields, relations and back-relations, and the items of those with many.

use ringfence_schema::{Collection, Field, FieldKind};

use super::inside;
use super::key::Key;
use super::types::{Type, Typed, of_field, storage_of};
use super::{Binding, Checker, Usage};
use crate::diagnostic::{Diagnostic, Span};
use crate::ruleset::Operation;
use crate::syntax::{Name, Path, Segment};
use crate::tree::{Column, Guard, Kind, List, Node, Row, Scalar, Source, Storage};

/// A record on the way along a path.
pub(super) struct Stop<'a> {
    pub row: Row,
    pub collection: &'a Collection,
    /// The path up to here, to know it again.
    pub key: Key,
    pub hops: usize,
}

/// A value on the way along a path: a field of a record or of the request.
pub(super) struct Place<'a> {
    pub one: Scalar,
    pub many: Option<List>,
    pub ty: Type,
    pub field: Option<&'a Field>,
    pub always_set: bool,
    pub key: Key,
    pub hops: usize,
}

/// How a path's many items are bound.
pub(super) struct Binder<'b> {
    /// `?`: one item is enough, and comparisons of one path share it.
    pub any: bool,
    pub local: &'b mut Vec<Binding>,
}

impl<'a> Checker<'a> {
    /// A path that starts with a field, `old` or `new`.
    pub(super) fn document_path(
        &mut self,
        path: &Path,
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let mut segments = path.segments.as_slice();
        let (row, collection) = match segments {
            [first, rest @ ..] if !rest.is_empty() && is_image(&first.name.text) => {
                segments = rest;
                (self.image(&first.name)?, self.home)
            }
            [first, ..] => self.scope.clone().ok_or_else(|| {
                let name = &first.name.text;
                Diagnostic::new(
                    span,
                    format!("an execute rule sees no document; {name} is unknown"),
                )
                .hint("it sees the request: @request.auth.id, @request.body.…")
            })?,
            [] => return Err(Diagnostic::new(span, "a name is expected")),
        };
        let stop = Stop {
            key: Key::of_row(&row),
            row,
            collection,
            hops: 0,
        };
        self.walk(stop, segments, span, binder)
    }

    /// `old` or `new`, where the operation has it.
    fn image(&self, name: &Name) -> Result<Row, Diagnostic> {
        let wrong = |message: &str, hint: &str| Err(Diagnostic::new(name.span, message).hint(hint));
        match (name.text.as_str(), self.usage) {
            (_, Usage::Filter(_) | Usage::Administrator) => wrong(
                "a filter is about stored records alone",
                "write the field without old. or new.",
            ),
            (_, Usage::Rule(Operation::Execute)) => wrong(
                "an execute rule sees no document",
                "it sees the request: @request.auth.id, @request.body.…",
            ),
            ("old", Usage::Rule(Operation::Insert)) => wrong(
                "an insert has no document before it",
                "bare names are fields of the new document",
            ),
            ("old", _) => Ok(Row::Old),
            (_, Usage::Rule(Operation::Insert | Operation::Update)) => Ok(Row::New),
            _ => wrong(
                "only insert and update rules have a new document",
                "bare names are fields of the stored document",
            ),
        }
    }

    /// Follows the segments from a record.
    pub(super) fn walk(
        &mut self,
        stop: Stop<'a>,
        segments: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let Some((segment, rest)) = segments.split_first() else {
            return Err(Diagnostic::new(
                span,
                "this is a record; name a field of it",
            ));
        };
        if segment.name.text.contains("_via_") {
            let stop = self.back(stop, &segment.name, binder)?;
            no_modifiers(segment)?;
            return self.walk(stop, rest, span, binder);
        }
        let field = self.field(stop.collection, &segment.name)?;
        let place = self.column(stop, field, segment.name.span)?;
        self.onward(place, segment, rest, span, binder)
    }

    /// Follows the segments from a value.
    pub(super) fn onward(
        &mut self,
        place: Place<'a>,
        segment: &Segment,
        rest: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let Some(next) = rest.first() else {
            return self.leaf(place, &segment.modifiers, span, binder);
        };
        no_modifiers(segment)?;
        match place.field.map(|field| &field.kind) {
            Some(FieldKind::Relation { collection, .. }) => {
                // The id of the record that a relation refers to is its own value.
                if rest.len() == 1 && next.name.text == "id" && place.many.is_none() {
                    return self.leaf(place, &next.modifiers, span, binder);
                }
                let stop = self.follow(place, collection, segment.name.span, binder)?;
                self.walk(stop, rest, span, binder)
            }
            Some(FieldKind::Geo) => inside::geo_part(place, next, rest, span),
            Some(FieldKind::Json { .. }) => self.json(place, rest, span, binder),
            None if place.ty == Type::Unknown => self.json(place, rest, span, binder),
            _ => Err(Diagnostic::new(
                next.name.span,
                format!(
                    "{} is {}; only relations and JSON have something inside",
                    segment.name.text,
                    place.ty.describe()
                ),
            )),
        }
    }

    /// A field of a record.
    fn column(
        &self,
        stop: Stop<'a>,
        field: &'a Field,
        span: Span,
    ) -> Result<Place<'a>, Diagnostic> {
        let Some(ty) = of_field(stop.collection, field) else {
            return Err(Diagnostic::new(span, "a password cannot be compared"));
        };
        let guard = self.field_guard(stop.collection, field);
        let always_set = matches!(stop.row, Row::Old | Row::New)
            && guard.is_none()
            && !field.nullable
            && matches!(ty, Type::Number | Type::Bool);
        let many = field.many().then(|| List::Column {
            row: stop.row.clone(),
            name: field.name.clone(),
            guard: guard.clone(),
        });
        let one = Scalar::Column {
            row: stop.row,
            column: Column {
                name: field.name.clone(),
                kind: ty.kind().unwrap_or(Kind::Text),
                storage: storage_of(field),
                guard,
            },
        };
        Ok(Place {
            one,
            many,
            ty,
            field: Some(field),
            always_set,
            key: stop.key.then(&field.name),
            hops: stop.hops,
        })
    }

    /// The end of a path: its value, or one of its items.
    pub(super) fn leaf(
        &mut self,
        place: Place<'a>,
        modifiers: &[Name],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let has = |name: &str| modifiers.iter().any(|modifier| modifier.text == name);
        if matches!(place.field.map(|field| &field.kind), Some(FieldKind::Geo)) {
            return Err(Diagnostic::new(
                span,
                "this is a point; name its lon or lat",
            ));
        }
        let (mut scalar, mut ty) = (place.one, place.ty);
        let mut always_set = place.always_set;
        if let Some(list) = place.many {
            if has("length") {
                scalar = Scalar::Count(list);
                (ty, always_set) = (Type::Number, true);
            } else {
                let var = self.new_var();
                scalar = Scalar::Item {
                    var,
                    kind: ty.kind().unwrap_or(Kind::Text),
                };
                binder.local.push(Binding {
                    key: Key::default(),
                    var,
                    source: Source::Items(list),
                });
            }
        } else if has("each") || has("length") {
            return Err(
                Diagnostic::new(span, ":each and :length are for fields that hold a list")
                    .hint("length(…) counts the characters of a text"),
            );
        }
        let typed = Typed {
            scalar,
            ty,
            span,
            always_set,
        };
        self.modify(typed, modifiers)
    }

    /// The field that a name stands for in a collection.
    pub(super) fn field(
        &self,
        collection: &'a Collection,
        name: &Name,
    ) -> Result<&'a Field, Diagnostic> {
        let seen = |field: &&Field| !self.is_unseen(collection, field);
        collection.field(&name.text).filter(seen).ok_or_else(|| {
            let names = collection.fields.iter().filter(seen);
            Diagnostic::new(
                name.span,
                format!("{} has no field {}", collection.name, name.text),
            )
            .did_you_mean(&name.text, names.map(|field| field.name.as_str()))
        })
    }

    // INVARIANT: to a client's filter a field that nobody reads is as unknown as one
    // that does not exist.
    pub(super) fn is_unseen(&self, collection: &Collection, field: &Field) -> bool {
        let for_nobody = |guard: Guard| guard.is_some_and(|guard| *guard == Node::Const(false));
        self.is_filter()
            && (field.hidden
                || matches!(field.kind, FieldKind::Password { .. })
                || for_nobody(self.field_guard(collection, field)))
    }

    /// What must hold of a record for this reader to see the whole of that field.
    // INVARIANT: a client's filter sees a field through its list rule only, and
    // where it is masked not at all.
    pub(super) fn field_guard(&self, collection: &Collection, field: &Field) -> Guard {
        let Usage::Filter(ruleset) = self.usage else {
            return None;
        };
        let rule = ruleset.fields(&collection.name)?.get(&field.name)?;
        rule.filter_guard()
    }

    pub(super) fn collection(&self, name: &Name) -> Result<&'a Collection, Diagnostic> {
        self.schema.get(&name.text).ok_or_else(|| {
            let names = self.schema.collections.iter().map(|c| c.name.as_str());
            Diagnostic::new(name.span, format!("there is no collection {}", name.text))
                .did_you_mean(&name.text, names)
        })
    }

    /// The field of a subquery: one value of each record, or an item of its list.
    pub(super) fn selected(
        &mut self,
        row: &Row,
        collection: &'a Collection,
        name: &Name,
    ) -> Result<(Typed, Option<Binding>), Diagnostic> {
        let field = self.field(collection, name)?;
        let stop = Stop {
            row: row.clone(),
            collection,
            key: Key::default(),
            hops: 0,
        };
        let place = self.column(stop, field, name.span)?;
        let mut scalar = place.one;
        let mut items = None;
        if let Some(list) = place.many {
            let var = self.new_var();
            scalar = Scalar::Item {
                var,
                kind: place.ty.kind().unwrap_or(Kind::Text),
            };
            items = Some(Binding {
                key: Key::default(),
                var,
                source: Source::Items(list),
            });
        }
        let typed = Typed {
            scalar,
            ty: place.ty,
            span: name.span,
            always_set: place.always_set,
        };
        Ok((typed, items))
    }
}

fn is_image(name: &str) -> bool {
    name == "old" || name == "new"
}

pub(super) fn no_modifiers(segment: &Segment) -> Result<(), Diagnostic> {
    match segment.modifiers.first() {
        Some(modifier) => Err(Diagnostic::new(
            modifier.span,
            format!(":{} stands at the end of a path", modifier.text),
        )),
        None => Ok(()),
    }
}

pub(super) fn plain(row: Row, name: &str, kind: Kind) -> Scalar {
    Scalar::Column {
        row,
        column: Column {
            name: name.to_owned(),
            kind,
            storage: Storage::Plain,
            guard: None,
        },
    }
}
