//! `GET …/records/{id}`: one record.

use ringfence_rules::Operation;

use super::shape::Shape;
use super::{allow_params, version};
use crate::app::query::Call;
use crate::error::{Error, Result};
use crate::http::Reply;
use crate::store::{SqlValue, text};

/// The record of that id, if the caller may see it.
pub fn view(call: &Call<'_>, id: &str) -> Result<Reply> {
    allow_params(call, Operation::View, &["expand", "fields"])?;
    let shape = Shape::read(call)?;
    let app = &call.context.app;
    let bypass = call.bypasses_rules();
    let mut params = Vec::with_capacity(4);
    let shown = call
        .table
        .record(&app.rules, call.collection, Operation::View, bypass);
    shown.bind(|| call.caller(), &mut params);
    params.push(SqlValue::from(id));
    if !bypass {
        call.table
            .view_gate(&app.rules, call.collection)
            .bind(&call.caller(), &mut params);
    }
    let statement = call.table.view(&app.rules, call.collection, bypass);
    let row = app.sql.query(statement, &params)?.into_iter().next();
    let row = row.ok_or_else(|| Error::not_found("record"))?;
    let updated = text(&row, 0);
    let etag = Some(version::etag(updated));
    // What is expanded, and who may see which field, may have changed while the
    // record did not.
    let is_known_by_version = !shape.expands() && shown.is_same_for_all();
    if is_known_by_version && version::is_known(&call.context.request.headers, updated) {
        return Ok(Reply {
            etag,
            ..Reply::json_text(304, String::new())
        });
    }
    let record = row
        .into_iter()
        .nth(1)
        .and_then(SqlValue::into_text)
        .unwrap_or_default();
    Ok(Reply {
        etag,
        ..Reply::json_text(200, shape.apply(call, record)?)
    })
}
