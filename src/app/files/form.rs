//! Files that come with a record, as parts of a form.
//!
//! Such a request is served twice. First its files are only announced: everything is
//! done as if they were stored, under all rules, and taken back; what stays is a row
//! for each that waits. The front then puts the blobs, and the request comes again
//! with files that are there.

use crate::app::files::{names, quota, sweep};
use crate::app::query::Call;
use crate::app::{Context, idempotency};
use crate::bucket::{FrontTask, path};
use crate::error::{Code, Error, Result};
use crate::http::{Body, FormFile, Reply, Step};
use crate::limits::{FORM_FILES, FORM_FILES_MS};
use crate::store::{SqlValue, rehearse};
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

/// Refuses more files than one request may bring.
pub fn check_count(body: &Body) -> Result<()> {
    match of(body).nth(FORM_FILES) {
        None => Ok(()),
        Some(_) => Err(Error::new(
            Code::PayloadTooLarge,
            format!("A form has at most {FORM_FILES} files; upload the others by themselves."),
        )),
    }
}

/// Writes down a file of the request's form: that it will come, or that it is there.
pub fn receive(call: &Call<'_>, field: &Field, file: &FormFile) -> Result<()> {
    let context = call.context;
    let sql = &context.app.sql;
    if let Some(etag) = &file.etag {
        let stored = [etag.as_str().into(), file.key.as_str().into()];
        return Ok(sql.execute(
            "UPDATE \"_files\" SET etag = ? WHERE key = ? AND record IS NULL",
            &stored,
        )?);
    }
    let Some(limits) = field.files() else {
        return Err(no_file_field(&field.name));
    };
    limits
        .check_size(file.size)
        .and_then(|()| limits.check_type(&file.mime_type))
        .map_err(|error| refuse(&field.name, error))?;
    let expires = context.request.now_ms.saturating_add(FORM_FILES_MS);
    sql.execute(
        "INSERT OR IGNORE INTO \"_files\" (key, collection, field, name, original, type, size, \
         etag, owner, expires, multipart) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, '')",
        &[
            file.key.as_str().into(),
            call.collection.id.as_str().into(),
            field.name.as_str().into(),
            names::stored(&file.name, &file.extension)?.into(),
            names::original(&file.name).into(),
            file.mime_type.as_str().into(),
            number(file.size),
            context.principal.label().into(),
            number(expires),
        ],
    )?;
    context.app.files.touch();
    quota::check(context)
}

/// Does all of a request whose files are only announced and takes it back; then the
/// front is asked to put them.
pub fn announce(context: &Context, work: impl FnMut() -> Result<Reply>) -> Result<Step> {
    if let Some(reply) = idempotency::remembered(context)? {
        return Ok(reply.into());
    }
    rehearse(context.app.sql.as_ref(), work)?;
    if let Some(stray) = stray(context)? {
        return Err(Error::new(
            Code::BadRequest,
            format!(
                "The file {:?} belongs to no record of this request.",
                stray.name
            ),
        ));
    }
    let uploads: Vec<String> = of(&context.request.body)
        .map(|file| file.key.clone())
        .collect();
    Ok(Step::Front(FrontTask::Put {
        keys: uploads
            .iter()
            .map(|key| path(&context.app.config, key))
            .collect(),
        uploads,
    }))
}

/// A file of the form that was not written down: no field took it.
fn stray(context: &Context) -> Result<Option<&FormFile>> {
    for file in of(&context.request.body) {
        let rows = context.app.sql.query(
            "SELECT 1 FROM \"_files\" WHERE key = ?",
            &[file.key.as_str().into()],
        )?;
        if rows.is_empty() {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// When a request with files is over: what no record took is not waited for.
pub fn release(context: &Context) {
    for file in of(&context.request.body) {
        let released = context.app.sql.execute(
            "DELETE FROM \"_files\" WHERE key = ? AND record IS NULL",
            &[file.key.as_str().into()],
        );
        // What cannot be released now expires. A blob that came after its time is known
        // by nobody else.
        if released.is_ok() && file.etag.is_some() {
            let _ = sweep::discard(&context.app, &file.key);
        }
        context.app.files.touch();
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
