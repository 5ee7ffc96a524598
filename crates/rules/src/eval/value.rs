//! Values while a condition is evaluated, and how two are compared.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::tree::{Kind, Literal, Test};

/// One value or none. An empty text is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'v> {
    Absent,
    /// A date is a text too: its order is the order of time.
    Text(Cow<'v, str>),
    Number(Number),
    Bool(bool),
}

/// A number as JSON and the database have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Whole(i64),
    Real(f64),
}

impl<'v> Value<'v> {
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Absent
        } else {
            Self::Text(text)
        }
    }

    pub fn literal(literal: &'v Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::text(text.as_str()),
            Literal::Number(number) => Self::Number(Number::Real(*number)),
            Literal::Bool(value) => Self::Bool(*value),
        }
    }

    /// What JSON says, if it is of that kind.
    pub fn of_json(json: &'v Json, kind: Kind) -> Self {
        match (json, kind) {
            (Json::String(text), Kind::Text | Kind::Date) => Self::text(text.as_str()),
            (Json::Number(number), Kind::Number) => match number.as_i64() {
                Some(whole) => Self::Number(Number::Whole(whole)),
                None => number
                    .as_f64()
                    .map_or(Self::Absent, |real| Self::Number(Number::Real(real))),
            },
            (Json::Bool(value), Kind::Bool) => Self::Bool(*value),
            _ => Self::Absent,
        }
    }

    pub fn into_owned<'o>(self) -> Value<'o> {
        match self {
            Self::Absent => Value::Absent,
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Number(number) => Value::Number(number),
            Self::Bool(value) => Value::Bool(value),
        }
    }
}

/// Whether the test holds of two values; false where one is absent or they are of
/// different types.
pub(super) fn test(test: Test, left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Text(l), Value::Text(r)) => match test {
            Test::Equal => l == r,
            Test::Less => l < r,
            Test::LessOrEqual => l <= r,
            Test::Contains => super::like::contains(l, r),
            Test::StartsWith => l.starts_with(r.as_ref()),
            Test::EndsWith => l.ends_with(r.as_ref()),
        },
        (Value::Number(l), Value::Number(r)) => match (test, compare(*l, *r)) {
            (Test::Equal, Some(order)) => order.is_eq(),
            (Test::Less, Some(order)) => order.is_lt(),
            (Test::LessOrEqual, Some(order)) => order.is_le(),
            _ => false,
        },
        (Value::Bool(l), Value::Bool(r)) => test == Test::Equal && l == r,
        _ => false,
    }
}

/// Exact, also between a whole number and a real one.
fn compare(left: Number, right: Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Whole(l), Number::Whole(r)) => Some(l.cmp(&r)),
        (Number::Real(l), Number::Real(r)) => l.partial_cmp(&r),
        (Number::Whole(l), Number::Real(r)) => whole_with_real(l, r),
        (Number::Real(l), Number::Whole(r)) => whole_with_real(r, l).map(Ordering::reverse),
    }
}

fn whole_with_real(whole: i64, real: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if real.is_nan() {
        return None;
    }
    if real >= LIMIT {
        return Some(Ordering::Less);
    }
    if real < -LIMIT {
        return Some(Ordering::Greater);
    }
    let order = whole.cmp(&(real.trunc() as i64));
    Some(order.then_with(|| {
        let fraction = real.fract();
        0.0_f64.partial_cmp(&fraction).unwrap_or(Ordering::Equal)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_real_numbers_compare_exactly() {
        use Ordering::{Equal, Greater, Less};
        for (whole, real, expected) in [
            (5, 5.0, Equal),
            (5, 5.5, Less),
            (-5, -5.5, Greater),
            (9_007_199_254_740_993, 9_007_199_254_740_992.0, Greater),
            (i64::MAX, 9.3e18, Less),
            (i64::MIN, -9.3e18, Greater),
            (i64::MAX, 9_223_372_036_854_775_808.0, Less),
            (i64::MIN, -9_223_372_036_854_775_808.0, Equal),
        ] {
            assert_eq!(
                whole_with_real(whole, real),
                Some(expected),
                "{whole} {real}"
            );
        }
        assert_eq!(whole_with_real(0, f64::NAN), None);
    }
}
