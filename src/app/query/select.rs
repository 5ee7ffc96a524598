//! How SQLite writes a record as JSON: the text of one expression for each
//! collection, which becomes a part of the statements that read it.
//!
//! Which records are read is not decided here.

use ringfence_schema::{Collection, Field, FieldKind, column};

use crate::limits::SQL_FUNCTION_ARGUMENTS;

/// The alias of the collection's table in every statement.
pub const ALIAS: &str = "r";
/// Pairs of a name and a value in one call of `json_object`.
const PAIRS: usize = SQL_FUNCTION_ARGUMENTS / 2;
/// Fields that are texts in every collection.
const ENDS: [&str; 5] = ["created", "updated", "created_by", "updated_by", "id"];

/// An expression that gives a record as JSON text.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordJson {
    /// Over the table as `ALIAS`.
    pub text: String,
    /// Whether it has a `?` for the id of the caller in this collection.
    pub asks_caller: bool,
}

/// A record as its readers get it; `all` for those who may see every email.
// INVARIANT: a hidden field is in no reply, whoever asks.
pub fn visible(collection: &Collection, all: bool) -> RecordJson {
    let masked = |field: &Field| collection.is_auth() && !all && field.name == "email";
    let record = object(collection, |field| !field.hidden && !masked(field));
    if !collection.fields.iter().any(masked) {
        return RecordJson {
            text: record,
            asks_caller: false,
        };
    }
    // INVARIANT: an email leaves only for its owner or where it is public.
    let email = format!(
        "CASE WHEN {ALIAS}.\"emailVisibility\" OR {ALIAS}.id=? \
         THEN ',\"email\":'||json_quote({ALIAS}.email) ELSE '' END"
    );
    RecordJson {
        text: format!("rtrim({record},'}}')||{email}||'}}'"),
        asks_caller: true,
    }
}

/// A record as rules see it: every field but passwords.
pub fn stored(collection: &Collection) -> String {
    object(collection, |field| {
        !matches!(field.kind, FieldKind::Password { .. })
    })
}

/// The JSON object of some fields. One call of `json_object` takes 32 arguments,
/// so that a wide record is put together of several; each of them ends in a text
/// of the system's, so that exactly one brace is there to be cut off.
fn object(collection: &Collection, shown: impl Fn(&Field) -> bool) -> String {
    let ends_part = |field: &Field| ENDS.contains(&field.name.as_str());
    let mut ends = vec![
        format!("'collectionId',{}", literal(&collection.id)),
        format!("'collectionName',{}", literal(&collection.name)),
    ];
    ends.extend(
        collection
            .fields
            .iter()
            .filter(|field| ends_part(field))
            .map(pair),
    );
    let others = collection
        .fields
        .iter()
        .filter(|field| !ends_part(field) && shown(field));
    let others: Vec<String> = others.map(pair).collect();

    let parts = (others.len() + ends.len()).div_ceil(PAIRS);
    let mut ends = ends.into_iter();
    let mut others = others.into_iter();
    let mut text = String::new();
    for part in 1..=parts {
        let last = part == parts;
        let mut pairs: Vec<String> = others.by_ref().take(PAIRS - 1).collect();
        pairs.extend(ends.by_ref().take(if last { usize::MAX } else { 1 }));
        let object = format!("json_object({})", pairs.join(","));
        let opened = if part == 1 {
            object
        } else {
            format!("','||substr({object},2)")
        };
        let closed = if last {
            opened
        } else {
            format!("rtrim({opened},'}}')||")
        };
        text.push_str(&closed);
    }
    text
}

fn pair(field: &Field) -> String {
    format!(
        "{},{}",
        literal(&field.name),
        column::json_expression(field, ALIAS)
    )
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::native::NativeSql;
    use crate::store::{Sql, SqlValue};
    use ringfence_schema::{CollectionKind, Value, name, system};

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
            let record = read(&collection, &visible(&collection, false).text, &[]);
            assert_eq!(record.as_object().unwrap().len(), 7 + more);
            assert_eq!(record["collectionId"], "it's");
            assert_eq!(record["updated"], "u}}");
        }
    }

    #[test]
    fn an_email_is_for_its_owner_and_secrets_for_nobody() {
        let users = collection(CollectionKind::Auth, 20);
        let mine = visible(&users, false);
        assert!(mine.asks_caller);
        let owner = read(&users, &mine.text, &["abc".into()]);
        assert_eq!(owner["email"], "a\"b");
        let other = read(&users, &mine.text, &["xyz".into()]);
        assert!(other.get("email").is_none());
        let admin = read(&users, &visible(&users, true).text, &[]);
        assert_eq!(admin["email"], "a\"b");
        for record in [owner, other, admin] {
            assert!(record.get("tokenKey").is_none() && record.get("password").is_none());
        }
        let stored = read(&users, &stored(&users), &[]);
        assert_eq!(stored["tokenKey"], "k");
        assert!(stored.get("password").is_none());
    }
}
