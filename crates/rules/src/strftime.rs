//! `strftime`: which parts of a date a rule asks for, after which changes. What
//! SQLite's function of that name says, for the formats and modifiers that have
//! one meaning everywhere; the others are refused when a rule is saved.

mod modifier;

use ringfence_schema::date;

pub(crate) use modifier::Modifier;

const DAY_MS: i64 = 86_400_000;
/// How many modifiers there may be, as in PocketBase.
const MAX_MODIFIERS: usize = 8;
/// Formats, and what the longer of them stand for.
const FORMATS: &str = "there are %Y %m %d %H %M %S %f %j %w %W %s %F %R %T %%";

/// A format and the modifiers before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strftime {
    parts: Vec<Part>,
    /// In the order in which they change the date.
    pub modifiers: Vec<Modifier>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Field(char),
}

impl Strftime {
    /// The meaning of a format, or what is wrong with it and what to do.
    pub fn new(format: &str) -> Result<Self, (String, String)> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                text.push(c);
                continue;
            }
            let fields = match chars.next() {
                Some('%') => {
                    text.push('%');
                    continue;
                }
                Some('F') => "Y-m-d",
                Some('T') => "H:M:S",
                Some('R') => "H:M",
                Some(field) if "YmdHMSfjwWs".contains(field) => {
                    push_text(&mut parts, &mut text);
                    parts.push(Part::Field(field));
                    continue;
                }
                Some(other) => {
                    return Err((format!("strftime has no %{other} here"), FORMATS.to_owned()));
                }
                None => {
                    return Err((
                        "this format ends with a %".to_owned(),
                        "write %% for the character".to_owned(),
                    ));
                }
            };
            for c in fields.chars() {
                if c.is_ascii_alphabetic() {
                    push_text(&mut parts, &mut text);
                    parts.push(Part::Field(c));
                } else {
                    text.push(c);
                }
            }
        }
        push_text(&mut parts, &mut text);
        if !parts.iter().any(|part| matches!(part, Part::Field(_))) {
            let message = "this format says nothing of the date".to_owned();
            return Err((message, FORMATS.to_owned()));
        }
        Ok(Self {
            parts,
            modifiers: Vec::new(),
        })
    }

    /// The same with one more modifier, or what is wrong with it and what to do.
    pub fn with(mut self, modifier: &str) -> Result<Self, (String, String)> {
        if self.modifiers.len() == MAX_MODIFIERS {
            let message = format!("at most {MAX_MODIFIERS} modifiers");
            return Err((message, "join some of them".to_owned()));
        }
        self.modifiers.push(Modifier::new(modifier)?);
        Ok(self)
    }

    /// The format as SQLite's function takes it, in every version of it.
    pub fn format(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.replace('%', "%%"),
            Part::Field(field) => format!("%{field}"),
        });
        parts.collect()
    }

    /// What it says of a stored date; nothing beyond the years 0 to 9999.
    pub fn apply(&self, text: &str) -> Option<String> {
        let start = date::parse(text)?;
        let mut ms = start;
        for modifier in &self.modifiers {
            ms = modifier.apply(ms)?;
        }
        // Written and read again, which is what keeps to the range.
        let ms = date::parse(&date::format(ms)).filter(|read| *read == ms)?;
        Some(self.parts.iter().map(|part| part.of(ms)).collect())
    }
}

impl Part {
    fn of(&self, ms: i64) -> String {
        let field = match self {
            Self::Text(text) => return text.clone(),
            Self::Field(field) => *field,
        };
        let (days, time) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
        let (year, month, day) = date::civil_from_days(days);
        // 1970-01-01 was a Thursday.
        let since_sunday = (days + 4).rem_euclid(7);
        let since_monday = (days + 3).rem_euclid(7);
        let day_of_year = days - date::days_from_civil(year, 1, 1);
        match field {
            'Y' => format!("{year:04}"),
            'm' => format!("{month:02}"),
            'd' => format!("{day:02}"),
            'H' => format!("{:02}", time / 3_600_000),
            'M' => format!("{:02}", time / 60_000 % 60),
            'S' => format!("{:02}", time / 1_000 % 60),
            'f' => format!("{:02}.{:03}", time / 1_000 % 60, time % 1_000),
            'j' => format!("{:03}", day_of_year + 1),
            'w' => since_sunday.to_string(),
            'W' => format!("{:02}", (day_of_year + 7 - since_monday) / 7),
            _ => ms.div_euclid(1_000).to_string(),
        }
    }
}

fn push_text(parts: &mut Vec<Part>, text: &mut String) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(format: &str, modifiers: &[&str], date: &str) -> Option<String> {
        let read = Strftime::new(format).unwrap();
        let read = modifiers
            .iter()
            .try_fold(read, |read, modifier| read.with(modifier));
        read.unwrap().apply(date)
    }

    #[test]
    fn every_field_is_written_as_sqlite_does() {
        let date = "2026-11-20 10:05:30.250Z";
        for (format, expected) in [
            ("%Y/%m/%d", "2026/11/20"),
            ("%F %T", "2026-11-20 10:05:30"),
            ("%R", "10:05"),
            ("%f", "30.250"),
            ("%j %w %W", "324 5 46"),
            ("%s", "1795169130"),
            ("100%% %Y", "100% 2026"),
        ] {
            assert_eq!(say(format, &[], date).as_deref(), Some(expected));
        }
        assert_eq!(say("%Y", &[], ""), None);
    }

    #[test]
    fn modifiers_change_the_date_one_after_the_other() {
        for (modifiers, expected) in [
            (&["+1 day"][..], "2024-03-01"),
            (&["+1 year"], "2025-03-01"),
            (&["-1 months"], "2024-01-29"),
            (&["start of month", "+1 month", "-1 day"], "2024-02-29"),
            (&["start of year"], "2024-01-01"),
            (&["weekday 0"], "2024-03-03"),
            (&["weekday 4"], "2024-02-29"),
            (&["+36 hours"], "2024-03-02"),
        ] {
            let found = say("%F", modifiers, "2024-02-29 12:30:15.250Z");
            assert_eq!(found.as_deref(), Some(expected), "{modifiers:?}");
        }
        let far = say("%F", &["+500 years"], "9999-01-01 00:00:00.000Z");
        assert_eq!(far, None);
        let before = say("%F", &["-1 day"], "0000-01-01 00:00:00.000Z");
        assert_eq!(before, None);
    }

    #[test]
    fn what_is_not_there_is_said() {
        for format in ["%e", "%J", "%", "", "plain"] {
            assert!(Strftime::new(format).is_err(), "{format}");
        }
        let whole = || Strftime::new("%Y").unwrap();
        for modifier in ["localtime", "utc", "+1.5 days", "1 week", "+501 years"] {
            assert!(whole().with(modifier).is_err(), "{modifier}");
        }
    }
}
