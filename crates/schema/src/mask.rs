//! Masks: what is shown of a text to those who may not see the whole of it.
//!
//! Each mask is said twice, for a value in memory and as SQL over a column, with
//! one meaning. Who is shown the mask is not decided here.

use serde::{Deserialize, Serialize};

use crate::{Field, FieldKind};

/// What stands for the hidden characters, however many they are. Every mask of a
/// value that is set has it, so that a masked value can be told from a whole one.
pub const HIDDEN: &str = "***";

/// Separators that digits are grouped by.
const SEPARATORS: [char; 6] = [' ', '-', '.', '/', '(', ')'];
/// From how many characters a part of an email shows its first.
const EMAIL_PART: usize = 3;
/// How many characters of a number are shown.
const LAST_DIGITS: u32 = 4;

/// What is shown of a text. An unset one stays unset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mask {
    /// `a***@e***.com`
    Email,
    /// `***-**-6789`
    Ssn,
    /// `***4567`
    Phone,
    /// `A*** L***`
    Name,
    /// `***`
    Full,
    /// The characters at its ends, as many as are said.
    #[serde(untagged)]
    Ends(Ends),
}

/// How many characters of a text are shown, with `***` between. Of a text that is
/// not at least twice as long nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ends {
    /// From its beginning.
    pub first: u32,
    /// Before its end.
    pub last: u32,
}

impl Mask {
    /// The masks that have a name.
    pub const NAMED: [(&str, Self); 5] = [
        ("email", Self::Email),
        ("ssn", Self::Ssn),
        ("phone", Self::Phone),
        ("name", Self::Name),
        ("full", Self::Full),
    ];

    /// Whether it is a mask for values of that field; if not, which are.
    pub fn check(&self, field: &Field) -> Result<(), &'static str> {
        match (self, &field.kind) {
            (Self::Ends(Ends { first: 0, last: 0 }), _) => {
                Err("it shows nothing; `\"full\"` is the mask that does that")
            }
            (Self::Email, FieldKind::Email) => Ok(()),
            (Self::Email, _) => Err("the mask `email` is for fields of the type email"),
            (_, FieldKind::Text { .. } | FieldKind::Email | FieldKind::Url) => Ok(()),
            _ => Err("a mask is for a text, an email or a url; hide other fields by a `read` rule"),
        }
    }

    /// What is shown of a value.
    pub fn apply(&self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        match self {
            Self::Full => HIDDEN.to_owned(),
            Self::Email => email(text),
            Self::Ssn => digits(text).map_or(HIDDEN.to_owned(), |last| format!("***-**-{last}")),
            Self::Phone => digits(text).map_or(HIDDEN.to_owned(), |last| format!("***{last}")),
            Self::Name => name(text),
            Self::Ends(shown) => ends(text, *shown),
        }
    }

    /// The expression that gives the same of a column; `column` is SQL.
    pub fn sql(&self, column: &str) -> String {
        let shown = match self {
            Self::Full => format!("'{HIDDEN}'"),
            Self::Email => email_sql(column),
            Self::Ssn => digits_sql(column, "***-**-"),
            Self::Phone => digits_sql(column, HIDDEN),
            Self::Name => name_sql(column),
            Self::Ends(shown) => ends_sql(column, *shown),
        };
        // NULL stays NULL.
        format!("CASE WHEN {column}<>'' THEN {shown} ELSE {column} END")
    }
}

fn ends(text: &str, shown: Ends) -> String {
    let length = text.chars().count();
    let (first, last) = (shown.first as usize, shown.last as usize);
    if length < (first + last).saturating_mul(2) {
        return HIDDEN.to_owned();
    }
    let mut whole: String = text.chars().take(first).collect();
    whole.push_str(HIDDEN);
    whole.extend(text.chars().skip(length - last));
    whole
}

fn ends_sql(column: &str, Ends { first, last }: Ends) -> String {
    let twice = (u64::from(first) + u64::from(last)).saturating_mul(2);
    // `substr(x,-0)` would be all of it.
    let tail = match last {
        0 => String::new(),
        _ => format!("||substr({column},-{last})"),
    };
    format!("iif(length({column})<{twice},'{HIDDEN}',substr({column},1,{first})||'{HIDDEN}'{tail})")
}

/// The last digits of a number that has at least twice as many.
fn digits(text: &str) -> Option<String> {
    let bare: Vec<char> = text.chars().filter(|c| !SEPARATORS.contains(c)).collect();
    let last = LAST_DIGITS as usize;
    (bare.len() >= 2 * last).then(|| bare.iter().skip(bare.len() - last).collect())
}

fn digits_sql(column: &str, before: &str) -> String {
    let bare = SEPARATORS
        .iter()
        .fold(column.to_owned(), |text, separator| {
            format!("replace({text},'{separator}','')")
        });
    let twice = 2 * LAST_DIGITS;
    format!("iif(length({bare})<{twice},'{HIDDEN}','{before}'||substr({bare},-{LAST_DIGITS}))")
}

/// The first character of every word; words have spaces between.
fn name(text: &str) -> String {
    let words = text.split(' ').filter_map(|word| word.chars().next());
    let shown: Vec<String> = words.map(|first| format!("{first}{HIDDEN}")).collect();
    match shown.is_empty() {
        true => HIDDEN.to_owned(),
        false => shown.join(" "),
    }
}

/// The words as a JSON array: spaces are never part of what JSON escapes.
fn name_sql(column: &str) -> String {
    format!(
        "coalesce((SELECT group_concat(substr(w.value,1,1)||'{HIDDEN}',' ') \
         FROM json_each(replace(json_array({column}),' ','\",\"')) AS w WHERE w.value<>''),\
         '{HIDDEN}')"
    )
}

/// Before the `@`, then to the last dot, then the rest.
fn email(text: &str) -> String {
    let Some((local, domain)) = text.split_once('@') else {
        return HIDDEN.to_owned();
    };
    let Some((host, top)) = domain.rsplit_once('.') else {
        return HIDDEN.to_owned();
    };
    let first = |part: &str| -> String {
        let shown = usize::from(part.chars().count() >= EMAIL_PART);
        part.chars().take(shown).collect()
    };
    let (local, host) = (first(local), first(host));
    format!("{local}{HIDDEN}@{host}{HIDDEN}.{top}")
}

fn email_sql(column: &str) -> String {
    let at = format!("instr({column},'@')");
    let domain = format!("substr({column},{at}+1)");
    // What is left when everything that is no dot is cut off the end.
    let upto = format!("length(rtrim({domain},replace({domain},'.','')))");
    format!(
        "iif({at}=0 OR instr({domain},'.')=0,'{HIDDEN}',\
         iif({at}>{EMAIL_PART},substr({column},1,1),'')||'{HIDDEN}@'||\
         iif({upto}>{EMAIL_PART},substr({domain},1,1),'')||'{HIDDEN}.'||\
         substr({domain},{upto}+1))"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_what_it_says() {
        let ends = |first, last| Mask::Ends(Ends { first, last });
        for (mask, text, shown) in [
            (Mask::Email, "ada@example.com", "a***@e***.com"),
            (Mask::Email, "al@mail.example.co.uk", "***@m***.uk"),
            (Mask::Email, "ada@x.io", "a***@***.io"),
            (Mask::Email, "nobody", "***"),
            (Mask::Email, "a@b", "***"),
            (Mask::Ssn, "123-45-6789", "***-**-6789"),
            (Mask::Ssn, "6789", "***"),
            (Mask::Phone, "+1 (555) 123-45 67", "***4567"),
            (Mask::Phone, "555 1234", "***"),
            (Mask::Name, "Ada Lindgren", "A*** L***"),
            (Mask::Name, " Émile  du Châtelet ", "É*** d*** C***"),
            (Mask::Name, "  ", "***"),
            (Mask::Full, "x", "***"),
            (ends(2, 2), "DE89370400440532013000", "DE***00"),
            (ends(0, 3), "abcdef", "***def"),
            (ends(3, 0), "abcde", "***"),
            (Mask::Full, "", ""),
            (Mask::Email, "", ""),
        ] {
            assert_eq!(mask.apply(text), shown, "{mask:?} {text}");
            assert_eq!(mask.apply(text).contains(HIDDEN), !text.is_empty());
        }
    }

    #[test]
    fn a_mask_is_read_by_its_name_or_by_what_it_shows() {
        for (json, mask) in [
            ("\"email\"", Mask::Email),
            ("{\"last\":4}", Mask::Ends(Ends { first: 0, last: 4 })),
        ] {
            let read: Mask = serde_json::from_str(json).unwrap();
            assert_eq!(read, mask);
            let written = serde_json::to_string(&mask).unwrap();
            assert_eq!(serde_json::from_str::<Mask>(&written).unwrap(), mask);
        }
        assert!(serde_json::from_str::<Mask>("\"mail\"").is_err());
    }

    #[test]
    fn a_mask_is_for_texts() {
        let text = |kind| Field::new("f", kind);
        assert!(Mask::Full.check(&text(FieldKind::Url)).is_ok());
        assert!(Mask::Email.check(&text(FieldKind::Email)).is_ok());
        assert!(Mask::Email.check(&text(FieldKind::Url)).is_err());
        assert!(Mask::Phone.check(&text(FieldKind::Bool)).is_err());
        let nothing = Mask::Ends(Ends::default());
        assert!(nothing.check(&text(FieldKind::Url)).is_err());
    }
}
