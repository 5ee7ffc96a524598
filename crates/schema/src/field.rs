//! Fields: a column with a type and what is asked of its values.

use serde::{Deserialize, Serialize};

use crate::validate::{FieldCode, FieldError};
use crate::{Pattern, Value};

/// One field of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name on the wire, in rules and of the column.
    pub name: String,
    /// Its type, with the options of that type.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// A record without it (or with its zero value) is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// No two records may have the same value; unset ones do not count.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Unset is null, not the type's zero value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Never in a reply and never in a client's filter or sort; rules may use it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Kept by the server: a client may not write it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub system: bool,
    /// What an insert without it gets, and every record there is when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The names it had before, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renamed_from: Vec<String>,
    /// When its type changes, values that do not fit the new one may be lost.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lossy: bool,
}

/// The types of fields. On the wire, and stored (STRICT columns):
///
/// | kind | JSON | column | unset, not nullable |
/// |---|---|---|---|
/// | text email url password | string | TEXT | `""` |
/// | number | number | INTEGER if `integer`, else REAL | `0` |
/// | bool | true, false | INTEGER 0/1 | `false` |
/// | date autodate | `2026-11-20 10:00:00.000Z` | TEXT | `""` |
/// | select, relation, file: one | string | TEXT; an unset relation is stored as NULL | `""` |
/// | select, relation, file: many | array of strings | TEXT holding a JSON array | `[]` |
/// | json | any | TEXT holding JSON | `null` |
/// | geo | `{"lon":0,"lat":0}` | TEXT holding JSON | `{"lon":0,"lat":0}` |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FieldKind {
    /// Text; lengths count code points.
    Text {
        /// Shortest length allowed of a set value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u32>,
        /// Longest length allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
        /// A regular expression that the whole value must match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<Pattern>,
    },
    /// A number. An integer is exact up to 2^53 - 1 either way, as in JSON.
    Number {
        /// Whole numbers only.
        #[serde(default, skip_serializing_if = "is_false")]
        integer: bool,
        /// Smallest allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// Largest allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// True or false.
    Bool,
    /// An email address, kept in lower case.
    Email,
    /// An absolute http(s) URL.
    Url,
    /// A moment in UTC, to the millisecond.
    Date {
        /// Earliest allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<String>,
        /// Latest allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<String>,
    },
    /// A moment that the server sets.
    Autodate {
        /// When the record is created.
        #[serde(default, skip_serializing_if = "is_false")]
        on_create: bool,
        /// Whenever it is updated.
        #[serde(default, skip_serializing_if = "is_false")]
        on_update: bool,
    },
    /// One or some of the listed values.
    Select {
        /// What may be chosen.
        values: Vec<String>,
        /// Whether it holds a list.
        #[serde(default, skip_serializing_if = "is_false")]
        many: bool,
        /// The most values a list may hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// Any JSON.
    Json {
        /// The largest text allowed, in bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// Records of another collection, or of the same, by id.
    Relation {
        /// The name of that collection.
        collection: String,
        /// Whether it holds a list.
        #[serde(default, skip_serializing_if = "is_false")]
        many: bool,
        /// The most ids a list may hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
        /// What becomes of this record when the other is deleted.
        on_delete: OnDelete,
    },
    /// A point on the earth, in degrees.
    Geo,
    /// Names of files; the blobs themselves are kept elsewhere.
    File {
        /// Whether it holds a list.
        #[serde(default, skip_serializing_if = "is_false")]
        many: bool,
        /// The most files a list may hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
        /// What each of them may be.
        #[serde(flatten)]
        limits: FileLimits,
    },
    /// A password: written by clients, stored hashed, never read.
    Password {
        /// Shortest length allowed.
        min: u32,
    },
}

/// What becomes of a record when a record it refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    /// It is deleted too.
    Cascade,
    /// The other may not be deleted while it refers to it.
    Restrict,
    /// It forgets the other.
    SetNull,
}

/// The largest file where a field says nothing, in bytes.
pub const FILE_BYTES: u64 = 5 * 1024 * 1024;

/// What a file of a field may be, and which smaller pictures are made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLimits {
    /// The largest size, in bytes; none is `FILE_BYTES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u64>,
    /// The types allowed, such as `image/png`; none is any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mime_types: Vec<String>,
    /// The sizes of pictures that `?thumb=` may ask for, such as `100x100`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thumbs: Vec<String>,
}

impl FileLimits {
    /// The texts that are told apart by their content; pictures of text are `image/…`.
    pub const TEXT_TYPES: [&str; 4] = ["text/plain", "text/html", "text/xml", "text/x-shellscript"];

    /// Why a file of that size is not taken, if it is not.
    pub fn check_size(&self, size: u64) -> Result<(), FieldError> {
        let most = self.max_size.unwrap_or(FILE_BYTES);
        if size > most {
            return Err(FieldError::new(
                FieldCode::FileTooLarge,
                format!("Must have at most {most} bytes; it has {size}."),
            ));
        }
        Ok(())
    }

    /// Why a file of that type is not taken, if it is not.
    pub fn check_type(&self, mime_type: &str) -> Result<(), FieldError> {
        // What follows a type, such as a charset, is not compared.
        let bare = mime_type.split(';').next().unwrap_or_default().trim();
        if self.mime_types.is_empty() || self.mime_types.iter().any(|known| known == bare) {
            return Ok(());
        }
        Err(FieldError::new(
            FieldCode::FileType,
            format!(
                "Must be one of {}; by its content it is {bare}.",
                self.mime_types.join(", ")
            ),
        ))
    }
}

impl Field {
    /// What its files may be, if it holds files.
    pub fn files(&self) -> Option<&FileLimits> {
        match &self.kind {
            FieldKind::File { limits, .. } => Some(limits),
            _ => None,
        }
    }

    /// A field of which nothing is asked.
    pub fn new(name: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            name: name.into(),
            kind,
            required: false,
            unique: false,
            nullable: false,
            hidden: false,
            system: false,
            default: None,
            renamed_from: Vec::new(),
            lossy: false,
        }
    }

    /// What an unset value of it is on the wire.
    pub fn zero(&self) -> Value {
        match &self.kind {
            _ if self.nullable => Value::Null,
            FieldKind::Number { .. } => Value::from(0),
            FieldKind::Bool => Value::Bool(false),
            FieldKind::Json { .. } => Value::Null,
            FieldKind::Geo => serde_json::json!({"lon": 0, "lat": 0}),
            _ if self.many() => Value::Array(Vec::new()),
            _ => Value::String(String::new()),
        }
    }

    /// Whether it holds a list of values.
    pub fn many(&self) -> bool {
        match &self.kind {
            FieldKind::Select { many, .. }
            | FieldKind::Relation { many, .. }
            | FieldKind::File { many, .. } => *many,
            _ => false,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}
