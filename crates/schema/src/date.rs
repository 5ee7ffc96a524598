//! Moments: milliseconds since 1970 in UTC, and `2026-11-20 10:00:00.000Z`.
//!
//! Reads what clients send (RFC 3339 and PocketBase's forms) and writes the one
//! form that is stored, whose text order is the order of time. No time zones but
//! fixed offsets, no leap seconds.

const DAY_MS: i64 = 86_400_000;
/// 0000-01-01 and 9999-12-31T23:59:59.999: outside, text would not sort as time.
const RANGE_MS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// The moment that a text names: a day, or a day and a time with `T` or a space
/// between, seconds and their fraction optional, `Z` or `+hh:mm` optional (UTC).
pub fn parse(text: &str) -> Option<i64> {
    let mut cursor = Cursor(text.as_bytes());
    let year = i64::from(cursor.number(4)?);
    cursor.expect(b'-')?;
    let month = cursor.number(2)?;
    cursor.expect(b'-')?;
    let day = cursor.number(2)?;
    if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let days = days_from_civil(year, month, day);
    let ms = days * DAY_MS + parse_time(&mut cursor)?;
    RANGE_MS.contains(&ms).then_some(ms)
}

/// The stored form of a moment.
pub fn format(ms: i64) -> String {
    let (year, month, day) = civil_from_days(ms.div_euclid(DAY_MS));
    let time = ms.rem_euclid(DAY_MS);
    let (hour, minute) = (time / 3_600_000, time / 60_000 % 60);
    let (second, milli) = (time / 1_000 % 60, time % 1_000);
    let mut text = String::with_capacity(24);
    let parts = [
        (year, 4, '-'),
        (i64::from(month), 2, '-'),
        (i64::from(day), 2, ' '),
        (hour, 2, ':'),
        (minute, 2, ':'),
        (second, 2, '.'),
        (milli, 3, 'Z'),
    ];
    for (number, digits, after) in parts {
        push_digits(&mut text, number, digits);
        text.push(after);
    }
    text
}

/// Every request writes a moment: `format!` took a twentieth of an update.
fn push_digits(text: &mut String, number: i64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        text.push(char::from(b'0' + digit.unsigned_abs() as u8));
    }
}

/// Year, month and day of a count of days since 1970 (the proleptic Gregorian
/// calendar, in eras of 400 years that begin on 1 March).
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    } as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Days since 1970 of a day of the Gregorian calendar.
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = i64::from((month + 9) % 12);
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn parse_time(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.at_end() {
        return Some(0);
    }
    cursor.one_of(b"Tt ")?;
    let hour = cursor.number(2)?;
    cursor.expect(b':')?;
    let minute = cursor.number(2)?;
    let (mut second, mut milli) = (0, 0);
    if cursor.expect(b':').is_some() {
        second = cursor.number(2)?;
        if cursor.expect(b'.').is_some() {
            milli = cursor.fraction()?;
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = i64::from(hour * 3_600 + minute * 60 + second) * 1_000 + i64::from(milli);
    let offset = parse_offset(cursor)?;
    cursor.at_end().then_some(local - offset)
}

fn parse_offset(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.at_end() || cursor.one_of(b"Zz").is_some() {
        return Some(0);
    }
    let sign = if cursor.one_of(b"+-")? == b'-' { -1 } else { 1 };
    let hours = cursor.number(2)?;
    cursor.expect(b':');
    let minutes = cursor.number(2)?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some(sign * i64::from(hours * 60 + minutes) * 60_000)
}

/// What is left of the text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn at_end(&self) -> bool {
        self.0.is_empty()
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        wanted.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn expect(&mut self, wanted: u8) -> Option<u8> {
        self.one_of(&[wanted])
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let value = head.iter().try_fold(0, |value, byte| {
            byte.is_ascii_digit()
                .then(|| value * 10 + u32::from(byte - b'0'))
        })?;
        self.0 = rest;
        Some(value)
    }

    /// Digits after the point, to the millisecond; what is finer is cut off.
    fn fraction(&mut self) -> Option<u32> {
        let digits = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 || digits > 9 {
            return None;
        }
        let (head, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        let padded = head.iter().chain(b"00").take(3);
        Some(padded.fold(0, |value, byte| value * 10 + u32::from(byte - b'0')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accepted_form_becomes_the_stored_one() {
        for (text, stored) in [
            ("2026-11-20 10:00:00.000Z", "2026-11-20 10:00:00.000Z"),
            ("2026-11-20 10:00:00Z", "2026-11-20 10:00:00.000Z"),
            ("2026-11-20T10:00:00.5Z", "2026-11-20 10:00:00.500Z"),
            ("2026-11-20T10:00:00.123456789Z", "2026-11-20 10:00:00.123Z"),
            ("2026-11-20T10:00:00+02:00", "2026-11-20 08:00:00.000Z"),
            ("2026-11-20T10:00:00-0530", "2026-11-20 15:30:00.000Z"),
            ("2026-11-20 10:00", "2026-11-20 10:00:00.000Z"),
            ("2026-11-20", "2026-11-20 00:00:00.000Z"),
            ("2024-02-29", "2024-02-29 00:00:00.000Z"),
            ("1969-12-31 23:59:59.999Z", "1969-12-31 23:59:59.999Z"),
            ("0000-01-01", "0000-01-01 00:00:00.000Z"),
            ("9999-12-31 23:59:59.999Z", "9999-12-31 23:59:59.999Z"),
        ] {
            assert_eq!(parse(text).map(format).as_deref(), Some(stored), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "now",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2100-02-29",
            "2026-00-10",
            "2026-11-20T24:00:00Z",
            "2026-11-20 10:60",
            "2026-11-20 10:00:00.Z",
            "2026-11-20 10:00:00Z ",
            "2026-11-20T10:00:00+25:00",
            "2026-1-1",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "２026-11-20",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-719_528..2_932_897).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }
}
