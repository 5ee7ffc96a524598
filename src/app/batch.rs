//! `POST /batch`: many writes as one transaction, in PocketBase's form.
//!
//! Each operation goes through the same functions as a request of its own; the
//! first that fails takes all with it and is named by its index.

use std::cell::Cell;
use std::rc::Rc;

use ringfence_schema::{Document, Value, name};
use serde::Deserialize;
use serde_json::json;

use crate::app::Context;
use crate::app::files::claim::{self, Claim};
use crate::app::files::form;
use crate::app::idempotency::{self, Kept};
use crate::app::query::{Call, Params};
use crate::app::records::serve::{self, moment};
use crate::app::records::written::Written;
use crate::app::records::{body, create, delete, update};
use crate::app::routes::{self, Route};
use crate::app::users::password::Change;
use crate::error::{Code, Error, Result};
use crate::http::{Body, FormPart, HashOutcome, Method, Reply, Step};
use crate::limits;
use crate::store::{rehearse, transact};

/// A batch as it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    requests: Vec<Sent>,
}

/// One operation as it is sent; it may have headers, but the caller is the one of
/// the whole batch.
#[derive(Deserialize)]
struct Sent {
    method: String,
    url: String,
    #[serde(default)]
    body: Option<Document>,
}

/// One operation, understood.
struct Operation {
    what: What,
    collection: String,
    params: Params,
    body: Document,
    claims: Vec<Claim>,
    change: Change,
}

/// What an operation does.
enum What {
    Create,
    Update(String),
    /// Update if it is there, create if not.
    Upsert(String),
    Delete(String),
}

/// Answers a batch.
pub fn serve(context: Rc<Context>) -> Result<Step> {
    let now = moment(&context);
    let mut operations = Vec::new();
    for (index, sent) in read(&context.request.body)?.into_iter().enumerate() {
        match Operation::read(&context, &now, index, sent) {
            Ok(operation) => operations.push(operation),
            Err(error) => {
                // Its uploads are spent where it was done before.
                let done = idempotency::remembered(&context)?;
                return done
                    .map_or_else(|| refuse(index, error), Ok)
                    .map(Step::Done);
            }
        }
    }
    let jobs: Vec<_> = operations
        .iter()
        .flat_map(|operation| operation.change.jobs())
        .collect();
    if jobs.is_empty() {
        return run(&context, &now, operations, Vec::new());
    }
    Ok(Step::Hash(
        jobs,
        Box::new(move |outcomes| {
            let step = run(&context, &now, operations, outcomes);
            step.unwrap_or_else(|error| Reply::error(&error).into())
        }),
    ))
}

fn read(body: &Body) -> Result<Vec<Sent>> {
    let batch: Result<Batch, serde_json::Error> = match body {
        Body::Json(text) if text.len() > limits::BATCH_BYTES => {
            return Err(body::too_large(text.len(), limits::BATCH_BYTES));
        }
        Body::Json(text) => serde_json::from_str(text),
        Body::Empty | Body::Stored(_) => serde_json::from_str(""),
        Body::Form(parts) => {
            let whole = body::payload(parts)?.unwrap_or_default();
            serde_json::from_value(Value::Object(whole))
        }
    };
    let requests = batch.map(|batch| batch.requests).map_err(|error| {
        Error::new(
            Code::BadRequest,
            format!("The body is not a batch, {{\"requests\": [{{method, url, body}}]}}: {error}."),
        )
    })?;
    let most = limits::BATCH_OPERATIONS;
    match requests.len() {
        0 => Err(Error::new(Code::BadRequest, "The batch has no operations.")),
        count if count > most => Err(Error::new(
            Code::BadRequest,
            format!("The batch has {count} operations; {most} are the most."),
        )),
        _ => Ok(requests),
    }
}

// INVARIANT: all operations are written or none is.
fn run(
    context: &Context,
    now: &str,
    operations: Vec<Operation>,
    outcomes: Vec<HashOutcome>,
) -> Result<Step> {
    let mut operations = operations.into_iter();
    let mut outcomes = outcomes.into_iter();
    let running = Cell::new(None);
    let mut work = || {
        let mut replies = String::from("[");
        for (index, operation) in operations.by_ref().enumerate() {
            running.set(Some(index));
            add(&mut replies, operation.run(context, now, &mut outcomes)?);
        }
        running.set(None);
        replies.push(']');
        Ok(Reply::json_text(200, replies))
    };
    let done = match form::is_announced(context) {
        true => form::announce(context, || {
            rehearse(context.app.sql.as_ref(), || {
                work()?;
                form::check_recorded(context)
            })
        }),
        false => idempotency::once(context, Kept::Reply, || {
            transact(context.app.sql.as_ref(), &mut work)
        })
        .map(Step::Done),
    };
    match (done, running.get()) {
        (Err(error), Some(index)) => refuse(index, error).map(Step::Done),
        (done, _) => done,
    }
}

/// The files of a batch's operation are parts such as `requests.0.avatar`.
fn add_files(call: &mut Call<'_>, index: usize) -> Result<()> {
    let Body::Form(parts) = &call.context.request.body else {
        return Ok(());
    };
    let prefix = format!("requests.{index}.");
    for part in parts.iter().filter(|part| part.file.is_some()) {
        if let Some(name) = part.name.strip_prefix(&prefix) {
            let part = FormPart {
                name: name.to_owned(),
                ..part.clone()
            };
            body::add(&mut call.body, &part, call.collection)?;
        }
    }
    Ok(())
}

impl Operation {
    fn read(context: &Context, now: &str, index: usize, sent: Sent) -> Result<Self> {
        let (path, query) = sent.url.split_once('?').unwrap_or((&sent.url, ""));
        let body = sent.body.unwrap_or_default();
        let (what, collection) = find(&sent.method, path, &body)?;
        let mut operation = Self {
            what,
            collection,
            params: Params::parse(query)?,
            body,
            claims: Vec::new(),
            change: Change::default(),
        };
        let mut call = operation.call(context, now)?;
        add_files(&mut call, index)?;
        claim::resolve(&mut call)?;
        if call.collection.is_auth() {
            let change = match &operation.what {
                What::Create => serve::prepare(&mut call, None)?,
                What::Update(id) => serve::prepare(&mut call, Some(id))?,
                What::Upsert(id) if exists(&call, id)? => serve::prepare(&mut call, Some(id))?,
                What::Upsert(_) => serve::prepare(&mut call, None)?,
                What::Delete(_) => Change::default(),
            };
            operation.change = change;
        }
        let Call {
            params,
            body,
            claims,
            ..
        } = call;
        Ok(Self {
            params,
            body,
            claims,
            ..operation
        })
    }

    fn run(
        mut self,
        context: &Context,
        now: &str,
        outcomes: &mut impl Iterator<Item = HashOutcome>,
    ) -> Result<Written> {
        let mut call = self.call(context, now)?;
        let hashed = self.change.hashed(outcomes)?;
        match &self.what {
            What::Create => create::create(&mut call, &hashed),
            What::Update(id) => update::update(&mut call, id, &hashed),
            What::Upsert(id) if exists(&call, id)? => update::update(&mut call, id, &hashed),
            What::Upsert(_) => create::create(&mut call, &hashed),
            What::Delete(id) => delete::delete(&call, id),
        }
    }

    fn call<'a>(&mut self, context: &'a Context, now: &'a str) -> Result<Call<'a>> {
        let method = match self.what {
            What::Create => Method::Post,
            What::Update(_) => Method::Patch,
            What::Upsert(_) => Method::Put,
            What::Delete(_) => Method::Delete,
        };
        let params = std::mem::take(&mut self.params);
        let mut call = Call::new(context, &self.collection, params, method, now)?;
        call.body = std::mem::take(&mut self.body);
        call.claims = std::mem::take(&mut self.claims);
        Ok(call)
    }
}

/// What an operation's method and path ask for.
fn find(method: &str, path: &str, body: &Document) -> Result<(What, String)> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let id = body
        .get("id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty());
    let found = match Method::parse(method) {
        Some(Method::Put) => {
            let what = id.map_or(What::Create, |id| What::Upsert(id.to_owned()));
            match routes::find(Method::Post, path)? {
                Route::CreateRecord(collection) => Some((what, collection)),
                _ => None,
            }
        }
        Some(method) => match routes::find(method, path)? {
            Route::CreateRecord(collection) => Some((What::Create, collection)),
            Route::UpdateRecord(collection, id) => Some((What::Update(id), collection)),
            Route::DeleteRecord(collection, id) => Some((What::Delete(id), collection)),
            _ => None,
        },
        None => None,
    };
    found.ok_or_else(|| {
        Error::new(
            Code::BadRequest,
            format!(
                "{method} {path} cannot be part of a batch; POST, PATCH, PUT and DELETE of \
                 /api/collections/…/records can."
            ),
        )
    })
}

fn exists(call: &Call<'_>, id: &str) -> Result<bool> {
    let statement = format!(
        "SELECT 1 FROM {} WHERE id=?",
        name::quote(&call.collection.name)
    );
    let rows = call.context.app.sql.query(&statement, &[id.into()])?;
    Ok(!rows.is_empty())
}

fn add(replies: &mut String, written: Written) {
    if replies.len() > 1 {
        replies.push(',');
    }
    let body = if written.body.is_empty() {
        "null"
    } else {
        &written.body
    };
    replies.push_str("{\"status\":");
    replies.push_str(&written.status.to_string());
    replies.push_str(",\"body\":");
    replies.push_str(body);
    replies.push('}');
}

/// The reply to a batch of which an operation failed: nothing was written.
fn refuse(index: usize, error: Error) -> Result<Reply> {
    if error.code.status() >= 500 || error.code == Code::RateLimited {
        return Err(error);
    }
    let response: Value =
        serde_json::from_str(&Reply::error(&error).body).map_err(Error::internal)?;
    let operation = json!({
        "code": "batch_request_failed",
        "message": format!("Operation {index} failed: {}", error.message),
        "response": response,
    });
    let body = json!({
        "status": 400,
        "code": Code::BadRequest,
        "message": format!("Nothing was written, because operation {index} failed."),
        "data": {"requests": {index.to_string(): operation}},
    });
    Ok(Reply::json_text(400, body.to_string()))
}
