//! What the bucket is asked for: plain descriptions that the shell carries out, an
//! object's own (`BucketJob`) or those of the front, which passes blobs on.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::http::Step;

/// Work that the object's shell does in the bucket: blobs are named, never read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "job", rename_all = "camelCase")]
pub enum BucketJob {
    /// Remove these, whether they are there or not.
    Delete {
        /// Whole blobs.
        keys: Vec<String>,
        /// Uploads in parts that were never completed, by key and their id.
        uploads: Vec<(String, String)>,
    },
    /// Begin an upload in parts; gives `{"upload": id}`.
    Begin {
        /// Of the blob to come.
        key: String,
    },
    /// Put the parts together; gives `{"size", "etag"}`, both null where a part is
    /// missing or another than was said. One that was put together already is given
    /// again.
    Complete {
        /// Of the blob.
        key: String,
        /// The bucket's id of the upload.
        upload: String,
        /// Numbers from 1 and ETags, in order.
        parts: Vec<(u64, String)>,
    },
    /// A page of the blobs, in the order of their keys; gives
    /// `{"blobs": [{"key", "size", "age_ms"}], "more": bool}`.
    List {
        /// What the keys begin with.
        prefix: String,
        /// The last key of the page before.
        after: String,
        /// How many at most.
        limit: u32,
    },
}

/// What came of it: `None` when the bucket could not be asked.
pub type BucketResume = Box<dyn FnOnce(Option<Value>) -> Step>;

/// Work that the front does, as only there are the bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum FrontTask {
    /// Put the files of the form there, in their order, and send the form again with
    /// what is said here of each.
    Put {
        /// In the bucket.
        paths: Vec<String>,
        /// The same, as the app knows them.
        keys: Vec<String>,
        /// When this was said, in milliseconds.
        at: u64,
    },
    /// Put the body of the request there, and ask again with what came of it.
    Receive {
        /// In the bucket.
        path: String,
        /// The same, as the app knows it.
        key: String,
        /// The bucket's id of an upload in parts, and the number of this one.
        part: Option<(String, u64)>,
        /// How many bytes there must be.
        length: u64,
    },
    /// Answer with a blob, or with a head alone.
    Send(Send),
}

/// A reply with a blob.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Send {
    /// The HTTP status.
    pub status: u16,
    /// Its headers, without the length.
    pub headers: Headers,
    /// Of the body, or of what a GET would be sent; none where there is no such.
    pub length: Option<u64>,
    /// The body, if there is one.
    pub blob: Option<Blob>,
    /// What is sent in its place, if it can be made.
    pub thumb: Option<Thumb>,
    /// The line of the log that this request leaves, for the platform to write.
    #[serde(skip)]
    pub log: Option<String>,
}

/// Headers of a reply.
pub type Headers = BTreeMap<&'static str, String>;

/// A blob, or a part of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Blob {
    /// In the bucket.
    pub key: String,
    /// All of it, where nothing is said.
    pub range: Option<Range>,
}

/// A part of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    /// Its first byte.
    pub offset: u64,
    /// How many there are.
    pub length: u64,
}

/// A thumb of a blob. Where there is an empty blob, none can be made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thumb {
    /// In the bucket, once it was made.
    pub key: String,
    /// The blob that it is made of.
    pub of: String,
    /// As `ThumbSize` reads it.
    pub size: String,
    /// The headers of the reply, without type and length.
    pub headers: Headers,
}
