//! What is inside a value: the keys of JSON, the coordinates of a point.

use super::Checker;
use super::path::{Binder, Place, no_modifiers};
use super::types::{Type, Typed};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::Segment;
use crate::tree::{Column, Fact, Kind, Scalar, Storage};

impl<'a> Checker<'a> {
    /// A value inside JSON.
    pub(super) fn json(
        &mut self,
        mut place: Place<'a>,
        rest: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let Some((last, before)) = rest.split_last() else {
            return Err(Diagnostic::new(span, "a key is expected"));
        };
        before.iter().try_for_each(no_modifiers)?;
        let keys = rest.iter().map(|segment| segment.name.text.clone());
        match &mut place.one {
            Scalar::Column {
                column:
                    Column {
                        storage: Storage::Json(path),
                        ..
                    },
                ..
            } => path.extend(keys),
            Scalar::Fact {
                fact: Fact::Auth(_, path) | Fact::Body(_, path),
                ..
            } => path.extend(keys),
            _ => return Err(Diagnostic::new(span, "this has nothing inside")),
        }
        self.leaf(place, &last.modifiers, span, binder)
    }
}

/// `place.lon`, `place.lat`.
pub(super) fn geo_part(
    place: Place<'_>,
    part: &Segment,
    rest: &[Segment],
    span: Span,
) -> Result<Typed, Diagnostic> {
    no_modifiers(part)?;
    if rest.len() > 1 || !matches!(part.name.text.as_str(), "lon" | "lat") {
        return Err(Diagnostic::new(part.name.span, "a point has lon and lat"));
    }
    let mut scalar = place.one;
    let key = part.name.text.clone();
    match &mut scalar {
        Scalar::Column { column, .. } => {
            column.kind = Kind::Number;
            column.storage = Storage::Json(vec![key]);
        }
        Scalar::Fact {
            fact: Fact::Auth(_, path) | Fact::Body(_, path),
            kind,
        } => {
            *kind = Kind::Number;
            path.push(key);
        }
        _ => return Err(Diagnostic::new(span, "this is no point")),
    }
    Ok(Typed {
        scalar,
        ty: Type::Number,
        span,
        always_set: false,
    })
}
