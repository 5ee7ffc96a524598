//! `GET /files/{collection}/{id}/{name}`: a file, as far as its record and its field
//! may be read. Decides and writes the head; the bytes are the front's.

use std::rc::Rc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ringfence_rules::Operation;
use ringfence_schema::Document;

use super::claim::names;
use super::place::path;
use super::range::{self, Part};
use super::tables::files_of;
use super::{thumb, token};
use crate::app::Context;
use crate::app::query::{Call, Params};
use crate::app::records::serve::moment;
use crate::bucket::{Blob, FrontTask, Headers, Range, Send};
use crate::context::Principal;
use crate::error::{Code, Error, Result};
use crate::http::{Method, Step};
use crate::log;
use crate::store::{SqlValue, text};

const PARAMS: [&str; 3] = ["token", "thumb", "download"];
/// How long anybody's cache may keep what was read without a token, in seconds.
const PUBLIC_SECONDS: u32 = 300;
/// A browser shows these; all others it is told to save.
// INVARIANT: nothing in which scripts could run in our origin's name.
const SHOWN: [&str; 16] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "image/x-icon",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "audio/mpeg",
    "audio/wav",
    "audio/ogg",
    "audio/mp4",
    "audio/flac",
    "application/pdf",
];
/// What `filename*` leaves as it is (RFC 8187).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// What is recorded of a file.
pub struct File {
    /// Of its blob.
    pub key: String,
    /// By its content.
    pub mime_type: String,
    /// In bytes.
    pub size: u64,
    /// With its quotes.
    pub etag: String,
    original: String,
    /// Sizes that were asked for, as a JSON list.
    pub thumbs: String,
    /// The size that is asked for now and that the field has.
    pub thumb: Option<String>,
}

/// How it is read.
#[derive(Clone, Copy)]
pub struct Manner {
    is_public: bool,
    download: bool,
}

/// Answers with the file, or as if it were not there.
pub fn serve(context: &Rc<Context>, collection: &str, id: &str, name: &str) -> Result<Step> {
    let params = Params::parse(&context.request.query)?;
    let (reader, is_lapsed) = reader(context, &params);
    let Some(file) = visible(&reader, collection, id, name)? else {
        // Of somebody whose token lapsed nothing is known, nor said of the file.
        return Err(match is_lapsed {
            true => token::lapsed(),
            false => Error::not_found("file"),
        });
    };
    let manner = Manner {
        is_public: is_public(&reader),
        download: params.get("download").is_some_and(|value| value != "0"),
    };
    let mut sent = match &file.thumb {
        Some(size) => thumb::send(context, &file, size, manner)?,
        None => {
            let part = range::asked(&context.request.headers, &file.etag, file.size);
            send(context, &file, part, manner)?
        }
    };
    let (request, config) = (&context.request, &context.app.config);
    sent.log = log::line(sent.status, None, request, config, &reader.principal);
    Ok(Step::Front(FrontTask::Send(sent)))
}

/// Who reads: whoever the access token or else the file token is of; and whether
/// there is a file token that does not hold.
fn reader(context: &Rc<Context>, params: &Params) -> (Rc<Context>, bool) {
    let (Principal::Anonymous, Some(shown)) = (&context.principal, params.get("token")) else {
        return (Rc::clone(context), false);
    };
    match token::authenticate(&context.app, shown, context.request.now_ms) {
        Some(principal) => (as_if(context, principal), false),
        None => (Rc::clone(context), true),
    }
}

fn as_if(context: &Context, principal: Principal) -> Rc<Context> {
    Rc::new(Context {
        app: Rc::clone(&context.app),
        request: context.request.clone(),
        principal,
    })
}

/// Whether all who ask so, with whatever headers, get the same.
fn is_public(reader: &Context) -> bool {
    matches!(reader.principal, Principal::Anonymous) && !reader.app.rules.reads_headers()
}

/// The file, if the reader may read the field that names it.
// INVARIANT: of the record that a view shows, behind the same rule: `Table::by_id`.
fn visible(context: &Context, collection: &str, id: &str, name: &str) -> Result<Option<File>> {
    let now = moment(context);
    let params = Params::parse(&context.request.query)?;
    let call = Call::new(context, collection, params, Method::Get, &now)
        .map_err(|_| Error::not_found("file"))?;
    let rules = &context.app.rules;
    let by_query = rules
        .get(&call.collection.name, Operation::View)
        .is_some_and(|rule| rule.references().query);
    if !by_query {
        call.params.allow(&PARAMS)?;
    }
    let Some((record, file)) = look(&call, id, name)? else {
        return Ok(None);
    };
    let field = files_of(call.collection).find(|field| {
        let value = record.get(&field.name);
        value.is_some_and(|value| names(value).any(|other| other == name))
    });
    Ok(field.map(|field| File {
        thumb: thumb::asked(&call, field),
        ..file
    }))
}

/// The record as the reader gets it, and what is recorded of a file of that name.
fn look(call: &Call<'_>, id: &str, name: &str) -> Result<Option<(Document, File)>> {
    let (table, collection) = (call.table, call.collection);
    let rules = &call.context.app.rules;
    let bypass = call.bypasses_rules();
    let mut params = Vec::new();
    table
        .record(rules, collection, Operation::View, bypass)
        .bind(|| call.caller(), &mut params);
    params.extend([SqlValue::from(name), SqlValue::from(id)]);
    if !bypass {
        table
            .view_gate(rules, collection)
            .bind(&call.caller(), &mut params);
    }
    let statement = table.file(rules, collection, bypass);
    let rows = call.context.app.sql.query(statement, &params)?;
    let Some(row) = rows.first().filter(|row| !text(row, 1).is_empty()) else {
        return Ok(None);
    };
    let record = serde_json::from_str(text(row, 0)).map_err(Error::internal)?;
    let recorded = serde_json::from_str(text(row, 1)).map_err(Error::internal)?;
    let (key, mime_type, size, etag, original, thumbs): (_, _, _, String, _, _) = recorded;
    let file = File {
        key,
        mime_type,
        size,
        etag: format!("\"{etag}\""),
        original,
        thumbs,
        thumb: None,
    };
    Ok(Some((record, file)))
}

/// The reply with that part of a file.
pub fn send(context: &Context, file: &File, part: Part, manner: Manner) -> Result<Send> {
    let (status, offset, length) = match part {
        Part::Whole => (200, 0, file.size),
        Part::Range(offset, length) => (206, offset, length),
        Part::Unchanged => (304, 0, 0),
        Part::Changed => {
            return Err(Error::new(
                Code::PreconditionFailed,
                "The file is not the one that If-Match names.",
            ));
        }
        Part::Outside => {
            return Err(Error::new(
                Code::RangeNotSatisfiable,
                format!(
                    "The file has {} bytes; the range begins behind them.",
                    file.size
                ),
            ));
        }
    };
    let mut headers = headers(file, &file.etag, status, manner);
    headers.insert("accept-ranges", "bytes".to_owned());
    if status != 304 {
        headers.insert("content-type", file.mime_type.clone());
    }
    if status == 206 {
        let last = offset + length - 1;
        let range = format!("bytes {offset}-{last}/{}", file.size);
        headers.insert("content-range", range);
    }
    let has_body = status != 304 && context.request.method != Method::Head && length > 0;
    let blob = || -> Result<Blob> {
        Ok(Blob {
            key: path(&context.app, &file.key)?,
            range: (status == 206).then_some(Range { offset, length }),
        })
    };
    Ok(Send {
        status,
        headers,
        length: (status != 304).then_some(length),
        log: None,
        blob: has_body.then(blob).transpose()?,
        thumb: None,
    })
}

/// What a file's replies say beside type and length.
pub fn headers(file: &File, etag: &str, status: u16, manner: Manner) -> Headers {
    let cache = match manner.is_public {
        true => format!("public, max-age={PUBLIC_SECONDS}"),
        // INVARIANT: what not everybody may read is kept by no cache that is shared,
        // and by nobody's without asking again.
        false => "private, no-cache".to_owned(),
    };
    let mut headers = Headers::from([("etag", etag.to_owned()), ("cache-control", cache)]);
    if status != 304 {
        headers.insert("content-disposition", disposition(file, manner.download));
    }
    headers
}

fn disposition(file: &File, download: bool) -> String {
    let how = match SHOWN.contains(&file.mime_type.as_str()) && !download {
        true => "inline",
        false => "attachment",
    };
    let plain: String = file
        .original
        .chars()
        .map(|c| match c {
            ' '..='~' if !matches!(c, '"' | '\\' | '%') => c,
            _ => '_',
        })
        .collect();
    let exact = utf8_percent_encode(&file.original, PLAIN);
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}
