//! What a path says up to a place, by which `?` comparisons know the place again.

use crate::tree::{Row, Scalar};

/// Equal where two paths come to the same place in the same way.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Key {
    start: Start,
    /// The names since, a dot before each.
    names: String,
}

#[derive(Clone, Default, PartialEq)]
enum Start {
    /// A place that no path goes on from.
    #[default]
    Nowhere,
    Row(Row),
    Value(Scalar),
    /// All records of a collection, under an alias.
    Whole(String, String),
}

impl Key {
    pub fn of_row(row: &Row) -> Self {
        Self::from(Start::Row(row.clone()))
    }

    pub fn of_value(value: &Scalar) -> Self {
        Self::from(Start::Value(value.clone()))
    }

    pub fn of_whole(collection: &str, alias: &str) -> Self {
        Self::from(Start::Whole(collection.to_owned(), alias.to_owned()))
    }

    fn from(start: Start) -> Self {
        Self {
            start,
            names: String::new(),
        }
    }

    /// One name further.
    pub fn then(mut self, name: &str) -> Self {
        self.names.push('.');
        self.names.push_str(name);
        self
    }
}
