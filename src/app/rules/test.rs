//! Tests of rules: documents, callers, and what each may do. Both engines answer,
//! over documents that are stored for the time of the test and rolled back.

use std::collections::BTreeMap;

use ringfence_rules::Documents as _;
use ringfence_rules::syntax::parse;
use ringfence_rules::{Auth, Operation, Usage, explain};
use ringfence_schema::{Collection, Document, column};
use serde::{Deserialize, Serialize};

use super::explain::Named;
use super::question::Question;
use super::{Request, collection, image, request, wrong};
use crate::app::App;
use crate::app::query::documents::Stored;
use crate::error::{Code, Error, Result};
use crate::store::SqlValue;

/// Documents by their collection and id.
pub type Documents = BTreeMap<String, BTreeMap<String, Document>>;

/// What the tests of one collection's rules say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// What is stored while they run. What a document leaves out is unset.
    #[serde(default)]
    pub documents: Documents,
    /// The tests.
    pub cases: Vec<Case>,
}

/// One caller, one document, and what they may do to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// For people.
    #[serde(default)]
    name: Option<String>,
    /// `users/anna`; nobody who signed in, where it is left out.
    #[serde(default)]
    caller: Option<String>,
    /// The id of a stored document, or a document that is to be inserted.
    #[serde(default)]
    document: Option<Named>,
    /// What an update changes.
    #[serde(default)]
    change: Document,
    /// What else comes with the request.
    #[serde(default)]
    request: Request,
    /// What they may do.
    #[serde(default)]
    allow: Vec<Operation>,
    /// What they may not.
    #[serde(default)]
    deny: Vec<Operation>,
}

/// How the tests came out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// How many answers were as expected.
    pub passed: usize,
    /// Those that were not.
    pub failed: Vec<Failure>,
}

/// An answer that was not as expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    /// The number of the case, from 1.
    pub case: usize,
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What was asked, what came out, and why.
    pub message: String,
}

/// Runs the tests of a collection's rules.
pub fn run(app: &App, name: &str, file: &TestFile, now: &str) -> Result<Outcome> {
    let home = collection(app, name)?;
    let mut outcome = None;
    // INVARIANT: the transaction always fails, so nothing of a test is ever stored.
    let rolled_back = app.sql.transaction(&mut || {
        outcome = Some(ask(app, home, file, now));
        Err(Error::new(Code::Conflict, "a test is rolled back"))
    });
    match (outcome, rolled_back) {
        (Some(outcome), _) => outcome,
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::internal("the transaction did not run")),
    }
}

fn ask(app: &App, home: &Collection, file: &TestFile, now: &str) -> Result<Outcome> {
    store(app, &file.documents, now)?;
    let mut outcome = Outcome::default();
    for (index, case) in file.cases.iter().enumerate() {
        let number = index + 1;
        if case.allow.is_empty() && case.deny.is_empty() {
            return Err(wrong(format!(
                "Case {number} expects nothing: add allow or deny."
            )));
        }
        let expected = |operations: &[Operation], allowed: bool| -> Vec<(Operation, bool)> {
            operations
                .iter()
                .map(|operation| (*operation, allowed))
                .collect()
        };
        let asked = [expected(&case.allow, true), expected(&case.deny, false)].concat();
        for (operation, allowed) in asked {
            let told = check(app, home, case, (operation, allowed), now)
                .map_err(|error| in_case(number, error))?;
            match told {
                None => outcome.passed += 1,
                Some(message) => outcome.failed.push(Failure {
                    case: number,
                    name: case.name.clone(),
                    message,
                }),
            }
        }
    }
    Ok(outcome)
}

fn in_case(number: usize, mut error: Error) -> Error {
    error.message = format!("Case {number}: {}", error.message);
    error
}

/// What is not as expected, if anything.
fn check(
    app: &App,
    home: &Collection,
    case: &Case,
    (operation, expected): (Operation, bool),
    now: &str,
) -> Result<Option<String>> {
    let person = case.caller.as_deref().map(|text| caller(app, text));
    let person = person.transpose()?;
    let auth = person.as_ref().map(|(collection, record)| Auth {
        collection: &collection.name,
        record,
    });
    let (old, new) = images(app, home, case, operation, now)?;
    let sent = match (&case.document, operation) {
        (Some(Named::Given(fields)), Operation::Insert) => fields,
        _ => &case.change,
    };
    let caller = request(auth, &case.request, sent, operation, now);
    let question = Question {
        app,
        collection: home,
        operation,
        caller: &caller,
        old: old.as_ref(),
        new: new.as_ref(),
    };
    let by_rule = question.is_allowed()?;
    if question.is_selected()? != by_rule {
        return Ok(Some(format!(
            "{}: the evaluator and the database disagree; please report this rule",
            operation.name()
        )));
    }
    let refused_fields = question.refused_fields()?;
    let allowed = by_rule && refused_fields.is_empty();
    if allowed == expected {
        return Ok(None);
    }
    let because = match by_rule && !allowed {
        true => format!("the field rules of {}", refused_fields.join(", ")),
        false => reason(&question)?,
    };
    let verdict = |allowed| if allowed { "allowed" } else { "refused" };
    let who = case.caller.as_deref().unwrap_or("nobody signed in");
    Ok(Some(format!(
        "{} by {who} should be {}, but is {}: {}",
        operation.name(),
        verdict(expected),
        verdict(allowed),
        because
    )))
}

/// The clause that decided, and what it compared.
fn reason(question: &Question<'_>) -> Result<String> {
    let text = question
        .app
        .rules
        .text(&question.collection.name, question.operation);
    let Some(text) = text else {
        return Ok("there is no rule".to_owned());
    };
    let found = explain(
        &question.app.schema,
        question.collection,
        Usage::Rule(question.operation),
        &parse(text).map_err(Error::internal)?,
        &question.input(),
        &Stored(question.app),
    );
    let deciding = found
        .map_err(|error| Error::internal(format!("{error:?}")))?
        .deciding;
    let values: Vec<String> = deciding
        .values
        .iter()
        .map(|compared| format!("{} is {}", compared.text, compared.value))
        .collect();
    let verb = if deciding.holds {
        "holds"
    } else {
        "does not hold"
    };
    Ok(match values.is_empty() {
        true => format!("`{}` {verb}", deciding.text),
        false => format!("`{}` {verb}: {}", deciding.text, values.join(", ")),
    })
}

/// `users/anna`
fn caller<'a>(app: &'a App, text: &str) -> Result<(&'a Collection, Document)> {
    let Some((name, id)) = text.split_once('/') else {
        return Err(wrong(format!(
            "The caller {text} is not like users/anna: a collection and an id."
        )));
    };
    let of = collection(app, name)?;
    if !of.is_auth() {
        return Err(wrong(format!("Nobody signs in to {name}.")));
    }
    Ok((of, stored(app, of, id)?))
}

fn images(
    app: &App,
    home: &Collection,
    case: &Case,
    operation: Operation,
    now: &str,
) -> Result<(Option<Document>, Option<Document>)> {
    match (operation, &case.document) {
        (Operation::Execute, _) => Ok((None, None)),
        (Operation::Insert, Some(Named::Given(fields))) => {
            Ok((None, Some(image::complete(home, "new", fields, now)?)))
        }
        (Operation::Insert, _) => Err(wrong(
            "An insert is of a document that is not stored: document = { … }.",
        )),
        (_, Some(Named::Stored(id))) => {
            let old = stored(app, home, id)?;
            let new = match operation {
                Operation::Update => Some(image::changed(home, &old, &case.change, now)?),
                _ => None,
            };
            Ok((Some(old), new))
        }
        _ => Err(wrong(format!(
            "{} is of a stored document: document = \"its id\".",
            operation.name()
        ))),
    }
}

fn stored(app: &App, collection: &Collection, id: &str) -> Result<Document> {
    let found = Stored(app)
        .get(&collection.name, id)
        .map_err(Error::internal)?;
    found.ok_or_else(|| wrong(format!("{} has no document {id}.", collection.name)))
}

/// Stores the documents for as long as the transaction lasts.
fn store(app: &App, documents: &Documents, now: &str) -> Result<()> {
    // They may refer to each other in any order, and to what no test needs.
    app.sql.execute("PRAGMA defer_foreign_keys=ON", &[])?;
    for (name, records) in documents {
        collection(app, name)?;
        let Some((collection, table)) = app.table(name) else {
            continue;
        };
        for (id, given) in records {
            let record = image::complete(collection, id, given, now)?;
            let params: Vec<SqlValue> = collection
                .fields
                .iter()
                .filter_map(|field| Some(column::bind(field, record.get(&field.name)?).into()))
                .collect();
            app.sql
                .execute(table.insert(collection), &params)
                .map_err(|failure| {
                    wrong(format!(
                        "The document {id} of {name} cannot be stored beside the others: {}",
                        Error::from(failure).message
                    ))
                })?;
        }
    }
    Ok(())
}
