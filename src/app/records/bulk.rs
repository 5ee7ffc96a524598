//! `PATCH …/records?filter=` and `DELETE …/records?filter=`: the same done to every
//! record that a list with that filter would have, or to none.
//!
//! Accounts are changed one by one: what they need beside their record is not
//! something that many of them share.

use std::cell::Cell;

use ringfence_rules::Operation;
use ringfence_schema::name;

use super::{allow_params, delete, refuse, update};
use crate::app::Context;
use crate::app::query::select::ALIAS;
use crate::app::query::{Call, guard};
use crate::app::users::password::Hashed;
use crate::error::{Code, Error, Result};
use crate::http::Reply;
use crate::limits::BATCH_OPERATIONS;
use crate::store::{text, transact};

const PARAMS: [&str; 2] = ["filter", "dryRun"];

/// Changes them all by the call's document.
pub fn update_all(call: &mut Call<'_>) -> Result<Reply> {
    allow_params(call, Operation::Update, &PARAMS)?;
    if call.collection.is_auth() {
        return Err(Error::new(
            Code::BadRequest,
            format!(
                "The records of {} are changed one by one.",
                call.collection.name
            ),
        ));
    }
    let body = std::mem::take(&mut call.body);
    each(call, |call, id| {
        call.body.clone_from(&body);
        update::change(call, id, &Hashed::default()).map(|_| ())
    })
}

/// Removes them all.
pub fn delete_all(call: &mut Call<'_>) -> Result<Reply> {
    allow_params(call, Operation::Delete, &PARAMS)?;
    each(call, |call, id| delete::remove(call, id))
}

// INVARIANT: each record is under the rules as if it were asked for alone, and all
// of them change or none.
fn each(
    call: &mut Call<'_>,
    mut work: impl FnMut(&mut Call<'_>, &str) -> Result<()>,
) -> Result<Reply> {
    let dry_run = call.params.switch("dryRun")?;
    let context: &Context = call.context;
    let done = Cell::new(None);
    let outcome = transact(context.app.sql.as_ref(), || {
        let ids = matching(call)?;
        let mut total = 0;
        for id in &ids {
            match work(call, id) {
                Ok(()) => total += 1,
                // It went with another one, by cascade, or is not the caller's to view.
                Err(error) if error.code == Code::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        done.set(Some(total));
        match dry_run {
            // Takes back all that was done.
            true => Err(Error::new(Code::Conflict, "A dry run changes nothing.")),
            false => Ok(()),
        }
    });
    match (outcome, done.get()) {
        (Ok(()), Some(total)) => reply(total),
        (Err(_), Some(total)) if dry_run => reply(total),
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::internal("a bulk write that did not run")),
    }
}

fn reply(total: usize) -> Result<Reply> {
    Ok(Reply::json_text(200, format!("{{\"totalItems\":{total}}}")))
}

/// The ids of the records that the caller may list and asks for.
fn matching(call: &Call<'_>) -> Result<Vec<String>> {
    let Some(filter) = call.params.get("filter") else {
        return Err(Error::new(
            Code::BadRequest,
            "Say with filter which records are meant; filter=true means all of them.",
        ));
    };
    let rule = guard::rule(call, call.collection, Operation::List, &call.caller());
    let rule = rule.ok_or_else(|| refuse(call, Operation::List))?;
    let condition = rule.and(guard::filter(call, Some(filter))?);
    let statement = format!(
        "SELECT {ALIAS}.id FROM {} AS {ALIAS}{} LIMIT {}",
        name::quote(&call.collection.name),
        condition.clause(),
        BATCH_OPERATIONS + 1
    );
    let rows = call.context.app.sql.query(&statement, &condition.params)?;
    if rows.len() > BATCH_OPERATIONS {
        return Err(Error::new(
            Code::BadRequest,
            format!("More than {BATCH_OPERATIONS} records match; narrow the filter."),
        ));
    }
    Ok(rows.iter().map(|row| text(row, 0).to_owned()).collect())
}
