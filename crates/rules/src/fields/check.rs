//! Whether what is said of fields makes sense, and what it means.

use std::collections::BTreeMap;

use ringfence_schema::{Collection, Field, FieldKind, Schema};

use super::{EMAIL, FieldRule, FieldTexts, Masked};
use crate::check::{Usage, compile};
use crate::diagnostic::{Diagnostic, Span};
use crate::ruleset::{Operation, OperationTexts, RuleError};
use crate::sql;
use crate::tree::{Node, Predicate};

/// How many values the rules of a collection's fields may bind in one statement.
const MAX_PARAMS: usize = 30;
/// How deep the expression of a record may become, of the platform's 100.
const MAX_DEPTH: usize = 75;

const OPERATIONS: [Operation; 4] = [
    Operation::List,
    Operation::View,
    Operation::Insert,
    Operation::Update,
];

/// The rules by the names of their fields, or all that is wrong.
pub(super) fn check(
    schema: &Schema,
    collection: &Collection,
    texts: &OperationTexts,
) -> Result<BTreeMap<String, FieldRule>, Vec<RuleError>> {
    let mut checked = Checked {
        schema,
        collection,
        errors: Vec::new(),
    };
    checked.check_names(texts);
    let nothing = FieldTexts::default();
    let mut rules = BTreeMap::new();
    for field in &collection.fields {
        let own = texts.fields.get(&field.name).unwrap_or(&nothing);
        let rule = checked.rule(field, texts, own);
        let says = rule.list.is_some() || rule.view.is_some() || rule.mask.is_some();
        if says || rule.insert.is_some() || rule.update.is_some() {
            rules.insert(field.name.clone(), rule);
        }
    }
    checked.check_cost(&rules);
    match checked.errors.is_empty() {
        true => Ok(rules),
        false => Err(checked.errors),
    }
}

struct Checked<'a> {
    schema: &'a Schema,
    collection: &'a Collection,
    errors: Vec<RuleError>,
}

impl Checked<'_> {
    fn add(
        &mut self,
        field: Option<&str>,
        operation: Operation,
        option: &'static str,
        diagnostic: Diagnostic,
    ) {
        let error = RuleError {
            collection: self.collection.name.clone(),
            operation,
            field: field.map(str::to_owned),
            option,
            diagnostic,
        };
        // A `read` or `write` rule is checked for both of its operations, told once.
        let told = self.errors.iter().any(|known| {
            let place = (&known.field, known.option, &known.diagnostic);
            place == (&error.field, error.option, &error.diagnostic)
        });
        if !told {
            self.errors.push(error);
        }
    }

    fn check_names(&mut self, texts: &OperationTexts) {
        let known = |name: &str| self.collection.field(name).is_some();
        let mut unknown: Vec<(Option<&str>, Operation, &'static str, &str)> = Vec::new();
        for name in texts.fields.keys().filter(|name| !known(name)) {
            unknown.push((Some(name), Operation::View, "", name));
        }
        for operation in OPERATIONS {
            let Some((option, names)) = texts.fields_of(operation) else {
                continue;
            };
            let names = names.names().iter().filter(|name| *name != "*");
            for name in names.filter(|name| !known(name)) {
                unknown.push((None, operation, option, name));
            }
        }
        for (field, operation, option, name) in unknown {
            let told = format!("{} has no field {name}", self.collection.name);
            let names = self
                .collection
                .fields
                .iter()
                .map(|field| field.name.as_str());
            let diagnostic = whole(told).did_you_mean(name, names);
            self.add(field, operation, option, diagnostic);
        }
    }

    fn rule(&mut self, field: &Field, texts: &OperationTexts, own: &FieldTexts) -> FieldRule {
        let mut rule = FieldRule::default();
        for operation in OPERATIONS {
            if let Some((option, text)) = own.get(operation) {
                self.check_use(field, operation, option);
                let predicate = self.compile(field, operation, option, text);
                set(&mut rule, operation, predicate);
            }
            // What a list leaves out is for nobody; it never hides what the system
            // keeps, which every record has.
            let left_out = texts
                .fields_of(operation)
                .is_some_and(|(_, names)| !names.has(&field.name));
            if left_out && !field.system && !field.hidden {
                set(
                    &mut rule,
                    operation,
                    Some(Predicate::new(Node::Const(false))),
                );
            }
        }
        self.mask(field, own, &mut rule);
        let is_email = self.collection.is_auth() && field.name == "email";
        if is_email && own.get(Operation::List).is_none() && rule.list.is_none() {
            rule.list = self.compile(field, Operation::List, "read", EMAIL);
            rule.is_built_in = true;
        }
        if is_email && own.get(Operation::View).is_none() && rule.view.is_none() {
            rule.view = self.compile(field, Operation::View, "read", EMAIL);
        }
        rule.is_built_in &=
            own == &FieldTexts::default() && rule.insert.is_none() && rule.update.is_none();
        rule
    }

    fn mask(&mut self, field: &Field, own: &FieldTexts, rule: &mut FieldRule) {
        let Some(mask) = &own.mask else {
            if own.unmasked.is_some() {
                let told = whole("there is no `mask` that could be lifted");
                self.add(Some(&field.name), Operation::View, "unmasked", told);
            }
            return;
        };
        if let Err(why) = mask.check(field) {
            self.add(Some(&field.name), Operation::View, "mask", whole(why));
        }
        self.check_use(field, Operation::View, "mask");
        let text = match own.unmasked.as_ref().map(super::Unmasked::text) {
            None => "false".to_owned(),
            Some(Ok(text)) => text,
            Some(Err(why)) => {
                return self.add(Some(&field.name), Operation::View, "unmasked", whole(why));
            }
        };
        let nobody = || Predicate::new(Node::Const(false));
        let mut lifted = |operation| {
            let predicate = self.compile(field, operation, "unmasked", &text);
            predicate.unwrap_or_else(nobody)
        };
        let (list, view) = (lifted(Operation::List), lifted(Operation::View));
        let always = |predicate: &Predicate| predicate.constant() == Some(true);
        if !(always(&list) && always(&view)) {
            rule.mask = Some(Masked {
                mask: mask.clone(),
                list,
                view,
            });
        }
    }

    /// Refuses rules of which nothing could come.
    fn check_use(&mut self, field: &Field, operation: Operation, option: &'static str) {
        let reads = matches!(operation, Operation::List | Operation::View);
        let kept = matches!(field.name.as_str(), "id" | "created" | "updated");
        let by_server = field.system || matches!(field.kind, FieldKind::Autodate { .. });
        let is_password = matches!(field.kind, FieldKind::Password { .. });
        let why = if field.hidden && (reads || !is_password) {
            "no client reads or writes this field, whatever its rules say"
        } else if reads && kept {
            "this field is in every record"
        } else if !reads && by_server && field.name != "id" {
            "the server alone writes this field"
        } else {
            return;
        };
        let diagnostic = whole(why).hint(format!("leave `{option}` out"));
        self.add(Some(&field.name), operation, option, diagnostic);
    }

    /// What a text means; none where it holds always or is wrong.
    fn compile(
        &mut self,
        field: &Field,
        operation: Operation,
        option: &'static str,
        text: &str,
    ) -> Option<Predicate> {
        match compile(self.schema, self.collection, Usage::Rule(operation), text) {
            Ok(predicate) => Some(predicate),
            Err(diagnostics) => {
                for diagnostic in diagnostics {
                    self.add(Some(&field.name), operation, option, diagnostic);
                }
                None
            }
        }
    }

    /// Refuses rules that one statement could not ask all of.
    fn check_cost(&mut self, rules: &BTreeMap<String, FieldRule>) {
        for operation in [Operation::List, Operation::View] {
            let mut params = 0;
            let (mut depth, mut conditions) = (0, 0);
            for rule in rules.values() {
                let lifted = rule.mask(operation).map(|(_, lifted)| lifted);
                for predicate in rule.read(operation).into_iter().chain(lifted) {
                    let template = sql::template(predicate, &self.collection.name);
                    params += template.params();
                    depth = depth.max(template.depth());
                    conditions += 1;
                }
            }
            let told = if params > MAX_PARAMS {
                format!(
                    "the fields of {} have rules with {params} values together; at most \
                     {MAX_PARAMS} fit",
                    self.collection.name
                )
            } else if depth + conditions > MAX_DEPTH {
                "the rules of these fields are too many or too deep for the database".to_owned()
            } else {
                continue;
            };
            let first = rules.iter().find(|(_, rule)| !rule.is_built_in);
            let field = first.map(|(name, _)| name.as_str());
            self.add(field, operation, "", whole(told));
        }
    }
}

/// A rule that always holds says no more than the record's own.
fn set(rule: &mut FieldRule, operation: Operation, predicate: Option<Predicate>) {
    let predicate = predicate.filter(|predicate| predicate.constant() != Some(true));
    match operation {
        Operation::List => rule.list = predicate,
        Operation::View => rule.view = predicate,
        Operation::Insert => rule.insert = predicate,
        _ => rule.update = predicate,
    }
}

/// Something wrong with an option, whatever part of its text.
fn whole(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Span { start: 0, end: 0 }, message)
}
