//! Text to tokens. Knows no grammar: keywords are words here.

use serde_json::Value as Json;

use super::CompareOp;
use crate::diagnostic::{Diagnostic, Span};

/// The largest whole number that a number holds exactly.
const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Word(String),
    /// A word with `@` before it.
    AtWord(String),
    Number(f64),
    Text(String),
    Compare(CompareOp, bool),
    And,
    Or,
    Not,
    Dot,
    Colon,
    Comma,
    Open,
    Close,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub span: Span,
    pub kind: TokenKind,
}

/// All tokens of a text, `End` last.
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, Diagnostic> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let kind = lexer.next_kind()?;
        let end = kind == TokenKind::End;
        tokens.push(Token {
            span: lexer.span_from(start),
            kind,
        });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn span_from(&self, start: usize) -> Span {
        Span {
            start,
            end: self.at,
        }
    }

    /// Passes over blanks and `//` comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start().len();
            let comment = match rest.get(blanks..) {
                Some(after) if after.starts_with("//") => after.find('\n').unwrap_or(after.len()),
                _ => 0,
            };
            self.at += blanks + comment;
            if comment == 0 {
                return;
            }
        }
    }

    fn next_kind(&mut self) -> Result<TokenKind, Diagnostic> {
        let Some(first) = self.peek() else {
            return Ok(TokenKind::End);
        };
        match first {
            '"' | '\'' => self.text_literal(first),
            '0'..='9' => self.number(),
            '-' if self
                .rest()
                .chars()
                .nth(1)
                .is_some_and(|c| c.is_ascii_digit()) =>
            {
                self.number()
            }
            '@' => {
                self.at += 1;
                let word = self.word();
                if word.is_empty() {
                    return Err(self.wrong(1, "a name is expected after `@`"));
                }
                Ok(TokenKind::AtWord(word))
            }
            c if c.is_ascii_alphabetic() || c == '_' => Ok(TokenKind::Word(self.word())),
            _ => self.symbol(first),
        }
    }

    fn word(&mut self) -> String {
        let word: String = self
            .rest()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        self.at += word.len();
        word
    }

    /// A string in either quote.
    fn text_literal(&mut self, quote: char) -> Result<TokenKind, Diagnostic> {
        let start = self.at;
        let mut value = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            if c == quote {
                return Ok(TokenKind::Text(value));
            }
            let c = match c {
                '\\' => self.escaped(quote),
                _ => c,
            };
            if c == '\0' {
                return Err(self.wrong(1, "a string cannot hold the character U+0000"));
            }
            value.push(c);
        }
        Err(
            Diagnostic::new(self.span_from(start), "this string does not end")
                .hint(format!("close it with {quote}")),
        )
    }

    /// What a backslash and what follows it stand for. In double quotes the escapes
    /// are JSON's, as clients write their values with a JSON library; in single
    /// quotes the quote alone is escaped, as PocketBase's earlier clients do it.
    /// Before anything else a backslash stands for itself.
    // INVARIANT: what a client's `filter()` quotes is one literal, whatever the
    // value: a `\` at its end must not escape the closing quote.
    fn escaped(&mut self, quote: char) -> char {
        let (value, length) = match self.peek() {
            Some(c) if c == quote => (c, 1),
            Some(c @ ('\\' | '/')) if quote == '"' => (c, 1),
            Some('n') if quote == '"' => ('\n', 1),
            Some('r') if quote == '"' => ('\r', 1),
            Some('t') if quote == '"' => ('\t', 1),
            Some('b') if quote == '"' => ('\u{8}', 1),
            Some('f') if quote == '"' => ('\u{c}', 1),
            Some('u') if quote == '"' => self.code_point().map_or(('\\', 0), |c| (c, 5)),
            _ => ('\\', 0),
        };
        self.at += length;
        value
    }

    /// The character of a `u` with four hexadecimal digits.
    fn code_point(&self) -> Option<char> {
        let digits = self.rest().get(1..5)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok()?;
        char::from_u32(number).filter(|_| is_hex)
    }

    fn number(&mut self) -> Result<TokenKind, Diagnostic> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(start + usize::from(bytes.get(start) == Some(&b'-')));
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if digits(end + 1 + sign) > end + 1 + sign {
                end = digits(end + 1 + sign);
            }
        }
        self.at = end;
        let source = self.text.get(start..end).unwrap_or("");
        if self
            .peek()
            .is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            self.word();
            return Err(Diagnostic::new(
                self.span_from(start),
                "this is neither a number nor a name",
            )
            .hint("a name starts with a letter; text stands in quotes"));
        }
        let span = self.span_from(start);
        let whole = !source.contains(['.', 'e', 'E']);
        match read_number(source) {
            Some(value) if whole && value.abs() > MAX_EXACT => Err(Diagnostic::new(
                span,
                "a whole number beyond 9007199254740991 is not exact",
            )),
            // Zero has one form, so that printing it gives it back.
            Some(value) => Ok(TokenKind::Number(if value == 0.0 { 0.0 } else { value })),
            None => Err(Diagnostic::new(span, "this number is too large")),
        }
    }

    fn symbol(&mut self, first: char) -> Result<TokenKind, Diagnostic> {
        for (symbol, kind) in SYMBOLS {
            if self.rest().starts_with(symbol) {
                self.at += symbol.len();
                return Ok(kind.clone());
            }
        }
        let any = first == '?';
        let rest = self.rest().get(usize::from(any)..).unwrap_or("");
        let found = CompareOp::ALL
            .iter()
            .find(|op| rest.starts_with(op.symbol()))
            .copied();
        if let Some(op) = found {
            self.at += usize::from(any) + op.symbol().len();
            return Ok(TokenKind::Compare(op, any));
        }
        if first == '!' {
            self.at += 1;
            return Ok(TokenKind::Not);
        }
        let width = first.len_utf8();
        self.at += width;
        let wrong = self.wrong(width, format!("`{first}` means nothing here"));
        Err(match first {
            '&' => wrong.hint("write && for and"),
            '|' => wrong.hint("write || for or"),
            '?' => wrong.hint("`?` stands before a comparison: ?=, ?!=, ?~"),
            '%' => wrong.hint("`%` is for patterns, inside quotes"),
            '“' | '”' | '‘' | '’' => wrong.hint("text stands in straight quotes"),
            _ => wrong,
        })
    }

    /// A diagnostic about the last `width` bytes read.
    fn wrong(&self, width: usize, message: impl Into<String>) -> Diagnostic {
        let start = self.at.saturating_sub(width);
        Diagnostic::new(self.span_from(start), message)
    }
}

/// The nearest number there is; none if it is beyond all. The reader is JSON's, so
/// that a module for browsers carries no other.
fn read_number(source: &str) -> Option<f64> {
    let (sign, digits) = match source.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, source),
    };
    // JSON has no zeros before other digits.
    let short = digits.trim_start_matches('0');
    let given = digits.len() - short.len();
    let kept = usize::from(!short.starts_with(|c: char| c.is_ascii_digit()) && given > 0);
    let json = digits.get(given - kept..).unwrap_or(digits);
    let value = serde_json::from_str::<Json>(json).ok()?.as_f64()?;
    value.is_finite().then_some(sign * value)
}

const SYMBOLS: [(&str, TokenKind); 7] = [
    ("&&", TokenKind::And),
    ("||", TokenKind::Or),
    ("(", TokenKind::Open),
    (")", TokenKind::Close),
    (",", TokenKind::Comma),
    (".", TokenKind::Dot),
    (":", TokenKind::Colon),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> TokenKind {
        let mut tokens = tokenize(text).unwrap().into_iter();
        let first = tokens.next().unwrap().kind;
        assert_eq!(tokens.next().unwrap().kind, TokenKind::End, "{text}");
        first
    }

    #[test]
    fn a_value_quoted_as_json_is_one_literal_whatever_it_is() {
        for value in [
            "",
            r"ends with \",
            r#"\" || 1=1 || ""#,
            "it's \"so\"",
            "a\nb\t\u{1}",
            r"\d+",
            "é/ß",
        ] {
            let quoted = serde_json::to_string(value).unwrap();
            assert_eq!(read(&quoted), TokenKind::Text(value.into()), "{quoted}");
        }
    }

    #[test]
    fn in_single_quotes_a_backslash_escapes_the_quote_alone() {
        assert_eq!(
            read(r"'it\'s \\ \n \d'"),
            TokenKind::Text(r"it's \\ \n \d".into())
        );
    }

    #[test]
    fn numbers_are_the_nearest_and_are_printed_as_they_are_read() {
        let written = [
            "0",
            "-0",
            "007",
            "00.50",
            "0e5",
            "1e6",
            "1E+2",
            "5e-324",
            "1e-400",
            "0.1",
            "1e23",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "123456789012345678901234567.5",
            "9007199254740991",
            "0.00000000000000000000000000000000000000000000000001",
        ];
        let mut bits = 1_u64;
        let random = std::iter::repeat_with(|| {
            // A generator of numbers that are all over the range.
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from_bits(bits)
        });
        let random = random.filter(|number| number.is_finite()).take(20_000);
        let random: Vec<String> = random.map(|number| format!("{number:e}")).collect();
        for text in written.into_iter().chain(random.iter().map(String::as_str)) {
            let nearest: f64 = text.parse().unwrap();
            assert_eq!(read(text), TokenKind::Number(nearest), "{text}");
            let printed = crate::syntax::number(nearest);
            assert_eq!(read(&printed), TokenKind::Number(nearest), "{printed}");
        }
        for text in ["1e400", "-1e309", "9007199254740993"] {
            assert!(tokenize(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_character_zero_is_refused_however_it_is_written() {
        for text in ["\"\0\"", r#""\u0000""#] {
            assert!(tokenize(text).is_err(), "{text:?}");
        }
    }
}
