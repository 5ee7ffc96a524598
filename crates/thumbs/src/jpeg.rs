//! JPEGs: decoded no larger than a thumb needs, and turned as their camera was held.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use crate::decode::{Picture, check, plain};
use crate::resize::{self, Dimensions};
use crate::{Refusal, ThumbSize};

/// Planes, the pixels put together from them, and the same turned.
const BYTES_PER_PIXEL: u64 = 8;

/// The picture, at an eighth, a quarter, half or all of its size.
pub fn decode(bytes: &[u8], size: ThumbSize) -> Result<Picture, Refusal> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().map_err(broken)?;
    let info = decoder.info().ok_or(Refusal::Broken)?;
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk);
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    let stored = Dimensions {
        width: info.width.into(),
        height: info.height.into(),
    };
    let full = turned(stored, orientation);
    let target = resize::target(full, size)?;
    let needed = turned(resize::covering(full, target), orientation);
    let (width, height) = decoder
        .scale(short(needed.width), short(needed.height))
        .map_err(broken)?;
    let scaled = Dimensions {
        width: width.into(),
        height: height.into(),
    };
    let coefficients = match info.coding_process {
        CodingProcess::DctSequential => 0,
        CodingProcess::DctProgressive => 2 * samples(bytes, stored),
        CodingProcess::Lossless => return Err(Refusal::NoPicture),
    };
    let resized = target.bytes(turned(scaled, orientation));
    check(
        full,
        coefficients + BYTES_PER_PIXEL * scaled.pixels() + resized,
    )?;
    let pixels = decoder.decode().map_err(broken)?;
    let mut image = image(pixels, info.pixel_format, scaled).ok_or(Refusal::Broken)?;
    image.apply_orientation(orientation);
    Ok(Picture { image, target })
}

fn broken(_: jpeg_decoder::Error) -> Refusal {
    Refusal::Broken
}

fn short(side: u32) -> u16 {
    u16::try_from(side).unwrap_or(u16::MAX)
}

/// Width and height after it is turned; and before, as a turn of them is its own undoing.
fn turned(size: Dimensions, orientation: Orientation) -> Dimensions {
    match orientation {
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => size,
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => Dimensions {
            width: size.height,
            height: size.width,
        },
    }
}

fn image(pixels: Vec<u8>, format: PixelFormat, size: Dimensions) -> Option<DynamicImage> {
    let Dimensions { width, height } = size;
    match format {
        PixelFormat::RGB24 => {
            RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
        }
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels)
            .map(DynamicImage::ImageLuma8)
            .map(plain),
        PixelFormat::CMYK32 => {
            RgbImage::from_raw(width, height, printed(&pixels)).map(DynamicImage::ImageRgb8)
        }
        PixelFormat::L16 => None,
    }
}

/// The colours that inks leave of white.
fn printed(inks: &[u8]) -> Vec<u8> {
    let (pixels, _) = inks.as_chunks::<4>();
    let left = |ink: u8, black: u8| {
        let light = u16::from(255 - ink) * u16::from(255 - black);
        u8::try_from((light + 127) / 255).unwrap_or(u8::MAX)
    };
    let colours = pixels
        .iter()
        .map(|&[c, m, y, k]| [left(c, k), left(m, k), left(y, k)]);
    colours.flatten().collect()
}

/// How many samples all of its components have together, by the frame header: three
/// for a pixel, or less where colours are coarser.
fn samples(bytes: &[u8], size: Dimensions) -> u64 {
    let finest = 4 * size.pixels();
    let Some(frame) = frame(bytes) else {
        return finest;
    };
    let factors = frame.as_chunks::<3>().0.iter();
    let factors: Vec<(u64, u64)> = factors
        .map(|[_, factor, _]| (u64::from(factor >> 4), u64::from(factor & 15)))
        .collect();
    let widest = factors.iter().map(|(across, _)| *across).max().unwrap_or(0);
    let highest = factors.iter().map(|(_, down)| *down).max().unwrap_or(0);
    let taken: u64 = factors.iter().map(|(across, down)| across * down).sum();
    (taken * size.pixels())
        .checked_div(widest * highest)
        .unwrap_or(finest)
}

/// The components of the frame header: three bytes for each.
fn frame(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.get(2..)?;
    loop {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            // Tables among the frames.
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => return rest.get(10..length.checked_add(2)?),
            _ => {}
        }
        rest = rest.get(length.checked_add(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_leave_colours_of_white() {
        for (inks, colour) in [
            ([0, 0, 0, 0], [255, 255, 255]),
            ([255, 0, 0, 0], [0, 255, 255]),
            ([0, 255, 255, 0], [255, 0, 0]),
            ([0, 0, 0, 255], [0, 0, 0]),
            ([0, 128, 0, 128], [127, 63, 127]),
        ] {
            assert_eq!(printed(&inks), colour, "{inks:?}");
        }
    }

    #[test]
    fn the_frame_header_tells_how_many_samples_there_are() {
        let size = Dimensions {
            width: 100,
            height: 100,
        };
        let jpeg = |components: &[u8]| {
            let length = u8::try_from(8 + components.len()).unwrap_or(0);
            let table = [0xff, 0xd8, 0xff, 0xc4, 0, 3, 0];
            let head = [0xff, 0xc2, 0, length, 8, 0, 100, 0, 100, 3];
            [&table, head.as_slice(), components].concat()
        };
        for (components, expected) in [
            // Colours at half of the width and height, at half of the width, in full.
            (&[1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0][..], 15_000),
            (&[1, 0x21, 0, 2, 0x11, 0, 3, 0x11, 0], 20_000),
            (&[1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0], 30_000),
            (&[1, 0x11, 0], 10_000),
            (&[1, 0x00, 0], 40_000),
        ] {
            assert_eq!(samples(&jpeg(components), size), expected, "{components:?}");
        }
        assert_eq!(samples(b"\xff\xd8\xff", size), 40_000);
    }
}
