//! A database of the test: rows at random, and its contents.

use std::collections::BTreeMap;

use fastrand::Rng;
use ringfence::app::migrate;
use ringfence::error::{Code, Result};
use ringfence::store::native::NativeSql;
use ringfence::store::{Sql, SqlValue};
use ringfence_schema::{
    Collection, Document, Field, FieldKind, Schema, Value, Writer, column, validate,
};
use serde_json::json;

use crate::structure::texts;

/// Records by id, as JSON.
pub type Rows = BTreeMap<String, Document>;
/// Rows by the id of their collection.
pub type Contents = BTreeMap<String, Rows>;

pub struct Database {
    pub sql: NativeSql,
}

impl Database {
    pub fn new(schema: &Schema) -> Self {
        let database = Self {
            sql: NativeSql::memory().unwrap(),
        };
        migrate::apply(&database.sql, schema, 0).unwrap_or_else(|error| panic!("{error}"));
        database
    }

    /// Fails the test if it is anything but done or refused.
    pub fn migrate(&self, schema: &Schema) -> Result<()> {
        let outcome = migrate::apply(&self.sql, schema, 0);
        if let Err(error) = &outcome {
            assert_eq!(error.code, Code::Unavailable, "{error}");
        }
        outcome.map(drop)
    }

    /// Some records in every collection, as a client would have stored them.
    pub fn fill(&self, schema: &Schema, rng: &mut Rng) {
        let writer = Writer {
            now: "2026-11-20 10:00:00.000Z",
            id: "",
            admin: false,
            unread: &[],
        };
        for _ in 0..6 {
            for collection in &schema.collections {
                let mut input = Document::new();
                input.insert("id".into(), random_text(rng, 12).into());
                for field in collection.fields.iter().filter(|field| !field.system) {
                    if rng.u8(..) < 200 {
                        input.insert(field.name.clone(), self.random_value(field, rng));
                    }
                }
                if let Ok(record) = validate::insert(collection, input, writer) {
                    self.insert(collection, &record);
                }
            }
        }
    }

    /// A clash with a unique index is no record.
    fn insert(&self, collection: &Collection, record: &Document) {
        let names: Vec<String> = record.keys().map(|name| format!("\"{name}\"")).collect();
        let values: Vec<SqlValue> = record
            .iter()
            .map(|(name, value)| column::bind(collection.field(name).unwrap(), value).into())
            .collect();
        let sql = format!(
            "INSERT INTO \"{}\" ({}) VALUES ({})",
            collection.name,
            names.join(","),
            vec!["?"; names.len()].join(",")
        );
        if let Err(failure) = self.sql.execute(&sql, &values) {
            assert!(failure.to_string().starts_with("unique index"), "{failure}");
        }
    }

    fn random_value(&self, field: &Field, rng: &mut Rng) -> Value {
        let n = rng.u8(..4);
        match &field.kind {
            _ if n == 0 && !field.unique => field.zero(),
            FieldKind::Number { integer: true, .. } => json!(rng.i32(-1000..1000)),
            FieldKind::Number { .. } => json!(f64::from(rng.i32(-1000..1000)) / 4.0),
            FieldKind::Bool => json!(rng.bool()),
            FieldKind::Email => json!(format!("{}@example.org", random_text(rng, 8))),
            FieldKind::Url => json!(format!("https://example.org/{}", rng.u32(..))),
            FieldKind::Date { .. } => json!(format!("20{:02}-01-02T03:04:05Z", rng.u8(10..90))),
            FieldKind::Select { values, many, .. } => some_of(values, *many, rng),
            FieldKind::Relation {
                collection, many, ..
            } => some_of(&self.ids(collection), *many, rng),
            FieldKind::File { many, .. } => some_of(&["a.png".into(), "b.pdf".into()], *many, rng),
            FieldKind::Json { .. } => match n {
                1 => json!({"a": [1, "é"]}),
                2 => json!("text"),
                _ => json!(["x", 1.5, true, null]),
            },
            FieldKind::Geo => json!({"lon": rng.i8(..), "lat": rng.i32(-90..90)}),
            _ => match n {
                1 => json!(rng.i16(..).to_string()),
                2 => json!("don't \"quote\" é"),
                _ => json!(random_text(rng, 8)),
            },
        }
    }

    fn ids(&self, table: &str) -> Vec<String> {
        texts(&self.sql, &format!("SELECT id FROM \"{table}\""))
    }

    pub fn contents(&self, schema: &Schema) -> Contents {
        let of = |collection: &Collection| {
            let pairs = collection.fields.iter().map(|field| {
                let json = column::json_expression(field, "t");
                format!("json_object('{}',{json})", field.name)
            });
            // In pieces: a function takes 32 arguments at most.
            let pieces = pairs.collect::<Vec<_>>().join(" || ',' || ");
            let sql = format!(
                "SELECT '[' || {pieces} || ']' FROM \"{}\" AS t",
                collection.name
            );
            let mut rows = Rows::new();
            for text in texts(&self.sql, &sql) {
                let fields: Vec<Document> = serde_json::from_str(&text).unwrap();
                let record: Document = fields.into_iter().flatten().collect();
                rows.insert(record["id"].as_str().unwrap().to_owned(), record);
            }
            rows
        };
        let collections = schema.collections.iter();
        collections.map(|c| (c.id.clone(), of(c))).collect()
    }

    /// Everything that is in it, for a comparison with itself.
    pub fn dump(&self) -> Vec<String> {
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let mut all = texts(&self.sql, "SELECT coalesce(sql, name) FROM sqlite_schema");
        for table in texts(&self.sql, tables) {
            let rows = self.sql.query(&format!("SELECT * FROM \"{table}\""), &[]);
            all.push(format!("{table}: {:?}", rows.unwrap()));
        }
        all
    }
}

fn some_of(values: &[String], many: bool, rng: &mut Rng) -> Value {
    if many {
        let chosen = values.iter().filter(|_| rng.bool());
        return json!(chosen.collect::<Vec<_>>());
    }
    rng.choice(values).map_or(json!(""), |value| json!(value))
}

fn random_text(rng: &mut Rng, length: usize) -> String {
    (0..length).map(|_| rng.lowercase()).collect()
}
