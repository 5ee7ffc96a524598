//! What is allowed in a rule and still worth a second look: rules that open writes
//! to everybody, that never hold, clauses that change nothing, dear ones. Nothing
//! here stops a build.

use ringfence_schema::{Collection, Schema};

use crate::check::{Usage, check};
use crate::diagnostic::Diagnostic;
use crate::report::{Audience, Reach, reach};
use crate::ruleset::Operation;
use crate::syntax::{Expr, ExprKind, Operand, OperandKind};

/// More collections than this in one rule is dear.
const MANY_COLLECTIONS: usize = 4;
/// More relations than this in one path is dear.
const MANY_HOPS: usize = 3;

/// How much a remark matters, as editors know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It stops the build.
    Error,
    /// Probably not what is meant, or slow.
    Warning,
    /// Good to know.
    Information,
}

/// What is worth a second look in a rule that holds the schema.
pub fn weigh(
    schema: &Schema,
    collection: &Collection,
    operation: Operation,
    expr: &Expr,
) -> Vec<(Severity, Diagnostic)> {
    let mut found = Vec::new();
    let Ok(predicate) = check(schema, collection, Usage::Rule(operation), expr) else {
        return found;
    };
    let mut warn = |diagnostic| found.push((Severity::Warning, diagnostic));
    if let Some(diagnostic) = open_or_closed(schema, collection, operation, expr) {
        warn(diagnostic);
    }
    unreachable(expr, &mut warn);
    long_paths(expr, &mut warn);
    let collections = predicate.references().collections.len();
    if collections > MANY_COLLECTIONS {
        let message = format!("this rule reads {collections} other collections for each record");
        warn(Diagnostic::new(expr.span, message).hint("keep what it asks for in fewer places"));
    }
    for scan in predicate.scans(schema, collection) {
        let is_list = operation == Operation::List;
        if !scan.joined && !is_list {
            continue;
        }
        let message = format!("no index serves this: it reads all of {}", scan.collection);
        let diagnostic = Diagnostic::new(expr.span, message);
        match scan.fields.first() {
            Some(field) => found.push((
                Severity::Warning,
                diagnostic.hint(format!(
                    "add to schema/{}.toml: [[indexes]] fields = [\"{field}\"]",
                    scan.collection
                )),
            )),
            None => found.push((Severity::Information, diagnostic)),
        }
    }
    found
}

fn open_or_closed(
    schema: &Schema,
    collection: &Collection,
    operation: Operation,
    expr: &Expr,
) -> Option<Diagnostic> {
    let of = |audience| reach(schema, collection, operation, Some(expr), audience);
    let (public, signed_in) = (of(Audience::Public), of(Audience::SignedIn));
    let writes = matches!(
        operation,
        Operation::Insert | Operation::Update | Operation::Delete | Operation::Execute
    );
    match (public, signed_in) {
        (Reach::Everybody, Reach::Everybody) if writes => Some(
            Diagnostic::new(
                expr.span,
                format!("everybody may {} here, signed in or not", operation.name()),
            )
            .hint("ask at least for @request.auth.id != null"),
        ),
        (Reach::Nobody, Reach::Nobody) => Some(
            Diagnostic::new(expr.span, "this rule refuses everybody")
                .hint("leave the rule out: what has no rule is refused"),
        ),
        _ => None,
    }
}

/// Clauses beside one that decides already: `a || a`, `a || a && b`.
fn unreachable(expr: &Expr, warn: &mut impl FnMut(Diagnostic)) {
    let terms = match &expr.kind {
        ExprKind::Or(terms) | ExprKind::And(terms) => terms,
        ExprKind::Not(term) => return unreachable(term, warn),
        _ => return,
    };
    for (index, term) in terms.iter().enumerate() {
        let holds_more = |known: &Expr| match (&expr.kind, &term.kind) {
            (ExprKind::Or(_), ExprKind::And(parts)) | (ExprKind::And(_), ExprKind::Or(parts)) => {
                parts.contains(known)
            }
            _ => false,
        };
        let is_said = terms.iter().enumerate().any(|(other, known)| {
            (other < index && known == term) || (other != index && holds_more(known))
        });
        if is_said {
            warn(
                Diagnostic::new(term.span, "this clause changes nothing")
                    .hint("another one beside it decides first"),
            );
        }
        unreachable(term, warn);
    }
}

fn long_paths(expr: &Expr, warn: &mut impl FnMut(Diagnostic)) {
    let mut look = |operand: &Operand| {
        if let OperandKind::Path(path) = &operand.kind
            && !path.at
            && path.segments.len() > MANY_HOPS + 1
        {
            let hops = path.segments.len() - 1;
            let message = format!("this path follows {hops} relations for each record");
            warn(
                Diagnostic::new(operand.span, message).hint("keep the field nearer to the record"),
            );
        }
    };
    match &expr.kind {
        ExprKind::Or(terms) | ExprKind::And(terms) => {
            terms.iter().for_each(|term| long_paths(term, warn));
        }
        ExprKind::Not(term) => long_paths(term, warn),
        ExprKind::Compare { left, right, .. } => {
            look(left);
            look(right);
        }
        ExprKind::In { left, .. }
        | ExprKind::IsNull { operand: left, .. }
        | ExprKind::Test(left) => {
            look(left);
        }
        ExprKind::InSelect { left, select, .. } => {
            look(left);
            if let Some(filter) = &select.filter {
                long_paths(filter, warn);
            }
        }
    }
}
