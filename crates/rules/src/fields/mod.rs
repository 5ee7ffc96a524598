//! Rules of fields: who reads a field of a record that they read, who sees it
//! masked, and who may write it.
//!
//! A field of which nothing is said follows its record. What a reader gets of a
//! field in SQL or in memory is for those who read records.

mod check;
mod texts;

use std::collections::BTreeMap;
use std::sync::Arc;

use ringfence_schema::{Collection, Mask, Schema};

pub use texts::{FieldNames, FieldTexts, Unmasked};

use crate::references::References;
use crate::ruleset::{Operation, OperationTexts, RuleError};
use crate::tree::{Guard, Node, Predicate};

/// Who sees the email of a record, where the app does not say: its owner, and
/// everybody else if the owner lets them.
const EMAIL: &str = "emailVisibility = true || id = @request.auth.id";

/// The rules of a collection's fields.
#[derive(Clone, Debug, Default)]
pub struct FieldRules {
    rules: BTreeMap<String, FieldRule>,
}

/// What is said of one field.
#[derive(Clone, Debug, Default)]
pub struct FieldRule {
    list: Option<Predicate>,
    view: Option<Predicate>,
    insert: Option<Predicate>,
    update: Option<Predicate>,
    mask: Option<Masked>,
    /// It is the rule of emails that the app did not write.
    is_built_in: bool,
}

/// A mask and for whom it is lifted.
#[derive(Clone, Debug)]
struct Masked {
    mask: Mask,
    list: Predicate,
    view: Predicate,
}

impl FieldRules {
    /// Checks what is said of a collection's fields, and adds what holds of emails.
    /// None: every field follows its record.
    pub(crate) fn new(
        schema: &Schema,
        collection: &Collection,
        texts: &OperationTexts,
    ) -> Result<Option<Self>, Vec<RuleError>> {
        let rules = check::check(schema, collection, texts)?;
        Ok((!rules.is_empty()).then_some(Self { rules }))
    }

    /// What is said of that field.
    pub fn get(&self, field: &str) -> Option<&FieldRule> {
        self.rules.get(field)
    }

    /// Whether something is said of who may write fields, or of masks.
    pub fn is_about_writes(&self) -> bool {
        let mut rules = self.rules.values().filter(|rule| !rule.is_built_in);
        rules.next().is_some()
    }

    /// Whether one of them reads such a thing.
    pub fn read(&self, thing: impl Fn(&References) -> bool) -> bool {
        let mut all = self.rules.values().flat_map(|rule| {
            let masks = rule.mask.iter().flat_map(|mask| [&mask.list, &mask.view]);
            let own = [&rule.list, &rule.view, &rule.insert, &rule.update];
            own.into_iter().flatten().chain(masks)
        });
        all.any(|predicate| thing(predicate.references()))
    }
}

impl FieldRule {
    /// Who reads it, in a list or a single record; none: whoever reads the record.
    pub fn read(&self, operation: Operation) -> Option<&Predicate> {
        match operation {
            Operation::List => self.list.as_ref(),
            _ => self.view.as_ref(),
        }
    }

    /// Who may write it; none: whoever writes the record.
    pub fn write(&self, operation: Operation) -> Option<&Predicate> {
        match operation {
            Operation::Insert => self.insert.as_ref(),
            Operation::Update => self.update.as_ref(),
            _ => None,
        }
    }

    /// Its mask, and for whom it is lifted.
    pub fn mask(&self, operation: Operation) -> Option<(&Mask, &Predicate)> {
        self.mask.as_ref().map(|masked| match operation {
            Operation::List => (&masked.mask, &masked.list),
            _ => (&masked.mask, &masked.view),
        })
    }

    /// Whether whoever a record belongs to reads it whole, whatever else is said.
    pub(crate) fn owner_reads(&self) -> bool {
        self.is_built_in
    }

    /// What must hold of a record for a filter to see the whole of the field.
    pub(crate) fn filter_guard(&self) -> Guard {
        let lifted = self.mask.as_ref().map(|masked| &masked.list);
        match (&self.list, lifted) {
            (None, None) => None,
            (Some(rule), None) | (None, Some(rule)) => Some(Arc::clone(&rule.root)),
            (Some(read), Some(lifted)) => {
                let both = Node::All(vec![(*read.root).clone(), (*lifted.root).clone()]);
                Some(Arc::new(crate::fold::simplify(both)))
            }
        }
    }
}
