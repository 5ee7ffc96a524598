//! A mask has one meaning: what SQLite shows of a column is what memory shows of
//! the value.

use ringfence::store::Sql;
use ringfence::store::native::NativeSql;
use ringfence_schema::Mask;
use ringfence_schema::mask::{Ends, HIDDEN};

use crate::agreement::Dice;

const PIECES: [&str; 26] = [
    "a",
    "Z",
    "0",
    "7",
    "@",
    ".",
    " ",
    "-",
    "/",
    "(",
    ")",
    "+",
    "*",
    "'",
    "\"",
    "\\",
    "é",
    "ß",
    "日",
    "👩‍👩‍👧",
    "\u{301}",
    "\n",
    "\u{a0}",
    "example",
    "com",
    "%",
];

fn masks() -> Vec<Mask> {
    let mut masks: Vec<Mask> = Mask::NAMED.into_iter().map(|(_, mask)| mask).collect();
    for (first, last) in [(1, 0), (0, 1), (2, 2), (0, 4), (7, 0), (3, u32::MAX)] {
        masks.push(Mask::Ends(Ends { first, last }));
    }
    masks
}

#[test]
fn sqlite_and_memory_mask_alike() {
    let sql = NativeSql::memory().unwrap();
    let masks = masks();
    let columns: Vec<String> = masks.iter().map(|mask| mask.sql("t.x")).collect();
    let statement = format!("SELECT {} FROM (SELECT ? AS x) AS t", columns.join(","));
    let shown = |text: &str| -> Vec<String> {
        let rows = sql.query(&statement, &[text.into()]).unwrap();
        let cells = rows.into_iter().next().unwrap().into_iter();
        cells.map(|cell| cell.into_text().unwrap()).collect()
    };
    let mut texts: Vec<String> = [
        "",
        " ",
        "@",
        ".",
        "@.",
        "a@b.c",
        "...",
        "@@..",
        "a@b@c.de.",
        "\"]",
    ]
    .map(str::to_owned)
    .into();
    let mut dice = Dice(7);
    texts.extend((0..20_000).map(|_| {
        let length = dice.roll(24);
        (0..length).map(|_| *dice.pick(&PIECES)).collect()
    }));
    for text in &texts {
        for (mask, shown) in masks.iter().zip(shown(text)) {
            assert_eq!(mask.apply(text), shown, "{mask:?} of {text:?}");
            // Else a masked value that comes back could not be told.
            assert_eq!(
                shown.contains(HIDDEN),
                !text.is_empty(),
                "{mask:?} of {text:?}"
            );
        }
    }
}

#[test]
fn null_stays_null() {
    let sql = NativeSql::memory().unwrap();
    for mask in masks() {
        let statement = format!(
            "SELECT ({}) IS NULL FROM (SELECT NULL AS x) AS t",
            mask.sql("t.x")
        );
        let rows = sql.query(&statement, &[]).unwrap();
        assert_eq!(ringfence::store::integer(&rows[0], 0), 1, "{mask:?}");
    }
}
