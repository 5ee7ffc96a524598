//! Where an app's blobs lie in the bucket: below the ids of its realm and itself, and a
//! name that its database drew when it was new. Two deployments may share a bucket, and
//! their default apps have the same ids: neither takes the other's blobs for its own.

use crate::app::App;
use crate::error::Result;
use crate::store::text;

/// Where a blob lies.
pub fn path(app: &App, key: &str) -> Result<String> {
    Ok(prefix(app)? + key)
}

/// What the path of every blob begins with.
// INVARIANT: an app's own ids come first, so that no app ever names another one's blob.
pub fn prefix(app: &App) -> Result<String> {
    let (realm, id) = (&app.config.realm_id, &app.config.app_id);
    let drawn = match app.files.place.get() {
        Some(drawn) => drawn,
        None => {
            let drawn = read(app)?;
            app.files.place.get_or_init(|| drawn)
        }
    };
    Ok(format!("{realm}/{id}/{drawn}"))
}

fn read(app: &App) -> Result<String> {
    let rows = app
        .sql
        .query("SELECT value FROM \"_meta\" WHERE key = 'files.place'", &[])?;
    Ok(rows.first().map_or("", |row| text(row, 0)).to_owned())
}
