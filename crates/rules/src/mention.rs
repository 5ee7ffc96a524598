//! Whether a condition speaks of an item, and whether it speaks of documents at all.

use crate::tree::{Link, List, Node, Row, Scalar, Source, VarId};

/// Whether a condition speaks of the item.
pub(crate) fn mentions(node: &Node, var: VarId) -> bool {
    any_row(node, &|row| matches!(row, Seen::Item(item) if item == var))
}

/// Whether a value is of the item.
pub(crate) fn scalar_mentions(scalar: &Scalar, var: VarId) -> bool {
    any_row_of(
        scalar,
        &|row| matches!(row, Seen::Item(item) if item == var),
    )
}

/// Whether a condition speaks of the request alone.
pub(crate) fn is_free(node: &Node) -> bool {
    let mut bound = Vec::new();
    collect_bound(node, &mut bound);
    !any_row(node, &|seen| match seen {
        Seen::Document => true,
        Seen::Item(var) => !bound.contains(&var),
    })
}

/// Whether a value is of the request alone.
pub(crate) fn is_free_scalar(scalar: &Scalar) -> bool {
    !any_row_of(scalar, &|_| true)
}

/// The items that a condition binds itself.
fn collect_bound(node: &Node, bound: &mut Vec<VarId>) {
    match node {
        Node::Not(inner) => collect_bound(inner, bound),
        Node::All(terms) | Node::Any(terms) => {
            terms.iter().for_each(|term| collect_bound(term, bound));
        }
        Node::Exists { var, body, .. } => {
            bound.push(*var);
            collect_bound(body, bound);
        }
        _ => {}
    }
}

/// Where a condition reads a document or what it bound.
enum Seen {
    Document,
    Item(VarId),
}

type Wanted<'w> = &'w dyn Fn(Seen) -> bool;

fn any_row(node: &Node, wanted: Wanted<'_>) -> bool {
    match node {
        Node::Const(_) | Node::IsSet(_) => false,
        Node::Changed(_) => wanted(Seen::Document),
        Node::Not(inner) => any_row(inner, wanted),
        Node::All(terms) | Node::Any(terms) => terms.iter().any(|term| any_row(term, wanted)),
        Node::Compare { left, right, .. } => any_row_of(left, wanted) || any_row_of(right, wanted),
        Node::Like { text: scalar, .. }
        | Node::Unset(scalar)
        | Node::Among { left: scalar, .. } => any_row_of(scalar, wanted),
        Node::InSelect { left, filter, .. } => {
            wanted(Seen::Document) || any_row_of(left, wanted) || any_row(filter, wanted)
        }
        Node::Exists { source, body, .. } => in_source(source, wanted) || any_row(body, wanted),
    }
}

fn any_row_of(scalar: &Scalar, wanted: Wanted<'_>) -> bool {
    match scalar {
        Scalar::Absent | Scalar::Literal(_) | Scalar::Fact { .. } => false,
        Scalar::Item { var, .. } => wanted(Seen::Item(*var)),
        Scalar::Column { row, .. } => in_row(row, wanted),
        Scalar::Call { arguments, .. } => arguments.iter().any(|one| any_row_of(one, wanted)),
        Scalar::Count(list) => in_list(list, wanted),
        Scalar::Truth(condition) => any_row(condition, wanted),
    }
}

fn in_row(row: &Row, wanted: Wanted<'_>) -> bool {
    match row {
        Row::Old | Row::New => wanted(Seen::Document),
        Row::Var(var) => wanted(Seen::Item(*var)),
        Row::Lookup(lookup) => wanted(Seen::Document) || any_row_of(&lookup.id, wanted),
    }
}

fn in_list(list: &List, wanted: Wanted<'_>) -> bool {
    match list {
        List::Column { row, .. } => in_row(row, wanted),
        List::Fact(_) => false,
    }
}

fn in_source(source: &Source, wanted: Wanted<'_>) -> bool {
    match source {
        Source::Items(list) => in_list(list, wanted),
        Source::Rows { link, .. } => {
            wanted(Seen::Document)
                || match link {
                    Link::Listed(list) => in_list(list, wanted),
                    Link::Back { id, .. } => any_row_of(id, wanted),
                    Link::Whole => false,
                }
        }
    }
}
