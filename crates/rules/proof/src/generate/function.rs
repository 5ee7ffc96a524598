//! Random comparisons of what functions say: distances and formatted dates.

use super::condition::{Author, Kind};

impl Author<'_, '_> {
    /// The distance between two points: fields, JSON that may be none, numbers.
    pub(super) fn distance(&mut self, any: &str) -> String {
        let path = self.target().path;
        let place = path
            .strip_suffix(".lon")
            .or_else(|| path.strip_suffix(".lat"));
        let from = match place {
            Some(place) => format!("{place}.lon, {place}.lat"),
            None => format!(
                "{}, {}",
                self.operand(Kind::Number, None),
                self.operand(Kind::Number, None)
            ),
        };
        let to = match self.dice.below(4) {
            0 => "5, 50.5".to_owned(),
            1 => "-0.5, 50.5".to_owned(),
            2 => from.clone(),
            _ => format!(
                "{}, {}",
                self.operand(Kind::Number, None),
                self.operand(Kind::Number, None)
            ),
        };
        let op = *self.dice.pick(&["=", "!=", "<", "<=", ">", ">="]);
        let limit = *self
            .dice
            .pick(&["0", "100", "353.4", "5000", "10007.543398"]);
        match self.dice.below(5) {
            0 => format!("geoDistance({from}, {to}) {any}{op} {limit}"),
            1 => format!("{limit} {any}{op} geoDistance({to}, {from})"),
            2 => format!("geoDistance({from}, 1, 50.5) {any}{op} geoDistance({to}, 1, 50.5)"),
            3 => format!("geoDistance({from}, {to}) {any}!= null"),
            _ => format!("!(geoDistance({from}, {to}) {any}{op} {limit})"),
        }
    }

    /// What `strftime` says of a date.
    pub(super) fn formatted(&mut self, any: &str) -> String {
        let format = *self.dice.pick(&[
            "%Y",
            "%Y-%m",
            "%F %T",
            "%H:%M:%f",
            "%j|%w|%W",
            "%s",
            "%d.%m.%Y %R 100%%",
            "%S",
        ]);
        let date = match self.dice.below(6) {
            0 => self.fact(Kind::Date),
            1 => self.literal(Kind::Date, None),
            2 => "'now'".to_owned(),
            _ => self
                .path_of(Kind::Date)
                .unwrap_or_else(|| "@now".to_owned()),
        };
        let mut whole = format!("strftime('{format}', {date}");
        for _ in 0..self.dice.below(4) {
            let count = *self.dice.pick(&[1, -1, 11, -27, 31, 366, -400]);
            let modifier = match self.dice.below(9) {
                0 => "start of day".to_owned(),
                1 => "start of month".to_owned(),
                2 => "start of year".to_owned(),
                3 => format!("weekday {}", self.dice.below(7)),
                which => {
                    let units = ["seconds", "minute", "hours", "Day", "months", "year"];
                    let unit = units[which % units.len()];
                    format!("{count:+} {unit}")
                }
            };
            whole.push_str(&format!(", '{modifier}'"));
        }
        whole.push(')');
        let right = match self.dice.below(5) {
            0 => return format!("{whole} {any}~ '{}'", self.dice.below(30)),
            1 => return format!("{whole} {any}= null"),
            2 => format!("strftime('{format}', 'now')"),
            3 => "'2026-11'".to_owned(),
            _ => format!("'{}'", 2023 + self.dice.below(5)),
        };
        let op = *self.dice.pick(&["=", "!=", "<", ">=", "^", "$"]);
        format!("{whole} {any}{op} {right}")
    }

    /// A call of one of the app's own macros.
    pub(super) fn own_macro(&mut self) -> String {
        match self.dice.below(5) {
            0 => format!("@leads({})", self.id_of("teams")),
            1 => format!(
                "@alike({}, {})",
                self.operand(Kind::Text, None),
                self.operand(Kind::Text, None)
            ),
            2 => format!(
                "@within({}, {}, {})",
                self.operand(Kind::Date, None),
                self.dice.below(12),
                self.operand(Kind::Number, None)
            ),
            3 => format!(
                "@leads_with({}, {})",
                self.id_of("teams"),
                self.id_of("users")
            ),
            _ => {
                let any = if self.dice.percent(30) { "?" } else { "" };
                let (team, who) = (self.id_of("teams"), self.id_of("users"));
                format!("@lead_of({team}) {any}= {who}")
            }
        }
    }
}
