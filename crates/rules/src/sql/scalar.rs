//! Values as SQL expressions. An absent one is NULL or, from a text column, empty.

use super::writer::Writer;
use super::{Slot, SqlParam, identifier};
use crate::mention::is_free_scalar;
use crate::tree::{Column, Function, Kind, List, Literal, Row, Scalar, Storage};

/// What is read of a JSON column.
#[derive(Clone, Copy, PartialEq)]
enum Read {
    /// The value, if it is of its kind.
    Typed,
    /// Whatever JSON has there.
    Raw,
}

/// Whether the expression can be the empty text, which is absent though not NULL.
pub(super) fn may_be_empty(scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Column { column, .. } => {
            matches!(column.kind, Kind::Text | Kind::Date) && column.storage != Storage::Reference
        }
        Scalar::Item { .. } => true,
        Scalar::Call {
            function: Function::Lower | Function::Upper,
            arguments,
        } => arguments.iter().any(may_be_empty),
        Scalar::Absent
        | Scalar::Literal(_)
        | Scalar::Fact { .. }
        | Scalar::Call { .. }
        | Scalar::Count(_)
        | Scalar::Truth(_) => false,
    }
}

impl Writer {
    /// The value.
    pub(super) fn value(&mut self, scalar: &Scalar) {
        self.deeper(|w| w.value_as(scalar, Read::Typed));
    }

    /// The value, JSON as it is: to ask whether it is set, and to sort by.
    pub(super) fn sort_value(&mut self, scalar: &Scalar) {
        self.deeper(|w| w.value_as(scalar, Read::Raw));
    }

    fn value_as(&mut self, scalar: &Scalar, read: Read) {
        match scalar {
            Scalar::Absent => self.push("NULL"),
            Scalar::Literal(literal) => self.literal(literal),
            _ if is_free_scalar(scalar) => self.slot(Slot::Value(scalar.clone())),
            Scalar::Column { row, column } => {
                self.of_row(row, |w, alias| {
                    w.guarded(&column.guard, alias, |w| w.column(alias, column, read));
                });
            }
            Scalar::Item { var, .. } => {
                let alias = self.var_alias(*var);
                self.push(&format!("{alias}.\"value\""));
            }
            Scalar::Fact { .. } => self.slot(Slot::Value(scalar.clone())),
            Scalar::Call {
                function,
                arguments,
            } => self.call(function, arguments),
            Scalar::Count(list) => {
                self.push("coalesce(json_array_length(");
                self.list(list);
                self.push("),0)");
            }
            Scalar::Truth(condition) => {
                self.push("(");
                self.truth(condition);
                self.push(" IS TRUE)");
            }
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Text(text) if text.is_empty() => self.push("NULL"),
            Literal::Text(text) => self.bound_text(text.as_str()),
            Literal::Number(number) => self.slot(Slot::Fixed(SqlParam::Number(*number))),
            // Not a value but one of two words, which a partial index can match.
            Literal::Bool(value) => self.push(if *value { "1" } else { "0" }),
        }
    }

    /// The JSON text of a list.
    pub(super) fn list(&mut self, list: &List) {
        match list {
            List::Fact(fact) => self.slot(Slot::List(fact.clone())),
            List::Column { row, name, guard } => {
                let column = identifier(name);
                self.of_row(row, |w, alias| {
                    w.guarded(guard, alias, |w| w.push(&format!("{alias}.{column}")));
                });
            }
        }
    }

    /// Something of a row: as it stands where the row is in scope, else by a
    /// subquery that finds it.
    fn of_row(&mut self, row: &Row, write: impl FnOnce(&mut Self, &str)) {
        let alias = match row {
            Row::Old => self.old_alias().to_owned(),
            Row::New => self.new_image_alias().to_owned(),
            Row::Var(var) => self.var_alias(*var),
            Row::Lookup(lookup) => {
                let alias = self.new_alias();
                self.push("(SELECT ");
                self.subquery(|w| {
                    w.deeper(|w| write(w, &alias));
                    let table = identifier(&lookup.collection);
                    w.push(&format!(" FROM {table} AS {alias} WHERE {alias}.\"id\" = "));
                    w.value(&lookup.id);
                    w.and_guard(&lookup.guard, &alias);
                });
                return self.push(")");
            }
        };
        write(self, &alias);
    }

    fn column(&mut self, alias: &str, column: &Column, read: Read) {
        let name = format!("{alias}.{}", identifier(&column.name));
        let Storage::Json(keys) = &column.storage else {
            return self.push(&name);
        };
        let path: String = std::iter::once("$".to_owned())
            .chain(keys.iter().map(|key| format!(".\"{key}\"")))
            .collect();
        let mut json = |before: &str, after: &str| {
            self.push(&format!("{before}({name}, "));
            self.bound_text(path.as_str());
            self.push(&format!("){after}"));
        };
        match (read, column.kind) {
            (Read::Raw, _) => json("json_extract", ""),
            (Read::Typed, Kind::Text | Kind::Date) => {
                json("CASE json_type", " WHEN 'text' THEN ");
                json("json_extract", " END");
            }
            (Read::Typed, Kind::Number) => {
                json("CASE WHEN json_type", " IN ('integer','real') THEN ");
                json("json_extract", " END");
            }
            (Read::Typed, Kind::Bool) => {
                json(
                    "CASE json_type",
                    " WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
                );
            }
        }
    }
}
