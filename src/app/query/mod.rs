//! What a request asks of a collection: its query parameters, read strictly.
//!
//! A misspelt or repeated parameter is an error, because a filter that is
//! silently ignored shows more than was asked for. Nothing here decides what a
//! caller may see: that is `guard`.

pub mod call;
pub mod cursor;
pub mod disclosure;
pub mod documents;
pub mod guard;
pub mod order;
pub mod page;
pub mod select;
pub mod table;

pub use call::Call;

use crate::error::{Code, Error, Result};

/// The query parameters of a request, percent-decoded.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the part after the `?`; `+` is a space.
    pub fn parse(query: &str) -> Result<Self> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if pairs.iter().any(|(other, _)| *other == name) {
                return Err(Error::new(
                    Code::BadRequest,
                    format!("The query parameter {name} is given twice; give it once."),
                ));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// The value of that parameter, unless it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether it is there, if only empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// All of them in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Refuses every parameter that is not one of these.
    pub fn allow(&self, known: &[&str]) -> Result<()> {
        let Some((name, _)) = self
            .0
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        else {
            return Ok(());
        };
        let near = known
            .iter()
            .find(|other| other.eq_ignore_ascii_case(name) || other.starts_with(name.as_str()));
        let hint = match near {
            Some(near) => format!("did you mean {near}?"),
            None if known.is_empty() => "there are none here.".to_owned(),
            None => format!("those known are {}.", known.join(", ")),
        };
        Err(Error::new(
            Code::BadRequest,
            format!("There is no query parameter {name} here; {hint}"),
        ))
    }

    /// A switch: `true` or `1`, `false` or `0`; missing is false.
    pub fn switch(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(other) => Err(Error::new(
                Code::BadRequest,
                format!("{name} is true or false, not {other:?}."),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_plus_is_a_space() {
        let params = Params::parse("filter=a%20%3D+%22x%2By%22&page=2&sort=").unwrap();
        assert_eq!(params.get("filter"), Some("a = \"x+y\""));
        assert_eq!(params.get("page"), Some("2"));
        assert_eq!(params.get("sort"), None);
        assert!(params.has("sort"));
    }

    #[test]
    fn a_misspelt_or_repeated_parameter_is_named() {
        let unknown = Params::parse("perpage=3")
            .unwrap()
            .allow(&["page", "perPage"]);
        assert!(
            unknown
                .unwrap_err()
                .message
                .contains("did you mean perPage?")
        );
        let twice = Params::parse("filter=a&filter=b").unwrap_err();
        assert!(twice.message.contains("filter"), "{}", twice.message);
    }

    #[test]
    fn a_switch_is_true_false_or_an_error() {
        let params = Params::parse("a=1&b=false&c=maybe").unwrap();
        assert!(params.switch("a").unwrap());
        assert!(!params.switch("b").unwrap());
        assert!(!params.switch("missing").unwrap());
        assert!(params.switch("c").unwrap_err().message.contains("maybe"));
    }
}
