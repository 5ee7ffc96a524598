//! The body as the shell has it: bytes that should be JSON, or what is said of bytes
//! that are elsewhere: of the parts of a form, or of an upload.

use serde::Deserialize;

use crate::error::{Code, Error, Result};
use crate::http::{Body, FormFile, FormPart, StoredBytes};
use crate::token;

/// As the core knows it; `said` is JSON that the shell wrote.
pub fn read(bytes: Option<Vec<u8>>, said: Option<String>) -> Result<Body> {
    match (said, bytes) {
        (Some(said), _) if !said.is_empty() => of_elsewhere(&said),
        (_, Some(bytes)) if !bytes.is_empty() => text(bytes).map(Body::Json),
        _ => Ok(Body::Empty),
    }
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(
            Code::BadRequest,
            format!("The body is not UTF-8: its byte {at} belongs to no character."),
        )
    })
}

/// The name of a part, its text and, of a file, what is known of it.
#[derive(Deserialize)]
struct Part(String, String, Option<File>);

/// Without a key it is new, without an ETag not in the bucket yet.
#[derive(Deserialize)]
struct File {
    key: Option<String>,
    name: String,
    size: u64,
    #[serde(rename = "type")]
    mime_type: String,
    extension: String,
    digest: String,
    etag: Option<String>,
    #[serde(default)]
    at: u64,
}

#[derive(Deserialize)]
struct Upload {
    key: String,
    etag: String,
    #[serde(rename = "type")]
    mime_type: String,
}

fn of_elsewhere(said: &str) -> Result<Body> {
    if said.starts_with('[') {
        let parts: Vec<Part> = serde_json::from_str(said).map_err(Error::internal)?;
        return Ok(Body::Form(
            parts.into_iter().map(form_part).collect::<Result<_>>()?,
        ));
    }
    let upload: Upload = serde_json::from_str(said).map_err(Error::internal)?;
    Ok(Body::Stored(StoredBytes {
        key: upload.key,
        etag: upload.etag,
        mime_type: upload.mime_type,
    }))
}

fn form_part(Part(name, value, file): Part) -> Result<FormPart> {
    let file = file.map(form_file).transpose()?;
    Ok(FormPart { name, value, file })
}

fn form_file(file: File) -> Result<FormFile> {
    Ok(FormFile {
        key: match file.key {
            Some(key) => key,
            None => token::random_text::<16>()?,
        },
        name: file.name,
        size: file.size,
        mime_type: file.mime_type,
        extension: file.extension,
        digest: file.digest,
        etag: file.etag,
        announced_ms: file.at,
    })
}
