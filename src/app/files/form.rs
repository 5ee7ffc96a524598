//! Files that come with a record, as parts of a form.
//!
//! Such a request is served twice. First its files are only announced: whether it would
//! be done is found out, and nothing is written. The front then puts the blobs, and the
//! request comes again with files that are there; they are recorded with their record,
//! in its transaction. A blob whose request never comes again is found by `listing`.

use crate::app::files::claim::Claim;
use crate::app::files::place::path;
use crate::app::files::{listing, names, quota, sweep};
use crate::app::query::Call;
use crate::app::{Context, idempotency};
use crate::bucket::FrontTask;
use crate::error::{Code, Error, Result};
use crate::http::{Body, FormFile, Step};
use crate::limits::{FORM_FILES, FORM_FILES_MS, FORM_PARTS};
use crate::store::SqlValue;
use ringfence_schema::{Field, FieldError};

/// The files of a request, in the order of their parts.
pub fn of(body: &Body) -> impl Iterator<Item = &FormFile> {
    let parts = match body {
        Body::Form(parts) => parts.as_slice(),
        Body::Empty | Body::Json(_) | Body::Stored(_) => &[],
    };
    parts.iter().filter_map(|part| part.file.as_ref())
}

/// Whether the files of this request are announced and not stored.
pub fn is_announced(context: &Context) -> bool {
    of(&context.request.body).any(|file| file.etag.is_none())
}

/// Refuses more parts, or more files, than one request may bring.
pub fn check_count(body: &Body) -> Result<()> {
    if let Body::Form(parts) = body
        && parts.len() > FORM_PARTS
    {
        return Err(Error::new(
            Code::PayloadTooLarge,
            format!(
                "A form has at most {FORM_PARTS} parts; this one has {}.",
                parts.len()
            ),
        ));
    }
    match of(body).nth(FORM_FILES) {
        None => Ok(()),
        Some(_) => Err(Error::new(
            Code::PayloadTooLarge,
            format!("A form has at most {FORM_FILES} files; upload the others by themselves."),
        )),
    }
}

/// What a record will have of a file of the request's form, if its field takes it.
// INVARIANT: a blob is told of in time, or never: who looks for blobs that nothing names
// waits longer.
pub fn receive(call: &Call<'_>, field: &Field, file: &FormFile) -> Result<Claim> {
    let Some(limits) = field.files() else {
        return Err(no_file_field(&field.name));
    };
    limits
        .check_size(file.size)
        .and_then(|()| limits.check_type(&file.mime_type))
        .map_err(|error| refuse(&field.name, error))?;
    let latest = file.announced_ms.saturating_add(FORM_FILES_MS);
    if file.etag.is_some() && latest < call.context.request.now_ms {
        return Err(Error::new(
            Code::BadRequest,
            "The files took too long on their way. Send the request again.",
        ));
    }
    Ok(Claim {
        key: file.key.clone(),
        field: field.name.clone(),
        name: names::stored(&file.name, &file.extension)?,
        file: Some(file.clone()),
    })
}

/// Writes down that the record has it, in the transaction that writes the record; gives
/// whether it could be had.
// INVARIANT: no record is given a blob that is to be removed. One that is removed already
// was listed over an hour after it was let in; a pause for a hash since then is shorter
// than what `ORPHAN_MS` has beyond that hour.
pub fn record(call: &Call<'_>, claim: &Claim, file: &FormFile, id: &str) -> Result<bool> {
    let context = call.context;
    let rows = context.app.sql.query(
        "INSERT OR IGNORE INTO \"_files\" (key, collection, field, record, name, original, type, \
         size, etag, owner, expires, multipart) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '' \
         WHERE NOT EXISTS (SELECT 1 FROM \"_file_removals\" WHERE key = ?) RETURNING 1",
        &[
            file.key.as_str().into(),
            call.collection.id.as_str().into(),
            claim.field.as_str().into(),
            id.into(),
            claim.name.as_str().into(),
            names::original(&file.name).into(),
            file.mime_type.as_str().into(),
            number(file.size),
            file.etag.as_deref().unwrap_or_default().into(),
            context.principal.label().into(),
            file.key.as_str().into(),
        ],
    )?;
    quota::check(context, 0)?;
    Ok(!rows.is_empty())
}

/// Answers a request whose files are only announced: with `check`, which finds out
/// whether it would be done, and then with where its files go.
pub fn announce(context: &Context, check: impl FnOnce() -> Result<()>) -> Result<Step> {
    if let Some(reply) = idempotency::remembered(context)? {
        return Ok(reply.into());
    }
    check()?;
    listing::expect(&context.app, context.request.now_ms)?;
    let keys = of(&context.request.body).map(|file| file.key.clone());
    let keys: Vec<String> = keys.collect();
    Ok(Step::Front(FrontTask::Put {
        paths: keys
            .iter()
            .map(|key| path(&context.app, key))
            .collect::<Result<_>>()?,
        keys,
        at: context.request.now_ms,
    }))
}

/// Refuses where there is no room for the files, or where no record takes one of them.
pub fn check_claimed(context: &Context, claims: &[Claim]) -> Result<()> {
    quota::check(
        context,
        of(&context.request.body).map(|file| file.size).sum(),
    )?;
    for file in of(&context.request.body) {
        if !claims.iter().any(|claim| claim.key == file.key) {
            return Err(stray(file));
        }
    }
    Ok(())
}

/// The same of a rehearsal that has recorded them.
pub fn check_recorded(context: &Context) -> Result<()> {
    for file in of(&context.request.body) {
        let rows = context.app.sql.query(
            "SELECT 1 FROM \"_files\" WHERE key = ?",
            &[file.key.as_str().into()],
        )?;
        if rows.is_empty() {
            return Err(stray(file));
        }
    }
    Ok(())
}

fn stray(file: &FormFile) -> Error {
    let name = &file.name;
    Error::new(
        Code::BadRequest,
        format!("The file {name:?} belongs to no record of this request."),
    )
}

/// When a request with files is over: blobs that no record took are removed.
pub fn release(context: &Context) {
    for file in of(&context.request.body).filter(|file| file.etag.is_some()) {
        // Where that fails, `listing` finds it.
        let _ = sweep::discard(&context.app, &file.key);
    }
}

/// The refusal of a file that its field does not take.
pub fn refuse(field: &str, error: FieldError) -> Error {
    Error::new(Code::ValidationFailed, "A file is not as its field asks.").field(
        field,
        error.code.as_str(),
        error.message,
    )
}

/// The refusal of a file in a field that holds none.
pub fn no_file_field(name: &str) -> Error {
    Error::new(
        Code::ValidationFailed,
        "Some fields are not as the collection asks; `data` says which and why.",
    )
    .field(name, "type", "This field holds no files.")
}

/// As a parameter.
pub fn number(value: u64) -> SqlValue {
    SqlValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
