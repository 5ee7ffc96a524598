//! Random paths: fields of records, along relations and back.

use ringfence_rules::Operation;
use ringfence_schema::{Collection, Field, FieldKind};

use super::condition::{Author, Kind, kind_of};
use crate::engines::Asked;

/// What a random path leads to.
pub(super) struct Target<'w> {
    pub path: String,
    pub kind: Kind,
    pub many: bool,
    pub field: Option<&'w Field>,
}

impl<'w> Author<'w, '_> {
    /// A random path from what bare names stand for, or from a whole collection.
    pub(super) fn target(&mut self) -> Target<'w> {
        if self.asked == Asked::Rule(Operation::Execute) && !self.inside {
            let path = match self.dice.below(3) {
                0 => "@request.auth.id".to_owned(),
                1 => "@request.auth.teams.members.role".to_owned(),
                _ => "@request.auth.f1".to_owned(),
            };
            let field = self
                .world
                .schema
                .get("users")
                .and_then(|users| users.field("f1"));
            let kind = match (path.ends_with("f1"), field) {
                (true, Some(field)) => kind_of(field),
                _ => Kind::Text,
            };
            let many =
                path.contains("members") || path.ends_with("f1") && field.is_some_and(Field::many);
            return Target {
                many,
                kind,
                field: None,
                path,
            };
        }
        if self.dice.percent(5) {
            let collection = self.dice.pick(&self.world.schema.collections);
            let alias = if self.dice.percent(30) { ":other" } else { "" };
            let start = format!("@collection.{}{alias}.", collection.name);
            let mut target = self.walk(collection, start, 3);
            target.many = true;
            return target;
        }
        let home = matches!(self.asked, Asked::Rule(_)) && self.dice.percent(25);
        let (start, collection) = match self.asked {
            Asked::Rule(Operation::Insert) if home => ("new.", self.home),
            Asked::Rule(Operation::Update) if home && self.dice.percent(60) => ("new.", self.home),
            Asked::Rule(_) if home => ("old.", self.home),
            _ => ("", self.scope),
        };
        self.walk(collection, start.to_owned(), 0)
    }

    fn walk(&mut self, collection: &'w Collection, start: String, hops: usize) -> Target<'w> {
        if hops < 3 && self.dice.percent(12) {
            let back = BACK.iter().filter(|(_, to)| *to == collection.name);
            let back: Vec<_> = back.map(|(name, _)| *name).collect();
            if !back.is_empty() {
                let name = *self.dice.pick(&back);
                let from = name
                    .split('_')
                    .next()
                    .and_then(|from| self.world.schema.get(from));
                let from = from.expect("a collection of the world");
                let mut target = self.walk(from, format!("{start}{name}."), hops + 1);
                target.many = true;
                return target;
            }
        }
        let mut field = self.dice.pick(&collection.fields);
        while matches!(field.kind, FieldKind::Password { .. }) {
            field = self.dice.pick(&collection.fields);
        }
        let path = format!("{start}{}", field.name);
        match &field.kind {
            FieldKind::Relation {
                collection, many, ..
            } if hops < 3 && self.dice.percent(55) => {
                let to = self
                    .world
                    .schema
                    .get(collection)
                    .expect("a collection of the world");
                let mut target = self.walk(to, format!("{path}."), hops + 1);
                target.many |= *many;
                target
            }
            FieldKind::Geo => Target {
                path: format!(
                    "{path}.{}",
                    if self.dice.percent(50) { "lon" } else { "lat" }
                ),
                kind: Kind::Number,
                many: false,
                field: None,
            },
            FieldKind::Json { .. } => Target {
                path: format!("{path}{}", ["", ".k", ".l", ".l.m"][self.dice.below(4)]),
                kind: Kind::Json,
                many: false,
                field: None,
            },
            _ => Target {
                path,
                kind: kind_of(field),
                many: field.many(),
                field: Some(field),
            },
        }
    }
}

/// Back-relations, and the collection that they are of.
const BACK: [(&str, &str); 8] = [
    ("comments_via_post", "posts"),
    ("comments_via_seen", "posts"),
    ("comments_via_author", "users"),
    ("posts_via_owner", "users"),
    ("posts_via_readers", "users"),
    ("posts_via_team", "teams"),
    ("teams_via_members", "users"),
    ("users_via_teams", "teams"),
];
