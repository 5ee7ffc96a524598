//! Containment without regard to ASCII case, as `~` has it.

/// Whether the text contains the other one.
pub(super) fn contains(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    wanted.is_empty()
        || text
            .windows(wanted.len())
            .any(|window| window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn only_ascii_case_is_ignored() {
        assert!(contains("The Quick Fox", "quick"));
        assert!(contains("straße", "SSE") || contains("straße", "STRA"));
        assert!(!contains("É", "é"));
        assert!(contains("aÉb", "ÉB"));
        assert!(!contains("ab", "abc"));
    }
}
