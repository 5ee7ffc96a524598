//! An app's rules: a predicate for each collection and operation, or none.

use std::collections::BTreeMap;

use ringfence_schema::{Collection, Schema};
use serde::{Deserialize, Serialize};

use crate::check::{Usage, compile, declared};
use crate::diagnostic::{Diagnostic, Span};
use crate::fields::{FieldNames, FieldRules, FieldTexts};
use crate::tree::Predicate;

/// Where an app's own macros are declared, which belong to no collection.
const MACROS: &str = "_macros";

/// What a request does to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// See it among others.
    List,
    /// See it by its id.
    View,
    /// Store a new one.
    Insert,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
    /// Run a function or a workflow; there is no document.
    Execute,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 6] = [
        Self::List,
        Self::View,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Execute,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::View => "view",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Execute => "execute",
        }
    }
}

/// The texts of an app's rules, by the name of their collection.
pub type RuleTexts = BTreeMap<String, OperationTexts>;

/// The texts of one collection's rules. One that is left out refuses everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationTexts {
    /// For `list` and `view`, where they have none of their own.
    #[serde(alias = "readRule", skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// Who sees it among others.
    #[serde(alias = "listRule", skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Who sees it by its id.
    #[serde(alias = "viewRule", skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// Who may store it.
    #[serde(
        alias = "insertRule",
        alias = "create",
        alias = "createRule",
        skip_serializing_if = "Option::is_none"
    )]
    pub insert: Option<String>,
    /// Who may change it.
    #[serde(alias = "updateRule", skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
    /// Who may remove it.
    #[serde(alias = "deleteRule", skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// Who may run functions and workflows.
    #[serde(alias = "executeRule", skip_serializing_if = "Option::is_none")]
    pub execute: Option<String>,
    /// The fields that lists show; all, where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_fields: Option<FieldNames>,
    /// Those that a single record shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_fields: Option<FieldNames>,
    /// Those that a new record may set.
    #[serde(alias = "insert_fields", skip_serializing_if = "Option::is_none")]
    pub create_fields: Option<FieldNames>,
    /// Those that may be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_fields: Option<FieldNames>,
    /// What is said of single fields.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldTexts>,
}

impl OperationTexts {
    /// The text that decides about an operation.
    pub fn get(&self, operation: Operation) -> Option<&str> {
        let own = match operation {
            Operation::List => &self.list,
            Operation::View => &self.view,
            Operation::Insert => &self.insert,
            Operation::Update => &self.update,
            Operation::Delete => &self.delete,
            Operation::Execute => &self.execute,
        };
        let shared = match operation {
            Operation::List | Operation::View => self.read.as_ref(),
            _ => None,
        };
        own.as_ref().or(shared).map(String::as_str)
    }

    /// The option that the text of an operation stands in.
    fn option(&self, operation: Operation) -> &'static str {
        match (operation, &self.list, &self.view) {
            (Operation::List, None, _) | (Operation::View, _, None) => "read",
            _ => operation.name(),
        }
    }

    /// The fields that an operation is about, and the option that names them.
    pub(crate) fn fields_of(&self, operation: Operation) -> Option<(&'static str, &FieldNames)> {
        let (option, names) = match operation {
            Operation::List => ("list_fields", &self.list_fields),
            Operation::View => ("view_fields", &self.view_fields),
            Operation::Insert => ("create_fields", &self.create_fields),
            Operation::Update => ("update_fields", &self.update_fields),
            Operation::Delete | Operation::Execute => return None,
        };
        names.as_ref().map(|names| (option, names))
    }
}

/// What is wrong with one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleError {
    /// The collection whose rule it is.
    pub collection: String,
    /// The operation that it decides about.
    pub operation: Operation,
    /// The field that it is about, where it is the rule of one.
    pub field: Option<String>,
    /// The option that it stands in: `list`, `mask`, `list_fields`; empty for the
    /// whole.
    pub option: &'static str,
    /// What is wrong, and where in its text.
    pub diagnostic: Diagnostic,
}

impl std::fmt::Display for RuleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            collection,
            operation,
            field,
            option,
            diagnostic,
        } = self;
        match (field, *option) {
            (None, "") => write!(f, "{collection}, {}: {diagnostic}", operation.name()),
            (None, option) => write!(f, "{collection}, {option}: {diagnostic}"),
            (Some(field), "") => write!(f, "{collection}.{field}: {diagnostic}"),
            (Some(field), option) => write!(f, "{collection}.{field}, {option}: {diagnostic}"),
        }
    }
}

impl std::error::Error for RuleError {}

/// An app's checked rules.
#[derive(Clone, Debug, Default)]
pub struct Ruleset {
    rules: BTreeMap<String, BTreeMap<Operation, Predicate>>,
    /// As they are written, for those who ask why a rule decided as it did.
    texts: RuleTexts,
    fields: BTreeMap<String, FieldRules>,
}

impl Ruleset {
    /// Checks every rule against the schema, or says all that is wrong.
    pub fn new(schema: &Schema, texts: &RuleTexts) -> Result<Self, Vec<RuleError>> {
        let mut ruleset = Self {
            texts: texts.clone(),
            ..Self::default()
        };
        let mut errors: Vec<RuleError> = declared(schema).into_iter().map(of_macro).collect();
        if !errors.is_empty() {
            // Rules that use one would be told the same again.
            return Err(errors);
        }
        for (name, texts) in texts {
            match schema.get(name) {
                Some(collection) => errors.extend(ruleset.add(schema, collection, texts)),
                None => errors.push(unknown_collection(schema, name)),
            }
        }
        let nothing = OperationTexts::default();
        for collection in &schema.collections {
            let texts = texts.get(&collection.name).unwrap_or(&nothing);
            match FieldRules::new(schema, collection, texts) {
                Ok(None) => {}
                Ok(Some(rules)) => {
                    ruleset.fields.insert(collection.name.clone(), rules);
                }
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() {
            Ok(ruleset)
        } else {
            Err(errors)
        }
    }

    /// The rule that decides.
    // INVARIANT: none refuses everybody.
    pub fn get(&self, collection: &str, operation: Operation) -> Option<&Predicate> {
        self.rules.get(collection)?.get(&operation)
    }

    /// The text of the rule that decides.
    pub fn text(&self, collection: &str, operation: Operation) -> Option<&str> {
        self.texts.get(collection)?.get(operation)
    }

    /// Everything that is written about a collection, if anything is.
    pub fn texts(&self, collection: &str) -> Option<&OperationTexts> {
        self.texts.get(collection)
    }

    /// The rules of a collection's fields, where something is said of any.
    pub fn fields(&self, collection: &str) -> Option<&FieldRules> {
        self.fields.get(collection)
    }

    /// Whether any rule reads `@request.headers`, which are dear to fetch.
    pub fn reads_headers(&self) -> bool {
        let mut rules = self.rules.values().flat_map(BTreeMap::values);
        rules.any(|rule| rule.references().headers)
            || self
                .fields
                .values()
                .any(|fields| fields.read(|references| references.headers))
    }

    fn add(
        &mut self,
        schema: &Schema,
        collection: &Collection,
        texts: &OperationTexts,
    ) -> Vec<RuleError> {
        let mut errors: Vec<RuleError> = Vec::new();
        let rules = self.rules.entry(collection.name.clone()).or_default();
        for operation in Operation::ALL {
            let Some(text) = texts.get(operation) else {
                continue;
            };
            match compile(schema, collection, Usage::Rule(operation), text) {
                Ok(predicate) => {
                    rules.insert(operation, predicate);
                }
                // A `read` rule is checked for both of its operations and told once.
                Err(_)
                    if operation == Operation::View
                        && texts.view.is_none()
                        && texts.list.is_none() => {}
                Err(diagnostics) => {
                    errors.extend(diagnostics.into_iter().map(|diagnostic| RuleError {
                        collection: collection.name.clone(),
                        operation,
                        field: None,
                        option: texts.option(operation),
                        diagnostic,
                    }))
                }
            }
        }
        errors
    }
}

fn of_macro((name, diagnostic): (String, Diagnostic)) -> RuleError {
    RuleError {
        collection: MACROS.to_owned(),
        operation: Operation::Execute,
        field: Some(name),
        option: "macro",
        diagnostic,
    }
}

fn unknown_collection(schema: &Schema, name: &str) -> RuleError {
    let names = schema.collections.iter().map(|c| c.name.as_str());
    let diagnostic = Diagnostic::new(
        Span { start: 0, end: 0 },
        format!("rules for {name}, but there is no such collection"),
    );
    RuleError {
        collection: name.to_owned(),
        operation: Operation::List,
        field: None,
        option: "",
        diagnostic: diagnostic.did_you_mean(name, names),
    }
}
