//! Any text as a rule: parsed, printed, checked, evaluated and made into SQL, with
//! nothing but clean errors. The fuzzer's question (`fuzz/`), here so that it is
//! compiled with all else.

use ringfence_rules::syntax::parse;
use ringfence_rules::{Caller, Input, Operation, Usage, check, eval, sql};
use ringfence_schema::{
    Collection, CollectionKind, Document, Field, FieldKind, Macro, OnDelete, Schema, system,
};

fn collection(name: &str, kind: CollectionKind, fields: Vec<Field>) -> Collection {
    Collection {
        id: name.to_owned(),
        name: name.to_owned(),
        kind,
        fields: system::fields(kind).into_iter().chain(fields).collect(),
        indexes: Vec::new(),
        renamed_from: Vec::new(),
        dropped: Vec::new(),
    }
}

fn schema() -> Schema {
    let relation = |many| FieldKind::Relation {
        collection: "users".to_owned(),
        many,
        max: None,
        on_delete: OnDelete::SetNull,
    };
    let text = FieldKind::Text {
        min: None,
        max: None,
        pattern: None,
    };
    Schema {
        collections: vec![
            collection(
                "posts",
                CollectionKind::Base,
                vec![
                    Field::new("title", text.clone()),
                    Field::new("owner", relation(false)),
                    Field::new("readers", relation(true)),
                    Field::new("meta", FieldKind::Json { max: None }),
                    Field::new("open", FieldKind::Bool),
                ],
            ),
            collection(
                "users",
                CollectionKind::Auth,
                vec![Field::new("role", text)],
            ),
        ],
        dropped: Vec::new(),
        macros: vec![Macro::new("mine(who: users)", "@who = @request.auth.id").expect("a macro")],
    }
}

/// Asks everything of a text that may be no rule; panics where an answer is wrong.
pub fn ask(text: &str) {
    let Ok(expr) = parse(text) else {
        return;
    };
    assert_eq!(parse(&expr.to_string()).as_ref(), Ok(&expr));
    let schema = schema();
    let posts = schema.get("posts").expect("posts");
    let empty = Document::new();
    let caller = Caller::anonymous(&empty, "2026-11-20 10:00:00.000Z");
    for operation in Operation::ALL {
        let Ok(predicate) = check::check(&schema, posts, Usage::Rule(operation), &expr) else {
            continue;
        };
        let input = Input {
            caller: &caller,
            old: Some(&empty),
            new: Some(&empty),
        };
        eval::eval(&predicate, &input, &eval::NoDocuments).expect("nothing to be read");
        let template = sql::template(&predicate, "t");
        assert_eq!(template.bind(&caller).len(), template.params());
    }
}
