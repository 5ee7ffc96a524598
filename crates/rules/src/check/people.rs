//! The macros that ask who the caller is in the app's own tables: roles, groups and
//! permissions. Each stands for a condition that could be written without it.

use ringfence_schema::{Collection, FieldKind};

use super::Checker;
use super::builtin::{at_path, compare, expansion};
use crate::diagnostic::Diagnostic;
use crate::ruleset::Operation;
use crate::syntax::{CompareOp, Expr, Name, Operand, OperandKind};

/// The collection that says who may do what.
const PERMISSIONS: &str = "permissions";
/// Whom a permission may be for: a field of it, and what it is compared with.
const HOLDERS: [(&str, &str); 3] = [
    ("role", "@request.auth.role"),
    ("group", "@request.auth.groups"),
    ("user", "@request.auth.id"),
];

impl<'a> Checker<'a> {
    /// `@has_role("editor")`, `@has_group("sales")`: the caller's own field is, or
    /// has, it; where that leads to records, they are known by their `name`.
    pub(super) fn membership(
        &self,
        field: &str,
        name: &Name,
        asked: &Operand,
    ) -> Result<Expr, Diagnostic> {
        let Some(target) = self.of_caller(field) else {
            let told = format!(
                "@{} needs a field `{field}` in an auth collection",
                name.text
            );
            return Err(Diagnostic::new(name.span, told));
        };
        let named = target.is_some_and(|records| records.field("name").is_some());
        let mut path = vec!["request", "auth", field];
        path.extend(named.then_some("name"));
        let own = at_path(name.span, &path);
        let equal = CompareOp::Equal;
        Ok(compare(name.span, own, equal, true, asked.clone()))
    }

    /// `@has_permission("update", "posts")`: a record of `permissions` gives that to
    /// the caller, their role, or a group of theirs.
    pub(super) fn permission(
        &self,
        name: &Name,
        operation: &Operand,
        collection: &Operand,
    ) -> Result<Expr, Diagnostic> {
        let (asked, about) = (literal(name, operation)?, literal(name, collection)?);
        let known = |text: &str| {
            text == "read"
                || Operation::ALL
                    .iter()
                    .any(|operation| operation.name() == text)
        };
        if let OperandKind::Text(text) = &operation.kind
            && !known(text)
        {
            let names = Operation::ALL.map(Operation::name);
            let told = Diagnostic::new(operation.span, format!("there is no operation {text}"));
            return Err(told.did_you_mean(text, names.into_iter().chain(["read"])));
        }
        if let OperandKind::Text(text) = &collection.kind {
            self.collection(&Name {
                span: collection.span,
                text: text.clone(),
            })?;
        }
        let table = self.schema.get(PERMISSIONS).filter(|table| {
            table.field("operation").is_some() && table.field("collection").is_some()
        });
        let holders = HOLDERS.iter().filter(|(field, _)| {
            let own = match *field {
                "group" => "groups",
                field => field,
            };
            let has_own = own == "user" || self.of_caller(own).is_some();
            has_own && table.is_some_and(|table| table.field(field).is_some())
        });
        // One record has to say all of it, which an alias of its own sees to.
        let row = format!("@collection.{PERMISSIONS}:held");
        let terms: Vec<String> = holders
            .map(|(field, caller)| format!("{row}.{field} ?= {caller}"))
            .collect();
        if terms.is_empty() {
            return Err(Diagnostic::new(
                name.span,
                "@has_permission needs a collection `permissions` that says who may do what",
            )
            .hint(
                "its fields are `operation` and `collection`, and at least one of `role`, \
                 `group` and `user`, as the people have them: `role`, `groups`",
            ));
        }
        let text = format!(
            "{row}.collection ?= {about} && {row}.operation ?= {asked} && ({})",
            terms.join(" || ")
        );
        expansion(&text, name.span)
    }

    /// The collection that a field of people leads to, if it leads to one; none where
    /// nobody has such a field.
    fn of_caller(&self, field: &str) -> Option<Option<&'a Collection>> {
        let mut people = self.schema.collections.iter().filter(|c| c.is_auth());
        let field = people.find_map(|collection| collection.field(field))?;
        Some(match &field.kind {
            FieldKind::Relation { collection, .. } => self.schema.get(collection),
            _ => None,
        })
    }
}

/// A text as it is written in a rule.
fn literal(name: &Name, operand: &Operand) -> Result<String, Diagnostic> {
    let wrong = |why: &str| Diagnostic::new(operand.span, why);
    match &operand.kind {
        OperandKind::Text(text) if text.contains('"') => Err(wrong("a name has no quotes in it")),
        OperandKind::Text(text) => Ok(format!("\"{text}\"")),
        _ => {
            Err(wrong("a name in quotes is expected").hint(format!("write @{}(\"…\")", name.text)))
        }
    }
}
