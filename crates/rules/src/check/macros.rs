//! An app's own macros: typed expressions that are put in where they are called,
//! as trees. What is given to one is understood where it is written, before its
//! text is: a name in it never means something else inside.

mod declared;

use ringfence_schema::{Macro, Parameter};

use super::builtin::MACROS;
use super::compare::narrow;
use super::condition::quantify;
use super::key::Key;
use super::path::{Binder, Place};
use super::types::{Meaning, Type, Typed, settle};
use super::{Binding, Checker};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Expr, ExprKind, Name, Operand, Segment, parse};
use crate::tree::{Literal, Node, Scalar};

pub(crate) use declared::declared;

/// How many macros may be called within each other.
const MAX_DEPTH: usize = 8;
/// How many calls one condition may come to.
const MAX_CALLS: usize = 64;

/// The macros that the checker is in, the innermost last.
#[derive(Default)]
pub(super) struct Calls {
    open: Vec<Call>,
    made: usize,
}

struct Call {
    name: String,
    given: Vec<(String, Typed)>,
}

impl<'a> Checker<'a> {
    /// The app's macro of that name. A client's filter knows none: what is wrong
    /// with one would name what the client may not know of.
    pub(super) fn app_macro(&self, name: &Name) -> Option<&'a Macro> {
        let mut macros = self.schema.macros.iter().filter(|_| !self.is_filter());
        macros.find(|known| known.name == name.text)
    }

    /// All macros that there are, for the nearest name.
    pub(super) fn macro_names(&self) -> impl Iterator<Item = &'a str> {
        let own = self.schema.macros.iter().filter(|_| !self.is_filter());
        own.map(|known| known.name.as_str()).chain(MACROS)
    }

    /// A call that stands alone: it holds if it does of every item that is given.
    pub(super) fn macro_condition(
        &mut self,
        declared: &Macro,
        span: Span,
        args: &[Operand],
    ) -> Result<Node, Diagnostic> {
        let mut local = Vec::new();
        let node = self.inside(declared, span, args, &mut local, |checker, body| {
            Ok(checker.region(body))
        })?;
        Ok(quantify(node, false, false, local))
    }

    /// A call in place of a value.
    pub(super) fn macro_value(
        &mut self,
        name: &Name,
        args: &[Operand],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let Some(declared) = self.app_macro(name) else {
            return Err(Diagnostic::new(name.span, "there is no such macro"));
        };
        let any = binder.any;
        let mut local = std::mem::take(binder.local);
        let mut of_body = Vec::new();
        let typed = self.inside(declared, span, args, &mut local, |checker, body| {
            if let ExprKind::Test(operand) = &body.kind
                && !matches!(operand.kind, crate::syntax::OperandKind::Bool(_))
            {
                return checker.operand(operand, any, &mut of_body);
            }
            Ok(Typed {
                scalar: Scalar::Truth(Box::new(checker.region(body))),
                ty: Type::Bool,
                span,
                always_set: true,
            })
        });
        local.append(&mut of_body);
        *binder.local = local;
        typed.map(|typed| Typed { span, ..typed })
    }

    /// Understands the text of a macro with what it is given.
    fn inside<T>(
        &mut self,
        declared: &Macro,
        span: Span,
        args: &[Operand],
        local: &mut Vec<Binding>,
        work: impl FnOnce(&mut Self, &Expr) -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        let name = &declared.name;
        if args.len() != declared.parameters.len() {
            let told = format!("@{name} is @{}", declared.signature());
            return Err(Diagnostic::new(span, told));
        }
        if self.calls.open.iter().any(|call| call.name == *name) {
            return Err(Diagnostic::new(span, format!("@{name} calls itself")));
        }
        self.calls.made += 1;
        if self.calls.open.len() == MAX_DEPTH || self.calls.made > MAX_CALLS {
            let told = format!(
                "too many macros: {MAX_DEPTH} within each other and {MAX_CALLS} in all are the most"
            );
            return Err(Diagnostic::new(span, told));
        }
        let mut given = Vec::new();
        for (parameter, arg) in declared.parameters.iter().zip(args) {
            let typed = self.operand(arg, false, local)?;
            given.push((parameter.name.clone(), self.fit(typed, parameter, name)?));
        }
        let body = parse(&declared.text).map_err(|wrong| wrong.within(name, span))?;
        self.calls.open.push(Call {
            name: name.clone(),
            given,
        });
        let before = self.diagnostics.len();
        let done = work(self, &body);
        self.calls.open.pop();
        let found = self.diagnostics.split_off(before);
        let found = found.into_iter().map(|wrong| wrong.within(name, span));
        self.diagnostics.extend(found);
        done.map_err(|wrong| wrong.within(name, span))
    }

    /// A value as the parameter takes it.
    fn fit(&self, mut typed: Typed, parameter: &Parameter, of: &str) -> Result<Typed, Diagnostic> {
        let wanted = type_of(&parameter.kind);
        if typed.is_unset_literal() {
            let told = format!("@{of} takes values; this is none");
            return Err(Diagnostic::new(typed.span, told));
        }
        if let (Type::Unknown, Some(kind)) = (&typed.ty, wanted.kind()) {
            settle(&mut typed.scalar, kind);
            typed.ty = Type::Text(Meaning::Plain);
            if !matches!(wanted, Type::Text(_)) {
                typed.ty = wanted.clone();
            }
        }
        if let (Type::Date, Scalar::Literal(Literal::Text(text))) = (&wanted, &mut typed.scalar)
            && let Some(ms) = ringfence_schema::date::parse(text)
        {
            *text = ringfence_schema::date::format(ms);
            typed.ty = Type::Date;
        }
        let fits = match (&typed.ty, &wanted) {
            (Type::Text(Meaning::Id(of)), Type::Text(Meaning::Id(wanted))) => {
                wanted.iter().any(|one| of.contains(one))
            }
            (Type::Text(_), Type::Text(_)) => true,
            (found, wanted) => found == wanted,
        };
        if !fits {
            let (found, wanted) = (typed.ty.describe(), wanted.describe());
            let told = format!("{} of @{of} is {wanted}; this is {found}", parameter.name);
            return Err(Diagnostic::new(typed.span, told));
        }
        let as_wanted = Typed {
            ty: wanted.clone(),
            ..typed.clone()
        };
        narrow(&mut typed, &as_wanted);
        Ok(Typed {
            ty: wanted,
            ..typed
        })
    }

    /// What the innermost macro was given under that name.
    pub(super) fn parameter(&self, name: &str) -> Option<Typed> {
        let call = self.calls.open.last()?;
        let found = call.given.iter().find(|(known, _)| known == name);
        found.map(|(_, typed)| typed.clone())
    }

    /// A parameter, or a field of the record that it is the id of.
    pub(super) fn given(
        &mut self,
        parameter: Typed,
        first: &Segment,
        rest: &[Segment],
        span: Span,
        binder: &mut Binder<'_>,
    ) -> Result<Typed, Diagnostic> {
        let parameter = Typed { span, ..parameter };
        if rest.is_empty() {
            return self.modify(parameter, &first.modifiers);
        }
        super::path::no_modifiers(first)?;
        let Type::Text(Meaning::Id(collections)) = &parameter.ty else {
            let told = format!("@{} is no record; nothing is inside", first.name.text);
            return Err(Diagnostic::new(span, told));
        };
        let collection = collections.first().cloned().unwrap_or_default();
        let place = Place {
            key: Key::of_value(&parameter.scalar),
            one: parameter.scalar,
            many: None,
            ty: parameter.ty,
            field: None,
            always_set: false,
            hops: 0,
        };
        let stop = self.follow(place, &collection, span, binder)?;
        self.walk(stop, rest, span, binder)
    }
}

/// The type that a declaration names.
fn type_of(kind: &str) -> Type {
    match kind {
        "text" => Type::Text(Meaning::Plain),
        "number" => Type::Number,
        "bool" => Type::Bool,
        "date" => Type::Date,
        collection => Type::Text(Meaning::Id(vec![collection.to_owned()])),
    }
}
