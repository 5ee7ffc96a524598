//! The collections of an app, for the tools of those who build it: what they hold
//! and what their rules say. For administrators. It only tells; what the
//! collections are is declared in `schema/` and `rules/`.

mod search;
mod shown;

use serde_json::{Value, json};

use crate::app::Context;
use crate::app::query::Params;
use crate::app::query::page::Page;
use crate::app::records::fields::Fields;
use crate::error::{Error, Result};
use crate::http::{Reply, Step};

/// `GET /collections`
pub fn list(context: &Context) -> Result<Step> {
    let params = Params::parse(&context.request.query)?;
    params.allow(&["page", "perPage", "skipTotal", "filter", "sort", "fields"])?;
    let fields = fields(&params)?;
    let page = Page::read(&params)?;
    let found = search::search(context, params.get("filter"), params.get("sort"))?;
    let size = usize::try_from(page.size).unwrap_or(usize::MAX);
    let before = usize::try_from(page.number - 1).unwrap_or(usize::MAX);
    let items = found.iter().skip(before.saturating_mul(size)).take(size);
    let items: Result<Vec<Value>> = items
        .map(|collection| Ok(pick(&fields, shown::shown(&context.app, collection)?)))
        .collect();
    let (total, pages) = match page.total {
        true => (json!(found.len()), json!(found.len().div_ceil(size))),
        false => (json!(-1), json!(-1)),
    };
    let reply = json!({
        "page": page.number,
        "perPage": page.size,
        "totalItems": total,
        "totalPages": pages,
        "items": items?,
    });
    Ok(Reply::json(200, &reply)?.into())
}

/// `GET /collections/{c}`
pub fn view(context: &Context, name_or_id: &str) -> Result<Step> {
    let params = Params::parse(&context.request.query)?;
    params.allow(&["fields"])?;
    let fields = fields(&params)?;
    let app = &context.app;
    let collection = app.schema.find(name_or_id);
    let collection = collection.ok_or_else(|| Error::not_found("collection"))?;
    let shown = pick(&fields, shown::shown(app, collection)?);
    Ok(Reply::json(200, &shown)?.into())
}

fn fields(params: &Params) -> Result<Option<Fields>> {
    params.get("fields").map(Fields::parse).transpose()
}

fn pick(fields: &Option<Fields>, shown: Value) -> Value {
    match fields {
        Some(fields) => fields.pick(shown),
        None => shown,
    }
}
