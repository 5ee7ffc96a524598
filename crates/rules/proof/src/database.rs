//! A world in SQLite: STRICT tables, the platform's limits, numbers bound as REAL.

use ringfence_rules::{Fragment, SqlParam};
use ringfence_schema::column::{bind, sql_type};
use ringfence_schema::name::quote;
use ringfence_schema::{Collection, ColumnValue, Document};
use rusqlite::limits::Limit;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::world::World;

/// A world's records in tables, and as they would be stored in tables beside them.
pub struct Database {
    connection: Connection,
}

impl Database {
    /// The tables of a world.
    pub fn new(world: &World) -> Self {
        let connection = Connection::open_in_memory().expect("a database in memory");
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
            (Limit::SQLITE_LIMIT_COLUMN, 100),
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
        ] {
            connection.set_limit(limit, value).expect("a limit");
        }
        for (sql, values) in statements(world) {
            let done = connection.execute(&sql, params_from_iter(&values));
            done.unwrap_or_else(|error| panic!("{error}: {sql} {values:?}"));
        }
        Self { connection }
    }

    /// The first column of what a query of one fragment gives, or SQLite's refusal.
    pub fn select(&self, before: &str, fragment: &Fragment) -> Result<Vec<String>, String> {
        let sql = format!("{before} {}", fragment.text);
        let fail = |error: rusqlite::Error| format!("{error}\n{sql}");
        let mut statement = self.connection.prepare_cached(&sql).map_err(fail)?;
        let params = fragment.params.iter().map(|param| match param {
            SqlParam::Null => Value::Null,
            SqlParam::Number(number) => Value::Real(*number),
            SqlParam::Text(text) => Value::Text(text.clone()),
        });
        let rows = statement.query_map(params_from_iter(params), |row| row.get(0));
        rows.and_then(Iterator::collect).map_err(fail)
    }

    /// Runs a statement as it stands.
    pub fn execute(&self, sql: &str) {
        self.connection.execute_batch(sql).expect(sql);
    }

    /// How SQLite would answer, a line for each step.
    pub fn plan(&self, before: &str, fragment: &Fragment) -> Vec<String> {
        let sql = format!("EXPLAIN QUERY PLAN {before} {}", fragment.text);
        let mut statement = self.connection.prepare(&sql).expect(&sql);
        let nulls = vec![Value::Null; fragment.params.len()];
        let rows = statement.query_map(params_from_iter(nulls), |row| row.get(3));
        rows.and_then(Iterator::collect).expect("a plan")
    }
}

/// What makes the tables of a world: each statement with the values that it binds,
/// numbers as the platform binds them.
pub fn statements(world: &World) -> Vec<(String, Vec<Value>)> {
    let mut statements = Vec::new();
    for collection in &world.schema.collections {
        let (now, after) = (collection.name.clone(), after_table(&collection.name));
        for table in [&now, &after] {
            statements.push((create(collection, table), Vec::new()));
        }
        for record in world.records(&collection.name) {
            let image = world.after(&collection.name, record);
            statements.push(insert(collection, &now, record));
            statements.push(insert(collection, &after, image));
        }
    }
    statements
}

fn create(collection: &Collection, table: &str) -> String {
    let columns = collection.fields.iter().map(|field| {
        let key = if field.name == "id" {
            " PRIMARY KEY"
        } else {
            ""
        };
        format!("{} {}{key}", quote(&field.name), sql_type(field))
    });
    let columns: Vec<String> = columns.collect();
    format!(
        "CREATE TABLE {} ({}) STRICT",
        quote(table),
        columns.join(", ")
    )
}

fn insert(collection: &Collection, table: &str, record: &Document) -> (String, Vec<Value>) {
    let places = vec!["?"; collection.fields.len()].join(", ");
    let sql = format!("INSERT INTO {} VALUES ({places})", quote(table));
    let values = collection
        .fields
        .iter()
        .map(|field| match bind(field, &record[&field.name]) {
            ColumnValue::Null => Value::Null,
            ColumnValue::Integer(whole) => Value::Real(whole as f64),
            ColumnValue::Real(real) => Value::Real(real),
            ColumnValue::Text(text) => Value::Text(text),
        });
    (sql, values.collect())
}

/// The table of a collection's records as they would be stored.
pub fn after_table(collection: &str) -> String {
    format!("{collection}__after")
}
