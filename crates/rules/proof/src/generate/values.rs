//! Random values, from pools small enough that equal ones meet.

use ringfence_schema::{Field, FieldKind};
use serde_json::{Value, json};

use crate::dice::Dice;

const TEXTS: &[&str] = &[
    "a",
    "A",
    "ab",
    "aB",
    "b",
    "x y",
    "É",
    "é",
    "straße",
    "日本語",
    "😀",
    "e\u{301}",
    "a%b",
    "a_b",
    "a\\b",
    "it's",
    "\"q\"",
    "draft one",
    "DRAFT two",
    "5",
    "true",
    "null",
    "u1",
    "t1",
    "a long text that goes well beyond the fifty bytes which LIKE would take",
    "A LONG TEXT THAT GOES WELL BEYOND THE FIFTY BYTES WHICH LIKE WOULD TAKE and on",
];

const DATES: [&str; 6] = [
    "2026-11-20 10:00:00.000Z",
    "2026-11-20 00:00:00.000Z",
    "2026-11-19 23:59:59.999Z",
    "2026-12-31 23:59:59.999Z",
    "2024-02-29 12:30:15.250Z",
    "1969-07-20 20:17:40.000Z",
];

const NUMBERS: [f64; 14] = [
    0.0,
    1.0,
    -1.0,
    5.0,
    5.5,
    0.1,
    -0.5,
    100.0,
    9_007_199_254_740_991.0,
    1e300,
    0.300_000_000_000_000_04,
    2.225_073_858_507_201_4e-308,
    1.797_693_134_862_315_7e308,
    123.456_789_012_345_68,
];

/// A text, sometimes empty.
pub(super) fn text(dice: &mut Dice) -> String {
    if dice.percent(15) {
        String::new()
    } else {
        dice.pick(TEXTS).to_string()
    }
}

/// A date in its stored form.
pub(super) fn date(dice: &mut Dice) -> String {
    dice.pick(&DATES).to_string()
}

/// A number; whole if asked.
pub(super) fn number(dice: &mut Dice, integer: bool) -> Value {
    let number = *dice.pick(&NUMBERS);
    if number.fract() == 0.0 && number.abs() < 1e16 && (integer || dice.percent(50)) {
        Value::from(number as i64)
    } else if integer {
        Value::from(3)
    } else {
        Value::from(number)
    }
}

/// An id, mostly of somebody.
pub(super) fn id(dice: &mut Dice, collection: &str) -> String {
    nth_id(collection, 1 + dice.below(4))
}

/// An id of a collection; those of staff are those of users too.
pub(super) fn nth_id(collection: &str, number: usize) -> String {
    let initial = if collection == "staff" {
        "u"
    } else {
        &collection[..1]
    };
    format!("{initial}{number}")
}

fn json(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0 => Value::Null,
        1 => json!(1),
        2 => json!("1"),
        3 => json!(true),
        4 => json!(""),
        5 => json!(["a", 1]),
        6 => json!({"k": 9_007_199_254_740_993_i64}),
        7 => json!({"k": null, "l": {"m": "a"}}),
        8 => json!({"k": false, "l": {"m": 5.5}}),
        9 => json!({"k": 1.0, "l": ""}),
        10 => json!({"k": "2026-11-20 10:00:00.000Z", "l": {"m": true}}),
        _ => json!({"k": text(dice), "l": {"m": number(dice, false)}}),
    }
}

/// A value of a field as it is stored.
pub(super) fn stored(dice: &mut Dice, field: &Field) -> Value {
    if field.nullable && dice.percent(30) {
        return Value::Null;
    }
    if dice.percent(15) {
        return field.zero();
    }
    if field.many() {
        let count = dice.below(4);
        return (0..count).map(|_| item(dice, field)).collect();
    }
    match &field.kind {
        FieldKind::Json { .. } => json(dice),
        FieldKind::Geo => json!({"lon": number(dice, false), "lat": 50.5}),
        _ => item(dice, field),
    }
}

fn item(dice: &mut Dice, field: &Field) -> Value {
    match &field.kind {
        FieldKind::Number { integer, .. } => number(dice, *integer),
        FieldKind::Bool => Value::from(dice.percent(50)),
        FieldKind::Date { .. } | FieldKind::Autodate { .. } => date(dice).into(),
        FieldKind::Select { values, .. } => dice.pick(values).as_str().into(),
        FieldKind::Relation { collection, .. } => id(dice, collection).into(),
        _ => text(dice).into(),
    }
}

/// A value of a field as a client might send it: sometimes nonsense.
pub(super) fn sent(dice: &mut Dice, field: &Field) -> Value {
    match dice.below(10) {
        0 => Value::Null,
        1 => json(dice),
        2 => json!(["a", "", 1, null, "u1"]),
        3 => json!("2026-11-20"),
        _ => stored(dice, field),
    }
}
