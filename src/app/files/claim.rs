//! Files of a record that is written: uploads become names, and the record takes
//! them with it into its transaction.

use std::collections::HashSet;

use ringfence_schema::{Document, Field, FieldCode, Value};

use super::form;
use super::tables::files_of;
use crate::app::query::Call;
use crate::error::{Code, Error, Result};
use crate::http::FormFile;
use crate::store::text;

/// The member that names an upload: `{"avatar": {"upload": "…"}}`.
const UPLOAD: &str = "upload";

/// A file that a document names, and that a record shall have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Of its blob.
    pub key: String,
    /// The name of its field.
    pub field: String,
    /// What the record will call it.
    pub name: String,
    /// As it came with the request; none of an upload that was sent by itself.
    pub file: Option<FormFile>,
}

/// Puts names in the place of the uploads that the call's document names, and keeps
/// with the call what it claims so.
pub fn resolve(call: &mut Call<'_>) -> Result<()> {
    if files_of(call.collection).next().is_none() {
        return Ok(());
    }
    let mut body = std::mem::take(&mut call.body);
    let mut claims = Vec::new();
    let outcome = each(call, &mut body, &mut claims);
    call.body = body;
    call.claims = claims;
    outcome
}

/// The field of that name, if it holds files and the caller may know of it.
// INVARIANT: of a hidden field nothing is told, not even what it would take: to all
// but administrators it is one that is not there.
pub fn field<'a>(call: &Call<'a>, name: &str) -> Option<&'a Field> {
    let is_known = |field: &&Field| call.bypasses_rules() || !field.hidden;
    let field = call.collection.field(name).filter(is_known)?;
    field.files().is_some().then_some(field)
}

fn each(call: &Call<'_>, body: &mut Document, claims: &mut Vec<Claim>) -> Result<()> {
    for (key, value) in body.iter_mut() {
        let bare = key.trim_matches(['+', '-']);
        let Some(field) = field(call, bare) else {
            continue;
        };
        match value {
            Value::Array(items) => {
                for item in items {
                    take(call, field, item, claims)?;
                }
            }
            one => take(call, field, one, claims)?,
        }
    }
    Ok(())
}

fn take(call: &Call<'_>, field: &Field, value: &mut Value, claims: &mut Vec<Claim>) -> Result<()> {
    let Some(key) = value.get(UPLOAD).and_then(Value::as_str) else {
        return Ok(());
    };
    let mut own = form::of(&call.context.request.body);
    let claim = match own.find(|file| file.key == key) {
        Some(file) => form::receive(call, field, file)?,
        None => uploaded(call, field, key)?,
    };
    *value = Value::String(claim.name.clone());
    claims.push(claim);
    Ok(())
}

fn uploaded(call: &Call<'_>, field: &Field, id: &str) -> Result<Claim> {
    let rows = call.context.app.sql.query(
        "SELECT name, key FROM \"_files\" WHERE upload = ? AND record IS NULL \
         AND collection = ? AND field = ? AND owner = ? AND etag <> ''",
        &[
            id.into(),
            call.collection.id.as_str().into(),
            field.name.as_str().into(),
            call.context.principal.label().into(),
        ],
    )?;
    let row = rows.first().ok_or_else(|| {
        refuse(
            &field.name,
            "There is no such upload of yours for this field, or it is not complete.",
        )
    })?;
    Ok(Claim {
        key: text(row, 1).to_owned(),
        field: field.name.clone(),
        name: text(row, 0).to_owned(),
        file: None,
    })
}

/// Refuses a record that names a file which it neither had nor is given now.
// INVARIANT: no record is stored with the name of a blob that is not there.
pub fn check(
    call: &Call<'_>,
    stored: Option<&Document>,
    record: &Document,
    unread: &[String],
) -> Result<()> {
    for field in files_of(call.collection) {
        let before = stored.and_then(|stored| stored.get(&field.name));
        let Some(value) = record.get(&field.name) else {
            continue;
        };
        if before == Some(value) && !unread.contains(&field.name) {
            continue;
        }
        // Whoever cannot read them is not told which names are there.
        let known = before.filter(|_| !unread.contains(&field.name));
        let known: HashSet<&str> = known.map(names).into_iter().flatten().collect();
        let is_new = |name: &&str| {
            let mut claims = call.claims.iter();
            claims.any(|claim| claim.field == field.name && claim.name == **name)
        };
        let mut given = names(value);
        if let Some(other) = given.find(|name| !known.contains(name) && !is_new(name)) {
            return Err(refuse(
                &field.name,
                &format!("There is no file {other:?} here; send the file itself."),
            ));
        }
    }
    Ok(())
}

/// Gives the record its new files; in the transaction that writes it.
pub fn claim(call: &Call<'_>, id: &str, record: &Document) -> Result<()> {
    for claim in &call.claims {
        let value = record.get(&claim.field);
        if !value.is_some_and(|value| names(value).any(|name| name == claim.name)) {
            continue;
        }
        let is_had = match &claim.file {
            Some(file) => form::record(call, claim, file, id)?,
            None => take_upload(call, &claim.key, id)?,
        };
        if !is_had {
            return Err(Error::new(
                Code::Conflict,
                "An upload was used or removed at the same moment. Upload the file again.",
            ));
        }
    }
    Ok(())
}

fn take_upload(call: &Call<'_>, key: &str, id: &str) -> Result<bool> {
    let rows = call.context.app.sql.query(
        "UPDATE \"_files\" SET record = ? WHERE key = ? AND record IS NULL RETURNING 1",
        &[id.into(), key.into()],
    )?;
    Ok(!rows.is_empty())
}

/// The name or names in a field's value.
pub fn names(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str().filter(|text| !text.is_empty());
    let many = value.as_array().into_iter().flatten();
    one.into_iter().chain(many.filter_map(Value::as_str))
}

fn refuse(field: &str, message: &str) -> Error {
    Error::new(
        Code::ValidationFailed,
        "Some fields are not as the collection asks; `data` says which and why.",
    )
    .field(field, FieldCode::InvalidFile.as_str(), message)
}
