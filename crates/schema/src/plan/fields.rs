//! The columns of a collection that stays: drop, rename, add, change.

use super::convert::{self, Conversion};
use super::matching::{self, Matching};
use super::{Check, Pair, Plan, Refusal};
use crate::column::{self, bind};
use crate::name::quote;
use crate::{Collection, Field, FieldKind, ddl};

/// What happened to the columns of one collection, for its indexes.
pub(super) struct Touched<'a> {
    /// Old columns that are not what and where they were.
    pub old: Vec<&'a str>,
    /// New fields and the old ones they come from.
    pub kept: Vec<(&'a Field, &'a Field)>,
}

/// A field's way from the old schema to the new one.
enum Change {
    /// Nothing that the database would see.
    Nothing,
    /// Values change, the column stays.
    Values(Conversion),
    /// Another column takes its place.
    Column(Conversion),
}

/// Adds what brings the columns over to `body`, and to `plan` its checks.
pub(super) fn change<'a>(
    plan: &mut Plan,
    body: &mut Plan,
    pair: &Pair<'a>,
    collections: &Matching<'a>,
) -> Touched<'a> {
    let fields = matching::of(&pair.old.fields, &pair.new.fields);
    let mut touched: Vec<&str> = Vec::new();
    for field in &fields.gone {
        check_drop(plan, pair, field);
        body.run(alter(pair, &format!("DROP COLUMN {}", quote(&field.name))));
        body.changes
            .push(format!("drop field {}.{}", pair.new.name, field.name));
        touched.push(&field.name);
    }
    rename(body, pair, &fields.kept, &mut touched);
    for field in &fields.added {
        add(plan, body, pair, field);
    }
    for (old, new) in &fields.kept {
        if alter_kept(plan, body, pair, old, new, collections) {
            touched.push(&old.name);
        }
    }
    Touched {
        old: touched,
        kept: fields.kept,
    }
}

fn check_drop(plan: &mut Plan, pair: &Pair<'_>, field: &Field) {
    if pair.new.dropped.contains(&field.name) {
        return;
    }
    let name = &field.name;
    plan.checks.push(Check::count(
        &select_where(pair.old, &convert::is_set(field, &quote(name))),
        Refusal {
            place: format!("{}.{name}", pair.new.name),
            message: format!(
                "the field `{name}` is not declared any more: its value in {{count}} records, \
                 such as `{{sample}}`, would be lost"
            ),
            hint: format!(
                "if it may be lost, add `dropped = [\"{name}\"]`; if it has a new name, \
                 add `renamed_from = \"{name}\"` to that field"
            ),
        },
    ));
}

/// Through names that nobody has, so that two may swap theirs.
fn rename<'a>(
    body: &mut Plan,
    pair: &Pair<'a>,
    kept: &[(&'a Field, &'a Field)],
    touched: &mut Vec<&'a str>,
) {
    let moved: Vec<_> = kept
        .iter()
        .filter(|(old, new)| old.name != new.name)
        .collect();
    for (old, _) in &moved {
        body.run(rename_column(
            pair,
            &old.name,
            &format!("_moving_{}", old.name),
        ));
        touched.push(&old.name);
    }
    for (old, new) in &moved {
        body.run(rename_column(
            pair,
            &format!("_moving_{}", old.name),
            &new.name,
        ));
        body.changes.push(format!(
            "rename field {}.{} to {}",
            pair.new.name, old.name, new.name
        ));
    }
}

fn add(plan: &mut Plan, body: &mut Plan, pair: &Pair<'_>, field: &Field) {
    let place = format!("{}.{}", pair.new.name, field.name);
    body.run(alter(pair, &format!("ADD COLUMN {}", ddl::column(field))));
    body.changes.push(format!("add field {place}"));
    match &field.default {
        Some(value) => body.run_with(
            format!(
                "UPDATE {} SET {} = ?",
                quote(&pair.new.name),
                quote(&field.name)
            ),
            vec![bind(field, value)],
        ),
        None if field.required => plan.checks.push(Check::count(
            &select_where(pair.old, "1"),
            Refusal {
                message: format!(
                    "`{}` is required, and the {{count}} records there are have no value for it",
                    field.name
                ),
                hint: "give it a `default`, which they then get, or leave out `required`"
                    .to_owned(),
                place,
            },
        )),
        None => {}
    }
}

/// Whether the column itself was replaced or its values changed.
fn alter_kept(
    plan: &mut Plan,
    body: &mut Plan,
    pair: &Pair<'_>,
    old: &Field,
    new: &Field,
    collections: &Matching<'_>,
) -> bool {
    let place = format!("{}.{}", pair.new.name, new.name);
    let before = what_changes(old, new, &quote(&old.name), collections, Moment::Before);
    let (Change::Values(before) | Change::Column(before)) = before else {
        return require(plan, body, pair, old, new, &place);
    };
    if !new.lossy {
        plan.checks.push(Check::count(
            &select_where(pair.old, &before.lost),
            lossy_refusal(new, &place),
        ));
    }
    let (table, column) = (quote(&pair.new.name), quote(&new.name));
    match what_changes(old, new, &column, collections, Moment::After) {
        Change::Nothing => return false,
        Change::Values(after) => body.run(format!("UPDATE {table} SET {column} = {}", after.value)),
        Change::Column(after) => {
            let next = Field {
                name: "_next".to_owned(),
                ..new.clone()
            };
            body.run(alter(pair, &format!("ADD COLUMN {}", ddl::column(&next))));
            body.run(format!("UPDATE {table} SET \"_next\" = {}", after.value));
            body.run(alter(pair, &format!("DROP COLUMN {column}")));
            body.run(rename_column(pair, "_next", &new.name));
        }
    }
    body.changes.push(format!("change field {place}"));
    require(plan, body, pair, old, new, &place);
    true
}

fn lossy_refusal(new: &Field, place: &str) -> Refusal {
    Refusal {
        place: place.to_owned(),
        message: format!(
            "the value of `{}` in {{count}} records, such as `{{sample}}`, does not fit its new \
             type and would be lost",
            new.name
        ),
        hint: "change those records first, or add `lossy = true` if it may be lost".to_owned(),
    }
}

/// A field that is required from now on: unset values become the default. Whether
/// values change.
fn require(
    plan: &mut Plan,
    body: &mut Plan,
    pair: &Pair<'_>,
    old: &Field,
    new: &Field,
    place: &str,
) -> bool {
    if !is_newly_required(old, new) {
        return false;
    }
    let unset = |field: &Field| format!("NOT ({})", convert::is_set(field, &quote(&field.name)));
    match &new.default {
        Some(value) => {
            body.run_with(
                format!(
                    "UPDATE {} SET {} = ? WHERE {}",
                    quote(&pair.new.name),
                    quote(&new.name),
                    unset(new)
                ),
                vec![bind(new, value)],
            );
            return true;
        }
        None => plan.checks.push(Check::count(
            &select_where(pair.old, &unset(old)),
            Refusal {
                place: place.to_owned(),
                message: format!(
                    "`{}` is required from now on, and {{count}} records, such as `{{sample}}`, \
                     have no value",
                    new.name
                ),
                hint: "give it a `default`, which they then get, or leave out `required`"
                    .to_owned(),
            },
        )),
    }
    false
}

/// Whether there may be records without it, and from now on may not.
fn is_newly_required(old: &Field, new: &Field) -> bool {
    new.required && (!old.required || new.lossy)
}

/// When a query runs: the tables have their old names, or their new ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Before,
    After,
}

/// The SQL for the new value of a kept field, from its column as it was before.
pub(super) fn value_before(old: &Field, new: &Field, collections: &Matching<'_>) -> String {
    let column = quote(&old.name);
    let value = match what_changes(old, new, &column, collections, Moment::Before) {
        Change::Nothing => column,
        Change::Values(conversion) | Change::Column(conversion) => conversion.value,
    };
    match &new.default {
        Some(default) if is_newly_required(old, new) => format!(
            "(SELECT CASE WHEN {} THEN v ELSE {} END FROM (SELECT {value} AS v))",
            convert::is_set(new, "v"),
            column::literal(&bind(new, default))
        ),
        _ => value,
    }
}

fn what_changes(
    old: &Field,
    new: &Field,
    column: &str,
    collections: &Matching<'_>,
    moment: Moment,
) -> Change {
    let (mut moved, mut retargeted) = (old.clone(), false);
    moved.name.clone_from(&new.name);
    let mut target = None;
    if let FieldKind::Relation { collection, .. } = &new.kind {
        let before = collections.old_name(collection);
        target = match moment {
            Moment::Before => before,
            Moment::After => Some(collection.as_str()),
        };
        if let FieldKind::Relation {
            collection: was, ..
        } = &mut moved.kind
        {
            retargeted = before != Some(was.as_str());
            if !retargeted {
                // Renaming the table renames the reference.
                was.clone_from(collection);
            }
        }
    }
    let values = retargeted || convert::changes_values(old, new);
    match (values, ddl::column(&moved) != ddl::column(new)) {
        (false, false) => Change::Nothing,
        (true, false) => Change::Values(convert::convert(old, new, column, target)),
        (true, true) => Change::Column(convert::convert(old, new, column, target)),
        (false, true) => Change::Column(convert::keep(old, new, column)),
    }
}

fn select_where(collection: &Collection, condition: &str) -> String {
    format!(
        "SELECT \"id\" AS sample FROM {} WHERE {condition}",
        quote(&collection.name)
    )
}

fn alter(pair: &Pair<'_>, what: &str) -> String {
    format!("ALTER TABLE {} {what}", quote(&pair.new.name))
}

fn rename_column(pair: &Pair<'_>, from: &str, to: &str) -> String {
    alter(
        pair,
        &format!("RENAME COLUMN {} TO {}", quote(from), quote(to)),
    )
}
