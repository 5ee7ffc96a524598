//! Uploads that a client sends by itself, whole or in parts, before it writes the
//! record: announced first, with what the file will be.
//!
//! Whether the record may have the file is decided when it is written; here, whether
//! this caller could write such a record at all, and whether there is room.

use std::rc::Rc;

use ringfence_rules::Operation;
use ringfence_schema::date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::form::{no_file_field, number, refuse};
use super::place::path;
use super::{claim, names, quota};
use crate::app::Context;
use crate::app::query::{Call, Params};
use crate::app::records::serve::moment;
use crate::app::records::{body, refused_to, update};
use crate::bucket::BucketJob;
use crate::error::{Code, Error, Result};
use crate::http::{Body, Method, Reply, Step};
use crate::limits::{PART_BYTES, PARTS, UPLOAD_MS, WHOLE_BYTES};
use crate::store::{integer, text, transact};
use crate::token;

/// What is announced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announced {
    collection: String,
    field: String,
    /// The record that will get it, where there is one already.
    #[serde(default)]
    record: String,
    name: String,
    size: u64,
    /// Whether it is sent in parts.
    #[serde(default)]
    parts: bool,
}

/// An upload as it is recorded.
pub struct Upload {
    /// As its client knows it.
    pub id: String,
    /// Of its blob.
    pub key: String,
    /// The id of its collection.
    pub collection: String,
    /// The name of its field.
    pub field: String,
    /// In bytes.
    pub size: u64,
    /// The bucket's id of its parts; empty where it is sent whole.
    pub multipart: String,
    /// Empty until it is complete.
    pub etag: String,
    name: String,
    mime_type: String,
    expires: u64,
}

/// `POST /files/uploads`
pub fn announce(context: &Rc<Context>) -> Result<Step> {
    let announced = read(&context.request.body)?;
    let (collection, field) = permitted(context, &announced)?;
    if !announced.parts && announced.size > WHOLE_BYTES {
        return Err(Error::new(
            Code::PayloadTooLarge,
            format!("A file of more than {WHOLE_BYTES} bytes is sent in parts."),
        ));
    }
    let (id, key) = (token::random_text::<16>()?, token::random_text::<16>()?);
    let expires = context.request.now_ms.saturating_add(UPLOAD_MS);
    transact(context.app.sql.as_ref(), || {
        context.app.sql.execute(
            "INSERT INTO \"_files\" (key, upload, collection, field, name, original, type, size, \
             etag, owner, expires, multipart) VALUES (?, ?, ?, ?, ?, ?, '', ?, '', ?, ?, '')",
            &[
                key.as_str().into(),
                id.as_str().into(),
                collection.as_str().into(),
                field.as_str().into(),
                names::stored(&announced.name, "")?.into(),
                names::original(&announced.name).into(),
                number(announced.size),
                context.principal.label().into(),
                number(expires),
            ],
        )?;
        quota::check(context, 0)
    })?;
    context.app.files.touch();
    match announced.parts {
        false => shown(context, &id, 201),
        true => begin(context, id, &key),
    }
}

/// `GET /files/uploads/{id}`
pub fn show(context: &Context, id: &str) -> Result<Step> {
    shown(context, id, 200)
}

/// `DELETE /files/uploads/{id}`
pub fn cancel(context: &Context, id: &str) -> Result<Step> {
    let upload = find(context, id)?;
    remove(context, &upload)?;
    Ok(Reply::no_content().into())
}

/// The caller's upload of that id, while no record has it.
pub fn find(context: &Context, id: &str) -> Result<Upload> {
    let rows = context.app.sql.query(
        "SELECT key, collection, field, size, multipart, etag, name, type, expires \
         FROM \"_files\" WHERE upload = ? AND record IS NULL AND owner = ? AND expires > ?",
        &[
            id.into(),
            context.principal.label().into(),
            number(context.request.now_ms),
        ],
    )?;
    let row = rows.first().ok_or_else(|| Error::not_found("upload"))?;
    let whole = |column| u64::try_from(integer(row, column)).unwrap_or(0);
    Ok(Upload {
        id: id.to_owned(),
        key: text(row, 0).to_owned(),
        collection: text(row, 1).to_owned(),
        field: text(row, 2).to_owned(),
        size: whole(3),
        multipart: text(row, 4).to_owned(),
        etag: text(row, 5).to_owned(),
        name: text(row, 6).to_owned(),
        mime_type: text(row, 7).to_owned(),
        expires: whole(8),
    })
}

/// Gives it up; what there is of its blob is removed.
pub fn remove(context: &Context, upload: &Upload) -> Result<()> {
    context.app.files.touch();
    Ok(context.app.sql.execute(
        "DELETE FROM \"_files\" WHERE upload = ? AND record IS NULL",
        &[upload.id.as_str().into()],
    )?)
}

/// The upload as its client sees it.
pub fn shown(context: &Context, id: &str, status: u16) -> Result<Step> {
    let upload = find(context, id)?;
    let expires = i64::try_from(upload.expires).unwrap_or(i64::MAX);
    let mut shown = json!({
        "id": upload.id,
        "name": upload.name,
        "size": upload.size,
        "complete": !upload.etag.is_empty(),
        "expires": date::format(expires),
    });
    if let Value::Object(shown) = &mut shown {
        if !upload.mime_type.is_empty() {
            shown.insert("type".into(), upload.mime_type.as_str().into());
        }
        if !upload.multipart.is_empty() {
            shown.insert("partSize".into(), part_bytes(upload.size).into());
            shown.insert("parts".into(), parts_there(context, &upload)?.into());
        }
    }
    Ok(Reply::json(status, &shown)?.into())
}

/// The size of every part but the last.
pub fn part_bytes(size: u64) -> u64 {
    size.div_ceil(PARTS).max(PART_BYTES)
}

/// How many parts there are; of an empty file one, which is empty.
pub fn part_count(size: u64) -> u64 {
    size.div_ceil(part_bytes(size)).max(1)
}

fn parts_there(context: &Context, upload: &Upload) -> Result<Vec<i64>> {
    let rows = context.app.sql.query(
        "SELECT number FROM \"_file_parts\" WHERE key = ? ORDER BY number",
        &[upload.key.as_str().into()],
    )?;
    Ok(rows.iter().map(|row| integer(row, 0)).collect())
}

fn begin(context: &Rc<Context>, id: String, key: &str) -> Result<Step> {
    let job = BucketJob::Begin {
        key: path(&context.app, key)?,
    };
    let context = Rc::clone(context);
    Ok(Step::Bucket(
        job,
        Box::new(move |outcome| {
            let begun = outcome.as_ref().and_then(|begun| begun["upload"].as_str());
            let shown = note(&context, &id, begun).and_then(|()| shown(&context, &id, 201));
            shown.unwrap_or_else(|error| Reply::error(&error).into())
        }),
    ))
}

fn note(context: &Context, id: &str, multipart: Option<&str>) -> Result<()> {
    let Some(multipart) = multipart else {
        remove(context, &find(context, id)?)?;
        return Err(away());
    };
    Ok(context.app.sql.execute(
        "UPDATE \"_files\" SET multipart = ? WHERE upload = ?",
        &[multipart.into(), id.into()],
    )?)
}

/// The refusal while the bucket cannot be asked.
pub fn away() -> Error {
    Error::new(
        Code::Unavailable,
        "The files cannot be reached just now. Try again in a moment.",
    )
}

fn read(body: &Body) -> Result<Announced> {
    let document = match body {
        Body::Json(text) => body::parse(text)?,
        _ => ringfence_schema::Document::new(),
    };
    serde_json::from_value(Value::Object(document)).map_err(|error| {
        Error::new(
            Code::BadRequest,
            format!("Announce an upload as {{collection, field, name, size}}: {error}."),
        )
    })
}

/// The id of the collection and the name of the field, if the caller could write such
/// a record and the field takes such a file.
fn permitted(context: &Context, announced: &Announced) -> Result<(String, String)> {
    let now = moment(context);
    let method = match announced.record.is_empty() {
        true => Method::Post,
        false => Method::Patch,
    };
    let call = Call::new(
        context,
        &announced.collection,
        Params::default(),
        method,
        &now,
    )?;
    match announced.record.is_empty() {
        true => refused_to(&call, Operation::Insert)?,
        false => update::check(&call, &announced.record)?,
    }
    let limits = claim::field(&call, &announced.field)
        .and_then(ringfence_schema::Field::files)
        .ok_or_else(|| no_file_field(&announced.field))?;
    limits
        .check_size(announced.size)
        .map_err(|error| refuse(&announced.field, error))?;
    Ok((call.collection.id.clone(), announced.field.clone()))
}
