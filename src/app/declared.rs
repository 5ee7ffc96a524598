//! The default app's schema and rules, as `schema/` and `rules/` declare them.
//! The build has checked them already.

use ringfence_rules::RuleTexts;
use ringfence_schema::Schema;

use crate::error::{Error, Result};

/// What this program was built with.
pub fn declared() -> Result<(Schema, RuleTexts)> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/declared.json")))
        .map_err(Error::internal)
}
