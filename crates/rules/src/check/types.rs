//! What the checker knows of a value: its type, and how to say it to people.

use ringfence_schema::{Collection, Field, FieldKind};

use crate::diagnostic::Span;
use crate::tree::{Kind, Literal, Scalar, Storage};

/// An operand that has been understood.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub scalar: Scalar,
    pub ty: Type,
    pub span: Span,
    /// A number or bool of the document itself that always has a value.
    pub always_set: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// The literal `null`.
    Null,
    Text(Meaning),
    Number,
    Bool,
    Date,
    /// JSON: any type, known by what it is compared with.
    Unknown,
}

/// What a text says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    Plain,
    /// The id of a record of one of these collections.
    Id(Vec<String>),
    /// One of these values.
    Choice(Vec<String>),
}

impl Typed {
    pub fn is_literal(&self) -> bool {
        matches!(self.scalar, Scalar::Literal(_)) || self.ty == Type::Null
    }

    /// JSON as each type that its value may be.
    pub fn types(&self) -> [Self; 3] {
        let as_type = |kind, ty| {
            let mut typed = self.clone();
            settle(&mut typed.scalar, kind);
            typed.ty = ty;
            typed
        };
        [
            as_type(Kind::Text, Type::Text(Meaning::Plain)),
            as_type(Kind::Number, Type::Number),
            as_type(Kind::Bool, Type::Bool),
        ]
    }

    /// The literals that mean unset: `null`, and the empty text as in PocketBase.
    pub fn is_unset_literal(&self) -> bool {
        self.ty == Type::Null
            || matches!(&self.scalar, Scalar::Literal(Literal::Text(text)) if text.is_empty())
    }
}

impl Type {
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Text(_) => Some(Kind::Text),
            Self::Number => Some(Kind::Number),
            Self::Bool => Some(Kind::Bool),
            Self::Date => Some(Kind::Date),
            Self::Null | Self::Unknown => None,
        }
    }

    /// As in "title is …".
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(Meaning::Plain) => "text".to_owned(),
            Self::Text(Meaning::Id(collections)) => {
                format!("an id of {}", collections.join(" or "))
            }
            Self::Text(Meaning::Choice(_)) => "a choice".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Unknown => "JSON of any type".to_owned(),
        }
    }
}

/// The type of one value of a field; a password has none.
pub(super) fn of_field(collection: &Collection, field: &Field) -> Option<Type> {
    Some(match &field.kind {
        FieldKind::Text { .. } if field.name == "id" => {
            Type::Text(Meaning::Id(vec![collection.name.clone()]))
        }
        FieldKind::Text { .. } | FieldKind::Email | FieldKind::Url | FieldKind::File { .. } => {
            Type::Text(Meaning::Plain)
        }
        FieldKind::Number { .. } => Type::Number,
        FieldKind::Bool => Type::Bool,
        FieldKind::Date { .. } | FieldKind::Autodate { .. } => Type::Date,
        FieldKind::Select { values, .. } => Type::Text(Meaning::Choice(values.clone())),
        FieldKind::Relation { collection, .. } => Type::Text(Meaning::Id(vec![collection.clone()])),
        FieldKind::Json { .. } | FieldKind::Geo => Type::Unknown,
        FieldKind::Password { .. } => return None,
    })
}

/// How one value of a field is kept.
pub(super) fn storage_of(field: &Field) -> Storage {
    match &field.kind {
        FieldKind::Relation { many: false, .. } => Storage::Reference,
        FieldKind::Json { .. } | FieldKind::Geo => Storage::Json(Vec::new()),
        _ => Storage::Plain,
    }
}

/// Settles the type of JSON: what it is compared with says what it must be.
pub(super) fn settle(scalar: &mut Scalar, to: Kind) {
    match scalar {
        Scalar::Column { column, .. } => column.kind = to,
        Scalar::Item { kind, .. } | Scalar::Fact { kind, .. } => *kind = to,
        Scalar::Absent
        | Scalar::Literal(_)
        | Scalar::Call { .. }
        | Scalar::Count(_)
        | Scalar::Truth(_) => {}
    }
}
