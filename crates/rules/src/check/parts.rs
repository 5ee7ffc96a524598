//! A part of a condition by itself, for explaining: what it means where it stands
//! alone, and the values that it compares. Refuses nothing that `check` let pass.

use ringfence_schema::{Collection, Schema};

use super::types::{Type, Typed};
use super::{Checker, Usage};
use crate::fold;
use crate::syntax::{Expr, ExprKind, Operand, OperandKind};
use crate::tree::{Node, Scalar, Source, VarId};

/// Something that a clause compares.
pub(crate) struct Part {
    /// As it is written.
    pub text: String,
    /// Its value, or its values over the items that are bound: the first of these
    /// that there is, as JSON may be of any type.
    pub scalars: Vec<Scalar>,
    /// The items on its way, the outermost first.
    pub items: Vec<(VarId, Source)>,
}

/// An operand, what it means, and the items on its way.
type Found<'e> = (&'e Operand, Typed, Vec<(VarId, Source)>);

/// What a condition means by itself.
pub(crate) fn meaning(
    schema: &Schema,
    home: &Collection,
    usage: Usage<'_>,
    expr: &Expr,
) -> Option<Node> {
    let mut checker = Checker::new(schema, home, usage);
    let node = fold::simplify(checker.region(expr));
    checker.diagnostics.is_empty().then_some(node)
}

/// What a clause without connectives compares, literals left out.
pub(crate) fn parts(
    schema: &Schema,
    home: &Collection,
    usage: Usage<'_>,
    expr: &Expr,
) -> Vec<Part> {
    let mut checker = Checker::new(schema, home, usage);
    checker.regions.push(Vec::new());
    let operands: Vec<&Operand> = match &expr.kind {
        ExprKind::Compare { left, right, .. } => vec![left, right],
        ExprKind::In { left, list, .. } => std::iter::once(left).chain(list).collect(),
        ExprKind::InSelect { left, .. } => vec![left],
        ExprKind::IsNull { operand, .. } | ExprKind::Test(operand) => vec![operand],
        ExprKind::Or(_) | ExprKind::And(_) | ExprKind::Not(_) => Vec::new(),
    };
    let mut found: Vec<Found<'_>> = Vec::new();
    for operand in operands {
        let mut local = Vec::new();
        // A macro that is a condition has no value of its own.
        if let Ok(typed) = checker.operand(operand, false, &mut local) {
            let items = local.into_iter().map(|item| (item.var, item.source));
            found.push((operand, typed, items.collect()));
        }
    }
    settle_by_the_other(&checker, &mut found);
    found
        .into_iter()
        .filter(|(operand, ..)| is_asked(operand))
        .map(|(operand, typed, items)| Part {
            text: operand.to_string(),
            scalars: if typed.ty == Type::Unknown {
                typed.types().map(|typed| typed.scalar).to_vec()
            } else {
                vec![typed.scalar]
            },
            items,
        })
        .collect()
}

/// What does not say its type has the type of what it is compared with.
fn settle_by_the_other(checker: &Checker<'_>, found: &mut [Found<'_>]) {
    if let [(_, left, _), (_, right, _)] = found
        && let Ok((l, r)) = checker.unify(left.clone(), right.clone(), true)
    {
        (*left, *right) = (l, r);
    }
}

fn is_asked(operand: &Operand) -> bool {
    matches!(
        operand.kind,
        OperandKind::Path(_) | OperandKind::Call { .. }
    )
}
