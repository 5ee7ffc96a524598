//! Names: which are allowed, which was probably meant, and what they are in SQL.

/// The longest name of a collection or field, in bytes.
pub const NAME_BYTES: usize = 63;

/// Words that would be ambiguous in a rule, and what the wire adds to a record.
const RESERVED: [&str; 18] = [
    "expand",
    "collectionId",
    "collectionName",
    "passwordConfirm",
    "oldPassword",
    "true",
    "false",
    "null",
    "new",
    "old",
    "and",
    "or",
    "not",
    "in",
    "is",
    "like",
    "select",
    "where",
];

/// What is wrong with the name of a collection or field, if anything.
pub fn check(name: &str) -> Result<(), String> {
    let mut bytes = name.bytes();
    let well_formed = bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !well_formed {
        return Err(format!(
            "`{name}` is no name: a name is a letter, then letters, digits and `_`"
        ));
    }
    if name.len() > NAME_BYTES {
        return Err(format!("`{name}` is longer than {NAME_BYTES} characters"));
    }
    if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Err(format!("`{name}` is reserved"));
    }
    if name.contains("_via_") {
        return Err(format!(
            "`{name}` contains `_via_`, which rules read as a back-relation"
        ));
    }
    if name
        .get(..7)
        .is_some_and(|head| head.eq_ignore_ascii_case("sqlite_"))
    {
        return Err(format!(
            "`{name}` starts with `sqlite_`, which is the database's own"
        ));
    }
    Ok(())
}

/// The candidate that was probably meant, if one is near enough.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wanted.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|name| {
            (
                strsim::osa_distance(&lower, &name.to_ascii_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= name.len().min(wanted.len()).div_ceil(3))
        .min()
        .map(|(_, name)| name)
}

/// The name as an SQL identifier.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The text as an SQL string, for DDL, where nothing can be bound.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The id of a collection whose first name was this one: 15 letters and digits,
/// the same on every machine (FNV-1a of the name).
pub fn collection_id(first_name: &str) -> String {
    let hash = first_name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("c{:014x}", hash >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_underscores() {
        for good in ["title", "dueDate", "a", "x_1", "newer"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let long = "a".repeat(64);
        for bad in [
            "",
            "1a",
            "_users",
            "a-b",
            "a b",
            "é",
            "expand",
            "NULL",
            "posts_via_author",
            "sqlite_x",
            "SQLite_x",
            &long,
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["author", "title", "due_date"];
        assert_eq!(nearest("auhtor", names), Some("author"));
        assert_eq!(nearest("Title", names), Some("title"));
        assert_eq!(nearest("dueDate", names), Some("due_date"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("x", names), None);
    }

    #[test]
    fn ids_are_stable() {
        assert_eq!(collection_id("tasks").len(), 15);
        assert_eq!(collection_id("tasks"), collection_id("tasks"));
        assert_ne!(collection_id("tasks"), collection_id("teams"));
    }
}
