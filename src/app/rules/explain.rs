//! Which clause of a rule decided for a caller and a document, what the database is
//! asked, and which index is missing. Reads only; says of field rules which refuse a
//! write, not what they hide.

use ringfence_rules::Documents;
use ringfence_rules::explain::{Clause, Unexplained};
use ringfence_rules::syntax::parse;
use ringfence_rules::{Auth, Operation, Scan, Usage, explain as clauses};
use ringfence_schema::{Collection, Document};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::question::{Question, Statement};
use super::{Request, collection, image, request, wrong};
use crate::app::App;
use crate::app::query::documents::Stored;
use crate::error::{Error, Result};
use crate::store::{SqlValue, text};

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    collection: String,
    operation: Operation,
    /// Nobody, where it is left out or null.
    #[serde(default)]
    caller: Option<Person>,
    /// The id of a stored document, or a document.
    #[serde(default)]
    document: Option<Named>,
    /// The fields of a new document, or those that an update changes.
    #[serde(default)]
    body: Option<Document>,
    #[serde(default)]
    query: Document,
    #[serde(default)]
    headers: Document,
}

/// A record of an auth collection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    collection: String,
    id: String,
}

/// A stored document by its id, or one that is not stored.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Named {
    /// Its id.
    Stored(String),
    /// Some of its fields.
    Given(Document),
}

/// Why a rule decided so.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    allowed: bool,
    /// The fields that are written and that their own rules keep from the caller.
    refused_fields: Vec<String>,
    /// The text of the rule; null: there is none, which refuses everybody.
    rule: Option<String>,
    /// The smallest clause that the decision follows from.
    deciding: Option<Clause>,
    /// Every clause.
    tree: Option<Clause>,
    /// What the database is asked.
    sql: Option<Sql>,
    /// The indexes that would keep it from reading a collection whole.
    missing_indexes: Vec<Missing>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sql {
    text: String,
    params: Vec<Value>,
    /// SQLite's query plan, a line a step; null where the database does not tell.
    plan: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Missing {
    collection: String,
    fields: Vec<String>,
    /// What to add to the file of the collection.
    declare: String,
}

/// Explains one decision.
pub fn explain(app: &App, asked: &Asked, now: &str) -> Result<Told> {
    let collection = collection(app, &asked.collection)?;
    let person = asked.caller.as_ref().map(|person| caller(app, person));
    let person = person.transpose()?;
    let auth = person.as_ref().map(|(collection, record)| Auth {
        collection: &collection.name,
        record,
    });
    let (old, new) = images(app, collection, asked, now)?;
    let nothing = Document::new();
    let sent = Request {
        body: None,
        query: asked.query.clone(),
        headers: asked.headers.clone(),
    };
    let body = asked.body.as_ref().unwrap_or(&nothing);
    let caller = request(auth, &sent, body, asked.operation, now);
    let question = Question {
        app,
        collection,
        operation: asked.operation,
        caller: &caller,
        old: old.as_ref(),
        new: new.as_ref(),
    };
    told(&question)
}

fn told(question: &Question<'_>) -> Result<Told> {
    let Question {
        app,
        collection,
        operation,
        ..
    } = *question;
    let Some(text) = app.rules.text(&collection.name, operation) else {
        return Ok(Told {
            allowed: false,
            refused_fields: Vec::new(),
            rule: None,
            deciding: None,
            tree: None,
            sql: None,
            missing_indexes: Vec::new(),
        });
    };
    let expr = parse(text).map_err(Error::internal)?;
    let usage = Usage::Rule(operation);
    let found = clauses(
        &app.schema,
        collection,
        usage,
        &expr,
        &question.input(),
        &Stored(app),
    )
    .map_err(|error| match error {
        Unexplained::Refused(found) => Error::internal(format!("{found:?}")),
        Unexplained::Lookup(error) => Error::internal(error),
    })?;
    let refused_fields = question.refused_fields()?;
    // Only a list reads more than the one document that it is about.
    let statement = question.statement(operation != Operation::List)?;
    Ok(Told {
        // INVARIANT: what is told is what a request would meet of this rule and of those
        // of fields. The `view` rule, which an update or delete needs too, is not asked.
        allowed: question.is_allowed()? && refused_fields.is_empty(),
        refused_fields,
        rule: Some(text.to_owned()),
        deciding: Some(found.deciding),
        tree: Some(found.tree),
        sql: statement.map(|statement| planned(app, statement)),
        missing_indexes: missing(question),
    })
}

fn caller<'a>(app: &'a App, person: &Person) -> Result<(&'a Collection, Document)> {
    let of = collection(app, &person.collection)?;
    if !of.is_auth() {
        return Err(wrong(format!("Nobody signs in to {}.", of.name)));
    }
    let record = Stored(app).get(&of.name, &person.id);
    match record.map_err(Error::internal)? {
        Some(record) => Ok((of, record)),
        None => Err(wrong(format!("{} has no record {}.", of.name, person.id))),
    }
}

/// The documents that a rule about the operation sees.
fn images(
    app: &App,
    collection: &Collection,
    asked: &Asked,
    now: &str,
) -> Result<(Option<Document>, Option<Document>)> {
    let nothing = Document::new();
    let body = asked.body.as_ref().unwrap_or(&nothing);
    let document = match &asked.document {
        None => None,
        Some(Named::Given(fields)) => Some(image::complete(collection, "", fields, now)?),
        Some(Named::Stored(id)) => {
            let record = Stored(app).get(&collection.name, id);
            let missing = || wrong(format!("{} has no record {id}.", collection.name));
            Some(record.map_err(Error::internal)?.ok_or_else(missing)?)
        }
    };
    match asked.operation {
        Operation::Execute => Ok((None, None)),
        Operation::Insert => match document {
            Some(given) => Ok((None, Some(image::changed(collection, &given, body, now)?))),
            None => Ok((None, Some(image::complete(collection, "", body, now)?))),
        },
        operation => {
            let old = document.ok_or_else(|| {
                wrong("Say which document: `document` is an id or an object of fields.")
            })?;
            let new = match operation {
                Operation::Update => Some(image::changed(collection, &old, body, now)?),
                _ => None,
            };
            Ok((Some(old), new))
        }
    }
}

fn planned(app: &App, statement: Statement) -> Sql {
    let asked = format!("EXPLAIN QUERY PLAN {}", statement.text);
    let plan = app.sql.query(&asked, &statement.params).ok();
    Sql {
        plan: plan.map(|rows| rows.iter().map(|row| text(row, 3).to_owned()).collect()),
        params: statement.params.into_iter().map(json).collect(),
        text: statement.text,
    }
}

fn json(value: SqlValue) -> Value {
    match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(number) => number.into(),
        SqlValue::Real(number) => number.into(),
        SqlValue::Text(text) => text.into(),
    }
}

fn missing(question: &Question<'_>) -> Vec<Missing> {
    let Some(rule) = question.rule() else {
        return Vec::new();
    };
    let left = rule.specialise(question.caller);
    let reads_list = question.operation == Operation::List;
    left.scans(&question.app.schema, question.collection)
        .into_iter()
        .filter(|scan| !scan.fields.is_empty() && (scan.joined || reads_list))
        .flat_map(|scan| {
            let Scan {
                collection, fields, ..
            } = scan;
            fields.into_iter().map(move |field| Missing {
                declare: format!("in schema/{collection}.toml: [[indexes]] fields = [\"{field}\"]"),
                collection: collection.clone(),
                fields: vec![field],
            })
        })
        .collect()
}
