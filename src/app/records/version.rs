//! Versions of a record: `updated`, which strictly increases, as an ETag.

use std::borrow::Cow;

use crate::error::{Code, Error, Result};
use crate::http::Headers;
use ringfence_schema::date;

/// The `ETag` of a record that was last updated then: the digits of the moment.
pub fn etag(updated: &str) -> String {
    let digits = updated.chars().filter(char::is_ascii_digit);
    std::iter::once('"')
        .chain(digits)
        .chain(std::iter::once('"'))
        .collect()
}

/// When an update made now takes place.
// INVARIANT: later than the version before, whatever the clock says, so that no
// two versions of a record share an ETag.
pub fn next<'a>(now: &'a str, updated: &str) -> Cow<'a, str> {
    // The order of moments is the order of their texts.
    match date::parse(updated) {
        Some(before) if updated >= now => Cow::Owned(date::format(before.saturating_add(1))),
        _ => Cow::Borrowed(now),
    }
}

/// Refuses a write whose `If-Match` names other versions.
pub fn check_match(headers: &Headers, updated: &str) -> Result<()> {
    match &headers.if_match {
        Some(wanted) if !names(wanted, &etag(updated)) => Err(Error::new(
            Code::PreconditionFailed,
            "The record has changed since the version in If-Match. Read it again and decide anew.",
        )),
        _ => Ok(()),
    }
}

/// Whether the reader has this version already.
pub fn is_known(headers: &Headers, updated: &str) -> bool {
    headers
        .if_none_match
        .as_deref()
        .is_some_and(|known| names(known, &etag(updated)))
}

fn names(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPDATED: &str = "2026-11-20 10:00:00.123Z";

    #[test]
    fn the_next_version_is_later_whatever_the_clock_says() {
        for (now, expected) in [
            ("2026-11-20 10:00:00.122Z", "2026-11-20 10:00:00.124Z"),
            (UPDATED, "2026-11-20 10:00:00.124Z"),
            ("2026-11-20 10:00:00.124Z", "2026-11-20 10:00:00.124Z"),
            ("2027-01-01 00:00:00.000Z", "2027-01-01 00:00:00.000Z"),
        ] {
            assert_eq!(next(now, UPDATED), expected);
        }
    }

    #[test]
    fn an_etag_is_quoted_and_has_no_space() {
        assert_eq!(etag(UPDATED), "\"20261120100000123\"");
    }

    #[test]
    fn if_match_takes_lists_weak_tags_and_stars() {
        for (header, fits) in [
            ("\"20261120100000123\"", true),
            ("\"1\", W/\"20261120100000123\"", true),
            ("*", true),
            ("\"20261120100000124\"", false),
            ("", false),
        ] {
            let headers = Headers {
                if_match: Some(header.into()),
                ..Headers::default()
            };
            assert_eq!(check_match(&headers, UPDATED).is_ok(), fits, "{header}");
        }
        assert!(check_match(&Headers::default(), UPDATED).is_ok());
    }
}
