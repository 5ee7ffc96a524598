//! `GET …/records`: a part of the records that the caller may see and asks for,
//! written as JSON by SQLite in one statement.

use ringfence_rules::Operation;
use ringfence_schema::name;
use serde_json::Value;

use super::shape::Shape;
use super::{allow_params, refuse};
use crate::app::query::Call;
use crate::app::query::cursor::Cursor;
use crate::app::query::guard::{self, Condition};
use crate::app::query::order::Order;
use crate::app::query::page::{Page, Part};
use crate::app::query::select::ALIAS;
use crate::error::{Code, Error, Result};
use crate::http::Reply;
use crate::limits::SQL_PARAMETERS;
use crate::store::{Passing, Rows, SqlFailure, SqlValue, integer, text};

const PARAMS: [&str; 9] = [
    "page",
    "perPage",
    "skipTotal",
    "sort",
    "filter",
    "expand",
    "fields",
    "cursor",
    "limit",
];

/// The part of the list that is asked for.
pub fn list(call: &Call<'_>) -> Result<Reply> {
    allow_params(call, Operation::List, &PARAMS)?;
    let shape = Shape::read(call)?;
    let part = Part::read(&call.params)?;
    // INVARIANT: totals, items and cursors are all under this one condition.
    let rule = guard::rule(call, call.collection, Operation::List, &call.caller());
    let rule = rule.ok_or_else(|| refuse(call, Operation::List))?;
    let condition = rule.and(guard::filter(call, call.params.get("filter"))?);
    let sort = call.params.get("sort").unwrap_or_default();
    match part {
        Part::Page(Page {
            number,
            size,
            total,
        }) => {
            let order = Order::of_page(call, sort)?;
            let offset = i64::from(number - 1) * i64::from(size);
            let select = Select {
                call,
                condition: &condition,
                order,
                size,
                offset,
            };
            page(&select, &shape, number, total)
        }
        Part::After { cursor, size } => {
            let order = Order::of_cursor(call, sort)?;
            let behind = match &cursor {
                Some(cursor) => order.behind(cursor, sort)?,
                None => Condition::default(),
            };
            let condition = condition.and(behind);
            let select = Select {
                call,
                condition: &condition,
                order,
                size,
                offset: 0,
            };
            after(&select, &shape, sort)
        }
    }
}

fn page(select: &Select<'_>, shape: &Shape, number: u32, total: bool) -> Result<Reply> {
    let none = || Condition {
        text: "-1".to_owned(),
        params: Vec::new(),
    };
    // The total goes along, unless the condition is too large to be there twice.
    let count = select.count();
    let apart = !count.goes_twice();
    let beside = if total && !apart { count } else { none() };
    let (items, mut found) = select.run(beside, shape)?;
    if total && apart {
        let count = select.count();
        let statement = format!("SELECT {}", count.text);
        let sql = &select.call.context.app.sql;
        found = sql
            .query(&statement, &count.params)?
            .into_iter()
            .flatten()
            .collect();
    }
    let total = integer(&found, 0);
    let size = i64::from(select.size);
    let pages = if total < 0 {
        -1
    } else {
        (total + size - 1) / size
    };
    let before = format!(
        "{{\"page\":{number},\"perPage\":{size},\"totalItems\":{total},\
         \"totalPages\":{pages},\"items\":["
    );
    Ok(Reply::around(200, before, items, "]}"))
}

fn after(select: &Select<'_>, shape: &Shape, sort: &str) -> Result<Reply> {
    let (items, found) = select.run(select.order.last_values(), shape)?;
    let values: Option<Vec<Value>> = match found.first() {
        Some(SqlValue::Text(values)) => serde_json::from_str(values).map_err(Error::internal)?,
        _ => None,
    };
    let cursor = match values {
        Some(values) => Some(
            Cursor {
                sort: sort.to_owned(),
                values,
            }
            .write()?,
        ),
        None => None,
    };
    let cursor = serde_json::to_string(&cursor).map_err(Error::internal)?;
    let before = format!(
        "{{\"page\":1,\"perPage\":{},\"totalItems\":-1,\"totalPages\":-1,\"items\":[",
        select.size
    );
    Ok(Reply::around(
        200,
        before,
        items,
        &format!("],\"cursor\":{cursor}}}"),
    ))
}

/// A statement that reads some records.
struct Select<'a> {
    call: &'a Call<'a>,
    condition: &'a Condition,
    order: Order,
    size: u32,
    offset: i64,
}

impl Select<'_> {
    /// The records with commas between in their shape, and one value beside them.
    fn run(&self, extra: Condition, shape: &Shape) -> Result<(Passing, Vec<SqlValue>)> {
        let call = self.call;
        let rules = &call.context.app.rules;
        let bypass = call.bypasses_rules();
        let record = call
            .table
            .record(rules, call.collection, Operation::List, bypass);
        let mut own = Vec::new();
        record.bind(|| call.caller(), &mut own);
        self.check_room(own.len(), &extra)?;
        let shown = format!("group_concat({},',')", record.text);
        let outcome = match shape.is_plain() {
            true => self.pass(&shown, own.clone(), &extra),
            false => self.query(&shown, own.clone(), &extra).map(split),
        };
        let (items, beside) = match outcome {
            Ok(found) => found,
            // A text holds 2 MB at most: a page of large records comes row by row.
            Err(SqlFailure::Other(words)) if words.contains("too big") => {
                let items = self.query(&record.text, own, &Condition::default())?;
                let items: Vec<&str> = items.iter().map(|row| text(row, 0)).collect();
                let (_, beside) = split(self.query("NULL", Vec::new(), &extra)?);
                (Passing::Here(items.join(",")), beside)
            }
            Err(failure) => return Err(failure.into()),
        };
        let items = match items {
            Passing::Here(items) => Passing::Here(shape.apply(call, items)?),
            kept @ Passing::There(_) => kept,
        };
        Ok((items, beside))
    }

    fn query(
        &self,
        shown: &str,
        own: Vec<SqlValue>,
        extra: &Condition,
    ) -> Result<Rows, SqlFailure> {
        let (statement, params) = self.statement(shown, own, extra);
        self.call.context.app.sql.query(&statement, &params)
    }

    fn pass(
        &self,
        shown: &str,
        own: Vec<SqlValue>,
        extra: &Condition,
    ) -> Result<(Passing, Vec<SqlValue>), SqlFailure> {
        let (statement, params) = self.statement(shown, own, extra);
        let found = self
            .call
            .context
            .app
            .sql
            .query_passing(&statement, &params)?;
        Ok(found.unwrap_or_else(|| (Passing::Here(String::new()), Vec::new())))
    }

    /// Refuses what each fits by itself but not all together.
    fn check_room(&self, shown: usize, beside: &Condition) -> Result<()> {
        // The offset is always there.
        let ours = 1 + shown + self.order.params().count();
        let bound = ours + beside.params.len() + self.condition.params.len();
        if bound <= SQL_PARAMETERS {
            return Ok(());
        }
        Err(Error::new(
            Code::InvalidFilter,
            format!(
                "Filter, sort and cursor together hold {bound} values with those of the rules; \
                 {SQL_PARAMETERS} are the most. Ask for less at once."
            ),
        ))
    }

    // What is shown is made outside, of no more rows than leave.
    fn statement(
        &self,
        shown: &str,
        own: Vec<SqlValue>,
        extra: &Condition,
    ) -> (String, Vec<SqlValue>) {
        let table = name::quote(&self.call.collection.name);
        let mut statement = format!("SELECT {shown}");
        if !extra.text.is_empty() {
            statement.push(',');
            statement.push_str(&extra.text);
        }
        // SQLite plans a statement anew each time a bound LIMIT gets its value.
        statement.push_str(&format!(
            " FROM (SELECT {ALIAS}.* FROM {table} AS {ALIAS}{}{} LIMIT {} OFFSET ?) AS {ALIAS}",
            self.condition.clause(),
            self.order.clause(),
            self.size,
        ));
        let mut params = own;
        params.extend(extra.params.iter().cloned());
        params.extend(self.condition.params.iter().cloned());
        params.extend(self.order.params());
        params.push(SqlValue::Integer(self.offset));
        (statement, params)
    }

    fn count(&self) -> Condition {
        Condition {
            text: format!(
                "(SELECT count(*) FROM {} AS {ALIAS}{})",
                name::quote(&self.call.collection.name),
                self.condition.clause()
            ),
            params: self.condition.params.clone(),
        }
    }
}

fn split(rows: Rows) -> (Passing, Vec<SqlValue>) {
    let mut cells = rows.into_iter().next().unwrap_or_default().into_iter();
    let items = cells
        .next()
        .and_then(SqlValue::into_text)
        .unwrap_or_default();
    (Passing::Here(items), cells.collect())
}
