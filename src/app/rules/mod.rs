//! What the people who write rules ask: why a rule decided so (`explain`), and
//! whether it does what they mean (`test`). For administrators; nothing is stored.

pub mod explain;
pub mod image;
pub mod question;
pub mod test;

use ringfence_rules::{Caller, Operation};
use ringfence_schema::{Collection, Document, date};
use serde::de::DeserializeOwned;

use crate::app::records::body::too_large;
use crate::app::{App, Context};
use crate::error::{Code, Error, Result};
use crate::http::{Body, Reply, Step};
use crate::limits;

/// `POST /rules/explain`
pub fn serve_explain(context: &Context) -> Result<Step> {
    let asked: explain::Asked = read(context)?;
    let told = explain::explain(&context.app, &asked, &now(context))?;
    Ok(Reply::json(200, &told)?.into())
}

/// `POST /rules/test`
pub fn serve_test(context: &Context) -> Result<Step> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sent {
        collection: String,
        #[serde(default)]
        documents: test::Documents,
        cases: Vec<test::Case>,
    }
    let sent: Sent = read(context)?;
    let file = test::TestFile {
        documents: sent.documents,
        cases: sent.cases,
    };
    let told = test::run(&context.app, &sent.collection, &file, &now(context))?;
    Ok(Reply::json(200, &told)?.into())
}

fn now(context: &Context) -> String {
    date::format(i64::try_from(context.request.now_ms).unwrap_or(i64::MAX))
}

fn read<T: DeserializeOwned>(context: &Context) -> Result<T> {
    match &context.request.body {
        Body::Json(text) if text.len() > limits::BODY_BYTES => {
            Err(too_large(text.len(), limits::BODY_BYTES))
        }
        Body::Json(text) => serde_json::from_str(text)
            .map_err(|error| wrong(format!("The body cannot be read: {error}."))),
        Body::Empty | Body::Form(_) | Body::Stored(_) => Err(wrong("The body is a JSON object.")),
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Code::BadRequest, message)
}

/// The collection of that name, or what is wrong with it.
fn collection<'a>(app: &'a App, name: &str) -> Result<&'a Collection> {
    app.schema
        .find(name)
        .ok_or_else(|| wrong(format!("There is no collection {name}.")))
}

/// What a caller sends along, as rules see it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// `@request.body`, where it is not the document itself.
    pub body: Option<Document>,
    /// `@request.query`
    pub query: Document,
    /// `@request.headers`, names in lower case with `_` for `-`.
    pub headers: Document,
}

/// A request as a rule about that operation would see it.
fn request<'a>(
    auth: Option<ringfence_rules::Auth<'a>>,
    request: &'a Request,
    body: &'a Document,
    operation: Operation,
    now: &'a str,
) -> Caller<'a> {
    Caller {
        auth,
        body: request.body.as_ref().unwrap_or(body),
        query: &request.query,
        headers: &request.headers,
        method: match operation {
            Operation::List | Operation::View => "GET",
            Operation::Insert | Operation::Execute => "POST",
            Operation::Update => "PATCH",
            Operation::Delete => "DELETE",
        },
        context: "default",
        now,
    }
}
