//! Records over HTTP: one file for each thing that is done with them.
//!
//! What a caller may see or do is decided in `query::guard` and `query::table`;
//! what a document must be, in the schema.

pub mod body;
pub mod bulk;
pub mod count;
pub mod create;
pub mod delete;
pub mod fields;
pub mod id;
pub mod list;
pub mod permitted;
pub mod relations;
pub mod serve;
pub mod shape;
pub mod update;
pub mod version;
pub mod view;
pub mod written;

use crate::app::query::Call;
use crate::error::{Code, Error, Result};
use ringfence_rules::{Input, Operation, Predicate, References, eval};
use ringfence_schema::Document;

use crate::app::query::documents::Stored;

/// The rule that decides about a write, or a refusal where there is none; no rule
/// at all for those who bypass them.
// INVARIANT: a missing rule denies.
fn rule_of<'a>(call: &Call<'a>, operation: Operation) -> Result<Option<&'a Predicate>> {
    if call.bypasses_rules() {
        return Ok(None);
    }
    match call.context.app.rules.get(&call.collection.name, operation) {
        Some(rule) if rule.constant() != Some(false) => Ok(Some(rule)),
        _ => Err(refuse(call, operation)),
    }
}

/// Refuses where no rule could allow such a write, whatever the document.
pub fn refused_to(call: &Call<'_>, operation: Operation) -> Result<()> {
    rule_of(call, operation).map(|_| ())
}

/// Refuses a write that its rule does not allow.
// INVARIANT: nothing awaits between this and the write.
fn check_rule(
    call: &Call<'_>,
    rule: Option<&Predicate>,
    operation: Operation,
    old: Option<&Document>,
    new: Option<&Document>,
) -> Result<()> {
    let Some(rule) = rule.filter(|rule| rule.constant() != Some(true)) else {
        return Ok(());
    };
    let input = Input {
        caller: &call.caller(),
        old,
        new,
    };
    match eval::eval(rule, &input, &Stored(&call.context.app)).map_err(Error::internal)? {
        true => Ok(()),
        false => Err(refuse(call, operation)),
    }
}

/// The document that was sent. It stays with the call only where a rule reads it.
fn take_input(call: &mut Call<'_>, rule: Option<&Predicate>) -> Document {
    let by_rule = rule.is_some_and(|rule| rule.references().body);
    match by_rule || fields_read(call, |references| references.body) {
        true => call.body.clone(),
        false => std::mem::take(&mut call.body),
    }
}

fn refuse(call: &Call<'_>, operation: Operation) -> Error {
    let what = match operation {
        Operation::List => "list",
        Operation::View => "view",
        Operation::Insert => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
        Operation::Execute => "execute",
    };
    Error::new(
        Code::Forbidden,
        format!(
            "The rules of {} do not let you {what} this.",
            call.collection.name
        ),
    )
}

/// Whether the rule of a field reads such a thing of the request.
fn fields_read(call: &Call<'_>, thing: impl Fn(&References) -> bool) -> bool {
    let fields = call.context.app.rules.fields(&call.collection.name);
    fields.is_some_and(|fields| fields.read(thing))
}

/// Refuses query parameters that neither the endpoint nor a rule reads.
fn allow_params(call: &Call<'_>, operation: Operation, known: &[&str]) -> Result<()> {
    let rules = &call.context.app.rules;
    match rules.get(&call.collection.name, operation) {
        Some(rule) if rule.references().query => Ok(()),
        _ if fields_read(call, |references| references.query) => Ok(()),
        _ => call.params.allow(known),
    }
}
