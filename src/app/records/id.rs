//! Ids of records: 15 characters of a-z and 0-9, drawn at random.
//!
//! Not for secrets: what is drawn ahead lies in memory.

use std::cell::RefCell;

use crate::error::{Error, Result};

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 15;
/// Random bytes drawn at once: a draw is a call out of Wasm, and a batch needs many.
const POOL: usize = 1024;

thread_local! {
    static DRAWN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A new id.
pub fn new() -> Result<String> {
    let mut id = String::with_capacity(LENGTH);
    // 36^8 is so far below 2^64 that the remainder is as good as even.
    for length in [8, 7] {
        let mut number = draw()?;
        for _ in 0..length {
            let letter = ALPHABET
                .get((number % 36) as usize)
                .copied()
                .unwrap_or(b'0');
            id.push(char::from(letter));
            number /= 36;
        }
    }
    Ok(id)
}

/// Whether a text has the form of an id.
pub fn is_valid(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

fn draw() -> Result<u64> {
    DRAWN.with_borrow_mut(|drawn| {
        if drawn.len() < size_of::<u64>() {
            drawn.resize(POOL, 0);
            getrandom::fill(drawn).map_err(|error| Error::internal(error.to_string()))?;
        }
        let rest = drawn.split_off(drawn.len() - size_of::<u64>());
        let bytes: [u8; 8] = rest.try_into().map_err(|_| Error::internal("short draw"))?;
        Ok(u64::from_le_bytes(bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_form_and_differ() {
        let ids: std::collections::BTreeSet<String> = (0..2_000).map(|_| new().unwrap()).collect();
        assert_eq!(ids.len(), 2_000);
        assert!(ids.iter().all(|id| is_valid(id)));
        let letters: std::collections::BTreeSet<char> =
            ids.iter().flat_map(|id| id.chars()).collect();
        assert_eq!(letters.len(), 36);
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "short",
            "ABCDEFGHIJKLMNO",
            "abcdefghijklmno1",
            "abc/efghijklmno",
            "ábcdefghijklmn",
        ] {
            assert!(!is_valid(text), "{text}");
        }
    }
}
