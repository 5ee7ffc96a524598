//! Makes `app.db` of a folder of `tests/fixtures` from its `schema/` and `rows.sql`.
//!
//! Run once, when a version is about to become an earlier one.

#[path = "../build/declare.rs"]
mod declare;

use std::error::Error;
use std::path::PathBuf;

use ringfence::app::migrate;
use ringfence::store::Sql;
use ringfence::store::native::NativeSql;

fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1);
    let folder = PathBuf::from(argument.ok_or("name the folder: tests/fixtures/NAME")?);
    let file = folder.join("app.db");
    if file.exists() {
        return Err(format!("{} is there already, and stays as it is", file.display()).into());
    }
    let sources = declare::read_folder(&folder, "schema")?;
    let (schema, _) = declare::check(&sources, &[]).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    let sql = NativeSql::file(&file)?;
    migrate::apply(&sql, &schema, 0)?;
    let rows = std::fs::read_to_string(folder.join("rows.sql"))?;
    for statement in rows.split(";\n").filter(|text| !text.trim().is_empty()) {
        sql.execute(statement, &[])?;
    }
    Ok(())
}
