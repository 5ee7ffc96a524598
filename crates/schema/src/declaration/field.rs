//! A field from its table.

use toml::de::DeTable;

use super::reader::{Mistakes, Reader};
use crate::{Field, FieldKind, FileLimits, OnDelete, Pattern, date, system};

/// The types by the names they have in a file.
const TYPES: [(&str, &str); 13] = [
    ("text", "text"),
    ("number", "number"),
    ("bool", "bool"),
    ("email", "email"),
    ("url", "url"),
    ("date", "date"),
    ("autodate", "autodate"),
    ("select", "select"),
    ("json", "json"),
    ("relation", "relation"),
    ("geo", "geo"),
    ("file", "file"),
    ("password", "password"),
];

const ON_DELETE: [(&str, OnDelete); 3] = [
    ("cascade", OnDelete::Cascade),
    ("restrict", OnDelete::Restrict),
    ("set-null", OnDelete::SetNull),
];

/// The field of that name; none, with a mistake, if its type is not known.
pub(super) fn read(
    name: &str,
    options: &DeTable<'_>,
    at: usize,
    mistakes: &mut Mistakes,
) -> Option<Field> {
    let mut reader = Reader::new(options, mistakes);
    if options.get("type").is_none() {
        let hint = format!("add one: {}", TYPES.map(|(name, _)| name).join(", "));
        reader
            .mistakes
            .add(at, format!("the field `{name}` has no `type`"), Some(hint));
        return None;
    }
    let type_name = reader.word("type", &TYPES)?;
    let kind = read_kind(type_name, name, at, &mut reader);
    let field = Field {
        required: reader.flag("required"),
        unique: reader.flag("unique"),
        nullable: reader.flag("nullable"),
        hidden: reader.flag("hidden"),
        default: reader.json("default"),
        renamed_from: reader.texts("renamed_from"),
        lossy: reader.flag("lossy"),
        ..Field::new(name, kind)
    };
    reader.finish(&format!("a {type_name} field"));
    Some(field)
}

fn read_kind(type_name: &str, name: &str, at: usize, reader: &mut Reader<'_, '_, '_>) -> FieldKind {
    match type_name {
        "number" => FieldKind::Number {
            integer: reader.flag("integer"),
            min: reader.number("min"),
            max: reader.number("max"),
        },
        "bool" => FieldKind::Bool,
        "email" => FieldKind::Email,
        "url" => FieldKind::Url,
        "date" => FieldKind::Date {
            min: moment(reader, "min"),
            max: moment(reader, "max"),
        },
        "autodate" => FieldKind::Autodate {
            on_create: reader.flag("on_create"),
            on_update: reader.flag("on_update"),
        },
        "select" => FieldKind::Select {
            values: reader.texts("values"),
            many: reader.flag("many"),
            max: reader.count("max"),
        },
        "json" => FieldKind::Json {
            max: reader.count("max"),
        },
        "relation" => read_relation(name, at, reader),
        "geo" => FieldKind::Geo,
        "file" => FieldKind::File {
            many: reader.flag("many"),
            max: reader.count("max"),
            limits: FileLimits {
                max_size: reader.bytes("max_size"),
                mime_types: reader.texts("mime_types"),
                thumbs: reader.texts("thumbs"),
            },
        },
        "password" => FieldKind::Password {
            min: reader.count("min").unwrap_or(system::PASSWORD_MIN),
        },
        _ => FieldKind::Text {
            min: reader.count("min"),
            max: reader.count("max"),
            pattern: reader.text("pattern").map(Pattern::new),
        },
    }
}

fn read_relation(name: &str, at: usize, reader: &mut Reader<'_, '_, '_>) -> FieldKind {
    let collection = reader.text("collection").unwrap_or_else(|| {
        let message = format!("the relation `{name}` does not say to which `collection`");
        reader.mistakes.add(at, message, None);
        String::new()
    });
    FieldKind::Relation {
        collection,
        many: reader.flag("many"),
        max: reader.count("max"),
        // Losing a reference is the least that can happen to a record.
        on_delete: reader
            .word("on_delete", &ON_DELETE)
            .unwrap_or(OnDelete::SetNull),
    }
}

fn moment(reader: &mut Reader<'_, '_, '_>, key: &'static str) -> Option<String> {
    let at = reader.take(key)?.span().start;
    let text = reader.json(key)?;
    match text.as_str().and_then(date::parse) {
        Some(ms) => Some(date::format(ms)),
        None => {
            let hint = Some("write it like \"2026-11-20 10:00:00.000Z\"".to_owned());
            reader
                .mistakes
                .add(at, format!("`{key}` is no moment"), hint);
            None
        }
    }
}
