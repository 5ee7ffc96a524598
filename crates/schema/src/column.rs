//! Columns: the storage form of a field, into the database and back as JSON.
//!
//! The table in `field.rs` is the definition. Values are bound by the caller;
//! the only text that gets into SQL here is names of the schema.

use crate::name::{quote, quote_text};
use crate::{Field, FieldKind, Value};

/// A value to bind.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnValue {
    /// NULL.
    Null,
    /// An INTEGER.
    Integer(i64),
    /// A REAL.
    Real(f64),
    /// A TEXT.
    Text(String),
}

/// The STRICT type of a field's column.
pub fn sql_type(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Number { integer: true, .. } | FieldKind::Bool => "INTEGER",
        FieldKind::Number { integer: false, .. } => "REAL",
        _ => "TEXT",
    }
}

/// Whether unset is NULL in the column.
pub fn stores_null(field: &Field) -> bool {
    // A reference to nothing must be NULL, or the foreign key would look for it.
    field.nullable || matches!(field.kind, FieldKind::Relation { many: false, .. })
}

/// Whether the column's text is JSON.
pub fn holds_json(field: &Field) -> bool {
    field.many() || matches!(field.kind, FieldKind::Json { .. } | FieldKind::Geo)
}

/// What a validated value is in its column.
pub fn bind(field: &Field, value: &Value) -> ColumnValue {
    match value {
        Value::Null if matches!(field.kind, FieldKind::Json { .. }) => {
            ColumnValue::Text("null".to_owned())
        }
        Value::Null if stores_null(field) => ColumnValue::Null,
        Value::Null => bind_zero(field),
        // In one order, whatever the map's: unset points are found by their text.
        Value::Object(point) if field.kind == FieldKind::Geo => {
            let coordinate = |name| point.get(name).unwrap_or(&Value::Null);
            let (lat, lon) = (coordinate("lat"), coordinate("lon"));
            ColumnValue::Text(format!(r#"{{"lat":{lat},"lon":{lon}}}"#))
        }
        _ if holds_json(field) => ColumnValue::Text(value.to_string()),
        Value::String(text)
            if text.is_empty() && matches!(field.kind, FieldKind::Relation { .. }) =>
        {
            ColumnValue::Null
        }
        Value::String(text) => ColumnValue::Text(text.clone()),
        Value::Bool(truth) => ColumnValue::Integer(i64::from(*truth)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) if sql_type(field) == "INTEGER" => ColumnValue::Integer(whole),
            (_, Some(real)) if sql_type(field) == "INTEGER" => ColumnValue::Integer(real as i64),
            (_, Some(real)) => ColumnValue::Real(real),
            _ => ColumnValue::Null,
        },
        Value::Array(_) | Value::Object(_) => ColumnValue::Text(value.to_string()),
    }
}

/// The SQL expression that gives the column as JSON, to be an argument of
/// `json_object`. `alias` is the table's own name in the statement, as SQL.
pub fn json_expression(field: &Field, alias: &str) -> String {
    let column = format!("{alias}.{}", quote(&field.name));
    match &field.kind {
        // INVARIANT: no statement reads a password hash as JSON.
        FieldKind::Password { .. } => "''".to_owned(),
        FieldKind::Bool if field.nullable => {
            format!("json(iif({column} IS NULL,'null',iif({column},'true','false')))")
        }
        FieldKind::Bool => format!("json(iif({column},'true','false'))"),
        // As JSON has it: 5, not 5.0 (beyond 2^53 every REAL is whole anyway). SQLite
        // writes 15 digits, which not every number is read back from.
        FieldKind::Number { integer: false, .. } => format!(
            "CASE WHEN {column}=round({column}) AND abs({column})<9e15 \
             THEN CAST({column} AS INTEGER) \
             WHEN CAST(printf('%!.15g',{column}) AS REAL)<>{column} \
             THEN json(printf('%!.17g',{column})) ELSE {column} END"
        ),
        FieldKind::Relation { many: false, .. } if !field.nullable => {
            format!("coalesce({column},'')")
        }
        _ if holds_json(field) => format!("json({column})"),
        _ => column,
    }
}

/// The value as SQL, for the few places of planning that cannot bind; it comes
/// from the schema, never from a request.
pub(crate) fn literal(value: &ColumnValue) -> String {
    match value {
        ColumnValue::Null => "NULL".to_owned(),
        ColumnValue::Integer(number) => number.to_string(),
        ColumnValue::Real(number) => format!("{number:?}"),
        ColumnValue::Text(text) => quote_text(text),
    }
}

/// The column's default: what unset is, where it is not NULL.
pub(crate) fn zero_literal(field: &Field) -> &'static str {
    match &field.kind {
        FieldKind::Number { .. } | FieldKind::Bool => "0",
        FieldKind::Json { .. } => "'null'",
        FieldKind::Geo => r#"'{"lat":0,"lon":0}'"#,
        _ if field.many() => "'[]'",
        _ => "''",
    }
}

fn bind_zero(field: &Field) -> ColumnValue {
    match &field.kind {
        FieldKind::Number { integer: false, .. } => ColumnValue::Real(0.0),
        FieldKind::Number { .. } | FieldKind::Bool => ColumnValue::Integer(0),
        _ => ColumnValue::Text(zero_literal(field).trim_matches('\'').to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::OnDelete;

    fn field(kind: FieldKind) -> Field {
        Field::new("f", kind)
    }

    #[test]
    fn an_unset_value_is_bound_as_the_columns_default() {
        let relation = |many| FieldKind::Relation {
            collection: "c".into(),
            many,
            max: None,
            on_delete: OnDelete::Cascade,
        };
        for kind in [
            FieldKind::Bool,
            FieldKind::Geo,
            FieldKind::Json { max: None },
            FieldKind::Number {
                integer: true,
                min: None,
                max: None,
            },
            relation(true),
            FieldKind::Email,
        ] {
            let field = field(kind);
            assert_eq!(literal(&bind(&field, &field.zero())), zero_literal(&field));
            assert_eq!(bind(&field, &Value::Null), bind(&field, &field.zero()));
        }
        let one = field(relation(false));
        assert_eq!(bind(&one, &json!("")), ColumnValue::Null);
        let nullable = Field {
            nullable: true,
            ..one
        };
        assert_eq!(bind(&nullable, &json!("")), ColumnValue::Null);
    }

    #[test]
    fn values_are_bound_in_their_storage_form() {
        let real = field(FieldKind::Number {
            integer: false,
            min: None,
            max: None,
        });
        assert_eq!(bind(&real, &json!(5)), ColumnValue::Real(5.0));
        let whole = field(FieldKind::Number {
            integer: true,
            min: None,
            max: None,
        });
        assert_eq!(bind(&whole, &json!(5.0)), ColumnValue::Integer(5));
        let json = field(FieldKind::Json { max: None });
        assert_eq!(bind(&json, &json!("x")), ColumnValue::Text("\"x\"".into()));
        let geo = field(FieldKind::Geo);
        let bound = bind(&geo, &json!({"lon": 1.5, "lat": 2}));
        assert_eq!(bound, ColumnValue::Text(r#"{"lat":2,"lon":1.5}"#.into()));
        assert_eq!(
            bind(&field(FieldKind::Bool), &json!(true)),
            ColumnValue::Integer(1)
        );
    }

    #[test]
    fn a_password_is_never_read_as_json() {
        let password = field(FieldKind::Password { min: 8 });
        assert_eq!(json_expression(&password, "t"), "''");
    }

    #[test]
    fn a_real_of_seventeen_digits_is_bound_as_it_was_sent() {
        let number = field(FieldKind::Number {
            integer: false,
            min: None,
            max: None,
        });
        for (text, expected) in [
            ("2.5506902573942170e1", 25.506_902_573_942_17),
            ("25.50690257394217", 25.506_902_573_942_17),
            ("0.30000000000000004", 0.300_000_000_000_000_04),
            ("123.45678901234568", 123.456_789_012_345_68),
            ("2.2250738585072014e-308", f64::MIN_POSITIVE),
            ("1.7976931348623157e308", f64::MAX),
        ] {
            let sent: Value = serde_json::from_str(text).unwrap();
            assert_eq!(bind(&number, &sent), ColumnValue::Real(expected), "{text}");
        }
    }
}
