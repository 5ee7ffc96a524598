//! What the build says of `schema/` and `rules/`: the very check of `build.rs`.

#[path = "../build/declare.rs"]
mod declare;

use std::path::Path;

use ringfence_schema::declaration::Source;

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// The mistakes of one collection `notes` and its rules, as they are printed.
fn mistakes(schema: &str, rules: &str) -> Vec<String> {
    let schema = [
        source("schema/users.toml", "kind = 'auth'"),
        source("schema/notes.toml", schema),
    ];
    let rules = [source("rules/notes.toml", rules)];
    match declare::check(&schema, &rules) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

const NOTES: &str = "[fields.author]\ntype = 'relation'\ncollection = 'users'";

#[test]
fn the_example_app_is_without_mistakes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = declare::read_folder(root, "schema").unwrap();
    let rules = declare::read_folder(root, "rules").unwrap();
    let (declared, texts) = declare::check(&schema, &rules).unwrap();
    let (embedded, embedded_texts) = ringfence::app::declared::declared().unwrap();
    assert_eq!((declared, texts), (embedded, embedded_texts));
}

#[test]
fn a_rule_that_names_no_field_is_told_where_it_stands() {
    let rules = "# Who reads.\nread = '''\nid != \"\"\n&& auhtor = @request.auth.id\n'''\n";
    let found = mistakes(NOTES, rules);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("rules/notes.toml:4:4: "), "{found:#?}");
    assert!(found[0].contains("author"), "{found:#?}");
}

#[test]
fn rules_that_do_not_parse_or_fit_are_all_told() {
    let rules = "list = \"author = \"\nview = 'author = 5'\ndelete = 'true'";
    let found = mistakes(NOTES, rules);
    let lines: Vec<&str> = found.iter().filter_map(|line| line.get(..19)).collect();
    assert_eq!(
        lines,
        ["rules/notes.toml:1:", "rules/notes.toml:2:"],
        "{found:#?}"
    );
}

#[test]
fn rules_of_no_collection_are_a_mistake() {
    let schema = [source("schema/notes.toml", "")];
    let rules = [source("rules/note.toml", "read = 'true'")];
    let told = declare::check(&schema, &rules).unwrap_err();
    let first = told[0].to_string();
    assert!(first.starts_with("rules/note.toml:1:1: "), "{first}");
    assert!(first.contains("notes"), "{first}");
}

#[test]
fn mistakes_in_both_folders_are_told_together() {
    let found = mistakes("[fields.a]\ntype = 'txt'", "lst = 'true'");
    assert!(
        found[0].starts_with("rules/notes.toml:1:1: there is no operation `lst`"),
        "{found:#?}"
    );
    assert!(
        found[1].starts_with("schema/notes.toml:2:8: there is no type `txt`"),
        "{found:#?}"
    );
}
