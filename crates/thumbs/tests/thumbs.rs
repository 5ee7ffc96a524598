//! Thumbs of pictures that are painted here: sizes, what is cut off, and what no
//! picture may do.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ringfence_thumbs::{Refusal, ThumbSize, thumb};

const RED: Rgb<u8> = Rgb([255, 0, 0]);
const GREEN: Rgb<u8> = Rgb([0, 255, 0]);
const BLUE: Rgb<u8> = Rgb([0, 0, 255]);

fn size(text: &str) -> ThumbSize {
    ThumbSize::parse(text).expect(text)
}

/// Three bands across, or one above the other.
fn bands(width: u32, height: u32, is_across: bool) -> DynamicImage {
    let paint = |x: u32, y: u32| {
        let third = if is_across {
            3 * x / width
        } else {
            3 * y / height
        };
        [RED, GREEN, BLUE][third as usize]
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, paint))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn of(bytes: &[u8], text: &str) -> DynamicImage {
    let made = thumb(bytes, size(text)).unwrap_or_else(|error| panic!("{text}: {error}"));
    image::load_from_memory(&made).unwrap()
}

/// The colour at a place, from 0 to 1 each way.
fn at(image: &DynamicImage, x: f64, y: f64) -> &'static str {
    let pixel = |share: f64, side: u32| (share * f64::from(side - 1)).round() as u32;
    let Rgb([r, g, b]) = *image
        .to_rgb8()
        .get_pixel(pixel(x, image.width()), pixel(y, image.height()));
    match [r > 180, g > 180, b > 180] {
        [true, false, false] => "red",
        [false, true, false] => "green",
        [false, false, true] => "blue",
        _ => "other",
    }
}

#[test]
fn each_form_has_the_size_that_it_says() {
    let wide = encoded(&bands(300, 150, true), ImageFormat::Png);
    let tall = encoded(&bands(150, 300, false), ImageFormat::Png);
    for (text, of_wide, of_tall) in [
        ("60x60", (60, 60), (60, 60)),
        ("60x30t", (60, 30), (60, 30)),
        ("30x60b", (30, 60), (30, 60)),
        ("60x60f", (60, 30), (30, 60)),
        ("40x100f", (40, 20), (40, 80)),
        // It fits as it is.
        ("500x500f", (300, 150), (150, 300)),
        ("0x50", (100, 50), (25, 50)),
        ("50x0", (50, 25), (50, 100)),
        // Others get larger.
        ("600x0", (600, 300), (600, 1200)),
        ("400x400", (400, 400), (400, 400)),
        ("1x1", (1, 1), (1, 1)),
    ] {
        for (bytes, expected) in [(&wide, of_wide), (&tall, of_tall)] {
            let made = of(bytes, text);
            assert_eq!((made.width(), made.height()), expected, "{text}");
        }
    }
    let thin = encoded(&bands(1000, 3, true), ImageFormat::Png);
    let made = of(&thin, "100x100f");
    assert_eq!((made.width(), made.height()), (100, 1));
}

#[test]
fn what_sticks_out_is_cut_off_where_the_form_says() {
    let tall = encoded(&bands(30, 300, false), ImageFormat::Png);
    for (text, colour) in [("30x30", "green"), ("30x30t", "red"), ("30x30b", "blue")] {
        let made = of(&tall, text);
        for (x, y) in [(0.0, 0.0), (1.0, 1.0), (0.5, 0.5)] {
            assert_eq!(at(&made, x, y), colour, "{text}");
        }
    }
    // On the right and left always the same.
    let wide = encoded(&bands(300, 30, true), ImageFormat::Png);
    for text in ["30x30", "30x30t", "30x30b"] {
        assert_eq!(at(&of(&wide, text), 0.5, 0.5), "green", "{text}");
    }
    let whole = of(&tall, "30x30f");
    assert_eq!(
        (at(&whole, 0.5, 0.0), at(&whole, 0.5, 1.0)),
        ("red", "blue")
    );
}

#[test]
fn every_format_is_read() {
    let image = bands(120, 60, true);
    for (format, expected) in [
        (ImageFormat::Jpeg, ImageFormat::Jpeg),
        (ImageFormat::Png, ImageFormat::Png),
        (ImageFormat::Gif, ImageFormat::Png),
        (ImageFormat::WebP, ImageFormat::Jpeg),
    ] {
        let made = thumb(&encoded(&image, format), size("30x0")).unwrap();
        assert_eq!(image::guess_format(&made).unwrap(), expected, "{format:?}");
        let made = image::load_from_memory(&made).unwrap();
        assert_eq!((made.width(), made.height()), (30, 15), "{format:?}");
        let colours = [0.0, 0.5, 1.0].map(|x| at(&made, x, 0.5));
        assert_eq!(colours, ["red", "green", "blue"], "{format:?}");
    }
    for gray in [
        DynamicImage::ImageLuma8(image.to_luma8()),
        DynamicImage::ImageLuma16(image.to_luma16()),
    ] {
        let made = of(&encoded(&gray, ImageFormat::Png), "30x0");
        assert_eq!((made.width(), made.height()), (30, 15));
    }
    let gray = DynamicImage::ImageLuma8(image.to_luma8());
    assert_eq!(of(&encoded(&gray, ImageFormat::Jpeg), "30x0").width(), 30);
}

#[test]
fn the_first_frame_of_an_animation_is_the_picture() {
    let mut bytes = Vec::new();
    {
        let mut encoder = GifEncoder::new(&mut bytes);
        for colour in [[255, 0, 0, 255], [0, 0, 255, 255]] {
            let frame = RgbaImage::from_pixel(20, 20, Rgba(colour));
            encoder.encode_frame(Frame::new(frame)).unwrap();
        }
    }
    assert_eq!(at(&of(&bytes, "10x10"), 0.5, 0.5), "red");
}

#[test]
fn what_is_transparent_stays_so_and_lends_no_colour() {
    // Red, beside green that nobody sees.
    let paint = |x, _| match x < 50 {
        true => Rgba([255, 0, 0, 255]),
        false => Rgba([0, 255, 0, 0]),
    };
    let image = DynamicImage::ImageRgba8(RgbaImage::from_fn(100, 100, paint));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let made = thumb(&encoded(&image, format), size("11x11")).unwrap();
        assert_eq!(image::guess_format(&made).unwrap(), ImageFormat::Png);
        let made = image::load_from_memory(&made).unwrap().to_rgba8();
        assert_eq!(*made.get_pixel(0, 5), Rgba([255, 0, 0, 255]));
        assert_eq!(made.get_pixel(10, 5)[3], 0);
        let Rgba([red, green, _, alpha]) = *made.get_pixel(5, 5);
        assert!(red > 250 && green == 0 && alpha > 50 && alpha < 200);
    }
}

/// A JPEG with an orientation, as cameras write it.
fn turned(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .encode_image(image)
        .unwrap();
    let mut exif =
        b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    bytes.splice(2..2, exif);
    bytes
}

#[test]
fn a_jpeg_is_turned_as_its_camera_was_held() {
    let image = bands(96, 48, true);
    for (orientation, upright, first, last) in [
        (1, (32, 16), (0.0, 0.5), (1.0, 0.5)),
        (2, (32, 16), (1.0, 0.5), (0.0, 0.5)),
        (3, (32, 16), (1.0, 0.5), (0.0, 0.5)),
        (4, (32, 16), (0.0, 0.5), (1.0, 0.5)),
        (5, (32, 64), (0.5, 0.0), (0.5, 1.0)),
        (6, (32, 64), (0.5, 0.0), (0.5, 1.0)),
        (7, (32, 64), (0.5, 1.0), (0.5, 0.0)),
        (8, (32, 64), (0.5, 1.0), (0.5, 0.0)),
        // None that there is.
        (9, (32, 16), (0.0, 0.5), (1.0, 0.5)),
    ] {
        let made = of(&turned(&image, orientation), "32x0");
        assert_eq!((made.width(), made.height()), upright, "{orientation}");
        assert_eq!(at(&made, first.0, first.1), "red", "{orientation}");
        assert_eq!(at(&made, last.0, last.1), "blue", "{orientation}");
    }
    // What is cut off is cut off of the upright one.
    for (text, colour) in [("24x24t", "red"), ("24x24b", "blue"), ("24x24", "green")] {
        let narrow = bands(240, 24, true);
        assert_eq!(
            at(&of(&turned(&narrow, 6), text), 0.5, 0.5),
            colour,
            "{text}"
        );
    }
}

#[test]
fn a_large_jpeg_is_decoded_in_parts_of_its_size() {
    // As many pixels as may be: in full they would take three times the memory there is.
    let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(8000, 6000, GREEN));
    let bytes = encoded(&image, ImageFormat::Jpeg);
    let made = of(&bytes, "100x0");
    assert_eq!((made.width(), made.height()), (100, 75));
    assert_eq!(at(&made, 0.5, 0.5), "green");
    assert_eq!(thumb(&bytes, size("2048x2048")), Err(Refusal::TooLarge));
}

/// A PNG of which there is nothing but what it declares.
fn declared(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&bands(3, 3, true), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = checksum(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

#[test]
fn bombs_are_refused_by_their_header() {
    for (width, height) in [(60_000, 60_000), (2_000_000_000, 1), (5000, 5000)] {
        let refused = thumb(&declared(width, height), size("10x10"));
        assert_eq!(refused, Err(Refusal::TooLarge), "{width}x{height}");
    }
    let mut jpeg = encoded(&bands(30, 30, true), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert_eq!(thumb(&jpeg, size("10x10")), Err(Refusal::TooLarge));
    // As a progressive one, whose coefficients are all kept, much less is too much.
    jpeg[frame + 1] = 0xc2;
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x17, 0x70, 0x17, 0x70]);
    assert_eq!(thumb(&jpeg, size("10x10")), Err(Refusal::TooLarge));
    let mut gif = encoded(&bands(30, 30, true), ImageFormat::Gif);
    gif[6..10].fill(0xff);
    assert_eq!(thumb(&gif, size("10x10")), Err(Refusal::TooLarge));
    let long = vec![0; usize::try_from(ThumbSize::FILE_BYTES).unwrap() + 1];
    assert_eq!(thumb(&long, size("10x10")), Err(Refusal::TooLarge));
    // The thumb itself would be one.
    let thin = encoded(&bands(3, 30_000, false), ImageFormat::Png);
    assert_eq!(thumb(&thin, size("2000x0")), Err(Refusal::TooLarge));
}

#[test]
fn what_is_no_picture_is_none() {
    for bytes in [b"".as_slice(), b"GIF", b"<svg/>", b"BM......", b"II*\0...."] {
        assert!(thumb(bytes, size("10x10")).is_err(), "{bytes:?}");
    }
}

#[test]
fn broken_pictures_end_in_a_refusal() {
    let image = bands(40, 30, true);
    let clear = DynamicImage::ImageRgba8(image.to_rgba8());
    let mut pictures: Vec<Vec<u8>> = [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ]
    .map(|format| encoded(&image, format))
    .into();
    pictures.push(encoded(&clear, ImageFormat::WebP));
    pictures.push(turned(&image, 6));
    let mut chance = fastrand::Rng::with_seed(4);
    let sizes = ["10x10", "0x9", "50x50b", "20x0"];
    for bytes in &pictures {
        for end in 0..bytes.len() {
            // JPEGs and GIFs that end early may be a picture nevertheless.
            let _ = thumb(&bytes[..end], size(sizes[end % sizes.len()]));
        }
        for turn in 0..500 {
            let mut changed = bytes.clone();
            for _ in 0..chance.usize(1..8) {
                let at = chance.usize(..changed.len());
                changed[at] = chance.u8(..);
            }
            let _ = thumb(&changed, size(sizes[turn % sizes.len()]));
        }
        for _ in 0..100 {
            let mut noise = bytes[..bytes.len().min(30)].to_vec();
            noise.extend((0..chance.usize(..500)).map(|_| chance.u8(..)));
            let _ = thumb(&noise, size("10x10"));
        }
    }
}
