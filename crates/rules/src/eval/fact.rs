//! What a request says: `@request.*` and the clock.

use ringfence_schema::{Document, date};
use serde_json::Value as Json;

use super::value::{Number, Value};
use crate::caller::Caller;
use crate::tree::{Fact, Kind, Moment};

/// A fact as a value of that kind.
pub(super) fn value<'c>(fact: &'c Fact, kind: Kind, caller: &Caller<'c>) -> Value<'c> {
    match fact {
        Fact::AuthCollectionName => match caller.auth {
            Some(auth) => Value::text(auth.collection),
            None => Value::Absent,
        },
        Fact::AuthCollectionId(collections) => {
            let own = caller
                .auth
                .and_then(|auth| collections.iter().find(|(name, _)| name == auth.collection));
            own.map_or(Value::Absent, |(_, id)| Value::text(id.as_str()))
        }
        Fact::Method => Value::text(caller.method),
        Fact::Context => Value::text(caller.context),
        Fact::Moment(moment) => at(*moment, caller.now),
        _ => match json(fact, caller) {
            // A date is compared in the form that dates are stored in.
            Some(Json::String(text)) if kind == Kind::Date => {
                date::parse(text).map_or(Value::Absent, |ms| Value::text(date::format(ms)))
            }
            Some(json) => bindable(Value::of_json(json, kind)),
            None => Value::Absent,
        },
    }
}

/// Numbers of a request are bound as REAL: one beyond what that holds exactly is
/// the nearest that it does hold.
fn bindable(value: Value<'_>) -> Value<'_> {
    const MAX_EXACT: u64 = (1 << 53) - 1;
    match value {
        Value::Number(Number::Whole(whole)) if whole.unsigned_abs() > MAX_EXACT => {
            Value::Number(Number::Real(whole as f64))
        }
        value => value,
    }
}

/// A fact as the request has it.
pub(super) fn json<'c>(fact: &Fact, caller: &Caller<'c>) -> Option<&'c Json> {
    let follow = |document: &'c Document, name: &str, keys: &[String]| {
        keys.iter()
            .try_fold(document.get(name)?, |json, key| json.as_object()?.get(key))
    };
    match fact {
        Fact::AuthId => caller.auth?.record.get("id"),
        Fact::AuthIdIn(collection) => {
            let auth = caller.auth.filter(|auth| auth.collection == collection)?;
            auth.record.get("id")
        }
        Fact::Auth(name, keys) => follow(caller.auth?.record, name, keys),
        Fact::Body(name, keys) => follow(caller.body, name, keys),
        Fact::Query(name) => caller.query.get(name),
        Fact::Header(name) => caller.headers.get(name),
        Fact::AuthCollectionName
        | Fact::AuthCollectionId(_)
        | Fact::Method
        | Fact::Context
        | Fact::Moment(_) => None,
    }
}

/// A fact as a list of texts.
pub(crate) fn list_fact<'c>(fact: &Fact, caller: &Caller<'c>) -> &'c [Json] {
    match json(fact, caller) {
        // A list of one may be sent as the one.
        Some(single @ Json::String(text)) if !text.is_empty() => std::slice::from_ref(single),
        Some(json) => list_items(json),
        None => &[],
    }
}

/// The items of a stored list.
pub(crate) fn list_items(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

const DAY_MS: i64 = 86_400_000;

fn at(moment: Moment, now: &str) -> Value<'_> {
    if moment == Moment::Now {
        return Value::text(now);
    }
    let Some(ms) = date::parse(now) else {
        return Value::Absent;
    };
    let days = ms.div_euclid(DAY_MS);
    let time = ms.rem_euclid(DAY_MS);
    let (year, month, day) = date::civil_from_days(days);
    let (next_year, next_month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let start = |year, month| date::days_from_civil(year, month, 1) * DAY_MS;
    let text = |ms| Value::text(date::format(ms));
    let number = |number| Value::Number(Number::Whole(number));
    match moment {
        Moment::Now => Value::text(now),
        Moment::Yesterday => text(ms - DAY_MS),
        Moment::Tomorrow => text(ms + DAY_MS),
        Moment::TodayStart => text(days * DAY_MS),
        Moment::TodayEnd => text((days + 1) * DAY_MS - 1),
        Moment::MonthStart => text(start(year, month)),
        Moment::MonthEnd => text(start(next_year, next_month) - 1),
        Moment::YearStart => text(start(year, 1)),
        Moment::YearEnd => text(start(year + 1, 1) - 1),
        Moment::Second => number(time / 1_000 % 60),
        Moment::Minute => number(time / 60_000 % 60),
        Moment::Hour => number(time / 3_600_000),
        // 1970-01-01 was a Thursday; Sunday is 0, as in PocketBase.
        Moment::Weekday => number((days + 4).rem_euclid(7)),
        Moment::Day => number(i64::from(day)),
        Moment::Month => number(i64::from(month)),
        Moment::Year => number(year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(moment: Moment) -> String {
        match at(moment, "2026-11-20 10:20:30.400Z") {
            Value::Text(text) => text.into_owned(),
            Value::Number(Number::Whole(number)) => number.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn moments_are_counted_from_the_clock() {
        for (moment, expected) in [
            (Moment::Now, "2026-11-20 10:20:30.400Z"),
            (Moment::Yesterday, "2026-11-19 10:20:30.400Z"),
            (Moment::Tomorrow, "2026-11-21 10:20:30.400Z"),
            (Moment::TodayStart, "2026-11-20 00:00:00.000Z"),
            (Moment::TodayEnd, "2026-11-20 23:59:59.999Z"),
            (Moment::MonthStart, "2026-11-01 00:00:00.000Z"),
            (Moment::MonthEnd, "2026-11-30 23:59:59.999Z"),
            (Moment::YearStart, "2026-01-01 00:00:00.000Z"),
            (Moment::YearEnd, "2026-12-31 23:59:59.999Z"),
            (Moment::Second, "30"),
            (Moment::Minute, "20"),
            (Moment::Hour, "10"),
            (Moment::Weekday, "5"),
            (Moment::Day, "20"),
            (Moment::Month, "11"),
            (Moment::Year, "2026"),
        ] {
            assert_eq!(text(moment), expected, "{moment:?}");
        }
    }
}
