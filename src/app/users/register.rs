//! Signing up: a new record under the collection's insert rule, and a session
//! begun with it.

use std::rc::Rc;

use serde::Deserialize;

use super::{record, tokens};
use crate::app::Context;
use crate::app::records::serve as records;
use crate::context::Principal;
use crate::error::{Code, Error, Result};
use crate::http::{Headers, Reply, Request, Step};

#[derive(Deserialize)]
struct Created {
    id: String,
}

/// `POST /auth/{c}/register`.
pub fn register(context: &Rc<Context>, collection: &str) -> Result<Step> {
    let collection = record::auth_collection(&context.app, collection)?
        .name
        .clone();
    if !context.request.query.is_empty() {
        return Err(Error::new(
            Code::BadRequest,
            "Signing up takes no query parameters.",
        ));
    }
    // INVARIANT: tokens are for whoever made the record just now, never for
    // somebody who repeats a request.
    let headers = Headers {
        idempotency_key: None,
        ..context.request.headers.clone()
    };
    let context = Rc::new(Context {
        app: Rc::clone(&context.app),
        request: Request {
            headers,
            ..context.request.clone()
        },
        principal: Principal::Anonymous,
    });
    let step = records::create(Rc::clone(&context), collection.clone())?;
    Ok(step.map(move |reply| match reply.status {
        200 => begin(&context, &collection, &reply).unwrap_or_else(|error| Reply::error(&error)),
        _ => reply,
    }))
}

fn begin(context: &Context, collection: &str, reply: &Reply) -> Result<Reply> {
    let created: Created = serde_json::from_str(&reply.body).map_err(Error::internal)?;
    let collection = record::auth_collection(&context.app, collection)?;
    let found = record::by_id(&context.app, collection, &created.id)?
        .ok_or_else(|| Error::internal("a record that was just made is not there"))?;
    tokens::begin(context, collection, &found.owner)
}
