//! A failing condition made smaller while it still fails.

use ringfence_rules::syntax::{Expr, ExprKind, parse};

/// The smallest condition found by taking parts away that `fails` still holds of.
pub fn shrink(text: &str, fails: impl Fn(&str) -> bool) -> String {
    let mut smallest = text.to_owned();
    while let Some(smaller) = candidates(&smallest).into_iter().find(|text| fails(text)) {
        smallest = smaller;
    }
    smallest
}

fn candidates(text: &str) -> Vec<String> {
    let Ok(expr) = parse(text) else {
        return Vec::new();
    };
    let smaller = variants(&expr).into_iter().map(|expr| expr.to_string());
    smaller
        .filter(|smaller| smaller.len() < text.len())
        .collect()
}

/// The condition's parts, and the condition with a part made smaller.
fn variants(expr: &Expr) -> Vec<Expr> {
    let with = |kind| Expr {
        span: expr.span,
        kind,
    };
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => {
            let is_and = matches!(expr.kind, ExprKind::And(_));
            let join = |terms| {
                with(if is_and {
                    ExprKind::And(terms)
                } else {
                    ExprKind::Or(terms)
                })
            };
            let mut found = terms.clone();
            for (index, term) in terms.iter().enumerate() {
                if terms.len() > 2 {
                    let mut fewer = terms.clone();
                    fewer.remove(index);
                    found.push(join(fewer));
                }
                for variant in variants(term) {
                    let mut changed = terms.clone();
                    changed[index] = variant;
                    found.push(join(changed));
                }
            }
            found
        }
        ExprKind::Not(inner) => {
            let inside = variants(inner).into_iter();
            let mut found: Vec<Expr> = inside.map(|e| with(ExprKind::Not(Box::new(e)))).collect();
            found.push((**inner).clone());
            found
        }
        ExprKind::InSelect {
            negated,
            left,
            select,
        } => {
            let filters = select.filter.iter().flat_map(variants);
            let changed = filters.map(|filter| {
                let mut select = select.clone();
                select.filter = Some(filter);
                with(ExprKind::InSelect {
                    negated: *negated,
                    left: left.clone(),
                    select,
                })
            });
            changed.collect()
        }
        _ => Vec::new(),
    }
}
