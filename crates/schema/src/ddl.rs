//! Tables, indexes and triggers of a collection, as SQL text.
//!
//! Columns have no table constraints and indexes are apart from their table, so
//! that every change there can be is an `ALTER TABLE` of one column: SQLite would
//! run `ON DELETE CASCADE` if a table were dropped to be built anew.
//!
//! Tables have a rowid: with random ids as the key of the table itself
//! (`WITHOUT ROWID`), bulk inserts took twice the time and sorted scans half as
//! much again at 100,000 rows, for a gain of a tenth on reading one by its id.
//!
//! Foreign keys are checked at once, not at the end of the transaction: the
//! platform's last commit is out of reach, and a failure there would lose the
//! whole object's writes instead of one request.

use crate::column::{sql_type, stores_null, zero_literal};
use crate::name::quote;
use crate::{Collection, Field, FieldKind, Index, OnDelete, Schema};

/// Something in the database that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name, unquoted.
    pub name: String,
    /// The statement that creates it.
    pub sql: String,
}

/// Everything that the schema needs, in order, in an empty database.
pub fn create(schema: &Schema) -> Vec<String> {
    let of = |part: fn(&Collection) -> Vec<Named>| {
        schema
            .collections
            .iter()
            .flat_map(part)
            .map(|named| named.sql)
    };
    let tables = schema.collections.iter().map(create_table);
    tables.chain(of(indexes)).chain(of(triggers)).collect()
}

/// The statement that creates a collection's table.
pub fn create_table(collection: &Collection) -> String {
    let columns: Vec<String> = collection.fields.iter().map(column).collect();
    format!(
        "CREATE TABLE {} ({}) STRICT",
        quote(&collection.name),
        columns.join(", ")
    )
}

/// A column's definition, in `CREATE TABLE` and `ADD COLUMN` alike.
pub fn column(field: &Field) -> String {
    let name = quote(&field.name);
    if field.name == "id" {
        return format!("{name} TEXT PRIMARY KEY NOT NULL");
    }
    let mut definition = format!("{name} {}", sql_type(field));
    if !stores_null(field) {
        definition.push_str(&format!(" NOT NULL DEFAULT {}", zero_literal(field)));
    }
    if let FieldKind::Relation {
        collection,
        many: false,
        on_delete,
        ..
    } = &field.kind
    {
        let action = match on_delete {
            OnDelete::Cascade => "CASCADE",
            OnDelete::Restrict => "RESTRICT",
            OnDelete::SetNull => "SET NULL",
        };
        definition.push_str(&format!(
            " REFERENCES {}(\"id\") ON DELETE {action}",
            quote(collection)
        ));
    }
    definition
}

/// Every index of a collection: the declared ones, one for each unique field, and
/// one for each relation that no other begins with (deleting what it refers to
/// would otherwise read the whole table).
pub fn indexes(collection: &Collection) -> Vec<Named> {
    all_indexes(collection)
        .iter()
        .map(|index| Named {
            name: index_name(collection, index),
            sql: create_index(collection, index),
        })
        .collect()
}

/// Whether the database finds the records of one value of the field by an index.
pub fn is_indexed(collection: &Collection, field: &str) -> bool {
    let serves = |index: &Index| {
        index.fields.first().is_some_and(|first| first == field)
            && set_only(collection, index).is_empty()
    };
    field == "id" || all_indexes(collection).iter().any(serves)
}

fn all_indexes(collection: &Collection) -> Vec<Index> {
    let mut found: Vec<Index> = collection.indexes.clone();
    for field in collection.fields.iter().filter(|field| field.unique) {
        found.push(Index {
            fields: vec![field.name.clone()],
            unique: true,
        });
    }
    for field in &collection.fields {
        let covered = found.iter().any(|index| {
            index.fields.first() == Some(&field.name) && set_only(collection, index).is_empty()
        });
        if matches!(field.kind, FieldKind::Relation { many: false, .. }) && !covered {
            found.push(Index {
                fields: vec![field.name.clone()],
                unique: false,
            });
        }
    }
    found
}

/// `idx_<collection>_<fields>`.
pub fn index_name(collection: &Collection, index: &Index) -> String {
    format!("idx_{}_{}", collection.name, index.fields.join("_"))
}

/// The condition under which a record takes part in a unique index: that its
/// values are set. NULLs never clash, so only columns whose unset form is a text
/// count, and not where the field is required anyway: then the index serves every
/// lookup, not only those that repeat the condition.
pub(crate) fn set_only(collection: &Collection, index: &Index) -> Vec<String> {
    if !index.unique {
        return Vec::new();
    }
    index
        .fields
        .iter()
        .filter_map(|name| collection.field(name))
        .filter(|field| sql_type(field) == "TEXT" && !stores_null(field))
        .filter(|field| !field.required && !field.system)
        .map(|field| format!("{} <> {}", quote(&field.name), zero_literal(field)))
        .collect()
}

fn create_index(collection: &Collection, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let columns: Vec<String> = index.fields.iter().map(|name| quote(name)).collect();
    let mut sql = format!(
        "CREATE {unique}INDEX {} ON {} ({})",
        quote(&index_name(collection, index)),
        quote(&collection.name),
        columns.join(", ")
    );
    let conditions = set_only(collection, index);
    if !conditions.is_empty() {
        sql.push_str(&format!(" WHERE {}", conditions.join(" AND ")));
    }
    sql
}

/// Every trigger of a schema, in the order to create them.
pub fn triggers_of(schema: &Schema) -> Vec<Named> {
    schema.collections.iter().flat_map(triggers).collect()
}

/// What foreign keys are to single relations, for those that hold a list.
pub fn triggers(collection: &Collection) -> Vec<Named> {
    let mut found = Vec::new();
    for field in &collection.fields {
        if let FieldKind::Relation {
            collection: target,
            many: true,
            on_delete,
            ..
        } = &field.kind
        {
            let mut add = |event: &str, sql: String| {
                // No name of the schema has a dot, so no two triggers share a name.
                let name = format!("ref.{}.{}.{event}", collection.name, field.name);
                let sql = format!("CREATE TRIGGER {} {sql}", quote(&name));
                found.push(Named { name, sql });
            };
            let (table, list) = (quote(&collection.name), quote(&field.name));
            let exists = check_list(&list, &quote(target));
            add("insert", format!("AFTER INSERT ON {table} {exists}"));
            add(
                "update",
                format!("AFTER UPDATE OF {list} ON {table} {exists}"),
            );
            add(
                "delete",
                after_delete(&table, &list, &quote(target), *on_delete),
            );
        }
    }
    found.extend(touch(collection));
    found
}

/// A record that forgets another has changed: its version moves on, as with any
/// other change. Writes of our own set `updated` themselves.
fn touch(collection: &Collection) -> Option<Named> {
    let forgetful: Vec<String> = collection
        .fields
        .iter()
        .filter(|field| match &field.kind {
            FieldKind::Relation {
                many, on_delete, ..
            } => match on_delete {
                OnDelete::SetNull => true,
                OnDelete::Cascade => *many,
                OnDelete::Restrict => false,
            },
            _ => false,
        })
        .map(|field| quote(&field.name))
        .collect();
    if forgetful.is_empty() {
        return None;
    }
    let table = quote(&collection.name);
    let name = format!("touch.{}", collection.name);
    let sql = format!(
        "CREATE TRIGGER {} AFTER UPDATE OF {} ON {table} WHEN NEW.\"updated\" = OLD.\"updated\" \
         BEGIN UPDATE {table} SET \"updated\" = max(strftime('{MOMENT}','now'), \
         coalesce(strftime('{MOMENT}', OLD.\"updated\", '+0.001 seconds'), '')) WHERE \"id\" = NEW.\"id\"; END",
        quote(&name),
        forgetful.join(", ")
    );
    Some(Named { name, sql })
}

/// A date as it is stored, for `strftime`.
const MOMENT: &str = "%Y-%m-%d %H:%M:%fZ";

/// In the words of a foreign key, so that a caller need not tell them apart.
const FAILED: &str = "SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed')";

fn check_list(list: &str, target: &str) -> String {
    format!(
        "WHEN NEW.{list} <> '[]' BEGIN {FAILED} WHERE EXISTS (SELECT 1 FROM json_each(NEW.{list}) \
         AS item WHERE NOT EXISTS (SELECT 1 FROM {target} WHERE \"id\" = item.value)); END"
    )
}

/// A list forgets the id; with `Cascade` a record whose last id this was goes too.
fn after_delete(table: &str, list: &str, target: &str, on_delete: OnDelete) -> String {
    let own = format!("{table}.{list}");
    // `instr` finds the few candidates without parsing every list.
    let holds = format!(
        "instr({own}, OLD.\"id\") > 0 AND EXISTS (SELECT 1 FROM json_each({own}) AS item \
         WHERE item.value = OLD.\"id\")"
    );
    let forget = format!(
        "UPDATE {table} SET {list} = (SELECT json_group_array(item.value) FROM json_each({own}) \
         AS item WHERE item.value <> OLD.\"id\") WHERE {holds};"
    );
    let body = match on_delete {
        OnDelete::SetNull => forget,
        OnDelete::Cascade => {
            format!("DELETE FROM {table} WHERE {own} = json_array(OLD.\"id\"); {forget}")
        }
        OnDelete::Restrict => {
            format!("{FAILED} WHERE EXISTS (SELECT 1 FROM {table} WHERE {holds});")
        }
    };
    format!("AFTER DELETE ON {target} BEGIN {body} END")
}
