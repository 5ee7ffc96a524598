//! Every limit in one place: the platform's, and our own below them.

/// The largest request body, in bytes. A row is at most 2 MB on the platform.
pub const BODY_BYTES: usize = 2_000_000;
/// The largest body of a batch, in bytes.
pub const BATCH_BYTES: usize = 16_000_000;
/// The most operations in one batch.
pub const BATCH_OPERATIONS: usize = 1_000;
/// The most records on one page; more are asked for than given.
pub const PAGE_RECORDS: u32 = 1_000;
/// Records on a page where nothing is said.
pub const PAGE_DEFAULT: u32 = 30;
/// The longest filter, in bytes.
pub const FILTER_BYTES: usize = 4_000;
/// How deep `expand` may go.
pub const EXPAND_DEPTH: usize = 6;
/// The most expanded paths in one request.
pub const EXPAND_PATHS: usize = 20;
/// The most records that one step of an `expand` leads to.
pub const EXPAND_RECORDS: u32 = 10_000;
/// How long an `Idempotency-Key` is remembered, in milliseconds.
pub const IDEMPOTENCY_MS: u64 = 24 * 60 * 60 * 1000;
/// The longest password, in bytes: hashing cost must not be the caller's choice.
pub const PASSWORD_BYTES: usize = 256;
/// How long an access token lives, in seconds.
pub const ACCESS_TOKEN_SECONDS: u64 = 15 * 60;
/// How long a refresh token lives unused, in seconds.
pub const REFRESH_TOKEN_SECONDS: u64 = 30 * 24 * 60 * 60;
/// The platform's most parameters of a statement.
pub const SQL_PARAMETERS: usize = 100;
/// The platform's most arguments of an SQL function.
pub const SQL_FUNCTION_ARGUMENTS: usize = 32;
/// The platform's longest statement, in bytes.
pub const SQL_BYTES: usize = 100_000;
/// How long a file token lives, in seconds.
pub const FILE_TOKEN_SECONDS: u64 = 3 * 60;
/// How long the files of a form may take into the bucket, in milliseconds.
pub const FORM_FILES_MS: u64 = 60 * 60 * 1000;
/// How old a blob must be that nothing names to be nobody's, in milliseconds: older, by
/// the bucket's clock, than a form's files are waited for.
pub const ORPHAN_MS: u64 = FORM_FILES_MS + 10 * 60 * 1000;
/// How long after files came the bucket is looked through, in milliseconds.
pub const LISTING_MS: u64 = 24 * 60 * 60 * 1000;
/// How long an upload waits for its next part and then for its record, in milliseconds.
pub const UPLOAD_MS: u64 = 24 * 60 * 60 * 1000;
/// A part of an upload, in bytes, unless there would be too many.
pub const PART_BYTES: u64 = 8 * 1024 * 1024;
/// The most parts that the bucket takes.
pub const PARTS: u64 = 10_000;
/// The largest file that is sent as one, in bytes: the bucket takes no more at once.
pub const WHOLE_BYTES: u64 = 5_000_000_000;
/// Blobs in one page of the bucket's list.
pub const LISTED_BLOBS: u32 = 1_000;
/// The most parts in one form: each operation of a batch looks at all of them.
pub const FORM_PARTS: usize = 2_000;
/// The most files in one form: each is a call of the bucket.
pub const FORM_FILES: usize = 100;
