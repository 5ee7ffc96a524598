//! From a request to a call on a collection, and from its outcome to a reply.

use std::rc::Rc;

use ringfence_rules::Operation;
use ringfence_schema::date;

use super::{body, bulk, count, create, delete, list, rule_of, update, view};
use crate::app::Context;
use crate::app::files::{claim, form};
use crate::app::idempotency::{self, Kept};
use crate::app::query::{Call, Params};
use crate::app::users::password::{self, Change};
use crate::error::Result;
use crate::http::{HashOutcome, Reply, Step};
use crate::store::transact;

/// `GET …/records`
pub fn list(context: &Context, collection: &str) -> Result<Step> {
    with_call(context, collection, list::list)
}

/// `GET …/records/count`
pub fn count(context: &Context, collection: &str) -> Result<Step> {
    with_call(context, collection, count::count)
}

/// `GET …/records/{id}`
pub fn view(context: &Context, collection: &str, id: &str) -> Result<Step> {
    with_call(context, collection, |call| view::view(call, id))
}

/// `DELETE …/records/{id}`
pub fn delete(context: &Context, collection: &str, id: &str) -> Result<Step> {
    with_call(context, collection, |call| {
        idempotency::once(context, Kept::Reply, || {
            Ok(delete::delete(call, id)?.into_reply())
        })
    })
}

/// `POST …/records`
pub fn create(context: Rc<Context>, collection: String) -> Result<Step> {
    write(context, collection, None)
}

/// `PATCH …/records/{id}`
pub fn update(context: Rc<Context>, collection: String, id: String) -> Result<Step> {
    write(context, collection, Some(id))
}

/// `PATCH …/records?filter=`
pub fn update_all(context: &Context, collection: &str) -> Result<Step> {
    let now = moment(context);
    let mut call = call(context, collection, &now)?;
    call.body = body::read(&context.request.body, call.collection)?;
    idempotency::once(context, Kept::Reply, || bulk::update_all(&mut call)).map(Step::Done)
}

/// `DELETE …/records?filter=`
pub fn delete_all(context: &Context, collection: &str) -> Result<Step> {
    let now = moment(context);
    let mut call = call(context, collection, &now)?;
    idempotency::once(context, Kept::Reply, || bulk::delete_all(&mut call)).map(Step::Done)
}

/// The moment of the request, as it is stored.
pub fn moment(context: &Context) -> String {
    date::format(i64::try_from(context.request.now_ms).unwrap_or(i64::MAX))
}

/// Reads what a write to an auth collection does to a password. Whoever may not
/// write at all is refused here, so that no answer tells them about a password.
pub fn prepare(call: &mut Call<'_>, id: Option<&str>) -> Result<Change> {
    if !call.collection.is_auth() {
        return Ok(Change::default());
    }
    match id {
        None => {
            rule_of(call, Operation::Insert)?;
        }
        Some(id) => update::check(call, id)?,
    }
    password::read(call.context, call.collection, id, &mut call.body)
}

fn write(context: Rc<Context>, collection: String, id: Option<String>) -> Result<Step> {
    let now = moment(&context);
    let mut call = call(&context, &collection, &now)?;
    if let Some(id) = &id
        && idempotency::remembered(&context)?.is_some()
    {
        return view::view(&call, id).map(Step::Done);
    }
    call.body = body::read(&context.request.body, call.collection)?;
    if let Err(error) = claim::resolve(&mut call) {
        // Its uploads are spent where it was done before.
        let done = idempotency::remembered(&context)?;
        return done.map(Step::Done).ok_or(error);
    }
    let change = prepare(&mut call, id.as_deref())?;
    if form::is_announced(&context) {
        return form::announce(&context, || announced(&mut call, id.as_deref()));
    }
    let jobs = change.jobs();
    if jobs.is_empty() {
        return finish(&mut call, id.as_deref(), change, Vec::new());
    }
    let document = std::mem::take(&mut call.body);
    let claims = std::mem::take(&mut call.claims);
    let resumed = Rc::clone(&context);
    Ok(Step::Hash(
        jobs,
        Box::new(move |outcomes| {
            let resume = || {
                let now = moment(&resumed);
                let mut call = self::call(&resumed, &collection, &now)?;
                call.body = document;
                call.claims = claims;
                finish(&mut call, id.as_deref(), change, outcomes)
            };
            resume().unwrap_or_else(|error| Reply::error(&error).into())
        }),
    ))
}

/// Whether a write would be refused, as far as can be said before it is done.
fn announced(call: &mut Call<'_>, id: Option<&str>) -> Result<()> {
    match id {
        None => create::check(call)?,
        Some(id) => update::check_whole(call, id)?,
    }
    form::check_claimed(call.context, &call.claims)
}

fn finish(
    call: &mut Call<'_>,
    id: Option<&str>,
    change: Change,
    outcomes: Vec<HashOutcome>,
) -> Result<Step> {
    let hashed = change.hashed(&mut outcomes.into_iter())?;
    let context = call.context;
    // A write is one statement and whole by itself; with new files, or with a reply
    // that needs more statements, it is not.
    let is_one = !call.params.has("expand") && call.claims.is_empty();
    let mut work = || {
        let written = match id {
            None => create::create(call, &hashed)?,
            Some(id) => update::update(call, id, &hashed)?,
        };
        Ok(written.into_reply())
    };
    let kept = match id {
        None => Kept::Reply,
        Some(_) => Kept::Fact,
    };
    let reply = match is_one {
        true => idempotency::once(context, kept, work),
        false => idempotency::once(context, kept, || {
            transact(context.app.sql.as_ref(), &mut work)
        }),
    }?;
    match id {
        // It was done while this one waited for a hash, and of a change the fact is kept.
        Some(id) if reply.body.is_empty() => view::view(call, id).map(Step::Done),
        _ => Ok(reply.into()),
    }
}

fn with_call(
    context: &Context,
    collection: &str,
    work: impl FnOnce(&Call<'_>) -> Result<Reply>,
) -> Result<Step> {
    let now = moment(context);
    work(&call(context, collection, &now)?).map(Step::Done)
}

fn call<'a>(context: &'a Context, collection: &str, now: &'a str) -> Result<Call<'a>> {
    let request = &context.request;
    let params = Params::parse(&request.query)?;
    Call::new(context, collection, params, request.method, now)
}
