//! The body as the shell read it: bytes that should be JSON, or the parts of a
//! form as a flat array of name, value and whether it is a file.

use js_sys::Array;

use crate::error::{Code, Error, Result};
use crate::http::{Body, FormPart};

/// As the core knows it.
pub fn read(bytes: Option<Vec<u8>>, form: Option<Array>) -> Result<Body> {
    match (form, bytes) {
        (Some(parts), _) => Ok(Body::Form(form_parts(&parts))),
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

fn form_parts(parts: &Array) -> Vec<FormPart> {
    let text = |index| parts.get(index).as_string().unwrap_or_default();
    (0..parts.length())
        .step_by(3)
        .map(|index| FormPart {
            name: text(index),
            value: text(index + 1),
            is_file: parts.get(index + 2).is_truthy(),
        })
        .collect()
}
