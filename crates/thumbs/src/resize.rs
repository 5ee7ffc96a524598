//! From a picture to the size of a thumb: how large it gets, and its pixels.

use fast_image_resize::images::TypedImage;
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{
    FilterType, ImageBufferError, ImageError, MulDiv, PixelTrait, ResizeAlg, ResizeError,
    ResizeOptions, Resizer,
};
use image::{DynamicImage, RgbImage, RgbaImage};

use crate::{Fit, Refusal, THUMB_PIXELS, ThumbSize};

/// In pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

impl Dimensions {
    /// How many there are.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// What a picture becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    size: Dimensions,
    /// Where the part lies that is kept, from 0 (top) to 1; none: all is kept.
    kept: Option<f64>,
}

impl Target {
    /// What resizing such a picture takes beside it: what is narrowed, and the thumb.
    pub fn bytes(self, from: Dimensions) -> u64 {
        let rows = u64::from(from.height) + u64::from(self.size.height);
        4 * u64::from(self.size.width) * rows
    }
}

/// What a picture of that size becomes. It may get larger, as PocketBase's thumbs do.
pub fn target(full: Dimensions, size: ThumbSize) -> Result<Target, Refusal> {
    let ThumbSize { width, height, fit } = size;
    if full.pixels() == 0 {
        return Err(Refusal::Broken);
    }
    let (size, kept) = match (width, height, fit) {
        (width, 0, _) => (full.to_width(width, true), None),
        (0, height, _) => (full.to_height(height, true), None),
        (width, height, Fit::Inside) => (full.inside(width, height), None),
        (width, height, Fit::Top) => (Dimensions { width, height }, Some(0.0)),
        (width, height, Fit::Bottom) => (Dimensions { width, height }, Some(1.0)),
        (width, height, Fit::Center) => (Dimensions { width, height }, Some(0.5)),
    };
    match size.pixels() <= THUMB_PIXELS {
        true => Ok(Target { size, kept }),
        false => Err(Refusal::TooLarge),
    }
}

/// The smallest size of the whole picture in which the thumb is there with all pixels.
pub fn covering(full: Dimensions, target: Target) -> Dimensions {
    let Dimensions { width, height } = target.size;
    let wide = full.to_width(width, true);
    match wide.height >= height {
        true => wide,
        false => full.to_height(height, true),
    }
}

impl Dimensions {
    fn to_width(self, width: u32, rounds: bool) -> Self {
        let height = share(self.height, width, self.width, rounds);
        Self { width, height }
    }

    fn to_height(self, height: u32, rounds: bool) -> Self {
        let width = share(self.width, height, self.height, rounds);
        Self { width, height }
    }

    /// As it is, where it fits already.
    fn inside(self, width: u32, height: u32) -> Self {
        if self.width <= width && self.height <= height {
            return self;
        }
        let is_wider =
            u64::from(self.width) * u64::from(height) > u64::from(width) * u64::from(self.height);
        match is_wider {
            true => self.to_width(width, false),
            false => self.to_height(height, false),
        }
    }
}

/// `side * now / before`, and at least a pixel.
fn share(side: u32, now: u32, before: u32, rounds: bool) -> u32 {
    let before = u64::from(before).max(1);
    let half = if rounds { before / 2 } else { 0 };
    let length = (u64::from(side) * u64::from(now) + half) / before;
    u32::try_from(length).unwrap_or(u32::MAX).max(1)
}

/// The picture in that size.
pub fn resize(image: DynamicImage, target: Target) -> Result<DynamicImage, Refusal> {
    let Dimensions { width, height } = target.size;
    let from = Dimensions {
        width: image.width(),
        height: image.height(),
    };
    let small = match image {
        DynamicImage::ImageRgb8(image) => {
            let pixels = resample::<U8x3>(image.into_raw(), from, target, false)?;
            RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
        }
        image => {
            let pixels = resample::<U8x4>(image.into_rgba8().into_raw(), from, target, true)?;
            RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)
        }
    };
    small.ok_or(Refusal::Broken)
}

fn resample<P: PixelTrait>(
    mut pixels: Vec<u8>,
    from: Dimensions,
    target: Target,
    has_alpha: bool,
) -> Result<Vec<u8>, Refusal> {
    let to = target.size;
    let mut small = vec![0; P::size() * to.width as usize * to.height as usize];
    let mut source = TypedImage::<P>::from_buffer(from.width, from.height, &mut pixels)?;
    let mut thumb = TypedImage::<P>::from_buffer(to.width, to.height, &mut small)?;
    let alpha = MulDiv::new();
    // In its place, as the resizer itself would take a copy of the whole picture.
    if has_alpha {
        alpha.multiply_alpha_inplace_typed(&mut source)?;
    }
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .use_alpha(false);
    let options = match target.kept {
        Some(down) => options.fit_into_destination(Some((0.5, down))),
        None => options,
    };
    Resizer::new().resize_typed(&source, &mut thumb, &options)?;
    if has_alpha {
        alpha.divide_alpha_inplace_typed(&mut thumb)?;
    }
    Ok(small)
}

impl From<ImageBufferError> for Refusal {
    fn from(_: ImageBufferError) -> Self {
        Self::Broken
    }
}

impl From<ImageError> for Refusal {
    fn from(_: ImageError) -> Self {
        Self::Broken
    }
}

impl From<ResizeError> for Refusal {
    fn from(_: ResizeError) -> Self {
        Self::Broken
    }
}
