//! A collection from its file.

use toml::de::{DeTable, DeValue};

use super::field;
use super::reader::{Mistakes, Reader};
use crate::{Collection, CollectionKind, Field, FieldKind, Index, name, system};

/// The collection, or none if the file says that it is dropped.
pub(super) fn read(name: &str, table: &DeTable<'_>, mistakes: &mut Mistakes) -> Option<Collection> {
    if let Some(value) = table.get("dropped")
        && value.get_ref().as_bool() == Some(true)
    {
        let mut reader = Reader::new(table, mistakes);
        reader.take("dropped");
        reader.finish("a dropped collection");
        return None;
    }
    let mut reader = Reader::new(table, mistakes);
    let kinds = [
        ("base", CollectionKind::Base),
        ("auth", CollectionKind::Auth),
    ];
    let kind = reader.word("kind", &kinds).unwrap_or(CollectionKind::Base);
    let renamed_from = reader.texts("renamed_from");
    let id = reader
        .text("id")
        .unwrap_or_else(|| name::collection_id(renamed_from.first().map_or(name, String::as_str)));
    let dropped = reader.texts("dropped");
    let mut fields = system::fields(kind);
    read_fields(&mut reader, &mut fields);
    let indexes = read_indexes(&mut reader);
    reader.finish("a collection");
    Some(Collection {
        id,
        name: name.to_owned(),
        kind,
        fields,
        indexes,
        renamed_from,
        dropped,
    })
}

fn read_fields(reader: &mut Reader<'_, '_, '_>, fields: &mut Vec<Field>) {
    let Some(value) = reader.take("fields") else {
        return;
    };
    let Some(table) = value.get_ref().as_table() else {
        let hint = "a field is a table of its own: `[fields.title]`".to_owned();
        reader.mistakes.add(
            value.span().start,
            "`fields` is a table of fields",
            Some(hint),
        );
        return;
    };
    // In the order in which they are written.
    let mut declared: Vec<_> = table.iter().collect();
    declared.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in declared {
        let DeValue::Table(options) = value.get_ref() else {
            let hint = Some(format!(
                "write `[fields.{}]` and `type = …` below it",
                key.get_ref()
            ));
            reader
                .mistakes
                .add(value.span().start, "a field is a table", hint);
            continue;
        };
        let at = key.span().start;
        let Some(field) = field::read(key.get_ref(), options, at, reader.mistakes) else {
            continue;
        };
        match fields.iter_mut().find(|own| own.name == field.name) {
            // The one thing to decide about a system field.
            Some(own) if is_password(own) && is_password(&field) => own.kind = field.kind,
            _ => fields.push(field),
        }
    }
}

fn is_password(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Password { .. })
}

fn read_indexes(reader: &mut Reader<'_, '_, '_>) -> Vec<Index> {
    let Some(value) = reader.take("indexes") else {
        return Vec::new();
    };
    let Some(items) = value.get_ref().as_array() else {
        let hint = "write `[[indexes]]` and `fields = [\"…\"]` below it".to_owned();
        reader.mistakes.add(
            value.span().start,
            "`indexes` is a list of tables",
            Some(hint),
        );
        return Vec::new();
    };
    let tables = items.iter().filter_map(|item| item.get_ref().as_table());
    tables
        .map(|table| {
            let mut index = Reader::new(table, reader.mistakes);
            let read = Index {
                fields: index.texts("fields"),
                unique: index.flag("unique"),
            };
            index.finish("an index");
            read
        })
        .collect()
}
