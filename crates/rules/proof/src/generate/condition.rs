//! Random conditions, directed by types: most of them are accepted.

use ringfence_rules::Operation;
use ringfence_schema::{Collection, Field, FieldKind};

use super::target::Target;
use super::values;
use crate::dice::Dice;
use crate::engines::{Asked, Question};
use crate::world::World;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Date,
    Json,
}

/// A random question about a world.
pub fn question(dice: &mut Dice, world: &World) -> Question {
    let collection = &dice.pick(&world.schema.collections).name;
    let asked = match dice.below(11) {
        0..3 => Asked::Rule(Operation::List),
        3 => Asked::Rule(Operation::View),
        9 => Asked::Rule(Operation::Delete),
        4 => Asked::Rule(Operation::Insert),
        5 | 6 => Asked::Rule(Operation::Update),
        7 => Asked::Rule(Operation::Execute),
        8 => Asked::Filter,
        _ => Asked::Administrator,
    };
    let depth = 1 + dice.below(4);
    let mut text = about(dice, world, collection, asked, depth);
    // Deep nesting, as far as the parser goes.
    if dice.percent(2) {
        for level in 0..dice.below(28) {
            let more = about(dice, world, collection, asked, 0);
            text = match level % 3 {
                0 => format!("!({text})"),
                1 => format!("({text} && {more})"),
                _ => format!("({text} || {more})"),
            };
        }
    }
    if dice.percent(3) {
        text = format!("// \"a'b\n{text} // || true");
    }
    Question {
        collection: collection.clone(),
        asked,
        text,
    }
}

/// A random condition about a collection.
pub(super) fn about(
    dice: &mut Dice,
    world: &World,
    collection: &str,
    asked: Asked,
    depth: usize,
) -> String {
    let home = world
        .schema
        .get(collection)
        .expect("a collection of the world");
    let mut author = Author {
        dice,
        world,
        home,
        scope: home,
        inside: false,
        asked,
    };
    author.condition(depth)
}

pub(super) struct Author<'w, 'd> {
    pub dice: &'d mut Dice,
    pub world: &'w World,
    pub home: &'w Collection,
    pub scope: &'w Collection,
    /// Inside a subquery.
    pub inside: bool,
    pub asked: Asked,
}

impl<'w> Author<'w, '_> {
    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.percent(15) {
            return self.leaf(depth);
        }
        let (and, or, not) = if self.dice.percent(30) {
            (" AND ", " OR ", "NOT ")
        } else {
            (" && ", " || ", "!")
        };
        match self.dice.below(10) {
            0..4 => self.terms(depth, and),
            4..8 => self.terms(depth, or),
            _ => format!("{not}({})", self.condition(depth - 1)),
        }
    }

    fn terms(&mut self, depth: usize, between: &str) -> String {
        let count = 2 + self.dice.below(3);
        let terms: Vec<String> = (0..count).map(|_| self.condition(depth - 1)).collect();
        format!("({})", terms.join(between))
    }

    fn leaf(&mut self, depth: usize) -> String {
        match self.dice.below(40) {
            0 => ["true", "false", "1=1", "1=0"][self.dice.below(4)].to_owned(),
            1..4 => self.is_null(),
            4 | 5 => self.bool_alone(),
            6..10 => self.in_list(),
            10..14 => self.in_select(depth),
            14 | 15 => self.macro_call(),
            16 => self.body_question(),
            _ => self.comparison(),
        }
    }

    fn is_null(&mut self) -> String {
        let path = self.target().path;
        match self.dice.below(6) {
            0 | 1 => format!("{path} IS NULL"),
            2 => format!("{path} IS NOT NULL"),
            3 => format!("{path} = null"),
            4 => format!("{path} ?!= ''"),
            _ => format!("null != {path}"),
        }
    }

    fn bool_alone(&mut self) -> String {
        let bool = self
            .path_of(Kind::Bool)
            .unwrap_or_else(|| "@request.auth.verified".to_owned());
        if self.dice.percent(40) {
            format!("!{bool}")
        } else {
            bool
        }
    }

    fn macro_call(&mut self) -> String {
        match self.dice.below(10) {
            7..10 => self.own_macro(),
            6 => {
                let operation = *self.dice.pick(&["read", "update"]);
                let about = *self.dice.pick(&["posts", "users"]);
                format!("@has_permission('{operation}', \"{about}\")")
            }
            0 => "@has_role('editor')".to_owned(),
            1 => "@has_group(\"a\")".to_owned(),
            2 => "@owns_record()".to_owned(),
            3 => "@is_creator()".to_owned(),
            4 => {
                let (from, to) = (self.dice.below(25), self.dice.below(25));
                format!("@in_time_range({from}, {to})")
            }
            _ => {
                let (from, to) = (values::date(self.dice), values::date(self.dice));
                format!("@in_time_range(\"{from}\", \"{to}\")")
            }
        }
    }

    fn body_question(&mut self) -> String {
        let field = &self.dice.pick(&self.home.fields).name;
        let update = self.asked == Asked::Rule(Operation::Update);
        match self.dice.below(if update { 4 } else { 2 }) {
            0 => format!("@request.body.{field}:isset"),
            1 => "@request.query.q:isset = true".to_owned(),
            2 => format!("@request.data.{field}:changed = false"),
            _ => format!("@request.body.{field}:changed"),
        }
    }

    fn comparison(&mut self) -> String {
        match self.dice.below(14) {
            0 | 1 => {
                let any = if self.dice.percent(35) { "?" } else { "" };
                return self.distance(any);
            }
            2 => {
                let any = if self.dice.percent(35) { "?" } else { "" };
                return self.formatted(any);
            }
            _ => {}
        }
        let left = self.target();
        let kind = match left.kind {
            Kind::Json => [Kind::Text, Kind::Number, Kind::Bool][self.dice.below(3)],
            kind => kind,
        };
        let any = if self.dice.percent(if left.many { 55 } else { 12 }) {
            "?"
        } else {
            ""
        };
        let searches = matches!(kind, Kind::Text | Kind::Date) && self.dice.percent(35);
        if searches {
            let op = ["~", "!~", "^", "$"][self.dice.below(4)];
            let right = self.search_for(op);
            let (path, right) = (self.dressed(&left), right);
            return format!("{path} {any}{op} {right}");
        }
        let ops: &[&str] = match kind {
            Kind::Bool => &["=", "!="],
            _ => &["=", "=", "!=", "<", "<=", ">", ">="],
        };
        let op = *self.dice.pick(ops);
        if kind == Kind::Text && self.dice.percent(12) || left.many && self.dice.percent(10) {
            let length = self.dice.below(4);
            return if left.field.is_some_and(Field::many) {
                format!("{}:length {any}{op} {length}", left.path)
            } else {
                format!("length({}) {any}{op} {length}", left.path)
            };
        }
        let json = left.kind == Kind::Json && self.dice.percent(30);
        let right = match json.then(|| self.path_of(Kind::Json)).flatten() {
            Some(path) => path,
            None => self.operand(kind, left.field),
        };
        let left = self.dressed(&left);
        if self.dice.percent(15) {
            return format!("{right} {any}{op} {left}");
        }
        format!("{left} {any}{op} {right}")
    }

    /// A path, sometimes in lower or upper case, or `:each`.
    fn dressed(&mut self, target: &Target<'_>) -> String {
        let path = &target.path;
        match self.dice.below(20) {
            0 if target.kind == Kind::Text => format!("lower({path})"),
            1 if target.kind == Kind::Text => format!("upper({path})"),
            2 if target.kind == Kind::Text && !path.contains(':') => format!("{path}:lower"),
            3 | 4 if target.many && target.field.is_some_and(Field::many) => format!("{path}:each"),
            _ => path.clone(),
        }
    }

    fn search_for(&mut self, op: &str) -> String {
        let text = match self.dice.below(10) {
            0 => return self.operand(Kind::Text, None),
            1 if op.contains('~') => "%a%".to_owned(),
            2 if op.contains('~') => "draft%".to_owned(),
            3 if op.contains('~') => "%_b%".to_owned(),
            4 if op.contains('~') => "a LONG%beyond%fifty%".to_owned(),
            5 if op.contains('~') => {
                "a long%text that%beyond the fifty%bytes which%like would%take".to_owned()
            }
            6 if op.contains('~') => {
                "%goes well beyond the fifty bytes which like would take%".to_owned()
            }
            7 => "one".to_owned(),
            8 => "2026-11".to_owned(),
            _ => values::text(self.dice),
        };
        quoted(self.dice, &text)
    }

    fn in_list(&mut self) -> String {
        let left = self.target();
        let count = 1 + self.dice.below(6);
        let kind = if left.kind == Kind::Json {
            Kind::Text
        } else {
            left.kind
        };
        let mut items: Vec<String> = (0..count).map(|_| self.literal(kind, left.field)).collect();
        if self.dice.percent(20) {
            items.push(self.operand(kind, left.field));
        }
        if self.dice.percent(10) && kind == Kind::Text {
            items.push("null".to_owned());
        }
        let not = if self.dice.percent(40) { "NOT " } else { "" };
        format!("{} {not}IN ({})", left.path, items.join(", "))
    }

    fn in_select(&mut self, depth: usize) -> String {
        let collection = self.dice.pick(&self.world.schema.collections);
        let mut field = self.dice.pick(&collection.fields);
        while field.many() && self.dice.percent(50)
            || matches!(field.kind, FieldKind::Password { .. })
        {
            field = self.dice.pick(&collection.fields);
        }
        let left = if field.name == "id" || matches!(field.kind, FieldKind::Relation { .. }) {
            let to = match &field.kind {
                FieldKind::Relation { collection, .. } => collection.clone(),
                _ => collection.name.clone(),
            };
            self.id_of(&to)
        } else {
            self.operand(kind_of(field), None)
        };
        let outer = (self.scope, self.inside);
        (self.scope, self.inside) = (collection, true);
        let filter = self.condition(depth.min(1));
        (self.scope, self.inside) = outer;
        let not = if self.dice.percent(35) { "NOT " } else { "" };
        let filter = if self.dice.percent(90) {
            format!(" WHERE {filter}")
        } else {
            String::new()
        };
        format!(
            "{left} {not}IN (SELECT {} FROM {}{filter})",
            field.name, collection.name
        )
    }

    /// A value that is an id of a collection.
    pub(super) fn id_of(&mut self, collection: &str) -> String {
        if collection == "users" && self.dice.percent(50) {
            return "@request.auth.id".to_owned();
        }
        for _ in 0..12 {
            let target = self.target();
            let refers = |field: &Field| matches!(&field.kind, FieldKind::Relation { collection: to, .. } if to == collection);
            if target.field.is_some_and(refers) {
                return target.path;
            }
        }
        let id = values::id(self.dice, collection);
        quoted(self.dice, &id)
    }

    /// A value of a kind: a literal, a path, something of the request.
    pub(super) fn operand(&mut self, kind: Kind, like: Option<&Field>) -> String {
        match self.dice.below(10) {
            0..4 => self.literal(kind, like),
            4..7 => match self.path_of(kind) {
                Some(path) => path,
                None => self.fact(kind),
            },
            _ => self.fact(kind),
        }
    }

    pub(super) fn path_of(&mut self, kind: Kind) -> Option<String> {
        (0..12).find_map(|_| {
            let target = self.target();
            (target.kind == kind).then_some(target.path)
        })
    }

    pub(super) fn fact(&mut self, kind: Kind) -> String {
        let of_home = self.home.fields.iter();
        let sent: Vec<&str> = of_home
            .filter(|field| {
                kind_of(field) == kind && !matches!(field.kind, FieldKind::Password { .. })
            })
            .map(|field| field.name.as_str())
            .collect();
        if !sent.is_empty() && self.dice.percent(30) {
            let part = if self.dice.percent(50) {
                "body"
            } else {
                "data"
            };
            return format!("@request.{part}.{}", self.dice.pick(&sent));
        }
        let facts: &[&str] = match kind {
            Kind::Text | Kind::Json => &[
                "@request.auth.id",
                "@request.auth.id",
                "@request.auth.email",
                "@request.auth.role",
                "@request.auth.groups",
                "@request.auth.collection",
                "@request.auth.collectionId",
                "@request.auth.boss.boss",
                "@request.auth.teams.lead",
                "@request.query.q",
                "@request.headers.x_token",
                "@request.method",
                "@request.context",
                "@request.auth.teams",
            ],
            Kind::Number => &[
                "@second",
                "@minute",
                "@hour",
                "@weekday",
                "@day",
                "@month",
                "@year",
                "@request.auth.teams:length",
            ],
            Kind::Bool => &["@request.auth.verified", "@request.auth.boss.verified"],
            Kind::Date => &[
                "@now",
                "datetime('now')",
                "@yesterday",
                "@tomorrow",
                "@todayStart",
                "@todayEnd",
                "@monthStart",
                "@monthEnd",
                "@yearStart",
                "@yearEnd",
                "@request.auth.created",
            ],
        };
        self.dice.pick(facts).to_string()
    }

    pub(super) fn literal(&mut self, kind: Kind, like: Option<&Field>) -> String {
        match (kind, like.map(|field| &field.kind)) {
            (_, Some(FieldKind::Select { values, .. })) => {
                let value = self.dice.pick(values).clone();
                quoted(self.dice, &value)
            }
            (_, Some(FieldKind::Relation { collection, .. })) => {
                let id = values::id(self.dice, collection);
                quoted(self.dice, &id)
            }
            (Kind::Number, _) => values::number(self.dice, false).to_string(),
            (Kind::Bool, _) => self.dice.percent(50).to_string(),
            (Kind::Date, _) => match self.dice.below(4) {
                0 => "\"2026-11-20\"".to_owned(),
                _ => format!("'{}'", values::date(self.dice)),
            },
            (Kind::Text | Kind::Json, _) => {
                let text = values::text(self.dice);
                quoted(self.dice, &text)
            }
        }
    }
}

pub(super) fn kind_of(field: &Field) -> Kind {
    match field.kind {
        FieldKind::Number { .. } => Kind::Number,
        FieldKind::Bool => Kind::Bool,
        FieldKind::Date { .. } | FieldKind::Autodate { .. } => Kind::Date,
        FieldKind::Json { .. } | FieldKind::Geo => Kind::Json,
        _ => Kind::Text,
    }
}

/// A text in either quote.
fn quoted(dice: &mut Dice, text: &str) -> String {
    let quote = if dice.percent(50) { '"' } else { '\'' };
    format!(
        "{quote}{}{quote}",
        text.replace(quote, &format!("\\{quote}"))
    )
}
