//! The records that a rule asks for while it is evaluated in memory.

use ringfence_rules::{Documents, LookupError};
use ringfence_schema::{Collection, Document, name};

use super::select::ALIAS;
use crate::app::App;
use crate::store::{SqlValue, text};

/// The records of an app, hidden fields included: for rules, never for replies.
pub struct Stored<'a>(pub &'a App);

impl Documents for Stored<'_> {
    fn get(&self, collection: &str, id: &str) -> Result<Option<Document>, LookupError> {
        let found = self.read(collection, |_| format!("{ALIAS}.id=?"), &[id.into()])?;
        Ok(found.into_iter().next())
    }

    fn matching(
        &self,
        collection: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<Document>, LookupError> {
        let condition = |collection: &Collection| {
            let column = format!("{ALIAS}.{}", name::quote(field));
            match collection
                .field(field)
                .is_some_and(ringfence_schema::Field::many)
            {
                true => format!("EXISTS (SELECT 1 FROM json_each({column}) AS j WHERE j.value=?)"),
                false => format!("{column}=?"),
            }
        };
        self.read(collection, condition, &[value.into()])
    }

    fn all(&self, collection: &str) -> Result<Vec<Document>, LookupError> {
        self.read(collection, |_| "1".to_owned(), &[])
    }
}

impl Stored<'_> {
    fn read(
        &self,
        collection: &str,
        condition: impl Fn(&Collection) -> String,
        params: &[SqlValue],
    ) -> Result<Vec<Document>, LookupError> {
        let told = |error: &dyn std::fmt::Display| LookupError(error.to_string());
        let known = self.0.table(collection);
        let (collection, table) = known.ok_or_else(|| told(&"no such collection"))?;
        let statement = format!(
            "{} WHERE {}",
            table.stored(collection),
            condition(collection)
        );
        let rows = self
            .0
            .sql
            .query(&statement, params)
            .map_err(|error| told(&error))?;
        rows.iter()
            .map(|row| serde_json::from_str(text(row, 0)).map_err(|error| told(&error)))
            .collect()
    }
}
