//! Which indexes go, which come, and whether a unique one can.

use super::fields::{Touched, value_before};
use super::matching::Matching;
use super::{Check, Pair, Plan, Refusal};
use crate::column::zero_literal;
use crate::ddl::{self, Named};
use crate::name::quote;
use crate::{Collection, Field, Index, column};

/// What to do about indexes.
#[derive(Default)]
pub(super) struct Diff {
    /// Names to drop before anything else changes.
    pub drop: Vec<String>,
    /// Statements that create, after everything else changed.
    pub create: Vec<String>,
    /// For people.
    pub changes: Vec<String>,
}

/// Compares the indexes of every collection; adds to `plan` the checks of those
/// that are unique.
pub(super) fn diff(
    plan: &mut Plan,
    pairs: &[Pair<'_>],
    touched: &[Touched<'_>],
    collections: &Matching<'_>,
) -> Diff {
    let mut diff = Diff::default();
    for old in &collections.gone {
        diff.drop.extend(names(ddl::indexes(old)));
    }
    for new in &collections.added {
        diff.create
            .extend(ddl::indexes(new).into_iter().map(|index| index.sql));
    }
    for (pair, touched) in pairs.iter().zip(touched) {
        let (before, after) = (ddl::indexes(pair.old), ddl::indexes(pair.new));
        // An index on a column that moves or changes has to go first, even to come
        // back the same.
        let stays = |index: &Named| {
            after.contains(index)
                && before.contains(index)
                && !touched
                    .old
                    .iter()
                    .any(|name| index.sql.contains(&quote(name)))
        };
        for index in before.iter().filter(|index| !stays(index)) {
            diff.drop.push(index.name.clone());
            if !after.iter().any(|other| other.name == index.name) {
                diff.changes.push(format!("drop index {}", index.name));
            }
        }
        for index in after.iter().filter(|index| !stays(index)) {
            diff.create.push(index.sql.clone());
            if !before.contains(index) {
                diff.changes.push(format!("add index {}", index.name));
            }
        }
        for index in unique(pair.new) {
            let named = after
                .iter()
                .find(|named| named.name == ddl::index_name(pair.new, &index));
            if named.is_some_and(|named| !stays(named)) {
                check_unique(plan, pair, &index, touched, collections);
            }
        }
    }
    diff
}

fn names(indexes: Vec<Named>) -> impl Iterator<Item = String> {
    indexes.into_iter().map(|index| index.name)
}

fn unique(collection: &Collection) -> Vec<Index> {
    let declared = collection
        .indexes
        .iter()
        .filter(|index| index.unique)
        .cloned();
    let single = collection.fields.iter().filter(|field| field.unique);
    declared
        .chain(single.map(|field| Index {
            fields: vec![field.name.clone()],
            unique: true,
        }))
        .collect()
}

fn check_unique(
    plan: &mut Plan,
    pair: &Pair<'_>,
    index: &Index,
    touched: &Touched<'_>,
    collections: &Matching<'_>,
) {
    let fields: Vec<&Field> = index
        .fields
        .iter()
        .filter_map(|name| pair.new.field(name))
        .collect();
    let values: Vec<String> = fields
        .iter()
        .enumerate()
        .map(|(position, field)| format!("{} AS v{position}", value(field, touched, collections)))
        .collect();
    let numbered = 0..fields.len();
    let keys: Vec<String> = numbered.clone().map(|n| format!("v{n}")).collect();
    let set: Vec<String> = fields
        .iter()
        .zip(&keys)
        .map(|(field, key)| match column::sql_type(field) {
            "TEXT" if !column::stores_null(field) && !field.required && !field.system => {
                format!("{key} IS NOT NULL AND {key} <> {}", zero_literal(field))
            }
            _ => format!("{key} IS NOT NULL"),
        })
        .collect();
    let sample: Vec<String> = keys
        .iter()
        .map(|key| format!("CAST({key} AS TEXT)"))
        .collect();
    let select = format!(
        "SELECT {} || '` in ' || count(*) || ' records' AS sample FROM (SELECT {} FROM {}) \
         WHERE {} GROUP BY {} HAVING count(*) > 1",
        sample.join(" || ', ' || "),
        values.join(", "),
        quote(&pair.old.name),
        set.join(" AND "),
        keys.join(", ")
    );
    let names = index.fields.join(", ");
    plan.checks.push(Check::count(
        &select,
        Refusal {
            place: format!("{}.{}", pair.new.name, index.fields.join("+")),
            message: format!(
                "({names}) is unique from now on, and {{count}} values are there more than once, \
                 such as `{{sample}}"
            ),
            hint: "make them different first, or leave out `unique`".to_owned(),
        },
    ));
}

/// What the new field will hold, from the table as it is now.
fn value(field: &Field, touched: &Touched<'_>, collections: &Matching<'_>) -> String {
    let source = touched.kept.iter().find(|(_, new)| new.name == field.name);
    if let Some((old, new)) = source {
        return value_before(old, new, collections);
    }
    match &field.default {
        Some(value) => column::literal(&column::bind(field, value)),
        None if column::stores_null(field) => "NULL".to_owned(),
        None => zero_literal(field).to_owned(),
    }
}
