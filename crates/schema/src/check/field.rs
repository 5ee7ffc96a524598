//! One field: whether its options go together and fit its type.

use super::Found;
use crate::column::holds_json;
use crate::name::nearest;
use crate::{Field, FieldKind, FileLimits, OnDelete, Schema, ThumbSize, validate};

/// What is wrong with its options and with those of its type.
pub(super) fn check(schema: &Schema, field: &Field, found: &mut Found<'_>) {
    check_options(field, found);
    check_kind(schema, field, found);
}

fn check_options(field: &Field, found: &mut Found<'_>) {
    let holds_text = matches!(
        field.kind,
        FieldKind::Autodate { .. } | FieldKind::Password { .. } | FieldKind::Json { .. }
    );
    if field.nullable && (field.many() || holds_text) {
        found.of(
            field,
            "nullable",
            "a list, json, autodate or password cannot be `nullable`",
            "an unset list is empty and unset json is null as it is",
        );
    }
    let never_unique = matches!(field.kind, FieldKind::Bool | FieldKind::Password { .. });
    if field.unique && (holds_json(field) || never_unique) {
        found.of(
            field,
            "unique",
            "values of this type cannot be `unique`",
            "",
        );
    }
    if field.unique && field.default.is_some() {
        found.of(
            field,
            "default",
            "`unique` and `default` exclude each other: the second record would clash with the first",
            "leave one of them out",
        );
    }
    if let Some(default) = &field.default {
        if matches!(
            field.kind,
            FieldKind::Password { .. } | FieldKind::Autodate { .. }
        ) {
            found.of(
                field,
                "default",
                "a field of this type cannot have a `default`",
                "",
            );
        } else if let Err(error) = validate::check_value(field, default.clone()) {
            found.of(
                field,
                "default",
                format!("the default does not fit: {}", error.message),
                "",
            );
        }
    }
}

fn check_kind(schema: &Schema, field: &Field, found: &mut Found<'_>) {
    match &field.kind {
        FieldKind::Text { min, max, pattern } => {
            check_order(
                field,
                min.zip(*max).is_some_and(|(min, max)| min > max),
                found,
            );
            if let Some(Err(error)) = pattern.as_ref().map(crate::Pattern::check) {
                found.of(
                    field,
                    "pattern",
                    format!("not a regular expression: {error}"),
                    "",
                );
            }
        }
        FieldKind::Number { min, max, .. } => {
            check_order(
                field,
                min.zip(*max).is_some_and(|(min, max)| min > max),
                found,
            );
        }
        FieldKind::Date { min, max } => {
            let reversed = min
                .as_ref()
                .zip(max.as_ref())
                .is_some_and(|(min, max)| min > max);
            check_order(field, reversed, found);
        }
        FieldKind::Autodate {
            on_create,
            on_update,
        } if !on_create && !on_update => {
            found.of(
                field,
                "type",
                "it would never be set",
                "add `on_create = true`, `on_update = true` or both",
            );
        }
        FieldKind::Select { values, max, .. } => {
            check_choices(field, values, found);
            check_many(field, *max, found);
        }
        FieldKind::Relation {
            collection,
            max,
            on_delete,
            ..
        } => {
            check_relation(schema, field, collection, *on_delete, found);
            check_many(field, *max, found);
        }
        FieldKind::File { max, limits, .. } => {
            check_many(field, *max, found);
            check_files(field, limits, found);
        }
        FieldKind::Password { .. } => found.of(
            field,
            "type",
            "only the `password` of an auth collection is a password",
            "make the collection `kind = \"auth\"`, or the field a hidden text",
        ),
        _ => {}
    }
}

fn check_order(field: &Field, reversed: bool, found: &mut Found<'_>) {
    if reversed {
        found.of(field, "max", "`max` is below `min`", "");
    }
}

fn check_many(field: &Field, max: Option<u32>, found: &mut Found<'_>) {
    if max.is_some() && !field.many() {
        found.of(
            field,
            "max",
            "`max` counts the values of a list",
            "add `many = true`, or leave it out",
        );
    }
    if max == Some(0) {
        found.of(
            field,
            "max",
            "a list of at most 0 values is always empty",
            "",
        );
    }
}

fn check_files(field: &Field, limits: &FileLimits, found: &mut Found<'_>) {
    if limits.max_size == Some(0) {
        found.of(field, "max_size", "no file would fit", "");
    }
    if field.unique || field.default.is_some() {
        found.of(
            field,
            "type",
            "a file cannot be `unique` or have a `default`",
            "each file is stored under a name of its own",
        );
    }
    let is_type = |text: &String| {
        let part = |part: &str| !part.is_empty() && !part.contains(['*', ';', ' ', '/']);
        text.split_once('/')
            .is_some_and(|(a, b)| part(a) && part(b))
    };
    if let Some(other) = limits.mime_types.iter().find(|text| !is_type(text)) {
        let message = format!("`{other}` is no type of files");
        found.of(field, "mime_types", message, "write it like `image/png`");
    }
    let is_never = |text: &&String| {
        text.starts_with("text/") && !FileLimits::TEXT_TYPES.contains(&text.as_str())
    };
    if let Some(other) = limits.mime_types.iter().find(is_never) {
        let message = format!("no file is `{other}` by its content");
        let hint = "texts are told apart no further than `text/plain`";
        found.of(field, "mime_types", message, hint);
    }
    let is_none = |text: &&String| ThumbSize::parse(text).is_none();
    if let Some(other) = limits.thumbs.iter().find(is_none) {
        let message = format!("`{other}` is no size of thumbs");
        let longest = ThumbSize::LONGEST;
        let hint = format!(
            "write it like `100x100` (`t`, `b` or `f` behind it), `100x0` or `0x100`; no side is over {longest}"
        );
        found.of(field, "thumbs", message, &hint);
    }
}

fn check_choices(field: &Field, values: &[String], found: &mut Found<'_>) {
    if values.is_empty() {
        found.of(
            field,
            "values",
            "nothing could be chosen",
            "list at least one value",
        );
    }
    for (position, value) in values.iter().enumerate() {
        if value.is_empty() {
            found.of(
                field,
                "values",
                "an empty value cannot be told from an unset one",
                "leave it out",
            );
        } else if values.iter().take(position).any(|earlier| earlier == value) {
            found.of(field, "values", format!("`{value}` is listed twice"), "");
        }
    }
}

fn check_relation(
    schema: &Schema,
    field: &Field,
    target: &str,
    on_delete: OnDelete,
    found: &mut Found<'_>,
) {
    if schema.get(target).is_none() {
        let near = nearest(target, schema.collections.iter().map(|c| c.name.as_str()));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no collection `{target}`");
        found.add(&["fields", &field.name, "collection"], message, hint);
    }
    if field.required && on_delete == OnDelete::SetNull {
        found.of(
            field,
            "on_delete",
            "a required relation cannot be unset when its record is deleted",
            "use `cascade` or `restrict`, or leave out `required`",
        );
    }
}
