//! An app's own macros: named expressions with typed parameters, which its rules
//! use. Carried here as they are declared; what they say the rule language knows.

use serde::{Deserialize, Serialize};

/// `is_member(team: teams)` and the expression that it stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Macro {
    /// As it is called, without the `@`.
    pub name: String,
    /// In the order in which they are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The expression; `@team` in it is the parameter.
    pub text: String,
}

/// One thing that a macro is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// As the expression names it, without the `@`.
    pub name: String,
    /// `text`, `number`, `bool`, `date`, or a collection: an id of it.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Macro {
    /// The macro of a signature such as `is_member(team: teams)`, or what is wrong
    /// with its form.
    pub fn new(signature: &str, text: &str) -> Result<Self, String> {
        let wrong = || format!("`{signature}` is no signature: write \"is_member(team: teams)\"");
        let (name, rest) = signature.split_once('(').ok_or_else(wrong)?;
        let list = rest.trim_end().strip_suffix(')').ok_or_else(wrong)?;
        let given = list.split(',').filter(|_| !list.trim().is_empty());
        let parameters = given.map(|one| {
            let (name, kind) = one.split_once(':').ok_or_else(wrong)?;
            Ok(Parameter {
                name: word(name).ok_or_else(wrong)?,
                kind: word(kind).ok_or_else(wrong)?,
            })
        });
        Ok(Self {
            name: word(name).ok_or_else(wrong)?,
            parameters: parameters.collect::<Result<_, String>>()?,
            text: text.to_owned(),
        })
    }

    /// As it is declared: `is_member(team: teams)`.
    pub fn signature(&self) -> String {
        let parameters = self.parameters.iter();
        let list: Vec<String> = parameters
            .map(|one| format!("{}: {}", one.name, one.kind))
            .collect();
        format!("{}({})", self.name, list.join(", "))
    }
}

/// A name of letters, digits and `_` that begins with none of the digits.
fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Macro;

    #[test]
    fn a_signature_is_read_and_written() {
        for signature in [
            "mine()",
            "is_member(team: teams)",
            "between(a: number, b: date)",
        ] {
            let read = Macro::new(signature, "true").unwrap();
            assert_eq!(read.signature(), signature);
        }
        for wrong in [
            "mine", "mine(", "mine(a)", "mine(a:)", "1st()", "a b()", "m(,)", "m(a: b",
        ] {
            assert!(Macro::new(wrong, "true").is_err(), "{wrong}");
        }
    }
}
