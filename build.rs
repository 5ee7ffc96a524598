//! Checks `schema/` and `rules/` and embeds them. A mistake there is a mistake of
//! the build, told with its file, line and column.

#[path = "build/declare.rs"]
mod declare;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::exit;

fn main() {
    for watched in ["build.rs", "build", "schema", "rules"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    if let Err(error) = embed() {
        eprintln!("\n{error}\n");
        exit(1);
    }
}

fn embed() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = std::env::var("OUT_DIR")?;
    let schema = declare::read_folder(&root, "schema")?;
    let rules = declare::read_folder(&root, "rules")?;
    let declared = declare::check(&schema, &rules).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        let count = match mistakes.len() {
            1 => "1 mistake".to_owned(),
            many => format!("{many} mistakes"),
        };
        format!("{}\n\n{count} in schema/ and rules/", lines.join("\n"))
    })?;
    let json = serde_json::to_string(&declared)?;
    std::fs::write(Path::new(&out).join("declared.json"), json)?;
    Ok(())
}
