//! Brings an app's tables to its declared schema when it wakes.
//!
//! What to do is planned by `ringfence_schema::plan`; here it is checked against
//! the data, run and recorded, in one transaction. Changes no rule and no file.

use std::fmt;

use ringfence_schema::ddl;
use ringfence_schema::name::quote;
use ringfence_schema::plan::{Check, Plan, Refusal, plan};
use ringfence_schema::{ColumnValue, Schema};

use crate::app::files::tables;
use crate::error::{Code, Error, Result};
use crate::migrate::{internal, record};
use crate::store::{Sql, SqlValue};

/// What stands against a migration: nothing was changed.
#[derive(Clone, Debug)]
pub struct Refused(pub Vec<Refusal>);

/// Makes the database fit the schema, or leaves it as it is and says why not. Gives
/// whether there was something to do.
pub fn apply(sql: &dyn Sql, schema: &Schema, now_ms: u64) -> Result<bool> {
    // Their triggers are among those below.
    internal(sql, &[tables::TABLES], now_ms)?;
    let declared = serde_json::to_string(schema).map_err(Error::internal)?;
    let triggers: Vec<String> = ddl::triggers_of(schema)
        .into_iter()
        .chain(tables::triggers(schema))
        .map(|t| t.sql)
        .collect();
    let guards = triggers.join(";\n");
    let stored = meta(sql, "schema")?;
    if stored.as_deref() == Some(declared.as_str())
        && meta(sql, "triggers")?.as_ref() == Some(&guards)
    {
        return Ok(false);
    }
    let old: Schema = match &stored {
        Some(text) => serde_json::from_str(text).map_err(Error::internal)?,
        None => Schema::default(),
    };
    let plan = plan(&old, schema).map_err(refuse)?;
    sql.transaction(&mut || {
        // INVARIANT: no trigger exists while the tables change under it. They hold
        // no data: they are made anew, also when only this program's have changed.
        drop_triggers(sql)?;
        run(sql, &plan)?;
        for trigger in &triggers {
            sql.execute(trigger, &[])?;
        }
        tables::settle(sql, schema)?;
        set_meta(sql, "schema", &declared)?;
        set_meta(sql, "triggers", &guards)?;
        for (step, change) in plan.changes.iter().enumerate() {
            record(sql, "schema", step + 1, change, now_ms)?;
        }
        Ok(())
    })?;
    Ok(true)
}

fn meta(sql: &dyn Sql, key: &str) -> Result<Option<String>> {
    let rows = sql.query("SELECT value FROM \"_meta\" WHERE key = ?", &[key.into()])?;
    Ok(rows.into_iter().flatten().find_map(SqlValue::into_text))
}

fn set_meta(sql: &dyn Sql, key: &str, value: &str) -> Result<()> {
    Ok(sql.execute(
        "INSERT INTO \"_meta\" (key, value) VALUES (?, ?) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        &[key.into(), value.into()],
    )?)
}

fn drop_triggers(sql: &dyn Sql) -> Result<()> {
    let rows = sql.query("SELECT name FROM sqlite_master WHERE type = 'trigger'", &[])?;
    for name in rows.into_iter().flatten().filter_map(SqlValue::into_text) {
        sql.execute(&format!("DROP TRIGGER {}", quote(&name)), &[])?;
    }
    Ok(())
}

fn run(sql: &dyn Sql, plan: &Plan) -> Result<()> {
    let mut refusals = Vec::new();
    for check in &plan.checks {
        refusals.extend(run_check(sql, check)?);
    }
    if !refusals.is_empty() {
        return Err(refuse(refusals));
    }
    for statement in &plan.statements {
        sql.execute(&statement.sql, &bind(&statement.params))?;
    }
    // INVARIANT: a migration leaves no reference to a record that is not there.
    let dangling = sql.query("PRAGMA foreign_key_check", &[])?;
    if !dangling.is_empty() {
        return Err(Error::internal(format!(
            "the migration would leave {} dangling references",
            dangling.len()
        )));
    }
    Ok(())
}

fn run_check(sql: &dyn Sql, check: &Check) -> Result<Option<Refusal>> {
    let rows = sql.query(&check.sql, &bind(&check.params))?;
    Ok(rows.into_iter().next().map(|row| {
        let mut cells = row.into_iter();
        let count = match cells.next() {
            Some(SqlValue::Integer(count)) => count,
            Some(SqlValue::Real(count)) => count as i64,
            _ => 0,
        };
        match cells.next() {
            Some(SqlValue::Text(sample)) => check.refuse(count, &sample),
            _ => check.refuse(count, ""),
        }
    }))
}

fn bind(params: &[ColumnValue]) -> Vec<SqlValue> {
    params.iter().cloned().map(SqlValue::from).collect()
}

fn refuse(refusals: Vec<Refusal>) -> Error {
    Refused(refusals).error(false)
}

/// The refusal that an error of `apply` is, or the error itself.
pub fn refused(mut error: Error) -> Result<Refused> {
    match error
        .source
        .take()
        .map(|source| source.downcast::<Refused>())
    {
        Some(Ok(refused)) => Ok(*refused),
        Some(Err(source)) => {
            error.source = Some(source);
            Err(error)
        }
        None => Err(error),
    }
}

impl Refused {
    /// What a caller is told; only an administrator learns what would be lost. The
    /// log does each time.
    pub fn error(&self, is_admin: bool) -> Error {
        let message = if is_admin {
            format!("Nothing was changed: {self}")
        } else {
            "This app waits for its administrator: its new schema would lose data and was not \
             applied. Nothing was changed."
                .to_owned()
        };
        Error {
            source: Some(Box::new(self.clone())),
            ..Error::new(Code::Unavailable, message)
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the declared schema was not applied:")?;
        for refusal in &self.0 {
            write!(f, "\n- {refusal}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

impl From<ColumnValue> for SqlValue {
    fn from(value: ColumnValue) -> Self {
        match value {
            ColumnValue::Null => Self::Null,
            ColumnValue::Integer(number) => Self::Integer(number),
            ColumnValue::Real(number) => Self::Real(number),
            ColumnValue::Text(text) => Self::Text(text),
        }
    }
}
