//! Names: under which a file is known, from the one that its sender gave it.

use crate::app::records::id;
use crate::error::Result;

/// The longest extension, with its dot.
const EXTENSION_BYTES: usize = 20;
/// The longest name before the random part.
const STEM_BYTES: usize = 100;
/// Shorter ones get more that is random.
const STEM_SHORTEST: usize = 3;
/// Letters that make each name another.
const RANDOM: usize = 10;
/// The longest original name that is kept, in characters.
const ORIGINAL_CHARS: usize = 255;

/// A name as PocketBase makes it: `Mein Foto.JPG` becomes `mein_foto_4b2x….JPG`.
/// `extension` is what the content would have, for names that have none.
pub fn stored(sent: &str, extension: &str) -> Result<String> {
    let original = self::original(sent);
    let (stem, own) = split(&original);
    let mut ending: String = own.chars().filter(|c| is_plain(*c) || *c == '.').collect();
    if ending.len() < 2 {
        ending = extension.to_owned();
    }
    if ending.len() > EXTENSION_BYTES {
        ending = format!(
            ".{}",
            ending.split_off(ending.len() - (EXTENSION_BYTES - 1))
        );
    }
    let mut stem = snake(stem);
    stem.truncate(STEM_BYTES);
    if stem.len() < STEM_SHORTEST {
        stem.push_str(&random()?);
    }
    Ok(format!("{stem}_{}{ending}", random()?))
}

/// What is kept of the name that the sender gave, for whoever saves the file again:
/// without folders and without what no file system takes.
pub fn original(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control());
    let name: String = kept.take(ORIGINAL_CHARS).collect();
    let name = name.trim().trim_start_matches('.');
    match name.is_empty() {
        true => "file".to_owned(),
        false => name.to_owned(),
    }
}

/// Stem and extension; `.tar.gz` is one.
fn split(name: &str) -> (&str, &str) {
    let Some(dot) = name.rfind('.').filter(|dot| *dot > 0) else {
        return (name, "");
    };
    let (stem, ending) = name.split_at(dot);
    match stem.strip_suffix(".tar") {
        Some(shorter) if !shorter.is_empty() => name.split_at(shorter.len()),
        _ => (stem, ending),
    }
}

/// Lower case, its words apart by underscores, nothing but ASCII.
fn snake(text: &str) -> String {
    let mut snake = String::new();
    let mut was_lower = false;
    for letter in text.chars() {
        if !letter.is_ascii_alphanumeric() {
            was_lower = false;
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            continue;
        }
        if letter.is_ascii_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = !letter.is_ascii_uppercase();
        snake.push(letter.to_ascii_lowercase());
    }
    snake.trim_matches('_').to_owned()
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

fn random() -> Result<String> {
    Ok(id::new()?.chars().take(RANDOM).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_name_is_plain_and_random_and_keeps_its_extension() {
        for (sent, begins, ends) in [
            ("Mein Foto.JPG", "mein_foto_", ".JPG"),
            ("reportFinal v2.tar.gz", "report_final_v2_", ".tar.gz"),
            ("../../etc/passwd", "passwd_", ".bin"),
            ("a\"b<c>.p\u{e4}ng", "a_b_c_", ".png"),
            ("\u{65e5}\u{672c}.png", "", ".png"),
            (".env", "env_", ".bin"),
            ("", "file_", ".bin"),
        ] {
            let name = stored(sent, ".bin").unwrap();
            assert!(
                name.starts_with(begins) && name.ends_with(ends),
                "{sent}: {name}"
            );
            assert!(
                name.chars().all(|c| is_plain(c) || c == '.') && !name.starts_with('.'),
                "{sent}: {name}"
            );
            assert_ne!(name, stored(sent, ".bin").unwrap());
        }
        let long = stored(&"x".repeat(400), &".y".repeat(40)).unwrap();
        assert!(
            long.len() <= STEM_BYTES + 1 + RANDOM + EXTENSION_BYTES,
            "{long}"
        );
    }

    #[test]
    fn an_original_name_has_no_folder_and_no_control_characters() {
        for (sent, kept) in [
            ("C:\\photos\\me.png", "me.png"),
            ("../../x\r\ny.txt", "xy.txt"),
            ("Jahres\u{fc}bersicht.pdf", "Jahres\u{fc}bersicht.pdf"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(original(sent), kept, "{sent:?}");
        }
    }
}
