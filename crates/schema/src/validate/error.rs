//! What is wrong with a document, field by field.

use std::collections::BTreeMap;

/// The closed list of what can be wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldCode {
    /// It must be set and is not.
    Required,
    /// The JSON is of another type.
    Type,
    /// The collection has no such field.
    Unknown,
    /// The server keeps it.
    ReadOnly,
    /// Smaller, shorter or earlier than allowed.
    Min,
    /// Larger, longer or later than allowed.
    Max,
    /// It does not match the pattern.
    Pattern,
    /// Not one of the listed values.
    NotInList,
    /// More values than allowed.
    TooMany,
    /// The same value twice in a list.
    Duplicate,
    /// A fraction where whole numbers are asked for.
    NotInteger,
    /// Not the form of an id.
    InvalidId,
    /// Not an email address.
    InvalidEmail,
    /// Not an absolute http(s) URL.
    InvalidUrl,
    /// Not a moment.
    InvalidDate,
    /// Not a point on the earth.
    InvalidGeo,
    /// Not the name of a file.
    InvalidFile,
    /// A file over the field's largest size.
    FileTooLarge,
    /// A file of a type that the field does not take.
    FileType,
    /// The rules do not let this writer write it so.
    Forbidden,
}

impl FieldCode {
    /// As it is on the wire. The database adds `unique`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Type => "type",
            Self::Unknown => "unknown",
            Self::ReadOnly => "read_only",
            Self::Min => "min",
            Self::Max => "max",
            Self::Pattern => "pattern",
            Self::NotInList => "not_in_list",
            Self::TooMany => "too_many",
            Self::Duplicate => "duplicate",
            Self::NotInteger => "not_integer",
            Self::InvalidId => "invalid_id",
            Self::InvalidEmail => "invalid_email",
            Self::InvalidUrl => "invalid_url",
            Self::InvalidDate => "invalid_date",
            Self::InvalidGeo => "invalid_geo",
            Self::InvalidFile => "invalid_file",
            Self::FileTooLarge => "file_too_large",
            Self::FileType => "file_type",
            Self::Forbidden => "forbidden",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Of the closed list.
    pub code: FieldCode,
    /// For a person: what was wrong and what is asked for.
    pub message: String,
}

impl FieldError {
    /// An error with its message.
    pub fn new(code: FieldCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn unknown(nearest: Option<&str>) -> Self {
        let hint = nearest.map(|name| format!(" Did you mean `{name}`?"));
        Self::new(
            FieldCode::Unknown,
            format!("There is no such field.{}", hint.unwrap_or_default()),
        )
    }
}

/// What is wrong with a document, by the names that its sender used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(pub BTreeMap<String, FieldError>);

impl FieldErrors {
    /// The first error of a field stands.
    pub(super) fn add(&mut self, name: &str, error: FieldError) {
        self.0.entry(name.to_owned()).or_insert(error);
    }

    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, (name, error)) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { " " };
            write!(f, "{separator}{name}: {}", error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}
