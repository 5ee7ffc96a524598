//! What a file is by its first bytes: binary formats as `infer` tells them, and what
//! texts show of themselves. Names and headers that came with it say nothing here.

use serde::de::IgnoredAny;

/// How many bytes tell the type.
pub const FIRST_BYTES: usize = 4096;

/// A type and the extension (with its dot) of files of it.
pub type Content = (String, String);

/// The type of a file that begins with these bytes.
pub fn of(first_bytes: &[u8]) -> Content {
    let known = infer::get(first_bytes);
    let markup = known.is_none_or(|known| known.mime_type() == "text/xml");
    if markup && let Some((mime_type, extension)) = text(first_bytes) {
        return (mime_type.to_owned(), extension.to_owned());
    }
    match known {
        Some(known) if known.mime_type() == "text/html" => {
            ("text/html; charset=utf-8".to_owned(), ".html".to_owned())
        }
        Some(known) => (
            known.mime_type().to_owned(),
            format!(".{}", known.extension()),
        ),
        None => ("application/octet-stream".to_owned(), String::new()),
    }
}

/// As what it is known, if these bytes are text.
fn text(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // A letter that the end cuts in two.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_written = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if !text.chars().all(is_written) {
        return None;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    Some(match text.as_bytes().first() {
        Some(b'<') if text.contains("<svg") => ("image/svg+xml", ".svg"),
        Some(b'<') if text.starts_with("<?xml") => ("text/xml; charset=utf-8", ".xml"),
        Some(b'{' | b'[') if is_json(text, bytes.len()) => ("application/json", ".json"),
        _ => ("text/plain; charset=utf-8", ".txt"),
    })
}

/// Whether it is JSON, or as far as it goes.
fn is_json(text: &str, bytes: usize) -> bool {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => true,
        Err(error) => error.is_eof() && bytes >= FIRST_BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_schema::FileLimits;

    #[test]
    fn a_type_is_what_the_bytes_say() {
        let long = format!("[{}", "1,".repeat(FIRST_BYTES));
        let (cut, _) = long.split_at(FIRST_BYTES);
        let letters = "\u{e4}".repeat(FIRST_BYTES);
        for (bytes, expected) in [
            (b"\x89PNG\r\n\x1a\n....".as_slice(), "image/png .png"),
            (b"\xff\xd8\xff\xe0....", "image/jpeg .jpg"),
            (b"GIF89a....", "image/gif .gif"),
            (b"RIFF....WEBPVP8 ", "image/webp .webp"),
            (b"%PDF-1.7", "application/pdf .pdf"),
            (
                b"PK\x03\x04........................",
                "application/zip .zip",
            ),
            (b"<!DOCTYPE html><p>", "text/html; charset=utf-8 .html"),
            (b"  <HTML>", "text/html; charset=utf-8 .html"),
            (b"<svg xmlns='x'>", "image/svg+xml .svg"),
            (b"<?xml version='1.0'?><svg>", "image/svg+xml .svg"),
            (b"<?xml version='1.0'?><a/>", "text/xml; charset=utf-8 .xml"),
            (b"{\"a\": [1]}", "application/json .json"),
            (cut.as_bytes(), "application/json .json"),
            (b"[draft", "text/plain; charset=utf-8 .txt"),
            (b"Hello", "text/plain; charset=utf-8 .txt"),
            (b"", "text/plain; charset=utf-8 .txt"),
            (&letters.as_bytes()[1..], "application/octet-stream "),
            (
                &letters.as_bytes()[..FIRST_BYTES - 1],
                "text/plain; charset=utf-8 .txt",
            ),
            (b"#!/bin/sh\nls", "text/x-shellscript .sh"),
            (b"a,b\n1,2\n", "text/plain; charset=utf-8 .txt"),
            (b"\x00\x01\x02", "application/octet-stream "),
            (b"a\x00b", "application/octet-stream "),
        ] {
            let (mime_type, extension) = of(bytes);
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(format!("{mime_type} {extension}"), expected, "{shown}");
            let bare = mime_type.split(';').next().unwrap();
            let is_declarable = FileLimits::TEXT_TYPES.contains(&bare);
            assert_eq!(bare.starts_with("text/"), is_declarable, "{bare}");
        }
    }
}
