//! For JavaScript: bytes in, bytes out.

use ringfence_schema::ThumbSize;
use wasm_bindgen::prelude::wasm_bindgen;

/// The thumb of a picture; nothing where none can be made.
#[wasm_bindgen]
pub fn thumb(bytes: &[u8], size: &str) -> Option<Vec<u8>> {
    crate::thumb(bytes, ThumbSize::parse(size)?).ok()
}
