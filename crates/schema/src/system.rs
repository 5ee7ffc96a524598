//! The fields that every collection has, and those of auth collections.

use crate::{CollectionKind, Field, FieldKind};

/// The shortest password, where the declaration says nothing else.
pub const PASSWORD_MIN: u32 = 8;

/// The fields that a collection of this kind has before its declared ones.
pub fn fields(kind: CollectionKind) -> Vec<Field> {
    let mut fields = vec![
        system("id", text()),
        system("created", autodate(true, false)),
        system("updated", autodate(true, true)),
        // The id of a user of whatever auth collection; empty: nobody signed in.
        system("created_by", text()),
        system("updated_by", text()),
    ];
    if kind == CollectionKind::Auth {
        fields.extend([
            Field {
                required: true,
                unique: true,
                ..Field::new("email", FieldKind::Email)
            },
            Field::new("emailVisibility", FieldKind::Bool),
            system("verified", FieldKind::Bool),
            Field {
                required: true,
                hidden: true,
                ..Field::new("password", FieldKind::Password { min: PASSWORD_MIN })
            },
            // Part of every token's key: a new one ends every session.
            Field {
                hidden: true,
                ..system("tokenKey", text())
            },
        ]);
    }
    fields
}

fn system(name: &str, kind: FieldKind) -> Field {
    Field {
        system: true,
        ..Field::new(name, kind)
    }
}

fn text() -> FieldKind {
    FieldKind::Text {
        min: None,
        max: None,
        pattern: None,
    }
}

fn autodate(on_create: bool, on_update: bool) -> FieldKind {
    FieldKind::Autodate {
        on_create,
        on_update,
    }
}
