//! How SQLite writes a record as JSON: the text of one expression for each
//! collection, which becomes a part of the statements that read it.
//!
//! Which records are read is not decided here.

use ringfence_rules::{Caller, FieldRule, FieldRules, Operation, Template, sql};
use ringfence_schema::{Collection, Field, FieldKind, column, name};

use crate::limits::SQL_FUNCTION_ARGUMENTS;
use crate::store::SqlValue;

/// The alias of the collection's table in every statement.
pub const ALIAS: &str = "r";
/// Pairs of a name and a value in one call of `json_object`.
const PAIRS: usize = SQL_FUNCTION_ARGUMENTS / 2;

/// An expression that gives a record as JSON text.
#[derive(Clone, Debug)]
pub struct RecordJson {
    /// Over the table as `ALIAS`.
    pub text: String,
    /// What it asks about the record's fields, in the order of the text.
    conditions: Vec<Template>,
}

impl RecordJson {
    /// Whether all readers of a record get the same.
    pub fn is_same_for_all(&self) -> bool {
        self.conditions.is_empty()
    }

    /// How many values it binds.
    pub fn params(&self) -> usize {
        self.conditions.iter().map(Template::params).sum()
    }

    /// Adds the values of its `?`.
    pub fn bind<'a>(&self, caller: impl FnOnce() -> Caller<'a>, params: &mut Vec<SqlValue>) {
        if self.conditions.is_empty() {
            return;
        }
        let caller = caller();
        for condition in &self.conditions {
            params.extend(condition.bind(&caller).into_iter().map(SqlValue::from));
        }
    }
}

/// A record as its readers get it in a list or by itself, under the rules of its
/// fields; none for those who bypass them.
// INVARIANT: a hidden field is in no reply, whoever asks; a field that its rule
// keeps from a reader is absent, and one that is masked leaves SQLite masked.
pub fn visible(
    collection: &Collection,
    rules: Option<&FieldRules>,
    operation: Operation,
) -> RecordJson {
    let mut always = Vec::new();
    let mut appended = String::new();
    let mut conditions = Vec::new();
    for field in collection.fields.iter().filter(|field| !field.hidden) {
        let rule = rules.and_then(|rules| rules.get(&field.name));
        let (value, lifted) = value(field, rule, operation);
        let Some(read) = rule.and_then(|rule| rule.read(operation)) else {
            always.push(Pair {
                text: format!("{},{value}", literal(&field.name)),
                ends_in_brace: ends_in_brace(field),
                condition: lifted,
            });
            continue;
        };
        if read.constant() == Some(false) {
            continue;
        }
        let read = sql::template(read, ALIAS);
        // Names are letters, digits and underscores: nothing to escape.
        appended.push_str(&format!(
            "||CASE WHEN {} THEN ',\"{}\":'||json_quote({value}) ELSE '' END",
            read.text, field.name
        ));
        conditions.push(read);
        conditions.extend(lifted);
    }
    let (record, mut before) = object(collection, always);
    before.append(&mut conditions);
    RecordJson {
        text: match appended.is_empty() {
            true => record,
            false => format!("rtrim({record},'}}'){appended}||'}}'"),
        },
        conditions: before,
    }
}

/// The value of a field for `json_object`, and the condition in it, if there is one.
fn value(
    field: &Field,
    rule: Option<&FieldRule>,
    operation: Operation,
) -> (String, Option<Template>) {
    let whole = column::json_expression(field, ALIAS);
    let Some((mask, lifted)) = rule.and_then(|rule| rule.mask(operation)) else {
        return (whole, None);
    };
    let masked = mask.sql(&format!("{ALIAS}.{}", name::quote(&field.name)));
    if lifted.constant() == Some(false) {
        return (masked, None);
    }
    let lifted = sql::template(lifted, ALIAS);
    let text = format!("CASE WHEN {} THEN {whole} ELSE {masked} END", lifted.text);
    (text, Some(lifted))
}

/// A record as rules see it: every field but passwords.
pub fn stored(collection: &Collection) -> String {
    let fields = collection.fields.iter();
    let shown = fields.filter(|field| !matches!(field.kind, FieldKind::Password { .. }));
    let pairs = shown.map(|field| Pair {
        text: format!(
            "{},{}",
            literal(&field.name),
            column::json_expression(field, ALIAS)
        ),
        ends_in_brace: ends_in_brace(field),
        condition: None,
    });
    object(collection, pairs.collect()).0
}

/// A name and a value.
struct Pair {
    text: String,
    /// Whether the value's JSON may end in a brace.
    ends_in_brace: bool,
    condition: Option<Template>,
}

fn ends_in_brace(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Json { .. } | FieldKind::Geo)
}

/// The JSON object of some fields, and the conditions in it. One call of
/// `json_object` takes 32 arguments, so that a wide record is put together of
/// several; each of them ends in a value without a brace, so that exactly one is
/// there to be cut off.
fn object(collection: &Collection, fields: Vec<Pair>) -> (String, Vec<Template>) {
    let system = [
        ("collectionId", &collection.id),
        ("collectionName", &collection.name),
    ];
    let system = system.map(|(name, value)| Pair {
        text: format!("{},{}", literal(name), literal(value)),
        ends_in_brace: false,
        condition: None,
    });
    let all = system.into_iter().chain(fields);
    let (braces, others): (Vec<Pair>, Vec<Pair>) = all.partition(|pair| pair.ends_in_brace);
    let (mut braces, mut others) = (braces.into_iter(), others.into_iter());
    let mut objects: Vec<String> = Vec::new();
    let mut conditions = Vec::new();
    loop {
        let mut pairs: Vec<Pair> = braces.by_ref().take(PAIRS - 1).collect();
        pairs.extend(others.by_ref().take(PAIRS - pairs.len()));
        if pairs.is_empty() {
            break;
        }
        let texts: Vec<&str> = pairs.iter().map(|pair| pair.text.as_str()).collect();
        objects.push(format!("json_object({})", texts.join(",")));
        conditions.extend(pairs.into_iter().filter_map(|pair| pair.condition));
    }
    let last = objects.len() - 1;
    let parts = objects.iter().enumerate().map(|(index, object)| {
        let opened = match index {
            0 => object.clone(),
            _ => format!("','||substr({object},2)"),
        };
        match index == last {
            true => opened,
            false => format!("rtrim({opened},'}}')"),
        }
    });
    (parts.collect::<Vec<_>>().join("||"), conditions)
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::native::NativeSql;
    use crate::store::{Sql, SqlValue};
    use ringfence_rules::{RuleTexts, Ruleset};
    use ringfence_schema::{CollectionKind, Schema, Value, system};

    fn collection(kind: CollectionKind, more: usize) -> Collection {
        let mut fields = system::fields(kind);
        fields.extend((0..more).map(|n| Field::new(format!("f{n}"), FieldKind::Bool)));
        Collection {
            id: "it's".into(),
            name: "things".into(),
            kind,
            fields,
            indexes: Vec::new(),
            renamed_from: Vec::new(),
            dropped: Vec::new(),
        }
    }

    fn read(collection: &Collection, text: &str, params: &[SqlValue]) -> Value {
        let sql = NativeSql::memory().unwrap();
        let columns: Vec<String> = collection
            .fields
            .iter()
            .map(|field| format!("{} {}", name::quote(&field.name), column::sql_type(field)))
            .collect();
        sql.execute(
            &format!("CREATE TABLE t ({}) STRICT", columns.join(",")),
            &[],
        )
        .unwrap();
        let insert = "INSERT INTO t (id, created, updated, created_by, updated_by) \
            VALUES ('abc', 'c}', 'u}}', '', 'me')";
        sql.execute(insert, &[]).unwrap();
        if collection.is_auth() {
            sql.execute("UPDATE t SET email='a\"b', tokenKey='k', password='h'", &[])
                .unwrap();
        }
        let rows = sql
            .query(&format!("SELECT {text} FROM t AS {ALIAS}"), params)
            .unwrap();
        match rows.first().and_then(|row| row.first()) {
            Some(SqlValue::Text(text)) => serde_json::from_str(text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_record_of_any_width_is_one_object() {
        for more in (0..=95).step_by(5) {
            let collection = collection(CollectionKind::Base, more);
            let text = visible(&collection, None, Operation::List).text;
            let record = read(&collection, &text, &[]);
            assert_eq!(record.as_object().unwrap().len(), 7 + more);
            assert_eq!(record["collectionId"], "it's");
            assert_eq!(record["updated"], "u}}");
        }
    }

    #[test]
    fn an_email_is_for_its_owner_and_secrets_for_nobody() {
        let users = collection(CollectionKind::Auth, 20);
        let schema = Schema {
            macros: Vec::new(),
            collections: vec![users.clone()],
            dropped: Vec::new(),
        };
        let rules = Ruleset::new(&schema, &RuleTexts::new()).unwrap();
        let ruled = visible(&users, rules.fields("things"), Operation::View);
        assert!(!ruled.is_same_for_all());
        let owner = read(&users, &ruled.text, &["abc".into()]);
        assert_eq!(owner["email"], "a\"b");
        let other = read(&users, &ruled.text, &["xyz".into()]);
        assert!(other.get("email").is_none());
        let admin = visible(&users, None, Operation::View);
        assert!(admin.is_same_for_all());
        let admin = read(&users, &admin.text, &[]);
        assert_eq!(admin["email"], "a\"b");
        for record in [owner, other, admin] {
            assert!(record.get("tokenKey").is_none() && record.get("password").is_none());
        }
        let stored = read(&users, &stored(&users), &[]);
        assert_eq!(stored["tokenKey"], "k");
        assert!(stored.get("password").is_none());
    }
}
