//! `?thumb=`: a smaller picture in the place of a file. Which sizes there are is the
//! field's to say; they are made by the front, once, and lie in the bucket under the
//! file's key with `/` and the size behind it.

use ringfence_schema::{Field, ThumbSize};

use super::listing;
use super::place::path;
use super::range::{self, Part};
use super::serve::{self, File, Manner};
use crate::app::Context;
use crate::app::query::Call;
use crate::bucket::{Send, Thumb};
use crate::error::Result;

/// The types that are pictures for us.
const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// The size that the query asks for, if the field has it.
pub fn asked(call: &Call<'_>, field: &Field) -> Option<String> {
    let size = call.params.get("thumb")?;
    let declared = &field.files()?.thumbs;
    let is_known = declared.iter().any(|known| known == size);
    (is_known && ThumbSize::parse(size).is_some()).then(|| size.to_owned())
}

/// The thumb; the file itself where there is none.
pub fn send(context: &Context, file: &File, size: &str, manner: Manner) -> Result<Send> {
    let request = &context.request.headers;
    if !PICTURES.contains(&file.mime_type.as_str()) || file.size > ThumbSize::FILE_BYTES {
        return serve::send(
            context,
            file,
            range::asked(request, &file.etag, file.size),
            manner,
        );
    }
    // INVARIANT: a file and its thumb are never taken for one another. What is in the
    // bucket under a key never changes, and so nor does the thumb.
    let etag = format!("\"{}-{size}\"", file.etag.trim_matches('"'));
    let headers = |status| serve::headers(file, &etag, status, manner);
    let own = range::unmet(request, &etag);
    if own == Some(Part::Unchanged) {
        return Ok(Send {
            status: 304,
            headers: headers(304),
            length: None,
            blob: None,
            thumb: None,
            log: None,
        });
    }
    // Whoever was sent the file under this address asks with its ETag.
    let part = match range::unmet(request, &file.etag) {
        Some(Part::Changed) if own.is_none() => Part::Whole,
        Some(unmet) => unmet,
        None => Part::Whole,
    };
    let mut sent = serve::send(context, file, part, manner)?;
    note(context, file, size)?;
    let mut headers = headers(200);
    headers.insert("accept-ranges", "none".to_owned());
    sent.thumb = Some(Thumb {
        key: path(&context.app, &format!("{}/{size}", file.key))?,
        of: path(&context.app, &file.key)?,
        size: size.to_owned(),
        headers,
    });
    Ok(sent)
}

/// Notes that there may be such a blob from now on.
// INVARIANT: written before the front makes it, so that whatever removes the file
// removes it as well.
fn note(context: &Context, file: &File, size: &str) -> Result<()> {
    let known: Vec<String> = serde_json::from_str(&file.thumbs).unwrap_or_default();
    if known.iter().any(|other| other == size) {
        return Ok(());
    }
    // It may be put after the file was removed, by a front that ends then.
    listing::expect(&context.app, context.request.now_ms)?;
    Ok(context.app.sql.execute(
        "UPDATE \"_files\" SET thumbs = json_insert(thumbs, '$[#]', ?) WHERE key = ?",
        &[size.into(), file.key.as_str().into()],
    )?)
}
