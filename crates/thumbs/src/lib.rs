//! Smaller pictures of pictures: JPEG, PNG, GIF (its first frame) and WebP in, JPEG or
//! PNG out. Pure: no file, no network, no clock. Knows nothing of who may see them.
//!
//! What a picture takes to decode is read from its header and refused before it is
//! taken; the Wasm module cannot grow beyond `scripts/build.mjs`'s limit either.

mod decode;
mod jpeg;
mod resize;
#[cfg(target_arch = "wasm32")]
mod wasm;

use std::fmt;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageError, ImageFormat};
pub use ringfence_schema::{Fit, ThumbSize};

/// The most pixels that a header may declare.
pub const PIXELS: u64 = 50_000_000;
/// The most memory that decoding and resizing may take, in bytes.
pub const WORKING_BYTES: u64 = 56 * 1024 * 1024;
/// The most pixels of a thumb.
const THUMB_PIXELS: u64 = (ThumbSize::LONGEST as u64) * (ThumbSize::LONGEST as u64);
/// Of thumbs that are JPEGs, of 100.
const QUALITY: u8 = 85;

/// Why there is no thumb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// None of the formats that are read.
    NoPicture,
    /// The file, what its header declares, or the thumb would be too large.
    TooLarge,
    /// It ends early or is not what it says.
    Broken,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoPicture => "not a JPEG, PNG, GIF or WebP",
            Self::TooLarge => "larger than a thumb is made of",
            Self::Broken => "the picture cannot be decoded",
        })
    }
}

impl std::error::Error for Refusal {}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooLarge,
            _ => Self::Broken,
        }
    }
}

/// The thumb of a picture: a JPEG if it is one or an opaque WebP, else a PNG.
pub fn thumb(bytes: &[u8], size: ThumbSize) -> Result<Vec<u8>, Refusal> {
    if bytes.len() as u64 > ThumbSize::FILE_BYTES {
        return Err(Refusal::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| Refusal::NoPicture)?;
    let picture = decode::decode(bytes, format, size)?;
    let small = resize::resize(picture.image, picture.target)?;
    encode(&small, format)
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let is_opaque = !image.color().has_alpha();
    match format {
        ImageFormat::Jpeg => jpeg(image, &mut bytes)?,
        ImageFormat::WebP if is_opaque => jpeg(image, &mut bytes)?,
        _ => image.write_with_encoder(PngEncoder::new(&mut bytes))?,
    }
    Ok(bytes)
}

fn jpeg(image: &DynamicImage, bytes: &mut Vec<u8>) -> Result<(), Refusal> {
    let encoder = JpegEncoder::new_with_quality(bytes, QUALITY);
    Ok(image.write_with_encoder(encoder)?)
}
