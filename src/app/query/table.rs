//! The statements of a collection that never change while its app is awake,
//! each made when first needed. A call then binds values and builds no text.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use ringfence_rules::{Caller, Operation, Ruleset, Template, sql};
use ringfence_schema::{Collection, FieldKind, OnDelete, Schema, name};

use super::select::{self, ALIAS, RecordJson};
use crate::app::Context;
use crate::app::files::tables::files_of;
use crate::store::SqlValue;

/// The statements of one collection.
#[derive(Default)]
pub struct Table {
    listed: Both<RecordJson>,
    single: Both<RecordJson>,
    view: Both<String>,
    file: Both<String>,
    load: Both<String>,
    delete: Both<String>,
    stored: OnceCell<String>,
    insert: OnceCell<String>,
    view_gate: OnceCell<Gate>,
    delete_gate: OnceCell<Gate>,
    changed_users: OnceCell<Vec<String>>,
    removes_files: OnceCell<bool>,
}

/// Made once under rules and once for those who bypass them.
struct Both<T> {
    ruled: OnceCell<T>,
    bypassed: OnceCell<T>,
}

impl<T> Default for Both<T> {
    fn default() -> Self {
        Self {
            ruled: OnceCell::new(),
            bypassed: OnceCell::new(),
        }
    }
}

impl<T> Both<T> {
    fn get(&self, bypass: bool, make: impl FnOnce() -> T) -> &T {
        match bypass {
            true => self.bypassed.get_or_init(make),
            false => self.ruled.get_or_init(make),
        }
    }
}

/// What a rule says of single records, whoever asks.
pub enum Gate {
    /// There is no rule.
    Denied,
    /// It holds of every record.
    Open,
    /// It holds where this does.
    When(Template),
}

impl Table {
    /// A record as JSON, as its readers get it among others or by itself.
    pub fn record(
        &self,
        rules: &Ruleset,
        collection: &Collection,
        operation: Operation,
        bypass: bool,
    ) -> &RecordJson {
        let kept = match operation {
            Operation::List => &self.listed,
            _ => &self.single,
        };
        kept.get(bypass, || {
            let rules = rules.fields(&collection.name).filter(|_| !bypass);
            select::visible(collection, rules, operation)
        })
    }

    /// What decides whether a single record may be seen.
    pub fn view_gate(&self, rules: &Ruleset, collection: &Collection) -> &Gate {
        self.view_gate
            .get_or_init(|| Gate::new(rules, collection, Operation::View))
    }

    /// What decides whether a record may be removed.
    pub fn delete_gate(&self, rules: &Ruleset, collection: &Collection) -> &Gate {
        self.delete_gate
            .get_or_init(|| Gate::new(rules, collection, Operation::Delete))
    }

    /// The record as its readers get it and `updated`, by id; binds what the record
    /// asks for, the id, and the view rule's values.
    pub fn view(&self, rules: &Ruleset, collection: &Collection, bypass: bool) -> &str {
        self.view.get(bypass, || {
            let record = self.record(rules, collection, Operation::View, bypass);
            let record = &record.text;
            self.by_id(
                rules,
                collection,
                bypass,
                &format!("{record},{ALIAS}.updated"),
            )
        })
    }

    /// As `view`, with what is recorded of a file of the record in the place of
    /// `updated`; binds what the record asks for, the file's name, the id, and the view
    /// rule's values.
    pub fn file(&self, rules: &Ruleset, collection: &Collection, bypass: bool) -> &str {
        self.file.get(bypass, || {
            let record = self.record(rules, collection, Operation::View, bypass);
            let file = format!(
                "(SELECT json_array(key,type,size,etag,original,thumbs) FROM \"_files\" \
                 WHERE collection={} AND record={ALIAS}.id AND name=?)",
                name::quote_text(&collection.id)
            );
            self.by_id(
                rules,
                collection,
                bypass,
                &format!("{},{file}", record.text),
            )
        })
    }

    /// The record as rules see it, by id; binds the id and the view rule's values.
    pub fn load(&self, rules: &Ruleset, collection: &Collection, bypass: bool) -> &str {
        self.load.get(bypass, || {
            self.by_id(rules, collection, bypass, &select::stored(collection))
        })
    }

    /// `updated` and whether it may be removed, by id; binds the delete rule's
    /// values, the id, and the view rule's values.
    pub fn delete(&self, rules: &Ruleset, collection: &Collection, bypass: bool) -> &str {
        self.delete.get(bypass, || {
            let removable = match self.delete_gate(rules, collection) {
                _ if bypass => "1",
                Gate::Open => "1",
                Gate::Denied => "0",
                Gate::When(rule) => &rule.text,
            };
            self.by_id(
                rules,
                collection,
                bypass,
                &format!("{ALIAS}.updated,({removable})"),
            )
        })
    }

    /// Records as rules see them, of a `WHERE` that follows.
    pub fn stored(&self, collection: &Collection) -> &str {
        self.stored.get_or_init(|| {
            let (record, table) = (select::stored(collection), name::quote(&collection.name));
            format!("SELECT {record} FROM {table} AS {ALIAS}")
        })
    }

    /// Stores a record; binds every column in the order of the fields.
    pub fn insert(&self, collection: &Collection) -> &str {
        self.insert.get_or_init(|| {
            let columns: Vec<String> = collection
                .fields
                .iter()
                .map(|field| name::quote(&field.name))
                .collect();
            format!(
                "INSERT INTO {} ({}) VALUES ({})",
                name::quote(&collection.name),
                columns.join(","),
                vec!["?"; columns.len()].join(",")
            )
        })
    }

    /// After a record was removed: nobody whose record that may have changed by
    /// cascade is known any more.
    pub fn forget_users(&self, context: &Context, collection: &Collection) {
        let schema = &context.app.schema;
        let changed = self
            .changed_users
            .get_or_init(|| changed_users(schema, collection));
        changed
            .iter()
            .for_each(|users| context.app.users.forget_all(users));
    }

    /// Whether removing a record may remove files, by cascade or its own.
    pub fn removes_files(&self, schema: &Schema, collection: &Collection) -> bool {
        *self.removes_files.get_or_init(|| {
            let (_, removed) = changed_by_removal(schema, collection);
            let mut removed = removed.into_iter().filter_map(|name| schema.get(name));
            removed.any(|other| files_of(other).next().is_some())
        })
    }

    // INVARIANT: a single record is only ever read through the view rule.
    fn by_id(&self, rules: &Ruleset, collection: &Collection, bypass: bool, what: &str) -> String {
        let seen = match self.view_gate(rules, collection) {
            _ if bypass => "",
            Gate::Open => "",
            Gate::Denied => " AND 0",
            Gate::When(rule) => &format!(" AND ({})", rule.text),
        };
        format!(
            "SELECT {what} FROM {} AS {ALIAS} WHERE {ALIAS}.id=?{seen}",
            name::quote(&collection.name)
        )
    }
}

/// The auth collections of which removing a record may remove or change records.
fn changed_users(schema: &Schema, collection: &Collection) -> Vec<String> {
    let (changed, _) = changed_by_removal(schema, collection);
    let auth = schema.collections.iter().filter(|other| other.is_auth());
    auth.filter(|other| changed.contains(&other.name))
        .map(|other| other.name.clone())
        .collect()
}

/// The collections of which removing a record may change records, and those of which
/// it may remove some.
fn changed_by_removal<'a>(
    schema: &'a Schema,
    collection: &'a Collection,
) -> (BTreeSet<&'a String>, BTreeSet<&'a String>) {
    let mut removed = vec![&collection.name];
    let mut changed = BTreeSet::from([&collection.name]);
    let mut seen = changed.clone();
    while let Some(gone) = removed.pop() {
        for other in &schema.collections {
            for field in &other.fields {
                let FieldKind::Relation {
                    collection,
                    on_delete,
                    ..
                } = &field.kind
                else {
                    continue;
                };
                if collection != gone {
                    continue;
                }
                changed.insert(&other.name);
                if *on_delete == OnDelete::Cascade && seen.insert(&other.name) {
                    removed.push(&other.name);
                }
            }
        }
    }
    (changed, seen)
}

impl Gate {
    // INVARIANT: a missing rule denies.
    fn new(rules: &Ruleset, collection: &Collection, operation: Operation) -> Self {
        match rules.get(&collection.name, operation) {
            None => Self::Denied,
            Some(rule) if rule.constant() == Some(true) => Self::Open,
            Some(rule) => Self::When(sql::template(rule, ALIAS)),
        }
    }

    /// Adds the values of its `?`.
    pub fn bind(&self, caller: &Caller<'_>, params: &mut Vec<SqlValue>) {
        if let Self::When(rule) = self {
            params.extend(rule.bind(caller).into_iter().map(SqlValue::from));
        }
    }
}
