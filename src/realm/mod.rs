//! A realm: which apps it has. Its administration is not here.

use std::rc::Rc;

use crate::error::Result;
use crate::migrate::{Steps, internal};
use crate::store::Sql;
use crate::system::resolve;

/// The app that every realm has from the start, by slug and by id.
pub const DEFAULT_APP: &str = "default";

const APPS: Steps = Steps {
    owner: "apps",
    statements: &[
        "CREATE TABLE _apps (
            id TEXT PRIMARY KEY NOT NULL, slug TEXT NOT NULL UNIQUE, created TEXT NOT NULL
        ) STRICT, WITHOUT ROWID",
        "INSERT INTO _apps (id, slug, created)
         VALUES ('default', 'default', strftime('%Y-%m-%d %H:%M:%fZ'))",
    ],
};

/// A realm that is awake.
pub struct Realm {
    sql: Rc<dyn Sql>,
}

impl Realm {
    /// Wakes the realm: makes its tables.
    pub fn open(sql: Rc<dyn Sql>, now_ms: u64) -> Result<Rc<Self>> {
        internal(&*sql, &[APPS], now_ms)?;
        Ok(Rc::new(Self { sql }))
    }

    /// The id of the app with that slug.
    pub fn resolve_app(&self, slug: &str) -> Result<Option<String>> {
        resolve(&*self.sql, "SELECT id FROM _apps WHERE slug = ?", slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::native::NativeSql;

    #[test]
    fn the_default_app_is_found_and_no_other_is() {
        let sql: Rc<dyn Sql> = Rc::new(NativeSql::memory().unwrap());
        for _ in 0..2 {
            let realm = Realm::open(Rc::clone(&sql), 0).unwrap();
            assert_eq!(
                realm.resolve_app(DEFAULT_APP).unwrap().as_deref(),
                Some("default")
            );
            for slug in ["", "Default", "default ", "mobile", "' OR 1=1 --"] {
                assert_eq!(realm.resolve_app(slug).unwrap(), None, "{slug}");
            }
        }
    }
}
