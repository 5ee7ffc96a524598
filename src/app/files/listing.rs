//! Looks through the bucket for blobs that nothing names: the front put them and could
//! not say so any more, as it ended in between, or the app's object had.
//!
//! Such blobs are only in the way, so this has time: a day after files came, and once
//! more a day later for those that were on their way during the first look.

use std::rc::Rc;

use serde_json::Value;

use super::form::number;
use super::listed::{self, Listed};
use crate::app::App;
use crate::error::Result;
use crate::http::{Reply, Step};
use crate::limits::LISTING_MS;
use crate::store::text;

/// Pages of the bucket that one alarm looks at.
const PAGES: u32 = 10;

/// What comes after a look, by the number of orphans; none: the bucket is away.
type Then = Box<dyn FnOnce(&Rc<App>, Option<usize>) -> Result<Step>>;

/// Sees to it that a look begins after the blobs that come now are there. Written once
/// for each look, and once when an app wakes.
// INVARIANT: before a blob is put whose key is not recorded yet.
pub fn expect(app: &App, now_ms: u64) -> Result<()> {
    if app.files.listing_is_expected() {
        return Ok(());
    }
    app.sql.execute(
        "INSERT INTO \"_file_listing\" (id, due, after, is_last) VALUES (1, ?, '', 0) \
         ON CONFLICT (id) DO UPDATE SET is_last = 0 WHERE is_last = 1",
        &[number(now_ms.saturating_add(LISTING_MS))],
    )?;
    app.files.expect_listing();
    Ok(())
}

/// Looks, if it is time to, and goes on with `then`.
pub fn look(app: &Rc<App>, now_ms: u64, then: Then) -> Result<Step> {
    let rows = app.sql.query(
        "SELECT after FROM \"_file_listing\" WHERE due <= ?",
        &[number(now_ms)],
    )?;
    let Some(row) = rows.first() else {
        return then(app, Some(0));
    };
    let after = text(row, 0);
    if after.is_empty() {
        app.files.begin_listing();
    }
    let look = Look {
        now_ms,
        orphans: 0,
        pages: PAGES,
    };
    look.page(app, after, then)
}

struct Look {
    now_ms: u64,
    orphans: usize,
    pages: u32,
}

impl Look {
    fn page(self, app: &Rc<App>, after: &str, then: Then) -> Result<Step> {
        let job = listed::page_after(app, after)?;
        let app = Rc::clone(app);
        Ok(Step::Bucket(
            job,
            Box::new(move |outcome| {
                let step = self.compare(&app, outcome, then);
                step.unwrap_or_else(|error| Reply::error(&error).into())
            }),
        ))
    }

    fn compare(mut self, app: &Rc<App>, outcome: Option<Value>, then: Then) -> Result<Step> {
        let Some(page) = outcome else {
            return then(app, None);
        };
        let listed = Listed::read(app, page)?;
        self.orphans += listed.remove_orphans(app)?;
        self.pages -= 1;
        if !listed.more {
            end(app, self.now_ms)?;
            return then(app, Some(self.orphans));
        }
        app.sql.execute(
            "UPDATE \"_file_listing\" SET after = ?",
            &[listed.last.as_str().into()],
        )?;
        match self.pages {
            0 => then(app, Some(self.orphans)),
            _ => self.page(app, &listed.last, then),
        }
    }
}

fn end(app: &App, now_ms: u64) -> Result<()> {
    app.sql
        .execute("DELETE FROM \"_file_listing\" WHERE is_last = 1", &[])?;
    Ok(app.sql.execute(
        "UPDATE \"_file_listing\" SET due = ?, after = '', is_last = 1",
        &[number(now_ms.saturating_add(LISTING_MS))],
    )?)
}
