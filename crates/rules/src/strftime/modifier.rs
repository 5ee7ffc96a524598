//! A change of a date before it is written: `+1 day`, `start of month`, `weekday 0`.

use ringfence_schema::date::{civil_from_days, days_from_civil};

use super::DAY_MS;

/// -4713-11-24 12:00 to 9999-12-31 23:59:59.999: SQLite's dates.
const RANGE_MS: std::ops::RangeInclusive<i64> = -210_866_760_000_000..=253_402_300_799_999;
/// Eight of the largest changes lead from the year 0 to no year that SQLite does
/// not know.
const MAX_YEARS: i64 = 500;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Modifier {
    /// By so many of a unit.
    By(i64, Unit),
    /// To the first moment of its day, month or year.
    StartOf(Unit),
    /// On to the next such day; Sunday is 0.
    Weekday(i64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

const UNITS: [(&str, Unit); 6] = [
    ("second", Unit::Second),
    ("minute", Unit::Minute),
    ("hour", Unit::Hour),
    ("day", Unit::Day),
    ("month", Unit::Month),
    ("year", Unit::Year),
];

impl Modifier {
    /// The meaning of a text, or what is wrong with it and what to do.
    pub fn new(text: &str) -> Result<Self, (String, String)> {
        let wrong = || {
            let hint = "there are '+1 day' (second, minute, hour, day, month, year), \
                        'start of day' (month, year), 'weekday 0'";
            (
                format!("strftime has no modifier '{text}' here"),
                hint.to_owned(),
            )
        };
        let lower = text.to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let unit = |word: &str| {
            let word = word.strip_suffix('s').unwrap_or(word);
            let found = UNITS.iter().find(|(name, _)| *name == word);
            found.map(|(_, unit)| *unit)
        };
        match words.as_slice() {
            ["start", "of", "day"] => Ok(Self::StartOf(Unit::Day)),
            ["start", "of", "month"] => Ok(Self::StartOf(Unit::Month)),
            ["start", "of", "year"] => Ok(Self::StartOf(Unit::Year)),
            ["weekday", day] => match day.parse() {
                Ok(day @ 0..=6) => Ok(Self::Weekday(day)),
                _ => Err(wrong()),
            },
            [count, of] => {
                let unit = unit(of).ok_or_else(wrong)?;
                let count: i64 = count.parse().map_err(|_| wrong())?;
                if count.unsigned_abs() > unit.largest().unsigned_abs() {
                    let message = format!("'{text}' is more than {MAX_YEARS} years");
                    return Err((message, "use a smaller change".to_owned()));
                }
                Ok(Self::By(count, unit))
            }
            _ => Err(wrong()),
        }
    }

    /// As SQLite's function takes it.
    pub fn sql(&self) -> String {
        match self {
            Self::By(count, unit) => format!("{count:+} {}s", unit.name()),
            Self::StartOf(unit) => format!("start of {}", unit.name()),
            Self::Weekday(day) => format!("weekday {day}"),
        }
    }

    /// The moment after the change, if SQLite knows it.
    pub fn apply(&self, ms: i64) -> Option<i64> {
        let span = match self {
            Self::By(count, Unit::Second) => Some(count * 1_000),
            Self::By(count, Unit::Minute) => Some(count * 60_000),
            Self::By(count, Unit::Hour) => Some(count * 3_600_000),
            Self::By(count, Unit::Day) => Some(count * DAY_MS),
            _ => None,
        };
        if let Some(span) = span {
            return Some(ms + span);
        }
        if !RANGE_MS.contains(&ms) {
            return None;
        }
        let (days, time) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
        let (year, month, day) = civil_from_days(days);
        match self {
            Self::By(count, unit) => {
                let months = if *unit == Unit::Year { 12 } else { 1 } * count;
                let month = i64::from(month) - 1 + months;
                let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12) + 1);
                // The 31st of a month of 30 days is the 1st of the next.
                let first = days_from_civil(year, u32::try_from(month).ok()?, 1);
                (year <= 9999).then_some((first + i64::from(day) - 1) * DAY_MS + time)
            }
            Self::StartOf(Unit::Month) => Some(days_from_civil(year, month, 1) * DAY_MS),
            Self::StartOf(Unit::Year) => Some(days_from_civil(year, 1, 1) * DAY_MS),
            Self::StartOf(_) => Some(days * DAY_MS),
            // 1970-01-01 was a Thursday.
            Self::Weekday(wanted) => {
                let today = (days + 4).rem_euclid(7);
                Some(ms + (wanted - today).rem_euclid(7) * DAY_MS)
            }
        }
    }
}

impl Unit {
    fn name(self) -> &'static str {
        let found = UNITS.iter().find(|(_, unit)| *unit == self);
        found.map_or("", |(name, _)| name)
    }

    /// How many of it there are in so many years.
    fn largest(self) -> i64 {
        MAX_YEARS
            * match self {
                Self::Second => 365 * 86_400,
                Self::Minute => 365 * 1_440,
                Self::Hour => 365 * 24,
                Self::Day => 365,
                Self::Month => 12,
                Self::Year => 1,
            }
    }
}
