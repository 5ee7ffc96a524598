//! The text as it is written: values in the order of their `?`, and the aliases of
//! the rows that are in scope.

use super::{Slot, SqlParam, Template, identifier};
use crate::tree::{Guard, Node, VarId};

pub(super) struct Writer {
    text: String,
    slots: Vec<Slot>,
    old: String,
    new: String,
    vars: Vec<(VarId, String)>,
    next_alias: usize,
    height: Height,
}

/// How high the expression is. SQLite adds up the heights of all the conditions
/// that a subquery stands in, each of which contains the next.
#[derive(Clone, Copy, Default)]
struct Height {
    /// Where the writer stands in the condition of this SELECT.
    depth: usize,
    /// The height of that condition so far.
    deepest: usize,
    /// The largest sum of heights of the subqueries in it.
    inside: usize,
    /// The same of the subqueries that stand in FROM, which are in no condition.
    beside: usize,
}

impl Height {
    fn total(self) -> usize {
        self.beside.max(self.deepest + self.inside)
    }
}

impl Writer {
    pub fn new(alias: &str) -> Self {
        Self {
            text: String::new(),
            slots: Vec::new(),
            old: identifier(alias),
            new: identifier(&format!("{alias}_new")),
            vars: Vec::new(),
            next_alias: 0,
            height: Height::default(),
        }
    }

    pub fn into_template(self) -> Template {
        Template {
            text: self.text,
            slots: self.slots.into(),
            depth: self.height.total(),
        }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn slot(&mut self, slot: Slot) {
        self.text.push('?');
        self.slots.push(slot);
    }

    pub fn bound_text(&mut self, text: impl Into<String>) {
        self.slot(Slot::Fixed(SqlParam::Text(text.into())));
    }

    /// Writes one level deeper.
    pub fn deeper(&mut self, write: impl FnOnce(&mut Self)) {
        self.height.depth += 1;
        self.height.deepest = self.height.deepest.max(self.height.depth);
        write(self);
        self.height.depth -= 1;
    }

    /// Writes so many levels deeper.
    pub fn deepened(&mut self, levels: usize, write: impl FnOnce(&mut Self)) {
        self.height.depth += levels;
        self.height.deepest = self.height.deepest.max(self.height.depth);
        write(self);
        self.height.depth -= levels;
    }

    /// Writes what stands in a SELECT of its own.
    pub fn subquery(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.height);
        write(self);
        let inner = std::mem::replace(&mut self.height, outer);
        let height = &mut self.height;
        height.deepest = height.deepest.max(height.depth + 1 + inner.deepest);
        height.inside = height.inside.max(inner.total());
    }

    /// Writes what stands in a SELECT in FROM.
    pub fn source(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.height);
        write(self);
        let inner = std::mem::replace(&mut self.height, outer);
        self.height.beside = self.height.beside.max(inner.total());
    }

    /// Writes in parentheses, one level deeper.
    pub fn grouped(&mut self, write: impl FnOnce(&mut Self)) {
        self.push("(");
        // A comparison and the AND that may stand beside it.
        self.deeper(|w| w.deeper(write));
        self.push(")");
    }

    /// An alias that no other row of the statement has. `alias` is quoted SQL.
    // INVARIANT: the prefix is no name that a caller of this crate gives a row.
    pub fn new_alias(&mut self) -> String {
        self.next_alias += 1;
        identifier(&format!("r_{}", self.next_alias))
    }

    pub fn old_alias(&self) -> &str {
        &self.old
    }

    pub fn new_image_alias(&self) -> &str {
        &self.new
    }

    pub fn var_alias(&self, var: VarId) -> String {
        let found = self.vars.iter().rev().find(|(known, _)| *known == var);
        found.map_or_else(|| "NULL".to_owned(), |(_, alias)| alias.clone())
    }

    /// Writes while an item has that alias.
    pub fn with_var(&mut self, var: VarId, alias: &str, write: impl FnOnce(&mut Self)) {
        self.vars.push((var, alias.to_owned()));
        write(self);
        self.vars.pop();
    }

    /// ` AND` what must hold of a joined row for it to be there.
    pub fn and_guard(&mut self, guard: &Guard, alias: &str) {
        let Some(guard) = guard else {
            return;
        };
        self.push(" AND ");
        self.of_guard(guard, alias);
    }

    /// Writes a value of that row, which is NULL where it is not there.
    pub fn guarded(&mut self, guard: &Guard, alias: &str, write: impl FnOnce(&mut Self)) {
        let Some(guard) = guard else {
            return write(self);
        };
        self.push("CASE WHEN ");
        self.of_guard(guard, alias);
        self.push(" THEN ");
        self.deeper(write);
        self.push(" END");
    }

    // A guard knows its own record and nothing of what is around it.
    fn of_guard(&mut self, guard: &Node, alias: &str) {
        let old = std::mem::replace(&mut self.old, alias.to_owned());
        let vars = std::mem::take(&mut self.vars);
        self.deeper(|w| w.deeper(|w| w.truth(guard)));
        self.old = old;
        self.vars = vars;
    }
}
