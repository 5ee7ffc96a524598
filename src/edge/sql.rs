//! `Sql` over a Durable Object's SQLite.
//!
//! Everything that can throw is bound with `catch`: an exception that passes
//! through Wasm unseen would skip every destructor on its way.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use crate::error::{Error, Result};
use crate::store::{Kept, Passing, Rows, Sql, SqlFailure, SqlValue};

/// How many statement texts are kept as JavaScript strings.
const STATEMENTS: usize = 512;

#[wasm_bindgen]
extern "C" {
    /// `ctx.storage`
    pub type Storage;
    /// `ctx.storage.sql`
    type SqlStorage;
    /// A result that has not been read.
    type Cursor;

    #[wasm_bindgen(structural, method, getter, js_name = sql)]
    fn sql(this: &Storage) -> SqlStorage;

    #[wasm_bindgen(structural, method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Storage,
        work: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(structural, method, catch, variadic)]
    fn exec(this: &SqlStorage, text: &JsString, values: &Array) -> Result<Cursor, JsValue>;

    #[wasm_bindgen(structural, method, catch)]
    fn raw(this: &Cursor) -> Result<Cursor, JsValue>;

    #[wasm_bindgen(structural, method, catch, js_name = toArray)]
    fn to_array(this: &Cursor) -> Result<Array, JsValue>;

    #[wasm_bindgen(js_namespace = WebAssembly, js_name = RuntimeError)]
    type RuntimeError;
}

/// The database of the object that we run in.
pub struct PlatformSql {
    storage: Storage,
    sql: SqlStorage,
    statements: RefCell<HashMap<String, JsString>>,
}

impl PlatformSql {
    /// Over `ctx.storage`.
    pub fn new(storage: Storage) -> Self {
        let sql = storage.sql();
        Self {
            storage,
            sql,
            statements: RefCell::default(),
        }
    }

    fn text(&self, sql: &str) -> JsString {
        let mut statements = self.statements.borrow_mut();
        if let Some(text) = statements.get(sql) {
            return text.clone();
        }
        if statements.len() >= STATEMENTS {
            statements.clear();
        }
        let text = JsString::from(sql);
        statements.insert(sql.to_owned(), text.clone());
        text
    }

    fn rows(&self, sql: &str, params: &[SqlValue]) -> Result<Array, SqlFailure> {
        self.sql
            .exec(&self.text(sql), &bind_all(params))
            .and_then(|cursor| cursor.raw())
            .and_then(|cursor| cursor.to_array())
            .map_err(failure)
    }
}

impl Sql for PlatformSql {
    fn query(&self, sql: &str, params: &[SqlValue]) -> Result<Rows, SqlFailure> {
        self.rows(sql, params)?
            .iter()
            .map(|row| Array::unchecked_from_js(row).iter().map(read).collect())
            .collect()
    }

    fn query_passing(
        &self,
        sql: &str,
        params: &[SqlValue],
    ) -> Result<Option<(Passing, Vec<SqlValue>)>, SqlFailure> {
        let first: JsValue = self.rows(sql, params)?.get(0);
        if first.is_undefined() {
            return Ok(None);
        }
        let row = Array::unchecked_from_js(first);
        let text: JsValue = row.get(0);
        let passing = match text.is_string() {
            true => Passing::There(Kept(Rc::new(text))),
            false => Passing::Here(String::new()),
        };
        let beside: Result<Vec<SqlValue>, SqlFailure> = row.iter().skip(1).map(read).collect();
        Ok(Some((passing, beside?)))
    }

    fn transaction(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        let mut refused = None;
        let outcome = self.storage.transaction_sync(&mut || {
            work().map_err(|error| {
                refused = Some(error);
                JsValue::NULL
            })
        });
        match (refused, outcome) {
            (Some(error), _) => Err(error),
            (None, Ok(())) => Ok(()),
            (None, Err(thrown)) => Err(Error::from(failure(thrown))),
        }
    }
}

// Neighbours are often the same text: the two dates of a new record, its creator
// and its owner. What has crossed once is not sent again.
fn bind_all(params: &[SqlValue]) -> Array {
    let values = Array::new_with_length(0);
    let mut last: Option<(&SqlValue, JsValue)> = None;
    for param in params {
        let value = match last {
            Some((same, value)) if same == param => value,
            _ => bind(param),
        };
        values.push(&value);
        last = Some((param, value));
    }
    values
}

fn bind(value: &SqlValue) -> JsValue {
    match value {
        SqlValue::Null => JsValue::NULL,
        SqlValue::Integer(number) => JsValue::from_f64(*number as f64),
        SqlValue::Real(number) => JsValue::from_f64(*number),
        SqlValue::Text(text) => JsValue::from_str(text),
    }
}

fn read(cell: JsValue) -> Result<SqlValue, SqlFailure> {
    if let Some(text) = cell.as_string() {
        return Ok(SqlValue::Text(text));
    }
    if let Some(number) = cell.as_f64() {
        return Ok(read_number(number));
    }
    if cell.is_null() {
        return Ok(SqlValue::Null);
    }
    Err(SqlFailure::Other("a blob where none is stored".into()))
}

// JavaScript has one type of number: 5.0 of a REAL column comes as an integer.
fn read_number(number: f64) -> SqlValue {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    if number.fract() == 0.0 && number.abs() <= SAFE {
        SqlValue::Integer(number as i64)
    } else {
        SqlValue::Real(number)
    }
}

// INVARIANT: a panic below a callback arrives here as an exception; it is thrown
// on, as nothing of this instance may run after it.
fn failure(thrown: JsValue) -> SqlFailure {
    if thrown.is_instance_of::<RuntimeError>() {
        wasm_bindgen::throw_val(thrown);
    }
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => SqlFailure::from_words(&String::from(error.message())),
        None => SqlFailure::Other("something that is no Error was thrown".into()),
    }
}
