//! What a file is, for the front, which has its bytes.

use wasm_bindgen::prelude::*;

use crate::app::files::content;

/// Type and extension (with its dot), a line each.
#[wasm_bindgen]
pub fn content_type(first_bytes: &[u8]) -> String {
    let (mime_type, extension) = content::of(first_bytes);
    format!("{mime_type}\n{extension}")
}

/// How many bytes tell the type.
#[wasm_bindgen]
pub fn content_type_bytes() -> usize {
    content::FIRST_BYTES
}
