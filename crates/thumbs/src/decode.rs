//! From bytes to pixels, in RGB or RGBA of 8 bits. JPEGs have a file of their own.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, Limits};

use crate::resize::{self, Dimensions, Target};
use crate::{PIXELS, Refusal, ThumbSize, WORKING_BYTES, jpeg};

/// A picture in memory, the right way up.
pub struct Picture {
    /// Its pixels; of a JPEG fewer than it has, as many as the thumb needs.
    pub image: DynamicImage,
    /// What becomes of it.
    pub target: Target,
}

/// What is in the bytes.
pub fn decode(bytes: &[u8], format: ImageFormat, size: ThumbSize) -> Result<Picture, Refusal> {
    let reader = Cursor::new(bytes);
    match format {
        ImageFormat::Jpeg => jpeg::decode(bytes, size),
        ImageFormat::Png => read(
            PngDecoder::with_limits(reader, limits(WORKING_BYTES))?,
            0,
            size,
        ),
        ImageFormat::Gif => read(GifDecoder::new(reader)?, 0, size),
        // Its planes, or the pixels before the last transformation.
        ImageFormat::WebP => read(WebPDecoder::new(reader)?, 4, size),
        _ => Err(Refusal::NoPicture),
    }
}

/// Refuses what would take more than there is.
// INVARIANT: asked before the first pixel is decoded.
pub fn check(full: Dimensions, bytes: u64) -> Result<(), Refusal> {
    match full.pixels() <= PIXELS && bytes <= WORKING_BYTES {
        true => Ok(()),
        false => Err(Refusal::TooLarge),
    }
}

/// `beside`: the bytes for each pixel that the decoder takes for itself.
fn read(mut decoder: impl ImageDecoder, beside: u64, size: ThumbSize) -> Result<Picture, Refusal> {
    let (width, height) = decoder.dimensions();
    let full = Dimensions { width, height };
    let target = resize::target(full, size)?;
    let is_plain = matches!(decoder.color_type(), ColorType::Rgb8 | ColorType::Rgba8);
    let beside = full
        .pixels()
        .saturating_mul(if is_plain { beside } else { 4 });
    let taken = decoder
        .total_bytes()
        .saturating_add(beside)
        .saturating_add(target.bytes(full));
    check(full, taken)?;
    decoder.set_limits(limits(WORKING_BYTES - decoder.total_bytes()))?;
    let image = plain(DynamicImage::from_decoder(decoder)?);
    Ok(Picture { image, target })
}

fn limits(bytes: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(bytes);
    limits
}

/// In one of the two forms in which pictures are resized.
pub fn plain(image: DynamicImage) -> DynamicImage {
    match (&image, image.color().has_alpha()) {
        (DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_), _) => image,
        (_, true) => DynamicImage::ImageRgba8(image.into_rgba8()),
        (_, false) => DynamicImage::ImageRgb8(image.into_rgb8()),
    }
}
