//! Schema and rules as people write them: a TOML file for each collection.
//!
//! For the build alone (feature `toml`): a program carries the result. Reports
//! every mistake at once, each with its place in the file.

mod collection;
mod field;
mod place;
mod reader;
mod rules;

#[cfg(test)]
mod tests;

pub use place::Mistake;
pub use rules::{RuleFile, RuleText};

use toml::de::DeTable;

use crate::{Macro, Schema, check};
use place::{Place, find};
use reader::Mistakes;

/// The file of rules that holds the macros: `rules/_macros.toml`.
const MACROS: &str = "_macros";

/// A file and what is in it.
#[derive(Clone, Debug)]
pub struct Source {
    /// As messages name it: `schema/tasks.toml`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// The collection that the file is named after.
    pub fn collection(&self) -> &str {
        let file = self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path);
        file.strip_suffix(".toml").unwrap_or(file)
    }
}

/// The schema that these files declare, and all that is wrong with it. With any
/// mistake the schema is only good for finding more of them.
pub fn read_schema(sources: &[Source]) -> (Schema, Vec<Mistake>) {
    let mut schema = Schema::default();
    let mut mistakes = Vec::new();
    let mut tables = Vec::new();
    for source in sources {
        let table = parse(source, &mut mistakes);
        let mut found = Mistakes::default();
        match collection::read(source.collection(), &table, &mut found) {
            Some(collection) => schema.collections.push(collection),
            None => schema.dropped.push(source.collection().to_owned()),
        }
        mistakes.extend(found.placed(source));
        tables.push((source, table));
    }
    schema.collections.sort_by(|a, b| a.name.cmp(&b.name));
    schema.dropped.sort_unstable();
    for problem in check::check(&schema) {
        let file = tables
            .iter()
            .find(|(source, _)| source.collection() == problem.collection);
        if let Some((source, table)) = file {
            let place = Place::of(&source.text, find(table, &problem.path));
            let mistake = Mistake::new(source, place, problem.message, problem.hint);
            // What could not be read is wrong once, not again for what stands in.
            if !mistakes.iter().any(|known| known.is_at(&mistake)) {
                mistakes.push(mistake);
            }
        }
    }
    mistakes.sort();
    (schema, mistakes)
}

/// The rules of these files, and all that is wrong with their form. What is
/// wrong with a rule itself, the rule language says.
pub fn read_rules(sources: &[Source]) -> (Vec<RuleFile>, Vec<Mistake>) {
    let mut files = Vec::new();
    let mut mistakes = Vec::new();
    for source in sources.iter().filter(|source| !is_macros(source)) {
        let table = parse(source, &mut mistakes);
        let mut found = Mistakes::default();
        files.push(rules::read(source, &table, &mut found));
        mistakes.extend(found.placed(source));
    }
    mistakes.sort();
    (files, mistakes)
}

/// The app's own macros, where each is, and all that is wrong with their form.
pub fn read_macros(sources: &[Source]) -> (Vec<Macro>, Option<RuleFile>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let Some(source) = sources.iter().find(|source| is_macros(source)) else {
        return (Vec::new(), None, mistakes);
    };
    let table = parse(source, &mut mistakes);
    let mut found = Mistakes::default();
    let (macros, file) = rules::read_macros(source, &table, &mut found);
    mistakes.extend(found.placed(source));
    mistakes.sort();
    (macros, Some(file), mistakes)
}

/// Whether a file of rules is the one that belongs to no collection.
fn is_macros(source: &Source) -> bool {
    source.collection() == MACROS
}

fn parse<'a>(source: &'a Source, mistakes: &mut Vec<Mistake>) -> DeTable<'a> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    mistakes.extend(errors.iter().map(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let place = Place::of(&source.text, offset);
        Mistake::new(source, place, error.message().to_owned(), None)
    }));
    table.into_inner()
}
