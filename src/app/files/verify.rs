//! `POST /files/verify`: compares what is recorded of files with what is in the
//! bucket, and removes blobs that nothing names where that is asked for.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::listed::{self, LISTED, Listed};
use super::upload::away;
use crate::app::Context;
use crate::app::records::body;
use crate::error::{Code, Error, Result};
use crate::http::{Body, Reply, Step};
use crate::store::{Rows, SqlValue, text};

/// Pages of the bucket that one request looks at.
const PAGES: u32 = 10;
/// Faults of one kind that a reply names; all are counted.
const NAMED: usize = 100;

/// What is asked.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Asked {
    /// Where the last request stopped.
    after: String,
    /// Whether blobs that nothing names are removed.
    remove_orphans: bool,
}

/// What was found so far.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Blobs in the bucket, as far as was looked.
    blobs: u64,
    bytes: u64,
    /// Files without their blob.
    missing: Faults,
    /// Files whose blob has another size.
    wrong_size: Faults,
    /// Blobs that nothing names, for longer than a file is on its way.
    orphans: Faults,
    /// Where to go on; null: that was all.
    next: Option<String>,
}

#[derive(Default, Serialize)]
struct Faults {
    count: usize,
    named: Vec<String>,
}

/// Answers an administrator.
pub fn serve(context: &Rc<Context>) -> Result<Step> {
    let asked = match &context.request.body {
        Body::Json(text) => serde_json::from_value(Value::Object(body::parse(text)?)),
        _ => Ok(Asked::default()),
    };
    let asked = asked.map_err(|error| {
        Error::new(
            Code::BadRequest,
            format!("Send {{after, removeOrphans}} or nothing: {error}."),
        )
    })?;
    page(Rc::clone(context), asked, Report::default(), PAGES)
}

fn page(context: Rc<Context>, asked: Asked, report: Report, left: u32) -> Result<Step> {
    Ok(Step::Bucket(
        listed::page_after(&context.app, &asked.after)?,
        Box::new(move |outcome| {
            let step = compare(&context, asked, report, left, outcome);
            step.unwrap_or_else(|error| Reply::error(&error).into())
        }),
    ))
}

fn compare(
    context: &Rc<Context>,
    mut asked: Asked,
    mut report: Report,
    left: u32,
    outcome: Option<Value>,
) -> Result<Step> {
    let listed = Listed::read(&context.app, outcome.ok_or_else(away)?)?;
    let end = listed.more.then(|| listed.last.clone());
    report.blobs += listed.count;
    report.bytes += listed.bytes;
    let range = Range {
        context,
        listed: &listed.text,
        after: &asked.after,
        end: end.as_deref(),
    };
    report.missing.add(range.missing()?);
    report.wrong_size.add(range.wrong_size()?);
    report.orphans.add(listed.orphans(&context.app)?);
    if asked.remove_orphans {
        listed.remove_orphans(&context.app)?;
    }
    match end {
        Some(last) if left > 1 => {
            asked.after = last;
            page(Rc::clone(context), asked, report, left - 1)
        }
        end => {
            report.next = end;
            Ok(Reply::json(200, &report)?.into())
        }
    }
}

/// A stretch of keys, as it is recorded and as the bucket has it.
struct Range<'a> {
    context: &'a Context,
    listed: &'a str,
    after: &'a str,
    end: Option<&'a str>,
}

impl Range<'_> {
    fn missing(&self) -> Result<Rows> {
        let statement = format!(
            "{LISTED} SELECT key, collection, coalesce(record, ''), name FROM \"_files\" \
             WHERE etag <> '' AND key > ? AND (? IS NULL OR key <= ?) \
             AND key NOT IN (SELECT key FROM listed)"
        );
        let end = self.end.map_or(SqlValue::Null, SqlValue::from);
        self.query(&statement, &[self.after.into(), end.clone(), end])
    }

    fn wrong_size(&self) -> Result<Rows> {
        let statement = format!(
            "{LISTED} SELECT f.key, f.collection, coalesce(f.record, ''), f.name \
             FROM \"_files\" AS f JOIN listed ON listed.key = f.key \
             WHERE f.etag <> '' AND listed.size <> f.size"
        );
        self.query(&statement, &[])
    }

    fn query(&self, statement: &str, params: &[SqlValue]) -> Result<Rows> {
        let mut all = vec![SqlValue::from(self.listed)];
        all.extend_from_slice(params);
        Ok(self.context.app.sql.query(statement, &all)?)
    }
}

impl Faults {
    fn add(&mut self, rows: Rows) {
        self.count += rows.len();
        let room = NAMED - self.named.len();
        let place = |row: &Vec<SqlValue>| match row.len() {
            1 => text(row, 0).to_owned(),
            _ => format!(
                "{}/{}/{} ({})",
                text(row, 1),
                text(row, 2),
                text(row, 3),
                text(row, 0)
            ),
        };
        self.named.extend(rows.iter().take(room).map(place));
    }
}
