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

/// The mistakes of macros beside a rule for reading notes.
fn mistakes_with_macros(macros: &str, read: &str) -> Vec<String> {
    let schema = [
        source("schema/users.toml", "kind = 'auth'"),
        source("schema/notes.toml", NOTES),
    ];
    let rules = [
        source("rules/_macros.toml", macros),
        source("rules/notes.toml", read),
    ];
    match declare::check(&schema, &rules) {
        Ok((declared, _)) => {
            assert_eq!(declared.macros.len(), 1);
            Vec::new()
        }
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn rules_use_the_macros_of_their_file() {
    let macros = "# Whose it is.\n'is(who: users)' = '@who = @request.auth.id'";
    assert_eq!(
        mistakes_with_macros(macros, "read = '@is(author)'"),
        [""; 0]
    );
}

#[test]
fn what_is_wrong_with_a_macro_is_told_where_it_stands_and_where_it_is_used() {
    let macros = "# Whose it is.\n'is(who: users)' = '@who = ownr'";
    let found = mistakes_with_macros(macros, "read = '@is(author)'");
    assert!(
        found[0].starts_with("rules/_macros.toml:2:28: "),
        "{found:#?}"
    );
    assert!(found[1].starts_with("rules/notes.toml:1:9: "), "{found:#?}");
    assert!(
        found[1].contains("in @is: notes has no field ownr"),
        "{found:#?}"
    );

    for (macros, place, told) in [
        ("'is(who)' = 'true'", ":1:1: ", "is no signature"),
        (
            "'is(who: people)' = '@who = 1'",
            ":1:22: ",
            "no type or collection people",
        ),
        ("'is()' = '@is()'", ":1:11: ", "@is calls itself"),
        ("'is()' = 'true &&'", ":1:18: ", "a value is expected"),
        ("'is(who: users)' = 'true'", ":1:21: ", "@who is not used"),
        ("'has_role()' = 'true'", ":1:17: ", "is built in"),
        ("'is()' = '@si()'", ":1:11: ", "did you mean is?"),
        ("'is()' = 5", ":1:10: ", "a macro is a text"),
    ] {
        let found = mistakes_with_macros(macros, "read = 'true'");
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].contains(place) && found[0].contains(told),
            "{found:#?}"
        );
    }
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

const PEOPLE: &str = "
[fields.name]
type = 'text'
[fields.count]
type = 'number'
[fields.secret]
type = 'text'
hidden = true
[fields.mail]
type = 'email'";

/// Rules of `PEOPLE`, and what is wrong with them.
const FIELD_MISTAKES: &[(&str, &str)] = &[
    (
        "[fields.nme]\nread = 'true'",
        "1:9: notes has no field nme\n    hint: did you mean name?",
    ),
    (
        "[fields.name]\nreed = 'true'",
        "2:1: a rule of a field has no option `reed`\n    hint: did you mean `read`?",
    ),
    (
        "[fields.name]\nread = true",
        "2:8: `read` is a text, not a boolean",
    ),
    (
        "[fields.name]\nread = 'id = nme'",
        "2:14: notes has no field nme\n    hint: did you mean name?",
    ),
    (
        "[fields.name]\nwrite = 'old.id = id'",
        "2:10: an insert has no document before it\n    hint: bare names are fields of the new document",
    ),
    (
        "[fields.name]\nmask = 'mail'",
        "2:8: there is no mask `mail`\n    hint: did you mean \"email\"?",
    ),
    (
        "[fields.name]\nmask = 'email'",
        "2:9: the mask `email` is for fields of the type email",
    ),
    (
        "[fields.name]\nmask = {}",
        "2:8: it shows nothing; `\"full\"` is the mask that does that",
    ),
    (
        "[fields.name]\nmask = {frist = 1}",
        "2:9: a mask has no option `frist`\n    hint: did you mean `first`?",
    ),
    (
        "[fields.count]\nmask = 'full'",
        "2:9: a mask is for a text, an email or a url; hide other fields by a `read` rule",
    ),
    (
        "[fields.name]\nunmasked = 'true'",
        "2:13: there is no `mask` that could be lifted",
    ),
    (
        "[fields.name]\nmask = 'full'\nunmasked = ['a']",
        "3:12: @has_group needs a field `groups` in an auth collection",
    ),
    (
        "[fields.name]\nmask = 'full'\nunmasked = ['a\"']",
        "3:12: \"a\\\"\" is no name of a group",
    ),
    (
        "[fields.secret]\nread = 'true'",
        "2:9: no client reads or writes this field, whatever its rules say\n    hint: leave `read` out",
    ),
    (
        "[fields.id]\nview = 'true'",
        "2:9: this field is in every record\n    hint: leave `view` out",
    ),
    (
        "[fields.created_by]\nupdate = 'true'",
        "2:11: the server alone writes this field\n    hint: leave `update` out",
    ),
    (
        "fields = 5",
        "1:10: `fields` is a table\n    hint: rules of a field are a table of its own: `[fields.phone]`",
    ),
    (
        "list_fields = 5",
        "1:15: this is a list of fields\n    hint: write [\"title\", \"body\"], or \"*\" for all",
    ),
    (
        "list_fields = ['name', 'coutn']",
        "1:15: notes has no field coutn\n    hint: did you mean count?",
    ),
];

#[test]
fn what_is_wrong_with_rules_of_fields_is_told_where_it_stands() {
    for (rules, told) in FIELD_MISTAKES {
        let found = mistakes(PEOPLE, rules);
        assert_eq!(found, [format!("rules/notes.toml:{told}")], "{rules}");
    }
}

#[test]
fn rules_of_fields_that_one_statement_could_not_ask_are_refused() {
    let fields = |count: usize| -> (String, String) {
        let all = 0..count;
        let schema = all
            .clone()
            .map(|n| format!("[fields.f{n}]\ntype = 'text'\n"));
        let rules = all.map(|n| format!("[fields.f{n}]\nread = 'created_by = @request.auth.id'\n"));
        (schema.collect(), rules.collect())
    };
    let (schema, rules) = fields(30);
    assert_eq!(mistakes(&schema, &rules), Vec::<String>::new());
    let (schema, rules) = fields(31);
    let found = mistakes(&schema, &rules);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("31 values together; at most 30 fit"),
        "{found:#?}"
    );
}

#[test]
fn what_is_said_of_fields_is_what_the_app_gets() {
    let rules = "insert_fields = '*'\nupdate_fields = 'name'\n[fields.name]\nread = 'true'\n\
        mask = {last = 2}\nunmasked = 'id = \"a\"'\n[fields.mail]\nmask = 'email'";
    let sources = [source("schema/notes.toml", PEOPLE)];
    let (_, texts) = declare::check(&sources, &[source("rules/notes.toml", rules)]).unwrap();
    let expected = serde_json::json!({
        "create_fields": "*",
        "update_fields": "name",
        "fields": {
            "name": {"read": "true", "mask": {"first": 0, "last": 2}, "unmasked": "id = \"a\""},
            "mail": {"mask": "email"},
        },
    });
    assert_eq!(serde_json::to_value(&texts["notes"]).unwrap(), expected);
}
