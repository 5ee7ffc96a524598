//! Conditions as SQL. `truth` is 1 exactly where the condition holds, `falsity`
//! exactly where it does not; elsewhere both are 0 or NULL. A negation is pushed
//! down to what it negates, so that a comparison stays bare where it is asserted
//! and an index can serve it.

use super::scalar::may_be_empty;
use super::writer::Writer;
use super::{Slot, SqlParam, identifier};
use crate::fold::with_absent;
use crate::mention::{is_free, is_free_scalar, scalar_mentions};
use crate::tree::{
    Column, Kind, Link, List, Literal, Node, Row, Rows, Scalar, Source, Storage, Test, VarId,
};

/// From how many literals a list is bound as one JSON text.
const PACKED: usize = 4;
/// Below this whole numbers are exact.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

impl Writer {
    pub(super) fn truth(&mut self, node: &Node) {
        match node {
            Node::Const(value) => self.push(if *value { "1" } else { "0" }),
            _ if is_free(node) => self.slot(Slot::Test(node.clone())),
            Node::Not(inner) => self.falsity(inner),
            Node::All(terms) => self.join(terms, " AND ", &mut Self::truth),
            Node::Any(terms) => self.join(terms, " OR ", &mut Self::truth),
            Node::Compare { test, left, right } => self.compare(*test, left, right),
            Node::Like { text, pattern } => self.like(text, pattern),
            Node::Unset(scalar) => self.unset(scalar),
            Node::Among { left, list } => self.among(left, list),
            Node::InSelect {
                left,
                rows,
                column,
                filter,
            } => self.in_select(left, rows, column, filter),
            Node::Exists { var, source, body } => self.exists(*var, source, body),
            Node::Changed(name) => {
                let (old, new) = (
                    self.old_alias().to_owned(),
                    self.new_image_alias().to_owned(),
                );
                let name = identifier(name);
                self.push(&format!("({old}.{name} IS NOT {new}.{name})"));
            }
            Node::IsSet(_) => self.slot(Slot::Test(node.clone())),
        }
    }

    pub(super) fn falsity(&mut self, node: &Node) {
        match node {
            Node::Const(value) => self.push(if *value { "0" } else { "1" }),
            _ if is_free(node) => self.slot(Slot::Test(Node::Not(Box::new(node.clone())))),
            Node::Not(inner) => self.truth(inner),
            Node::All(terms) => self.join(terms, " OR ", &mut Self::falsity),
            Node::Any(terms) => self.join(terms, " AND ", &mut Self::falsity),
            Node::Unset(scalar) => self.is_set(scalar),
            Node::Exists { var, source, body } => self.exists_not(*var, source, body),
            _ => self.grouped(|w| {
                w.truth(node);
                w.push(" IS NOT TRUE");
            }),
        }
    }

    /// Terms joined as a balanced tree: a chain would be as deep as it is long.
    fn join(&mut self, terms: &[Node], operator: &str, write: &mut dyn FnMut(&mut Self, &Node)) {
        match terms {
            [] => {}
            [term] => self.deeper(|w| write(w, term)),
            _ => {
                let (left, right) = terms.split_at(terms.len() / 2);
                self.grouped(|w| {
                    w.join(left, operator, write);
                    w.push(operator);
                    w.join(right, operator, write);
                });
            }
        }
    }

    fn compare(&mut self, test: Test, left: &Scalar, right: &Scalar) {
        self.grouped(|w| match test {
            Test::Equal => {
                w.infix(left, " = ", right);
                // Two empty texts are equal in SQL and absent here.
                if may_be_empty(left) && may_be_empty(right) {
                    w.and_set(if is_at_hand(right) { right } else { left });
                }
            }
            // An empty text comes before all others in SQL and nowhere here.
            Test::Less | Test::LessOrEqual => {
                let operator = if test == Test::Less { " < " } else { " <= " };
                w.infix(left, operator, right);
                if may_be_empty(left) {
                    w.and_set(left);
                }
            }
            Test::Contains => {
                w.push("instr(lower(");
                w.value(left);
                w.push("),lower(");
                w.value(right);
                w.push(")) > 0");
                if may_be_empty(right) {
                    w.and_set(right);
                }
            }
            Test::StartsWith | Test::EndsWith => {
                w.push("substr(");
                w.value(left);
                w.push(if test == Test::StartsWith {
                    ",1,length("
                } else {
                    ",-length("
                });
                w.value(right);
                w.push(")) = ");
                w.value(right);
                if may_be_empty(right) {
                    w.and_set(right);
                }
            }
        });
    }

    fn infix(&mut self, left: &Scalar, operator: &str, right: &Scalar) {
        self.value(left);
        self.push(operator);
        self.value(right);
    }

    fn and_set(&mut self, scalar: &Scalar) {
        self.push(" AND ");
        self.value(scalar);
        self.push(" <> ''");
    }

    fn unset(&mut self, scalar: &Scalar) {
        self.grouped(|w| match plain(scalar) {
            Some(true) => {
                w.value(scalar);
                w.push(" IS NULL OR ");
                w.value(scalar);
                w.push(" = ''");
            }
            Some(false) => {
                w.value(scalar);
                w.push(" IS NULL");
            }
            None => {
                w.push("coalesce(");
                w.sort_value(scalar);
                w.push(",'') = ''");
            }
        });
    }

    fn is_set(&mut self, scalar: &Scalar) {
        self.grouped(|w| match plain(scalar) {
            Some(true) => {
                w.value(scalar);
                w.push(" <> ''");
            }
            Some(false) => {
                w.value(scalar);
                w.push(" IS NOT NULL");
            }
            None => {
                w.push("coalesce(");
                w.sort_value(scalar);
                w.push(",'') <> ''");
            }
        });
    }

    fn among(&mut self, left: &Scalar, list: &[Literal]) {
        self.grouped(|w| {
            w.value(left);
            w.push(" IN (");
            if let Some(packed) = packed(list) {
                w.push("SELECT \"value\" FROM json_each(");
                w.bound_text(packed);
                w.push(")");
            } else {
                for (index, literal) in list.iter().enumerate() {
                    w.push(if index > 0 { "," } else { "" });
                    match literal {
                        Literal::Text(text) => w.bound_text(text.as_str()),
                        Literal::Number(number) => {
                            w.slot(Slot::Fixed(SqlParam::Number(*number)));
                        }
                        Literal::Bool(value) => w.push(if *value { "1" } else { "0" }),
                    }
                }
            }
            w.push(")");
        });
    }

    fn in_select(&mut self, left: &Scalar, rows: &Rows, column: &Column, filter: &Node) {
        let alias = self.new_alias();
        let selected = Scalar::Column {
            row: Row::Var(rows.var),
            column: column.clone(),
        };
        self.grouped(|w| {
            w.value(left);
            w.push(" IN (SELECT ");
            w.subquery(|w| {
                w.with_var(rows.var, &alias, |w| {
                    w.value(&selected);
                    let table = identifier(&rows.collection);
                    w.push(&format!(" FROM {table} AS {alias} WHERE "));
                    w.deeper(|w| w.truth(filter));
                    if may_be_empty(left) && may_be_empty(&selected) {
                        w.and_set(&selected);
                    }
                    w.and_guard(&rows.guard, &alias);
                });
            });
            w.push(")");
        });
    }

    fn exists(&mut self, var: VarId, source: &Source, body: &Node) {
        if let Some((column, list)) = indexed_membership(var, source, body) {
            return self.grouped(|w| {
                w.value(column);
                w.push(" IN (SELECT \"value\" FROM json_each(");
                w.list(list);
                w.push("))");
            });
        }
        self.grouped(|w| {
            w.some(var, source, Some(body));
            match with_absent(body, var) {
                Node::Const(false) => {}
                Node::Const(true) => {
                    w.push(" OR NOT ");
                    w.some(var, source, None);
                }
                absent => {
                    w.push(" OR (NOT ");
                    w.some(var, source, None);
                    w.push(" AND ");
                    w.deeper(|w| w.truth(&absent));
                    w.push(")");
                }
            }
        });
    }

    fn exists_not(&mut self, var: VarId, source: &Source, body: &Node) {
        self.grouped(|w| {
            w.push("NOT ");
            w.some(var, source, Some(body));
            match with_absent(body, var) {
                Node::Const(false) => {}
                Node::Const(true) => {
                    w.push(" AND ");
                    w.some(var, source, None);
                }
                absent => {
                    w.push(" AND (");
                    w.some(var, source, None);
                    w.push(" OR ");
                    w.deeper(|w| w.falsity(&absent));
                    w.push(")");
                }
            }
        });
    }

    /// Whether the source has an item, and the body holds of it.
    fn some(&mut self, var: VarId, source: &Source, body: Option<&Node>) {
        let alias = self.new_alias();
        self.push("EXISTS (SELECT 1 FROM ");
        self.subquery(|w| {
            let mut joined = false;
            match source {
                Source::Items(list) => {
                    w.push("json_each(");
                    w.list(list);
                    w.push(&format!(") AS {alias}"));
                }
                Source::Rows { rows, link } => {
                    w.rows(rows, link, &alias);
                    joined = true;
                }
            }
            if let Some(body) = body {
                w.push(if joined { " AND " } else { " WHERE " });
                w.with_var(var, &alias, |w| w.deeper(|w| w.truth(body)));
            }
        });
        self.push(")");
    }

    fn rows(&mut self, rows: &Rows, link: &Link, alias: &str) {
        self.push(&format!(
            "{} AS {alias} WHERE ",
            identifier(&rows.collection)
        ));
        match link {
            Link::Whole => self.push("1"),
            Link::Listed(list) => {
                self.push(&format!(
                    "{alias}.\"id\" IN (SELECT \"value\" FROM json_each("
                ));
                self.list(list);
                self.push("))");
            }
            Link::Back {
                field,
                many: false,
                id,
            } => {
                self.push(&format!("{alias}.{} = ", identifier(field)));
                self.value(id);
            }
            Link::Back {
                field,
                many: true,
                id,
            } => {
                self.value(id);
                let field = identifier(field);
                self.push(&format!(
                    " IN (SELECT \"value\" FROM json_each({alias}.{field}))"
                ));
            }
        }
        self.and_guard(&rows.guard, alias);
    }
}

/// A long list as JSON text. Fractions stay outside: reading them from text could
/// round them otherwise than binding them does.
fn packed(list: &[Literal]) -> Option<String> {
    let items = list.iter().map(|literal| match literal {
        Literal::Text(text) => Some(serde_json::Value::from(text.as_str())),
        Literal::Number(number) if number.fract() == 0.0 && number.abs() < MAX_EXACT => {
            Some(serde_json::Value::from(*number as i64))
        }
        Literal::Number(_) => None,
        Literal::Bool(value) => Some(serde_json::Value::from(u8::from(*value))),
    });
    let items: Option<Vec<_>> = items.collect();
    let items = items.filter(|items| items.len() >= PACKED)?;
    Some(serde_json::Value::Array(items).to_string())
}

/// Whether a value is a column of a row in scope, cheap to write twice: `Some`
/// says whether it can be empty.
fn plain(scalar: &Scalar) -> Option<bool> {
    match scalar {
        Scalar::Column { column, .. } if is_at_hand(scalar) => match column.storage {
            Storage::Plain => Some(matches!(column.kind, Kind::Text | Kind::Date)),
            Storage::Reference => Some(false),
            Storage::Json(_) => None,
        },
        _ => None,
    }
}

fn is_at_hand(scalar: &Scalar) -> bool {
    matches!(
        scalar,
        Scalar::Column { row, column } if column.guard.is_none() && !matches!(row, Row::Lookup(_))
    )
}

/// A value of the document that is in a list of the request: an index can look up
/// each item, where going through the list could not use one.
fn indexed_membership<'n>(
    var: VarId,
    source: &'n Source,
    body: &'n Node,
) -> Option<(&'n Scalar, &'n List)> {
    let (
        Source::Items(list @ List::Fact(_)),
        Node::Compare {
            test: Test::Equal,
            left,
            right,
        },
    ) = (source, body)
    else {
        return None;
    };
    let other = match (left, right) {
        (Scalar::Item { var: item, .. }, other) | (other, Scalar::Item { var: item, .. })
            if *item == var =>
        {
            other
        }
        _ => return None,
    };
    (!scalar_mentions(other, var) && !is_free_scalar(other)).then_some((other, list))
}
