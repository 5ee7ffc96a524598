//! Removes blobs that nothing names any more: the outbox of removals, uploads that
//! nobody took in time, and what `listing` finds. Run by the object's alarm.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use serde_json::json;

use super::form::number;
use super::listing;
use super::place::path;
use crate::app::App;
use crate::bucket::BucketJob;
use crate::error::Result;
use crate::http::{Reply, Step};
use crate::store::{integer, text};

/// Blobs removed in one call of the bucket.
const AT_ONCE: i64 = 500;
/// After a failure of the bucket, in milliseconds.
const AGAIN_MS: u64 = 60_000;

/// What an awake app knows of its files: whether something may be to do, and since when
/// the bucket may be asked again; and whether it will be looked through.
pub struct Files {
    touched: Cell<bool>,
    not_before: Cell<u64>,
    listing_is_expected: Cell<bool>,
    /// See `place`.
    pub place: OnceCell<String>,
}

impl Files {
    /// Of an app that wakes. A change of its schema may have removed some; what else there
    /// was to do, the alarm knows.
    pub fn new(is_migrated: bool) -> Self {
        Self {
            touched: Cell::new(is_migrated),
            not_before: Cell::new(0),
            listing_is_expected: Cell::new(false),
            place: OnceCell::new(),
        }
    }

    /// A file was announced or removed.
    pub fn touch(&self) {
        self.touched.set(true);
    }

    /// Whether one was since this was asked last.
    pub fn take_touched(&self) -> bool {
        self.touched.replace(false)
    }

    /// Whether a look through the bucket is sure to begin later.
    pub fn listing_is_expected(&self) -> bool {
        self.listing_is_expected.get()
    }

    /// It is, from now on.
    pub fn expect_listing(&self) {
        self.listing_is_expected.set(true);
        self.touch();
    }

    /// It begins.
    pub fn begin_listing(&self) {
        self.listing_is_expected.set(false);
    }
}

/// When to sweep, if what was served last may have changed that.
pub fn next(app: &App, now_ms: u64) -> Result<Option<u64>> {
    if !app.files.take_touched() {
        return Ok(None);
    }
    let due = due(app, now_ms)?;
    Ok(due.map(|at| at.max(app.files.not_before.get())))
}

/// When there will be something to do; nothing: never.
fn due(app: &App, now_ms: u64) -> Result<Option<u64>> {
    let rows = app.sql.query(
        "SELECT EXISTS (SELECT 1 FROM \"_file_removals\"), \
         (SELECT min(at) FROM (SELECT min(expires) AS at FROM \"_files\" WHERE record IS NULL \
          UNION ALL SELECT due FROM \"_file_listing\"))",
        &[],
    )?;
    let row = rows.first().map(Vec::as_slice).unwrap_or_default();
    if integer(row, 0) > 0 {
        return Ok(Some(now_ms));
    }
    Ok(u64::try_from(integer(row, 1)).ok().filter(|at| *at > 0))
}

/// Lists a blob for removal, unless a file has it: one that was written too late, or
/// for nothing.
pub fn discard(app: &App, key: &str) -> Result<()> {
    let listed = app.sql.query(
        "INSERT OR IGNORE INTO \"_file_removals\" (key, multipart) \
         SELECT ?, '' WHERE NOT EXISTS (SELECT 1 FROM \"_files\" WHERE key = ?) RETURNING 1",
        &[key.into(), key.into()],
    )?;
    if !listed.is_empty() {
        app.files.touch();
    }
    Ok(())
}

/// Does what is due; then `next` says when to come again.
// INVARIANT: a removal is taken off the list after the blob is gone, never before.
pub fn sweep(app: &Rc<App>, now_ms: u64) -> Result<Step> {
    let expired = app.sql.query(
        "DELETE FROM \"_files\" WHERE record IS NULL AND expires <= ? RETURNING key",
        &[number(now_ms)],
    )?;
    let expired = expired.len();
    let remove = move |app: &Rc<App>, orphans: Option<usize>| {
        if orphans.is_none() {
            app.files.not_before.set(now_ms + AGAIN_MS);
        }
        let found = Found {
            expired,
            orphans: orphans.unwrap_or(0),
            removed: 0,
        };
        go_on(app, now_ms, found)
    };
    listing::look(app, now_ms, Box::new(remove))
}

fn go_on(app: &Rc<App>, now_ms: u64, found: Found) -> Result<Step> {
    let rows = app.sql.query(
        &format!("SELECT key, multipart FROM \"_file_removals\" LIMIT {AT_ONCE}"),
        &[],
    )?;
    if rows.is_empty() {
        return Ok(found.end(app));
    }
    let keys: Vec<String> = rows.iter().map(|row| text(row, 0).to_owned()).collect();
    let uploads = rows.iter().filter(|row| !text(row, 1).is_empty());
    let job = BucketJob::Delete {
        uploads: uploads
            .map(|row| Ok((path(app, text(row, 0))?, text(row, 1).to_owned())))
            .collect::<Result<_>>()?,
        keys: keys
            .iter()
            .map(|key| path(app, key))
            .collect::<Result<_>>()?,
    };
    let app = Rc::clone(app);
    Ok(Step::Bucket(
        job,
        Box::new(move |outcome| {
            let step = match outcome {
                Some(_) => forget(&app, &keys).and_then(|()| {
                    let removed = found.removed + keys.len();
                    go_on(&app, now_ms, Found { removed, ..found })
                }),
                None => {
                    app.files.not_before.set(now_ms + AGAIN_MS);
                    Ok(found.end(&app))
                }
            };
            step.unwrap_or_else(|error| Reply::error(&error).into())
        }),
    ))
}

fn forget(app: &App, keys: &[String]) -> Result<()> {
    let keys = serde_json::to_string(keys).map_err(crate::error::Error::internal)?;
    Ok(app.sql.execute(
        "DELETE FROM \"_file_removals\" WHERE key IN (SELECT value FROM json_each(?))",
        &[keys.into()],
    )?)
}

/// What a sweep came upon.
struct Found {
    /// Files that no record took in time.
    expired: usize,
    /// Blobs in the bucket that nothing named.
    orphans: usize,
    /// Blobs that are gone now.
    removed: usize,
}

impl Found {
    fn end(&self, app: &App) -> Step {
        app.files.touch();
        let mut reply = Reply::no_content();
        if self.expired + self.orphans + self.removed > 0 {
            let line = json!({
                "level": "info",
                "realm": app.config.realm_id,
                "app": app.config.app_id,
                "files_expired": self.expired,
                "orphans_found": self.orphans,
                "blobs_removed": self.removed,
            });
            reply.log = Some(line.to_string());
        }
        reply.into()
    }
}
