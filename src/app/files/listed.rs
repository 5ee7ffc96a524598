//! A page of what is in the bucket, beside what is recorded.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::form::number;
use super::place::prefix;
use crate::app::App;
use crate::bucket::BucketJob;
use crate::error::{Error, Result};
use crate::limits::{LISTED_BLOBS, ORPHAN_MS};
use crate::store::{Rows, SqlValue};

/// The page as a table, made of `Listed::text`.
pub const LISTED: &str = "WITH listed AS (SELECT value ->> 'key' AS key, value ->> 'size' AS size, \
     value ->> 'age_ms' AS age FROM json_each(?)) ";
/// A thumb is its file's, whose key it begins with.
const NOBODYS: &str = "FROM listed WHERE age > ? \
     AND substr(key, 1, instr(key || '/', '/') - 1) NOT IN (SELECT key FROM \"_files\") \
     AND key NOT IN (SELECT key FROM \"_file_removals\")";

/// Asks for the page behind that key.
pub fn page_after(app: &App, after: &str) -> Result<BucketJob> {
    let prefix = prefix(app)?;
    Ok(BucketJob::List {
        after: match after.is_empty() {
            true => String::new(),
            false => format!("{prefix}{after}"),
        },
        prefix,
        limit: LISTED_BLOBS,
    })
}

/// A page of the bucket's list: keys without what all of them begin with.
pub struct Listed {
    /// `[{key, size, age_ms}]`
    pub text: String,
    /// How many there are.
    pub count: u64,
    /// All of them together.
    pub bytes: u64,
    /// The last key.
    pub last: String,
    /// Whether other pages follow.
    pub more: bool,
}

impl Listed {
    /// As the shell gives it.
    pub fn read(app: &App, page: Value) -> Result<Self> {
        let Page { mut blobs, more } = serde_json::from_value(page).map_err(Error::internal)?;
        let prefix = prefix(app)?;
        for blob in &mut blobs {
            let own = blob.key.strip_prefix(&prefix);
            blob.key = own.unwrap_or(&blob.key).to_owned();
        }
        Ok(Self {
            count: blobs.len() as u64,
            bytes: blobs.iter().map(|blob| blob.size).sum(),
            last: blobs
                .last()
                .map(|blob| blob.key.clone())
                .unwrap_or_default(),
            text: serde_json::to_string(&blobs).map_err(Error::internal)?,
            more,
        })
    }

    /// Blobs that nothing names, for longer than a file is on its way.
    pub fn orphans(&self, app: &App) -> Result<Rows> {
        let statement = format!("{LISTED} SELECT key {NOBODYS}");
        Ok(app.sql.query(&statement, &self.of_age())?)
    }

    /// Lists these for removal; gives how many they are.
    pub fn remove_orphans(&self, app: &App) -> Result<usize> {
        let statement = format!(
            "{LISTED} INSERT OR IGNORE INTO \"_file_removals\" (key, multipart) \
             SELECT key, '' {NOBODYS} RETURNING 1"
        );
        let removed = app.sql.query(&statement, &self.of_age())?.len();
        if removed > 0 {
            app.files.touch();
        }
        Ok(removed)
    }

    fn of_age(&self) -> [SqlValue; 2] {
        [self.text.as_str().into(), number(ORPHAN_MS)]
    }
}

/// As the shell tells it.
#[derive(Deserialize)]
struct Page {
    blobs: Vec<Blob>,
    more: bool,
}

#[derive(Deserialize, Serialize)]
struct Blob {
    key: String,
    size: u64,
    /// Below nothing, where the bucket's clock is ahead.
    age_ms: i64,
}
