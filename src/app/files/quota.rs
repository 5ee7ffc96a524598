//! How much may be stored: by an app in all, and by each of its users.
//!
//! What is used is counted by triggers in the transaction of each change, uploads
//! that are sent by themselves from when they are announced.

use crate::app::Context;
use crate::context::Principal;
use crate::error::{Code, Error, Result};
use crate::store::integer;

/// Refuses when more is used than may be, with as many bytes as are still to be counted.
pub fn check(context: &Context, coming: u64) -> Result<()> {
    let quotas = context.app.config.quotas;
    if quotas.app_bytes > 0 && used(context, "")?.saturating_add(coming) > quotas.app_bytes {
        return Err(full("The app has", quotas.app_bytes));
    }
    let is_user = matches!(context.principal, Principal::User(_));
    if is_user
        && quotas.user_bytes > 0
        && used(context, &context.principal.label())?.saturating_add(coming) > quotas.user_bytes
    {
        return Err(full("You have", quotas.user_bytes));
    }
    Ok(())
}

fn used(context: &Context, owner: &str) -> Result<u64> {
    let rows = context.app.sql.query(
        "SELECT bytes FROM \"_file_usage\" WHERE owner = ?",
        &[owner.into()],
    )?;
    let bytes = rows.first().map_or(0, |row| integer(row, 0));
    Ok(u64::try_from(bytes).unwrap_or(0))
}

fn full(who: &str, most: u64) -> Error {
    Error::new(
        Code::QuotaExceeded,
        format!("{who} {most} bytes for files, and this is more than is left. Remove some first."),
    )
}
