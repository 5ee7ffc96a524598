//! In which order a list comes, and what follows a record in it.

use ringfence_rules::sql;
use ringfence_schema::{Field, column, name};
use serde_json::Value;

use super::call::Call;
use super::cursor::Cursor;
use super::guard::{self, Condition};
use super::select::ALIAS;
use crate::error::{Code, Error, Result};
use crate::store::SqlValue;

/// An order of records that leaves nothing open.
pub struct Order {
    terms: Condition,
    keys: Vec<Key>,
}

/// A field of the record to sort by.
struct Key {
    column: String,
    is_real: bool,
    descending: bool,
}

impl Order {
    /// For pages: any sort; what it leaves open goes by insertion, which an index
    /// on the sort's fields gives for nothing. Without one, as they are found: any
    /// order would mean to sort all that the caller may see for each page.
    pub fn of_page(call: &Call<'_>, sort: &str) -> Result<Self> {
        let mut terms = Condition::default();
        if !sort.is_empty() {
            let keys = guard::sort(call, sort)?;
            terms = sql::order_by(&keys, ALIAS, &call.caller()).into();
            let descends = keys.last().is_some_and(|key| key.descending);
            let direction = if descends { " DESC" } else { "" };
            terms.text.push_str(&format!(",{ALIAS}.rowid{direction}"));
        }
        Ok(Self {
            terms,
            keys: Vec::new(),
        })
    }

    /// For cursors: by fields of the record itself and its id, whose values say
    /// where to go on however much is written meanwhile.
    pub fn of_cursor(call: &Call<'_>, sort: &str) -> Result<Self> {
        let mut keys = Vec::new();
        let wanted = if sort.is_empty() {
            Vec::new()
        } else {
            guard::sort(call, sort)?
        };
        for key in wanted {
            let field = key.field().and_then(|name| call.collection.field(name));
            let field = field.ok_or_else(|| {
                Error::new(
                    Code::BadRequest,
                    "Paging by cursor sorts by fields of the record itself that all of its \
                     readers see; use page and perPage for others.",
                )
            })?;
            keys.push(Key::new(field, key.descending));
        }
        let descending = keys.last().is_some_and(|key| key.descending);
        keys.push(Key {
            column: format!("{ALIAS}.id"),
            is_real: false,
            descending,
        });
        let terms: Vec<String> = keys
            .iter()
            .map(|key| {
                format!(
                    "{}{}",
                    key.column,
                    if key.descending { " DESC" } else { "" }
                )
            })
            .collect();
        let terms = Condition {
            text: terms.join(","),
            params: Vec::new(),
        };
        Ok(Self { terms, keys })
    }

    /// ` ORDER BY …`, or nothing where any order does.
    pub fn clause(&self) -> String {
        match self.terms.text.is_empty() {
            true => String::new(),
            false => format!(" ORDER BY {}", self.terms.text),
        }
    }

    /// The values of its `?`.
    pub fn params(&self) -> impl Iterator<Item = SqlValue> {
        self.terms.params.iter().cloned()
    }

    /// An aggregate over the records of a part: the last one's values of the keys,
    /// as a JSON array.
    pub fn last_values(&self) -> Condition {
        let values: Vec<String> = self.keys.iter().map(Key::value).collect();
        Condition {
            text: format!(
                "json_extract(json_group_array(json_array({})),'$[#-1]')",
                values.join(",")
            ),
            params: Vec::new(),
        }
    }

    /// What comes behind the cursor's record.
    pub fn behind(&self, cursor: &Cursor, sort: &str) -> Result<Condition> {
        cursor.check(sort, self.keys.len())?;
        let mut behind = Condition::default();
        for (key, value) in self.keys.iter().zip(&cursor.values).rev() {
            let value = key.bind(value);
            let further = key.further(&value);
            // The last key's records differ in it; before it, equal ones go on.
            behind = match behind.text.is_empty() {
                true => further,
                false => {
                    let mut params = further.params;
                    params.push(value);
                    params.extend(behind.params);
                    let text = format!(
                        "({}) OR ({} IS ? AND ({}))",
                        further.text, key.column, behind.text
                    );
                    Condition { text, params }
                }
            };
        }
        Ok(behind)
    }
}

impl Key {
    fn new(field: &Field, descending: bool) -> Self {
        Self {
            column: format!("{ALIAS}.{}", name::quote(&field.name)),
            is_real: column::sql_type(field) == "REAL",
            descending,
        }
    }

    /// Its value for a cursor: JSON cuts a real number short, so that goes as text.
    fn value(&self) -> String {
        match self.is_real {
            true => format!("iif({0} IS NULL,NULL,printf('%!.17g',{0}))", self.column),
            false => self.column.clone(),
        }
    }

    fn bind(&self, value: &Value) -> SqlValue {
        match value {
            Value::String(text) if self.is_real => {
                text.parse().map_or(SqlValue::Null, SqlValue::Real)
            }
            Value::String(text) => SqlValue::Text(text.clone()),
            Value::Number(number) => number.as_f64().map_or(SqlValue::Null, SqlValue::Real),
            _ => SqlValue::Null,
        }
    }

    /// What sorts behind a value; NULL is the smallest.
    fn further(&self, value: &SqlValue) -> Condition {
        let column = &self.column;
        let (text, bound) = match (value, self.descending) {
            (SqlValue::Null, true) => ("0".to_owned(), false),
            (SqlValue::Null, false) => (format!("{column} IS NOT NULL"), false),
            (_, true) => (format!("{column} < ? OR {column} IS NULL"), true),
            (_, false) => (format!("{column} > ?"), true),
        };
        let params = if bound {
            vec![value.clone()]
        } else {
            Vec::new()
        };
        Condition { text, params }
    }
}
