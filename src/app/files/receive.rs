//! The bytes of an upload: where the front puts them, what it tells of them then, and
//! how parts become a file.

use std::rc::Rc;

use serde_json::Value;

use super::form::{number, refuse};
use super::place::path;
use super::upload::{self, Upload, away, part_bytes, part_count};
use super::{listing, sweep};
use crate::app::Context;
use crate::bucket::{BucketJob, FrontTask};
use crate::error::{Code, Error, Result};
use crate::http::{Body, Reply, Step, StoredBytes};
use crate::limits::UPLOAD_MS;
use crate::store::{integer, text, transact};
use crate::token;

/// `PUT /files/uploads/{id}`
pub fn whole(context: &Rc<Context>, id: &str) -> Result<Step> {
    let Body::Stored(stored) = &context.request.body else {
        return expect_whole(context, &find_whole(context, id)?);
    };
    let noted = note_whole(context, id, stored);
    or_discard(context, &stored.key, noted)
}

/// A blob that was not noted is removed: nobody else may know of it any more.
fn or_discard(context: &Context, key: &str, noted: Result<Step>) -> Result<Step> {
    if noted.is_err() {
        sweep::discard(&context.app, key)?;
    }
    noted
}

fn find_whole(context: &Context, id: &str) -> Result<Upload> {
    let upload = find(context, id)?;
    match upload.multipart.is_empty() {
        true => Ok(upload),
        false => Err(conflict("This upload is sent in parts.")),
    }
}

fn note_whole(context: &Context, id: &str, stored: &StoredBytes) -> Result<Step> {
    let upload = find_whole(context, id)?;
    if stored.key != upload.key {
        return Err(conflict(
            "The same upload was sent again meanwhile; the later one counts.",
        ));
    }
    check_type(context, &upload, &stored.mime_type)?;
    context.app.sql.execute(
        "UPDATE \"_files\" SET etag = ?, type = ? WHERE key = ?",
        &[
            stored.etag.as_str().into(),
            stored.mime_type.as_str().into(),
            stored.key.as_str().into(),
        ],
    )?;
    upload::shown(context, id, 200)
}

/// Each attempt gets a key of its own: what one began writing, no other can change
/// after it was looked at.
fn expect_whole(context: &Context, upload: &Upload) -> Result<Step> {
    let key = token::random_text::<16>()?;
    // An earlier attempt may still put its blob, and end.
    listing::expect(&context.app, context.request.now_ms)?;
    transact(context.app.sql.as_ref(), || {
        context.app.sql.execute(
            "UPDATE \"_files\" SET key = ?, expires = ? WHERE key = ?",
            &[
                key.as_str().into(),
                later(context),
                upload.key.as_str().into(),
            ],
        )?;
        sweep::discard(&context.app, &upload.key)
    })?;
    Ok(Step::Front(FrontTask::Receive {
        path: path(&context.app, &key)?,
        key,
        part: None,
        length: upload.size,
    }))
}

/// `PUT /files/uploads/{id}/parts/{number}`
pub fn part(context: &Rc<Context>, id: &str, number_text: &str) -> Result<Step> {
    let upload = find(context, id)?;
    let count = part_count(upload.size);
    let part = number_text
        .parse()
        .ok()
        .filter(|part| (1..=count).contains(part));
    let (Some(part), false) = (part, upload.multipart.is_empty()) else {
        return Err(Error::not_found("part of this upload"));
    };
    let Body::Stored(stored) = &context.request.body else {
        let before = (part - 1) * part_bytes(upload.size);
        return Ok(Step::Front(FrontTask::Receive {
            path: path(&context.app, &upload.key)?,
            key: upload.key.clone(),
            part: Some((upload.multipart, part)),
            length: (upload.size - before).min(part_bytes(upload.size)),
        }));
    };
    if part == 1 {
        check_type(context, &upload, &stored.mime_type)?;
    }
    note_part(context, &upload, part, stored)?;
    upload::shown(context, id, 200)
}

fn note_part(context: &Context, upload: &Upload, part: u64, stored: &StoredBytes) -> Result<()> {
    let sql = &context.app.sql;
    transact(sql.as_ref(), || {
        sql.execute(
            "INSERT INTO \"_file_parts\" (key, number, etag) VALUES (?, ?, ?) \
             ON CONFLICT (key, number) DO UPDATE SET etag = excluded.etag",
            &[
                upload.key.as_str().into(),
                number(part),
                stored.etag.as_str().into(),
            ],
        )?;
        if part == 1 {
            sql.execute(
                "UPDATE \"_files\" SET type = ? WHERE key = ?",
                &[stored.mime_type.as_str().into(), upload.key.as_str().into()],
            )?;
        }
        Ok(sql.execute(
            "UPDATE \"_files\" SET expires = ? WHERE key = ?",
            &[later(context), upload.key.as_str().into()],
        )?)
    })
}

/// `POST /files/uploads/{id}/complete`
pub fn complete(context: &Rc<Context>, id: String) -> Result<Step> {
    let upload = find(context, &id)?;
    if upload.multipart.is_empty() {
        return Err(conflict("This upload is sent whole; it has no parts."));
    }
    let rows = context.app.sql.query(
        "SELECT number, etag FROM \"_file_parts\" WHERE key = ? ORDER BY number",
        &[upload.key.as_str().into()],
    )?;
    let parts: Vec<(u64, String)> = rows
        .iter()
        .map(|row| {
            (
                u64::try_from(integer(row, 0)).unwrap_or(0),
                text(row, 1).to_owned(),
            )
        })
        .collect();
    let count = part_count(upload.size);
    if parts.len() as u64 != count {
        return Err(conflict(&format!(
            "{} of {count} parts are there; send the others first.",
            parts.len()
        )));
    }
    let job = BucketJob::Complete {
        key: path(&context.app, &upload.key)?,
        upload: upload.multipart.clone(),
        parts,
    };
    let context = Rc::clone(context);
    Ok(Step::Bucket(
        job,
        Box::new(move |outcome| {
            let finished = finish(&context, &id, outcome.as_ref());
            or_discard(&context, &upload.key, finished)
                .unwrap_or_else(|error| Reply::error(&error).into())
        }),
    ))
}

fn finish(context: &Context, id: &str, outcome: Option<&Value>) -> Result<Step> {
    let outcome = outcome.ok_or_else(away)?;
    let upload = find(context, id)?;
    let (Some(size), Some(etag)) = (outcome["size"].as_u64(), outcome["etag"].as_str()) else {
        return Err(conflict(
            "A part is not the one that was noted; send the parts again.",
        ));
    };
    if size != upload.size {
        upload::remove(context, &upload)?;
        return Err(Error::internal("the parts are not as long as they were"));
    }
    let sql = &context.app.sql;
    transact(sql.as_ref(), || {
        sql.execute(
            "UPDATE \"_files\" SET etag = ?, multipart = '', expires = ? WHERE key = ?",
            &[etag.into(), later(context), upload.key.as_str().into()],
        )?;
        Ok(sql.execute(
            "DELETE FROM \"_file_parts\" WHERE key = ?",
            &[upload.key.as_str().into()],
        )?)
    })?;
    upload::shown(context, id, 200)
}

/// The caller's upload, which has to be incomplete.
fn find(context: &Context, id: &str) -> Result<Upload> {
    let upload = upload::find(context, id)?;
    match upload.etag.is_empty() {
        true => Ok(upload),
        false => Err(complete_already()),
    }
}

/// Gives up an upload of a type that its field does not take.
fn check_type(context: &Context, upload: &Upload, mime_type: &str) -> Result<()> {
    let collection = context.app.schema.find(&upload.collection);
    let field = collection.and_then(|collection| collection.field(&upload.field));
    let limits = field.and_then(ringfence_schema::Field::files);
    let checked = limits.ok_or_else(|| super::form::no_file_field(&upload.field))?;
    checked.check_type(mime_type).map_err(|error| {
        let removed = upload::remove(context, upload);
        removed
            .err()
            .unwrap_or_else(|| refuse(&upload.field, error))
    })
}

fn later(context: &Context) -> crate::store::SqlValue {
    number(context.request.now_ms.saturating_add(UPLOAD_MS))
}

fn complete_already() -> Error {
    conflict("This upload is complete already.")
}

fn conflict(message: &str) -> Error {
    Error::new(Code::Conflict, message)
}
