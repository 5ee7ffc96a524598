//! The shape that a client asks the reply of a sign-in in, as PocketBase has it:
//! `expand` of the record, `fields` of the whole reply.

use std::rc::Rc;

use ringfence_schema::{Collection, Document, Value};

use crate::app::expand::Paths;
use crate::app::query::{Call, Params};
use crate::app::records::fields::Fields;
use crate::app::records::serve::moment;
use crate::app::{App, Context};
use crate::context::{Principal, User};
use crate::error::Result;
use crate::http::{Body, Method, Request};

/// What is asked for.
pub struct Shape {
    expand: Option<Paths>,
    fields: Option<Fields>,
}

impl Shape {
    /// From the query; read before anything is done.
    pub fn read(app: &App, collection: &Collection, query: &str) -> Result<Self> {
        let params = Params::parse(query)?;
        params.allow(&["expand", "fields"])?;
        let expand = params.get("expand");
        let fields = params.get("fields");
        Ok(Self {
            expand: expand
                .map(|text| Paths::parse(&app.schema, collection, text))
                .transpose()?,
            fields: fields.map(Fields::parse).transpose()?,
        })
    }

    /// The reply in this shape. `owner` is the record whose session it is, hidden
    /// fields included: what is expanded is what they may see.
    pub fn apply(
        &self,
        context: &Context,
        collection: &Collection,
        owner: Document,
        mut reply: Document,
    ) -> Result<Value> {
        if let (Some(paths), Some(record)) = (&self.expand, reply.get_mut("record")) {
            let own = as_owner(context, collection, owner);
            let now = moment(&own);
            let params = Params::default();
            let call = Call::new(&own, &collection.name, params, Method::Get, &now)?;
            paths.expand(&call, std::slice::from_mut(record))?;
        }
        let reply = Value::Object(reply);
        Ok(match &self.fields {
            Some(fields) => fields.pick(reply),
            None => reply,
        })
    }
}

/// The request as if it were made with the session that it begins.
fn as_owner(context: &Context, collection: &Collection, owner: Document) -> Context {
    let id = owner.get("id").and_then(Value::as_str).unwrap_or_default();
    Context {
        app: Rc::clone(&context.app),
        request: Request {
            // INVARIANT: no rule sees the password that signed somebody in.
            body: Body::Empty,
            ..context.request.clone()
        },
        principal: Principal::User(Rc::new(User {
            collection: collection.name.clone(),
            id: id.to_owned(),
            record: owner,
        })),
    }
}
