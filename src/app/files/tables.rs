//! What is recorded of files, and the triggers that keep it true whoever writes.

use ringfence_schema::ddl::Named;
use ringfence_schema::name::{quote, quote_text};
use ringfence_schema::{Collection, Field, Schema};

use crate::error::Result;
use crate::migrate::Steps;
use crate::store::{Sql, SqlValue};

/// `_files` has a row for every file of a record, and for every upload, which waits for
/// one until `expires` (milliseconds): `upload` is what its client calls it, `multipart`
/// the bucket's own upload in parts, and while its `etag` is empty it is not all there; `thumbs` has the sizes in which the bucket may have it. `_file_removals`
/// are the blobs to remove; `_file_usage` is what each owner has, and under `''` all of
/// them together; `_file_listing` says when the bucket is looked through.
pub const TABLES: Steps = Steps {
    owner: "files",
    statements: &[
        "CREATE TABLE \"_files\" (key TEXT PRIMARY KEY NOT NULL, collection TEXT NOT NULL, \
         field TEXT NOT NULL, record TEXT, name TEXT NOT NULL, original TEXT NOT NULL, \
         type TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, owner TEXT NOT NULL, \
         expires INTEGER NOT NULL, multipart TEXT NOT NULL) STRICT",
        "CREATE UNIQUE INDEX \"_files_record\" ON \"_files\" (collection, record, name) \
         WHERE record IS NOT NULL",
        "CREATE INDEX \"_files_waiting\" ON \"_files\" (expires) WHERE record IS NULL",
        "CREATE TABLE \"_file_parts\" (key TEXT NOT NULL REFERENCES \"_files\" (key) \
         ON DELETE CASCADE, number INTEGER NOT NULL, etag TEXT NOT NULL, \
         PRIMARY KEY (key, number)) STRICT, WITHOUT ROWID",
        "CREATE TABLE \"_file_removals\" (key TEXT PRIMARY KEY NOT NULL, \
         multipart TEXT NOT NULL) STRICT",
        "CREATE TABLE \"_file_usage\" (owner TEXT PRIMARY KEY NOT NULL, bytes INTEGER NOT NULL, \
         files INTEGER NOT NULL) STRICT",
        "ALTER TABLE \"_files\" ADD COLUMN upload TEXT",
        "CREATE UNIQUE INDEX \"_files_upload\" ON \"_files\" (upload) WHERE upload IS NOT NULL",
        "ALTER TABLE \"_files\" ADD COLUMN thumbs TEXT NOT NULL DEFAULT '[]'",
        "CREATE TABLE \"_file_listing\" (id INTEGER PRIMARY KEY CHECK (id = 1), \
         due INTEGER NOT NULL, after TEXT NOT NULL, is_last INTEGER NOT NULL) STRICT",
        // What is in the bucket already stays where it is.
        "INSERT INTO \"_meta\" (key, value) SELECT 'files.place', CASE WHEN EXISTS (SELECT 1 FROM \"_files\") THEN '' \
         ELSE lower(hex(randomblob(5))) || '/' END",
    ],
};

/// The triggers of these tables, and of every collection that has files.
// INVARIANT: a blob that no row of `_files` names any more is in `_file_removals`
// from the same transaction on; what is used is counted in it as well.
pub fn triggers(schema: &Schema) -> Vec<Named> {
    let mut found = vec![
        named(
            "files.counted",
            "AFTER INSERT ON \"_files\" BEGIN \
             INSERT INTO \"_file_usage\" (owner, bytes, files) \
             VALUES ('', NEW.size, 1), (NEW.owner, NEW.size, 1) \
             ON CONFLICT (owner) DO UPDATE SET bytes = bytes + excluded.bytes, files = files + 1; \
             END",
        ),
        named(
            "files.removed",
            "AFTER DELETE ON \"_files\" BEGIN \
             UPDATE \"_file_usage\" SET bytes = bytes - OLD.size, files = files - 1 \
             WHERE owner IN ('', OLD.owner); \
             DELETE FROM \"_file_usage\" WHERE owner = OLD.owner AND files = 0; \
             INSERT OR IGNORE INTO \"_file_removals\" (key, multipart) \
             SELECT OLD.key, OLD.multipart \
             UNION ALL SELECT OLD.key || '/' || value, '' FROM json_each(OLD.thumbs); END",
        ),
    ];
    for collection in &schema.collections {
        found.extend(of_collection(collection));
    }
    found
}

/// Without a record, or with another value in its place, a file is removed.
fn of_collection(collection: &Collection) -> Vec<Named> {
    let fields: Vec<&Field> = files_of(collection).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let table = quote(&collection.name);
    let own = |row: &str| {
        format!(
            "DELETE FROM \"_files\" WHERE collection = {} AND record = {row}.id",
            quote_text(&collection.id)
        )
    };
    let columns: Vec<String> = fields.iter().map(|field| quote(&field.name)).collect();
    let kept = holds(&fields, "NEW", "name");
    vec![
        named(
            &format!("files.{}.delete", collection.name),
            &format!("AFTER DELETE ON {table} BEGIN {}; END", own("OLD")),
        ),
        named(
            &format!("files.{}.update", collection.name),
            &format!(
                "AFTER UPDATE OF {} ON {table} BEGIN {} AND NOT ({kept}); END",
                columns.join(", "),
                own("NEW")
            ),
        ),
    ]
}

/// Whether a row of the collection's table has that name in one of its fields.
fn holds(fields: &[&Field], row: &str, name: &str) -> String {
    let one = |field: &&Field| {
        let column = format!("{row}.{}", quote(&field.name));
        match field.many() {
            true => format!("EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {name})"),
            false => format!("{column} IS {name}"),
        }
    };
    fields.iter().map(one).collect::<Vec<_>>().join(" OR ")
}

/// The fields of a collection that hold files.
pub fn files_of(collection: &Collection) -> impl Iterator<Item = &Field> {
    collection
        .fields
        .iter()
        .filter(|field| field.files().is_some())
}

/// After the schema has changed: files of collections and fields that are no more
/// are removed with them.
pub fn settle(sql: &dyn Sql, schema: &Schema) -> Result<()> {
    let ids: Vec<&str> = schema.collections.iter().map(|c| c.id.as_str()).collect();
    let ids = serde_json::to_string(&ids).map_err(crate::error::Error::internal)?;
    sql.execute(
        "DELETE FROM \"_files\" WHERE collection NOT IN (SELECT value FROM json_each(?))",
        &[ids.into()],
    )?;
    for collection in &schema.collections {
        let fields: Vec<&Field> = files_of(collection).collect();
        let held = match fields.is_empty() {
            true => "0".to_owned(),
            false => holds(&fields, "r", "\"_files\".name"),
        };
        let statement = format!(
            "DELETE FROM \"_files\" WHERE collection = ? AND record IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM {} AS r WHERE r.id = \"_files\".record AND ({held}))",
            quote(&collection.name)
        );
        sql.execute(&statement, &[SqlValue::from(collection.id.as_str())])?;
    }
    Ok(())
}

fn named(name: &str, what: &str) -> Named {
    Named {
        name: name.to_owned(),
        sql: format!("CREATE TRIGGER {} {what}", quote(name)),
    }
}
