//! One question to both engines: may this caller do this to this document? The
//! evaluator's answer counts; the SQL must be of the same mind.

use ringfence_rules::{Caller, Input, Operation, Predicate, eval, sql};
use ringfence_schema::{Collection, Document, Value, column, name};

use super::image;
use crate::app::App;
use crate::app::query::documents::Stored;
use crate::app::query::select::ALIAS;
use crate::error::{Error, Result};
use crate::store::SqlValue;

/// What is asked.
pub struct Question<'a> {
    /// Whose rules decide.
    pub app: &'a App,
    /// The collection it is about.
    pub collection: &'a Collection,
    /// What is to be done.
    pub operation: Operation,
    /// By whom.
    pub caller: &'a Caller<'a>,
    /// The stored document.
    pub old: Option<&'a Document>,
    /// The document as it would be stored.
    pub new: Option<&'a Document>,
}

/// A statement and the values of its `?`.
pub struct Statement {
    /// SQL.
    pub text: String,
    /// Its values, in order.
    pub params: Vec<SqlValue>,
}

impl Question<'_> {
    /// The rule that decides, if there is one.
    pub fn rule(&self) -> Option<&Predicate> {
        self.app.rules.get(&self.collection.name, self.operation)
    }

    /// What the rule is asked about.
    pub fn input(&self) -> Input<'_> {
        Input {
            caller: self.caller,
            old: self.old,
            new: self.new,
        }
    }

    /// Whether the rule allows it.
    // INVARIANT: a missing rule denies.
    pub fn is_allowed(&self) -> Result<bool> {
        match self.rule() {
            None => Ok(false),
            Some(rule) => {
                eval::eval(rule, &self.input(), &Stored(self.app)).map_err(Error::internal)
            }
        }
    }

    /// The fields that are written and that their own rules keep from this caller.
    pub fn refused_fields(&self) -> Result<Vec<String>> {
        let (Some(new), Some(rules)) = (self.new, self.app.rules.fields(&self.collection.name))
        else {
            return Ok(Vec::new());
        };
        let id = new.get("id").and_then(Value::as_str).unwrap_or_default();
        let unwritten = match self.old {
            Some(old) => old.clone(),
            None => image::complete(self.collection, id, &Document::new(), self.caller.now)?,
        };
        let mut refused = Vec::new();
        for (name, value) in new {
            let rule = rules.get(name).and_then(|rule| rule.write(self.operation));
            let Some(rule) = rule.filter(|_| unwritten.get(name) != Some(value)) else {
                continue;
            };
            if !eval::eval(rule, &self.input(), &Stored(self.app)).map_err(Error::internal)? {
                refused.push(name.clone());
            }
        }
        Ok(refused)
    }

    /// The rule as a statement about the collection or, with `one`, about this
    /// document alone. Nothing where there is no rule.
    pub fn statement(&self, one: bool) -> Result<Option<Statement>> {
        let Some(rule) = self.rule() else {
            return Ok(None);
        };
        let condition = sql::emit(rule, ALIAS, self.caller);
        let table = format!("{} AS {ALIAS}", name::quote(&self.collection.name));
        let (mut tables, mut params) = match self.operation {
            Operation::Execute => (Vec::new(), Vec::new()),
            Operation::Insert => (Vec::new(), Vec::new()),
            _ => (vec![table], Vec::new()),
        };
        if let Some(new) = self.new {
            tables.push(self.image());
            params.push(self.bound(new)?.into());
        }
        let mut conditions = Vec::new();
        if let (true, Some(id)) = (one, self.old.and_then(|old| old.get("id")?.as_str())) {
            conditions.push(format!("{ALIAS}.id=?"));
            params.push(id.into());
        }
        conditions.push(format!("({})", condition.text));
        params.extend(condition.params.into_iter().map(SqlValue::from));
        let from = match tables.is_empty() {
            true => String::new(),
            false => format!(" FROM {}", tables.join(", ")),
        };
        let what = match self.operation {
            Operation::Insert | Operation::Execute => "1".to_owned(),
            _ => format!("{ALIAS}.id"),
        };
        Ok(Some(Statement {
            text: format!("SELECT {what}{from} WHERE {}", conditions.join(" AND ")),
            params,
        }))
    }

    /// Whether the database says that the rule allows it. The stored document must
    /// be there.
    pub fn is_selected(&self) -> Result<bool> {
        let Some(statement) = self.statement(true)? else {
            return Ok(false);
        };
        let rows = self.app.sql.query(&statement.text, &statement.params)?;
        Ok(!rows.is_empty())
    }

    /// The document as it would be stored, as a row: its columns from one JSON
    /// array, which is bound.
    fn image(&self) -> String {
        let fields = self.collection.fields.iter().enumerate();
        let columns: Vec<String> = fields
            .map(|(at, field)| format!("json_extract(j,'$[{at}]') AS {}", name::quote(&field.name)))
            .collect();
        format!(
            "(SELECT {} FROM (SELECT ? AS j)) AS {ALIAS}_new",
            columns.join(",")
        )
    }

    fn bound(&self, new: &Document) -> Result<String> {
        let values: Vec<Value> = self
            .collection
            .fields
            .iter()
            .map(|field| {
                let value = new.get(&field.name).unwrap_or(&Value::Null);
                match column::bind(field, value) {
                    column::ColumnValue::Null => Value::Null,
                    column::ColumnValue::Integer(number) => number.into(),
                    column::ColumnValue::Real(number) => number.into(),
                    column::ColumnValue::Text(text) => text.into(),
                }
            })
            .collect();
        serde_json::to_string(&values).map_err(Error::internal)
    }
}
