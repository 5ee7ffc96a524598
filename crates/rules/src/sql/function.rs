//! Functions as SQL: the same steps as in memory (`eval/function.rs`).

use super::writer::Writer;
use crate::distance::RADIUS;
use crate::strftime::Strftime;
use crate::tree::{Function, Scalar};

/// How deep the arithmetic of a distance is.
const DISTANCE_DEPTH: usize = 12;

impl Writer {
    pub(super) fn call(&mut self, function: &Function, arguments: &[Scalar]) {
        let (before, after) = match function {
            Function::Lower => ("lower(", ")"),
            Function::Upper => ("upper(", ")"),
            Function::Length => ("length(coalesce(", ",''))"),
            Function::Strftime(meaning) => return self.strftime(meaning, arguments),
            Function::Distance => return self.distance(arguments),
        };
        self.push(before);
        arguments.iter().for_each(|argument| self.value(argument));
        self.push(after);
    }

    /// With modifiers the date is changed first. SQLite knows years before 0, whose
    /// text begins with `-`: the larger of it and `/` is then no date, so that
    /// nothing is said of them.
    fn strftime(&mut self, meaning: &Strftime, arguments: &[Scalar]) {
        self.push("strftime(");
        self.bound_text(meaning.format());
        if meaning.modifiers.is_empty() {
            self.push(",");
            arguments.iter().for_each(|date| self.value(date));
        } else {
            self.push(",max(strftime('%Y-%m-%d %H:%M:%f',");
            self.deeper(|w| w.deeper(|w| arguments.iter().for_each(|date| w.value(date))));
            for modifier in &meaning.modifiers {
                self.push(",");
                self.bound_text(modifier.sql());
            }
            self.push("),'/')");
        }
        self.push(")");
    }

    /// The arguments stand in a SELECT in FROM: each is said once and used twice.
    fn distance(&mut self, arguments: &[Scalar]) {
        let diameter = 2 * RADIUS;
        self.push(&format!(
            "(SELECT CAST({diameter}.0 * asin(min(1.0, sqrt(s * s + c * t * t))) * 1000000.0 + 0.5 \
             AS INTEGER) / 1000000.0 FROM (SELECT sin(radians(lat_b - lat_a) / 2.0) AS s, \
             cos(radians(lat_a)) * cos(radians(lat_b)) AS c, \
             sin(radians(lon_b - lon_a) / 2.0) AS t FROM (SELECT "
        ));
        self.subquery(|w| {
            let names = ["lon_a", "lat_a", "lon_b", "lat_b"];
            for (index, (argument, name)) in arguments.iter().zip(names).enumerate() {
                w.push(if index > 0 { ", " } else { "" });
                w.deepened(DISTANCE_DEPTH, |w| w.value(argument));
                // Whole numbers of JSON are real ones here, as in memory.
                w.push(&format!(" + 0.0 AS {name}"));
            }
        });
        self.push(")))");
    }
}
