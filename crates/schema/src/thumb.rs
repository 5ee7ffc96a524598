//! Sizes of thumbs, as `thumbs` of a field declares them and `?thumb=` asks for them.

/// What becomes of a picture that has another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// What sticks out is cut off on both sides.
    Center,
    /// It is cut off below (`t`) or on the right and left.
    Top,
    /// It is cut off above (`b`) or on the right and left.
    Bottom,
    /// It stays whole and gets smaller (`f`).
    Inside,
}

/// `100x200`, `100x200t`, `100x200b`, `100x200f`, `0x200` or `100x0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThumbSize {
    /// In pixels; 0 follows from the height.
    pub width: u32,
    /// In pixels; 0 follows from the width.
    pub height: u32,
    /// How it gets there.
    pub fit: Fit,
}

impl ThumbSize {
    /// The longest side that may be asked for, in pixels.
    pub const LONGEST: u32 = 2048;
    /// The largest file of which thumbs are made, in bytes: whoever makes one holds all of it.
    pub const FILE_BYTES: u64 = 16 * 1024 * 1024;

    /// The size that a text means, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, fit) = match text.strip_suffix(['t', 'b', 'f']) {
            Some(rest) if text.ends_with('t') => (rest, Fit::Top),
            Some(rest) if text.ends_with('b') => (rest, Fit::Bottom),
            Some(rest) => (rest, Fit::Inside),
            None => (text, Fit::Center),
        };
        let (width, height) = rest.split_once('x')?;
        let (width, height) = (side(width)?, side(height)?);
        (width > 0 || height > 0).then_some(Self { width, height, fit })
    }
}

fn side(text: &str) -> Option<u32> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let side = is_plain.then(|| text.parse().ok()).flatten();
    side.filter(|side| *side <= ThumbSize::LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_pocketbase_reads_it() {
        for (text, width, height, fit) in [
            ("100x200", 100, 200, Fit::Center),
            ("100x200t", 100, 200, Fit::Top),
            ("100x200b", 100, 200, Fit::Bottom),
            ("100x200f", 100, 200, Fit::Inside),
            ("0x200", 0, 200, Fit::Center),
            ("100x0", 100, 0, Fit::Center),
            ("100x0f", 100, 0, Fit::Inside),
            ("2048x2048", 2048, 2048, Fit::Center),
        ] {
            let expected = ThumbSize { width, height, fit };
            assert_eq!(ThumbSize::parse(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "x",
            "0x0",
            "100",
            "100x",
            "x100",
            "100x100c",
            "100x100tt",
            "-1x5",
            "+1x5",
            "1 x5",
            "1.5x5",
            "2049x1",
            "99999999999x1",
            "1x1x1",
            "1X1",
            "100x100\u{e9}",
        ] {
            assert_eq!(ThumbSize::parse(text), None, "{text}");
        }
    }
}
