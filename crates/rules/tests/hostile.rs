//! Hostile texts: whatever they are, the answer is a tree or a clean error. What is
//! accepted is printed so that it parses again, evaluates, and becomes SQL that
//! SQLite takes.

use ringfence_rules::syntax::{MAX_DEPTH, MAX_LENGTH, parse};
use ringfence_rules::{Operation, Usage, check};
use ringfence_rules_proof::case::CaseFile;
use ringfence_rules_proof::database::Database;
use ringfence_rules_proof::dice::Dice;
use ringfence_rules_proof::engines::{Asked, Question};

const CORPUS: [&str; 7] = [
    include_str!("../../../tests/cases/blog.case"),
    include_str!("../../../tests/cases/paths.case"),
    include_str!("../../../tests/cases/writes.case"),
    include_str!("../../../tests/cases/refusals.case"),
    include_str!("../../../tests/cases/seeds/vski.case"),
    include_str!("../../../tests/cases/functions.case"),
    include_str!("../../../tests/cases/macros.case"),
];

const PIECES: &[&str] = &[
    "&&",
    "||",
    "!",
    "(",
    ")",
    "=",
    "!=",
    "?=",
    "?!~",
    "~",
    "^",
    "$",
    "<",
    ">=",
    "IN",
    "NOT",
    "IS",
    "NULL",
    "SELECT",
    "FROM",
    "WHERE",
    "null",
    "true",
    "//",
    "\n",
    "'",
    "\"",
    "\\",
    ".",
    ":",
    ",",
    "@",
    "@request.auth.id",
    "@request.body.",
    "@collection.",
    "@now",
    ":isset",
    ":each",
    ":lower",
    "_via_",
    "old.",
    "new.",
    "title",
    "posts",
    "owner",
    "1",
    "-1",
    "1e308",
    "9e999",
    "0.5",
    "%",
    "_",
    "é",
    "😀",
    "\u{0}",
    "\u{202e}",
    " ",
    "\t",
    "lower(",
    "datetime('now')",
    "@has_role(",
    "strftime(",
    "'%Y-%m'",
    "'+1 day'",
    "geoDistance(",
    "@is_member(",
];

fn mutate(dice: &mut Dice, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(chars.len() + 1);
        match dice.below(5) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 if at < chars.len() => {
                let end = (at + dice.below(12)).min(chars.len());
                let piece: Vec<char> = chars.get(at..end).unwrap_or_default().to_vec();
                chars.splice(at..at, piece);
            }
            2 => chars.truncate(at),
            _ => {
                let piece = dice.pick(PIECES).chars();
                chars.splice(at..at, piece);
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn any_text_is_a_tree_or_a_clean_error() {
    let mut dice = Dice::new(17);
    for _ in 0..30_000 {
        let count = dice.below(30);
        let text: String = (0..count).map(|_| *dice.pick(PIECES)).collect();
        check_parse(&text);
    }
}

fn check_parse(text: &str) {
    match parse(text) {
        Ok(expr) => {
            let printed = expr.to_string();
            assert_eq!(parse(&printed).as_ref(), Ok(&expr), "{text}\n{printed}");
        }
        Err(diagnostic) => {
            let span = diagnostic.span;
            assert!(
                span.start <= span.end && span.end <= text.len(),
                "{text:?} {span:?}"
            );
            assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
            assert!(!diagnostic.message.is_empty());
        }
    }
}

#[test]
fn mutated_rules_never_break_the_checker_or_the_engines() {
    let mut dice = Dice::new(23);
    for text in CORPUS {
        let file = CaseFile::parse(text);
        let (world, database) = (&file.world, Database::new(&file.world));
        let ruleset = world.ruleset();
        for case in &file.cases {
            for round in 0..40 {
                let text = mutate(&mut dice, &case.question.text);
                check_parse(&text);
                let question = Question {
                    text,
                    asked: if round % 2 == 0 {
                        case.question.asked
                    } else {
                        Asked::Filter
                    },
                    ..case.question.clone()
                };
                match question.predicate(world, &ruleset) {
                    Ok(predicate) => {
                        for person in &world.people {
                            let said = question.disagreement(&predicate, world, &database, person);
                            assert_eq!(said, None, "{}", question.text);
                        }
                    }
                    Err(diagnostics) => assert!(!diagnostics.is_empty(), "{}", question.text),
                }
            }
        }
    }
}

#[test]
fn nesting_is_bounded_for_every_construct() {
    let schema = CaseFile::parse(CORPUS[0]).world.schema;
    let posts = schema.get("posts").expect("posts");
    for (open, close) in [
        ("(", ")"),
        ("!", ""),
        ("!(", ")"),
        ("NOT ", ""),
        ("owner IN (SELECT id FROM users WHERE ", ")"),
        ("lower(", ")"),
        ("published && (", ")"),
    ] {
        for depth in [MAX_DEPTH - 2, MAX_DEPTH + 1, 300] {
            let text = format!("{}published{}", open.repeat(depth), close.repeat(depth));
            check_parse(&text);
            if depth > MAX_DEPTH {
                let message = parse(&text).map_err(|diagnostic| diagnostic.message);
                assert!(
                    message.is_err_and(|m| m.contains("deep") || m.contains("bytes")),
                    "{open}"
                );
            } else {
                let _ = check::compile(&schema, posts, Usage::Rule(Operation::List), &text);
            }
        }
    }
}

#[test]
fn length_is_bounded() {
    let text = "published || ".repeat(MAX_LENGTH);
    let message = parse(&text).expect_err("too long").message;
    assert!(message.contains("at most 10000"), "{message}");
    // What just fits is checked in whole, however many terms it has.
    let schema = CaseFile::parse(CORPUS[0]).world.schema;
    let posts = schema.get("posts").expect("posts");
    let many: Vec<String> = (0..700).map(|n| format!("views = {n}")).collect();
    let text = many.join("||");
    assert!(text.len() < MAX_LENGTH);
    let result = check::compile(&schema, posts, Usage::Rule(Operation::List), &text);
    assert!(result.is_ok(), "{result:?}");
}

#[test]
fn every_piece_of_a_rule_is_a_rule_or_a_clean_error() {
    let corpus = [
        include_str!("../../../tests/cases/blog.case"),
        include_str!("../../../tests/cases/functions.case"),
        include_str!("../../../tests/cases/seeds/vski.case"),
    ];
    let mut asked = 0;
    for line in corpus.iter().flat_map(|file| file.lines()) {
        let Some((_, text)) = line
            .strip_prefix("rule ")
            .and_then(|rule| rule.split_once(": "))
        else {
            continue;
        };
        for (at, _) in text.char_indices().filter(|(at, _)| at % 3 == 0) {
            ringfence_rules_proof::any_text::ask(&text[..at]);
            ringfence_rules_proof::any_text::ask(&text[at..]);
            asked += 2;
        }
    }
    assert!(asked > 1_000, "only {asked}");
}

#[test]
fn what_nests_as_deep_as_it_may_is_still_printed_as_it_is_read() {
    for deep in [
        format!("{}title $ \"H\"", "!".repeat(32)),
        format!("{}title{}", "!(".repeat(32), ")".repeat(32)),
        format!("{}title = \"x\"{}", "(".repeat(32), ")".repeat(32)),
    ] {
        let tree = parse(&deep).unwrap();
        assert_eq!(parse(&tree.to_string()), Ok(tree), "{deep}");
        ringfence_rules_proof::any_text::ask(&deep);
    }
    let deeper = format!("{}title $ \"H\"", "!".repeat(33));
    assert!(parse(&deeper).is_err());
}
