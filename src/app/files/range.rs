//! Conditions and ranges of a request for a file (RFC 9110), decided before a byte
//! is read. Several ranges at once are answered with the whole file, as they may be.

use crate::http::Headers;

/// What a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file.
    Whole,
    /// This range of it: the first byte and how many.
    Range(u64, u64),
    /// Nothing: they have it.
    Unchanged,
    /// Nothing: `If-Match` asks for another one.
    Changed,
    /// Nothing: the range begins behind its end.
    Outside,
}

/// What these headers ask for of a file with that ETag (quoted) and size.
pub fn asked(headers: &Headers, etag: &str, size: u64) -> Part {
    if let Some(unmet) = unmet(headers, etag) {
        return unmet;
    }
    // Without dates, whoever goes by one gets all of it.
    let known = headers.if_range.as_deref();
    let is_current = known.is_none_or(|known| known.trim() == etag);
    match headers.range.as_deref().filter(|_| is_current) {
        Some(text) => range(text, size),
        None => Part::Whole,
    }
}

/// What comes of a condition that does not hold.
pub fn unmet(headers: &Headers, etag: &str) -> Option<Part> {
    let is_met = |list: &str| matches(list, etag);
    if headers
        .if_match
        .as_deref()
        .is_some_and(|list| !is_met(list))
    {
        return Some(Part::Changed);
    }
    if headers.if_none_match.as_deref().is_some_and(is_met) {
        return Some(Part::Unchanged);
    }
    None
}

fn matches(list: &str, etag: &str) -> bool {
    let mut tags = list.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// What is no range at all is not heeded.
fn range(text: &str, size: u64) -> Part {
    let Some((first, last)) = text
        .trim()
        .strip_prefix("bytes=")
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => None,
    };
    match (number(first), number(last)) {
        (Some(None), Some(Some(suffix))) => match suffix.min(size) {
            0 => Part::Outside,
            length => Part::Range(size - length, length),
        },
        (Some(Some(first)), Some(last)) if last.is_none_or(|last| first <= last) => {
            if first >= size {
                return Part::Outside;
            }
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            Part::Range(first, end - first)
        }
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(headers: &[(&str, &str)]) -> Part {
        let given = |name: &str| {
            let found = headers.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let headers = Headers {
            if_match: given("if_match"),
            if_none_match: given("if_none_match"),
            range: given("range"),
            if_range: given("if_range"),
            ..Headers::default()
        };
        asked(&headers, "\"e\"", 100)
    }

    #[test]
    fn a_range_is_what_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-9", Part::Range(0, 10)),
            ("bytes=90-", Part::Range(90, 10)),
            ("bytes=90-1000", Part::Range(90, 10)),
            ("bytes=-10", Part::Range(90, 10)),
            ("bytes=-1000", Part::Range(0, 100)),
            ("bytes=99-99", Part::Range(99, 1)),
            ("bytes=100-", Part::Outside),
            ("bytes=100-200", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=99999999999999999999999-", Part::Outside),
            ("bytes=9-3", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("lines=0-9", Part::Whole),
        ] {
            assert_eq!(ask(&[("range", range)]), expected, "{range}");
        }
    }

    #[test]
    fn conditions_come_before_ranges() {
        let range = ("range", "bytes=0-9");
        assert_eq!(ask(&[("if_none_match", "W/\"e\""), range]), Part::Unchanged);
        assert_eq!(
            ask(&[("if_none_match", "\"x\""), range]),
            Part::Range(0, 10)
        );
        assert_eq!(ask(&[("if_match", "\"x\""), range]), Part::Changed);
        assert_eq!(ask(&[("if_match", "\"x\", \"e\"")]), Part::Whole);
        assert_eq!(ask(&[("if_range", "\"e\""), range]), Part::Range(0, 10));
        assert_eq!(ask(&[("if_range", "\"x\""), range]), Part::Whole);
        assert_eq!(
            ask(&[("if_range", "Fri, 20 Nov 2026 10:00:00 GMT"), range]),
            Part::Whole
        );
        assert_eq!(ask(&[]), Part::Whole);
    }

    #[test]
    fn an_empty_file_has_no_ranges() {
        let headers = Headers {
            range: Some("bytes=0-".into()),
            ..Headers::default()
        };
        assert_eq!(asked(&headers, "\"e\"", 0), Part::Outside);
    }
}
