//! Names with `@`: the request, the clock, and whole collections.

use ringfence_schema::{Collection, Field};

use super::key::Key;
use super::path::{Binder, Place, Stop, no_modifiers};
use super::types::{Meaning, Type, Typed, of_field};
use super::{Checker, Usage};
use crate::diagnostic::{Diagnostic, Span};
use crate::ruleset::Operation;
use crate::syntax::{Path, Segment};
use crate::tree::{Fact, Kind, Link, List, Moment, Scalar};

/// What a body may have beside fields, in auth collections.
const BODY_EXTRAS: [&str; 2] = ["passwordConfirm", "oldPassword"];

impl<'a> Checker<'a> {
    /// A path that is written with `@`.
    pub(super) fn at_path(
        &mut self,
        path: &Path,
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let Some((first, rest)) = path.segments.split_first() else {
            return Err(Diagnostic::new(span, "a name is expected after `@`"));
        };
        if let Some(parameter) = self.parameter(&first.name.text) {
            return self.given(parameter, first, rest, span, binder);
        }
        match first.name.text.as_str() {
            "request" => {
                no_modifiers(first)?;
                self.request(rest, span, binder)
            }
            "collection" => {
                no_modifiers(first)?;
                self.whole(rest, span, binder)
            }
            name => {
                let moment = MOMENTS.iter().find(|(known, ..)| *known == name);
                let Some((_, moment, is_date)) = moment else {
                    let names = MOMENTS.iter().map(|(name, ..)| *name);
                    let names = names.chain(["request", "collection"]);
                    return Err(Diagnostic::new(span, format!("there is no @{name}"))
                        .did_you_mean(name, names));
                };
                if let Some(more) = rest.first() {
                    return Err(Diagnostic::new(
                        more.name.span,
                        format!("@{name} has nothing inside"),
                    ));
                }
                let (ty, kind) = if *is_date {
                    (Type::Date, Kind::Date)
                } else {
                    (Type::Number, Kind::Number)
                };
                let typed = fact(Fact::Moment(*moment), ty, kind, span);
                self.modify(typed, &first.modifiers)
            }
        }
    }

    fn request(
        &mut self,
        segments: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let text = Type::Text(Meaning::Plain);
        let [part, rest @ ..] = segments else {
            return Err(Diagnostic::new(span, "@request alone is no value")
                .hint("it has auth, body, query, headers, method and context"));
        };
        match (part.name.text.as_str(), rest) {
            ("auth", [name, rest @ ..]) => {
                no_modifiers(part)?;
                self.auth(name, rest, span, binder)
            }
            ("body" | "data", [name, rest @ ..]) => {
                no_modifiers(part)?;
                self.body(name, rest, span, binder)
            }
            ("query", [name]) => {
                no_modifiers(part)?;
                let typed = fact(Fact::Query(name.name.text.clone()), text, Kind::Text, span);
                self.modify(typed, &name.modifiers)
            }
            ("headers", [name]) => {
                no_modifiers(part)?;
                let header = Fact::Header(name.name.text.to_ascii_lowercase());
                self.modify(fact(header, text, Kind::Text, span), &name.modifiers)
            }
            ("method", []) => {
                let typed = fact(Fact::Method, text, Kind::Text, span);
                self.modify(typed, &part.modifiers)
            }
            ("context", []) => {
                let typed = fact(Fact::Context, text, Kind::Text, span);
                self.modify(typed, &part.modifiers)
            }
            ("auth" | "body" | "data" | "query" | "headers", []) => Err(Diagnostic::new(
                span,
                format!("name one of the things in @request.{}", part.name.text),
            )),
            ("method" | "context" | "query" | "headers", [more, ..]) => Err(Diagnostic::new(
                more.name.span,
                "there is nothing inside this",
            )),
            (name, _) => Err(
                Diagnostic::new(part.name.span, format!("@request has no {name}")).did_you_mean(
                    name,
                    [
                        "auth", "body", "data", "query", "headers", "method", "context",
                    ],
                ),
            ),
        }
    }

    /// `@request.auth.x`: the caller's id, collection, or a field of their record.
    fn auth(
        &mut self,
        name: &Segment,
        rest: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let collections: Vec<&'a Collection> = self
            .schema
            .collections
            .iter()
            .filter(|c| c.is_auth())
            .collect();
        let ids = collections.iter().map(|c| (c.name.clone(), c.id.clone()));
        let names = || collections.iter().map(|c| c.name.clone()).collect();
        let special = match name.name.text.as_str() {
            "id" => Some((Fact::AuthId, Meaning::Id(names()))),
            "collection" | "collectionName" => Some((Fact::AuthCollectionName, Meaning::Plain)),
            "collectionId" => Some((Fact::AuthCollectionId(ids.collect()), Meaning::Plain)),
            _ => None,
        };
        if let Some((what, meaning)) = special {
            if let Some(more) = rest.first() {
                return Err(Diagnostic::new(
                    more.name.span,
                    "there is nothing inside this",
                ));
            }
            let typed = fact(what, Type::Text(meaning), Kind::Text, span);
            return self.modify(typed, &name.modifiers);
        }
        let field = self.auth_field(&collections, name)?;
        let what = Fact::Auth(field.name.clone(), Vec::new());
        let collection = collections.iter().find(|c| c.field(&field.name).is_some());
        let place = self.fact_place(what, collection.copied(), field, name)?;
        self.onward(place, name, rest, span, binder)
    }

    /// The field of that name in the auth collections; where several have it, they
    /// must agree on its type.
    fn auth_field(
        &self,
        collections: &[&'a Collection],
        name: &Segment,
    ) -> Result<&'a Field, Diagnostic> {
        let wanted = &name.name.text;
        let mut fields = collections
            .iter()
            .filter_map(|c| Some((*c, c.field(wanted)?)))
            .filter(|(c, field)| !self.is_unseen_of_caller(c, field));
        let Some((collection, field)) = fields.next() else {
            let all = collections
                .iter()
                .flat_map(|c| c.fields.iter().map(move |field| (*c, field)));
            let known = all.filter(|(c, field)| !self.is_unseen_of_caller(c, field));
            let names = known.map(|(_, field)| field.name.as_str());
            let names = names.chain(["collection"]);
            let people: Vec<&str> = collections.iter().map(|c| c.name.as_str()).collect();
            let message = if people.is_empty() {
                "nobody can sign in: there is no auth collection".to_owned()
            } else {
                format!("{} has no field {wanted}", people.join(" or "))
            };
            return Err(Diagnostic::new(name.name.span, message).did_you_mean(wanted, names));
        };
        let ty = of_field(collection, field);
        for (other, same) in fields {
            if of_field(other, same) != ty || same.many() != field.many() {
                return Err(Diagnostic::new(
                    name.name.span,
                    format!(
                        "{wanted} is of different types in {} and {}",
                        collection.name, other.name
                    ),
                ));
            }
        }
        Ok(field)
    }

    // INVARIANT: a client learns of its own record by a filter no more than by
    // reading it: of a field that has a rule, which may refuse its owner, nothing.
    fn is_unseen_of_caller(&self, collection: &Collection, field: &Field) -> bool {
        self.is_unseen(collection, field)
            || match self.usage {
                Usage::Filter(ruleset) => {
                    let rules = ruleset.fields(&collection.name);
                    let rule = rules.and_then(|rules| rules.get(&field.name));
                    rule.is_some_and(|rule| !rule.owner_reads())
                }
                _ => false,
            }
    }

    /// `@request.body.x`: of the type of the field that it is for.
    fn body(
        &mut self,
        name: &Segment,
        rest: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let wanted = name.name.text.as_str();
        let modifiers = rest.last().map_or(&name.modifiers, |last| &last.modifiers);
        let asks = |modifier: &str| modifiers.iter().any(|m| m.text == modifier);
        let writes = matches!(
            self.usage,
            Usage::Rule(Operation::Insert | Operation::Update)
        );
        let field = self
            .home
            .field(wanted)
            .filter(|field| !self.is_unseen(self.home, field));
        let extra = self.home.is_auth() && BODY_EXTRAS.contains(&wanted);
        if writes && field.is_none() && !extra {
            // A slip here would leave a door open: what is not sent is unset.
            let names = self.home.fields.iter().map(|field| field.name.as_str());
            return Err(Diagnostic::new(
                name.name.span,
                format!("{} has no field {wanted} to be sent", self.home.name),
            )
            .did_you_mean(wanted, names));
        }
        let what = Fact::Body(wanted.to_owned(), Vec::new());
        if asks("isset") || asks("changed") {
            let keys = rest
                .iter()
                .map(|segment| segment.name.text.clone())
                .collect();
            let what = Fact::Body(wanted.to_owned(), keys);
            return self.modify(fact(what, Type::Unknown, Kind::Text, span), modifiers);
        }
        let place = match field.filter(|_| writes) {
            Some(field) => self.fact_place(what, Some(self.home), field, name)?,
            None => {
                let one = Scalar::Fact {
                    fact: what,
                    kind: Kind::Text,
                };
                Place {
                    key: Key::of_value(&one),
                    one,
                    many: None,
                    ty: Type::Unknown,
                    field: None,
                    always_set: false,
                    hops: 0,
                }
            }
        };
        self.onward(place, name, rest, span, binder)
    }

    fn fact_place(
        &self,
        what: Fact,
        collection: Option<&'a Collection>,
        field: &'a Field,
        name: &Segment,
    ) -> Result<Place<'a>, Diagnostic> {
        let ty = collection.and_then(|collection| of_field(collection, field));
        let Some(ty) = ty else {
            return Err(Diagnostic::new(
                name.name.span,
                "a password cannot be compared",
            ));
        };
        let many = field.many().then(|| List::Fact(what.clone()));
        let one = Scalar::Fact {
            fact: what,
            kind: ty.kind().unwrap_or(Kind::Text),
        };
        Ok(Place {
            key: Key::of_value(&one),
            one,
            many,
            ty,
            field: Some(field),
            always_set: false,
            hops: 0,
        })
    }

    /// `@collection.members.user`: all records of a collection.
    fn whole(
        &mut self,
        segments: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let [name, rest @ ..] = segments else {
            return Err(Diagnostic::new(
                span,
                "name a collection: @collection.members.user",
            ));
        };
        // PocketBase's `@collection.members:other.user` is a second, separate look.
        let alias = match name.modifiers.as_slice() {
            [] => "",
            [alias] => alias.text.as_str(),
            [_, more, ..] => return Err(Diagnostic::new(more.span, "one alias is enough")),
        };
        let collection = self.collection(&name.name)?;
        let key = Key::of_whole(&collection.name, alias);
        let row = self.bind_rows(
            &key,
            collection,
            self.guard(&collection.name),
            Link::Whole,
            binder,
        );
        let stop = Stop {
            row,
            collection,
            key,
            hops: 1,
        };
        self.walk(stop, rest, span, binder)
    }
}

pub(super) fn fact(fact: Fact, ty: Type, kind: Kind, span: Span) -> Typed {
    Typed {
        scalar: Scalar::Fact { fact, kind },
        ty,
        span,
        always_set: false,
    }
}

/// Names of the clock's values, and whether they are dates.
pub(super) const MOMENTS: [(&str, Moment, bool); 16] = [
    ("now", Moment::Now, true),
    ("yesterday", Moment::Yesterday, true),
    ("tomorrow", Moment::Tomorrow, true),
    ("todayStart", Moment::TodayStart, true),
    ("todayEnd", Moment::TodayEnd, true),
    ("monthStart", Moment::MonthStart, true),
    ("monthEnd", Moment::MonthEnd, true),
    ("yearStart", Moment::YearStart, true),
    ("yearEnd", Moment::YearEnd, true),
    ("second", Moment::Second, false),
    ("minute", Moment::Minute, false),
    ("hour", Moment::Hour, false),
    ("weekday", Moment::Weekday, false),
    ("day", Moment::Day, false),
    ("month", Moment::Month, false),
    ("year", Moment::Year, false),
];
