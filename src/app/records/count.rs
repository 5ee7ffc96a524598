//! `GET …/records/count`: how many records a list would have.

use ringfence_rules::Operation;
use ringfence_schema::name;

use super::{allow_params, refuse};
use crate::app::query::select::ALIAS;
use crate::app::query::{Call, guard};
use crate::error::Result;
use crate::http::Reply;
use crate::store::integer;

/// The number of records that the caller may list and asks for.
pub fn count(call: &Call<'_>) -> Result<Reply> {
    allow_params(call, Operation::List, &["filter"])?;
    let rule = guard::rule(call, call.collection, Operation::List, &call.caller());
    let rule = rule.ok_or_else(|| refuse(call, Operation::List))?;
    let condition = rule.and(guard::filter(call, call.params.get("filter"))?);
    let statement = format!(
        "SELECT count(*) FROM {} AS {ALIAS}{}",
        name::quote(&call.collection.name),
        condition.clause()
    );
    let rows = call.context.app.sql.query(&statement, &condition.params)?;
    let total = rows.first().map_or(0, |row| integer(row, 0));
    Ok(Reply::json_text(200, format!("{{\"totalItems\":{total}}}")))
}
