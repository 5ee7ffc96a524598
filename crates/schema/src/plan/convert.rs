//! A column's values, from one type to another, in SQL.
//!
//! Through JSON: what a value is as JSON, and what a JSON value is in the new
//! type, so that there are twice as many cases as types and not their square.

use crate::column::{holds_json, sql_type, stores_null, zero_literal};
use crate::name::{quote, quote_text};
use crate::{Field, FieldKind};

/// How to get a new column's value from the old one.
pub(super) struct Conversion {
    /// The new stored value; the unset one where the old does not fit.
    pub value: String,
    /// Whether something of a row is lost on the way.
    pub lost: String,
}

/// Whether stored values may have to change, relation targets aside.
pub(super) fn changes_values(old: &Field, new: &Field) -> bool {
    use FieldKind::{Autodate, Date, Email, File, Number, Select, Text, Url};
    match (&old.kind, &new.kind) {
        (Select { values: before, .. }, Select { values: after, .. }) => {
            old.many() != new.many() || before.iter().any(|value| !after.contains(value))
        }
        (Number { integer: a, .. }, Number { integer: b, .. }) => a != b,
        (Date { .. } | Autodate { .. }, Date { .. } | Autodate { .. }) => false,
        // Whatever is text already is text.
        (
            Email | Url | Date { .. } | Autodate { .. } | Select { .. } | File { .. },
            Text { .. },
        ) => old.many(),
        (a, b) => {
            std::mem::discriminant(a) != std::mem::discriminant(b) || old.many() != new.many()
        }
    }
}

/// The same values in another column: `on_delete` or `nullable` changed.
pub(super) fn keep(old: &Field, new: &Field, column: &str) -> Conversion {
    let value = if stores_null(new) && !stores_null(old) && sql_type(old) == "TEXT" {
        format!("nullif({column},{})", zero_literal(old))
    } else {
        column.to_owned()
    };
    Conversion {
        value: or_unset(new, &value),
        lost: "0".to_owned(),
    }
}

/// The values in another type. `target` is the table that a relation refers to;
/// none: it has no records yet.
pub(super) fn convert(old: &Field, new: &Field, column: &str, target: Option<&str>) -> Conversion {
    if let (FieldKind::Number { .. }, FieldKind::Number { integer: true, .. }) =
        (&old.kind, &new.kind)
    {
        return Conversion {
            value: or_unset(
                new,
                &format!(
                    "CAST(min(max(round({column}),-9007199254740991),9007199254740991) AS INTEGER)"
                ),
            ),
            lost: format!("({column}<>round({column}) OR abs({column})>9007199254740991)"),
        };
    }
    let json = as_json(old, column);
    let (value, whole) = from_json(new, &json, target);
    Conversion {
        lost: format!(
            "({} AND NOT coalesce(({value}) IS NOT NULL AND {whole},0))",
            is_set(old, column)
        ),
        value: or_unset(new, &value),
    }
}

/// Whether a column's value is set.
pub(super) fn is_set(field: &Field, column: &str) -> String {
    if field.nullable {
        return format!("{column} IS NOT NULL");
    }
    if stores_null(field) {
        return format!("{column} IS NOT NULL");
    }
    format!("{column}<>{}", zero_literal(field))
}

fn or_unset(field: &Field, value: &str) -> String {
    if stores_null(field) {
        value.to_owned()
    } else {
        format!("coalesce({value},{})", zero_literal(field))
    }
}

/// The value as JSON text; NULL if unset.
fn as_json(field: &Field, column: &str) -> String {
    match field.kind {
        // A password is nothing else, ever.
        FieldKind::Password { .. } => "NULL".to_owned(),
        FieldKind::Bool => format!("CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"),
        FieldKind::Number { .. } => format!(
            "CASE WHEN {column} IS NOT NULL THEN json_quote(iif({column}=round({column}) AND \
             abs({column})<9e15,CAST({column} AS INTEGER),{column})) END"
        ),
        _ if holds_json(field) => format!("nullif({column},{})", zero_literal(field)),
        _ => format!("CASE WHEN {column}<>'' THEN json_quote({column}) END"),
    }
}

/// The value of the new type or NULL, and whether it holds all that was there.
fn from_json(field: &Field, json: &str, target: Option<&str>) -> (String, String) {
    if let FieldKind::Json { .. } = field.kind {
        return (json.to_owned(), "1".to_owned());
    }
    if let FieldKind::Geo = field.kind {
        let coordinate = |name: &str, limit: u8| {
            format!(
                "json_type(j,'$.{name}') IN ('integer','real') AND abs(j->>'$.{name}')<={limit}"
            )
        };
        let value = format!(
            "(SELECT CASE WHEN {} AND {} THEN json_object('lat',j->'$.lat','lon',j->'$.lon') END \
             FROM (SELECT {json} AS j))",
            coordinate("lon", 180),
            coordinate("lat", 90)
        );
        return (value, "1".to_owned());
    }
    // Every item of a list, or the one value there is.
    let items = format!(
        "json_each((SELECT CASE json_type(j) WHEN 'array' THEN j WHEN 'object' THEN NULL \
         ELSE json_array(json(j)) END FROM (SELECT {json} AS j))) AS item"
    );
    // JSON's true and false are 1 and 0 as values; what they are called is `json_type`.
    let text = "CASE WHEN item.type IN ('true','false') THEN item.type \
                WHEN item.type IN ('array','object','null') THEN NULL \
                ELSE CAST(item.value AS TEXT) END";
    let fitted = fit(field, "t", target);
    if field.many() {
        let value = format!(
            "(SELECT nullif(json_group_array(v),'[]') FROM (SELECT {fitted} AS v FROM \
             (SELECT {text} AS t FROM {items})) WHERE v IS NOT NULL)"
        );
        let whole = format!("json_array_length({value})=(SELECT count(*) FROM {items})");
        return (value, whole);
    }
    let value = format!("(SELECT {fitted} FROM (SELECT {text} AS t FROM {items} LIMIT 1))");
    let whole = format!("(SELECT count(*) FROM {items})=1");
    (value, whole)
}

/// The text `t` as a value of the field's type, or NULL.
fn fit(field: &Field, t: &str, target: Option<&str>) -> String {
    match &field.kind {
        FieldKind::Email => format!("CASE WHEN {t} LIKE '%_@_%._%' THEN lower({t}) END"),
        FieldKind::Url => {
            format!("CASE WHEN {t} LIKE 'http://_%' OR {t} LIKE 'https://_%' THEN {t} END")
        }
        FieldKind::Date { .. } | FieldKind::Autodate { .. } => format!(
            "CASE WHEN {t} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' \
             THEN strftime('%Y-%m-%d %H:%M:%fZ',{t}) END"
        ),
        FieldKind::Select { values, .. } => {
            let values: Vec<String> = values.iter().map(|value| quote_text(value)).collect();
            format!("CASE WHEN {t} IN ({}) THEN {t} END", values.join(","))
        }
        FieldKind::Relation { .. } => match target {
            Some(table) => format!("(SELECT \"id\" FROM {} WHERE \"id\"={t})", quote(table)),
            None => "NULL".to_owned(),
        },
        FieldKind::Number { integer, .. } => {
            let real = format!(
                "CASE WHEN {t} IN ('true','false') THEN {t}='true' \
                 WHEN json_valid({t}) THEN CASE WHEN json_type({t}) IN ('integer','real') \
                 THEN CAST({t} AS REAL) END END"
            );
            if *integer {
                format!(
                    "(SELECT CASE WHEN r=round(r) AND abs(r)<=9007199254740991 \
                     THEN CAST(r AS INTEGER) END FROM (SELECT {real} AS r))"
                )
            } else {
                format!("CAST({real} AS REAL)")
            }
        }
        FieldKind::Bool => {
            format!("CASE WHEN {t} IN ('true','1') THEN 1 WHEN {t} IN ('false','0') THEN 0 END")
        }
        FieldKind::Password { .. } => "NULL".to_owned(),
        FieldKind::Text { .. } | FieldKind::File { .. } => t.to_owned(),
        // Answered by `from_json` before.
        FieldKind::Json { .. } | FieldKind::Geo => "NULL".to_owned(),
    }
}
