//! The body as the shell read it: bytes that should be JSON, or the parts of a
//! form as a flat array of name, text and, of a file, what is known of it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error, Result};
use crate::http::{Body, FormFile, FormPart};
use crate::token;

/// As the core knows it.
pub fn read(bytes: Option<Vec<u8>>, form: Option<Array>) -> Result<Body> {
    match (form, bytes) {
        (Some(parts), _) => Ok(Body::Form(form_parts(&parts)?)),
        (None, Some(bytes)) if !bytes.is_empty() => text(bytes).map(Body::Json),
        (None, _) => Ok(Body::Empty),
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

fn form_parts(parts: &Array) -> Result<Vec<FormPart>> {
    let part = |index| {
        let about: JsValue = parts.get(index + 2);
        Ok(FormPart {
            name: text_of(parts, index),
            value: text_of(parts, index + 1),
            file: match about.is_object() {
                true => Some(form_file(&Array::unchecked_from_js(about))?),
                false => None,
            },
        })
    };
    (0..parts.length()).step_by(3).map(part).collect()
}

/// As `files.mjs` writes it: key, name, size, type, extension, digest, ETag. Without
/// a key it is new, without an ETag not in the bucket yet.
fn form_file(about: &Array) -> Result<FormFile> {
    let key = text_of(about, 0);
    let etag = text_of(about, 6);
    Ok(FormFile {
        key: match key.is_empty() {
            true => token::random_text::<16>()?,
            false => key,
        },
        name: text_of(about, 1),
        size: about.get(2).as_f64().unwrap_or_default() as u64,
        mime_type: text_of(about, 3),
        extension: text_of(about, 4),
        digest: text_of(about, 5),
        etag: (!etag.is_empty()).then_some(etag),
    })
}

fn text_of(array: &Array, index: u32) -> String {
    let value: JsValue = array.get(index);
    value.as_string().unwrap_or_default()
}
