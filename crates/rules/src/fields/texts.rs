//! Rules of fields as they are written. What they mean is in `fields`.

use ringfence_schema::Mask;
use serde::{Deserialize, Serialize};

use crate::ruleset::Operation;

/// What is said of one field. What is left out follows the record's own rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldTexts {
    /// For `list` and `view`, where they have none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// Who reads it in lists, and may filter and sort by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Who reads it in a single record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// For `insert` and `update`, where they have none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<String>,
    /// Who may set it in a new record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insert: Option<String>,
    /// Who may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
    /// What its readers see instead of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<Mask>,
    /// For whom the mask is lifted; nobody, where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmasked: Option<Unmasked>,
}

/// For whom a mask is lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Unmasked {
    /// For those of whom a rule holds.
    Rule(String),
    /// For those in one of these groups.
    Groups(Vec<String>),
}

/// Names of fields; `"*"` is all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldNames {
    /// One, or `"*"`.
    One(String),
    /// Some.
    Many(Vec<String>),
}

impl FieldTexts {
    /// The text that decides about an operation, and the option it stands in.
    pub(super) fn get(&self, operation: Operation) -> Option<(&'static str, &str)> {
        let (own, shared, name) = match operation {
            Operation::List => (&self.list, &self.read, "read"),
            Operation::View => (&self.view, &self.read, "read"),
            Operation::Insert => (&self.insert, &self.write, "write"),
            Operation::Update => (&self.update, &self.write, "write"),
            Operation::Delete | Operation::Execute => return None,
        };
        let own = own.as_deref().map(|text| (operation.name(), text));
        own.or_else(|| shared.as_deref().map(|text| (name, text)))
    }
}

impl FieldNames {
    /// The names, as they are written.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }

    pub(super) fn has(&self, field: &str) -> bool {
        let mut names = self.names().iter();
        names.any(|name| name == "*" || name == field)
    }
}

impl Unmasked {
    /// As a rule; groups are what `@has_group` asks for.
    pub(super) fn text(&self) -> Result<String, String> {
        let groups = match self {
            Self::Rule(text) => return Ok(text.clone()),
            Self::Groups(groups) => groups,
        };
        let plain = |group: &&String| {
            !group.is_empty()
                && !group.contains(|c: char| matches!(c, '"' | '\\') || c.is_control())
        };
        if let Some(odd) = groups.iter().find(|group| !plain(group)) {
            return Err(format!("{odd:?} is no name of a group"));
        }
        if groups.is_empty() {
            return Ok("false".to_owned());
        }
        let asked: Vec<String> = groups
            .iter()
            .map(|group| format!("@has_group(\"{group}\")"))
            .collect();
        Ok(asked.join(" || "))
    }
}
