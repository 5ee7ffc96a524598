//! Which of the new names was which of the old ones.

use crate::{Collection, Field, Schema};

/// Old and new, side by side.
pub(super) struct Named<'a, T> {
    /// There before and after, perhaps under another name.
    pub kept: Vec<(&'a T, &'a T)>,
    /// Only there after.
    pub added: Vec<&'a T>,
    /// Only there before.
    pub gone: Vec<&'a T>,
}

pub(super) type Matching<'a> = Named<'a, Collection>;

/// Something with a name and earlier names.
pub(super) trait Renamed {
    fn name(&self) -> &str;
    fn earlier(&self) -> &[String];
    /// What stays the same whatever the name becomes, where there is such a thing.
    fn id(&self) -> Option<&str>;
}

impl Renamed for Collection {
    fn name(&self) -> &str {
        &self.name
    }
    fn earlier(&self) -> &[String] {
        &self.renamed_from
    }
    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Renamed for Field {
    fn name(&self) -> &str {
        &self.name
    }
    fn earlier(&self) -> &[String] {
        &self.renamed_from
    }
    fn id(&self) -> Option<&str> {
        None
    }
}

impl<'a> Named<'a, Collection> {
    pub(super) fn of_collections(old: &'a Schema, new: &'a Schema) -> Self {
        of(&old.collections, &new.collections)
    }

    /// The old name of a new collection, if it was there before.
    pub(super) fn old_name(&self, new_name: &str) -> Option<&'a str> {
        self.kept
            .iter()
            .find(|(_, new)| new.name == new_name)
            .map(|(old, _)| old.name.as_str())
    }
}

/// The same name is the same thing, unless another, whose own name is new, says
/// that it was called so before: then that one is it, and the one of the same
/// name is what it says of itself. So `renamed_from` may stay for ever.
pub(super) fn of<'a, T: Renamed>(old: &'a [T], new: &'a [T]) -> Named<'a, T> {
    let was = |name: &str| old.iter().position(|item| item.name() == name);
    let mut source: Vec<Option<usize>> = new.iter().map(|item| was(item.name())).collect();
    let mut unsettled: Vec<usize> = (0..new.len())
        .filter(|&position| source.get(position) == Some(&None))
        .collect();
    let mut claimed: Vec<usize> = Vec::new();
    while let Some(position) = unsettled.pop() {
        let Some(item) = new.get(position) else {
            continue;
        };
        let same_id = item
            .id()
            .and_then(|id| old.iter().position(|other| other.id() == Some(id)));
        let found = item
            .earlier()
            .iter()
            .rev()
            .filter_map(|name| was(name))
            .chain(same_id)
            .find(|index| !claimed.contains(index));
        if let Some(index) = found {
            claimed.push(index);
            // Whoever had it by its name has to look further.
            if let Some(displaced) = source.iter().position(|taken| *taken == Some(index)) {
                set(&mut source, displaced, None);
                unsettled.push(displaced);
            }
        }
        set(&mut source, position, found);
    }
    let kept = |position: usize| source.get(position).copied().flatten();
    Named {
        kept: new
            .iter()
            .enumerate()
            .filter_map(|(position, item)| Some((old.get(kept(position)?)?, item)))
            .collect(),
        added: new
            .iter()
            .enumerate()
            .filter(|(position, _)| kept(*position).is_none())
            .map(|(_, item)| item)
            .collect(),
        gone: old
            .iter()
            .enumerate()
            .filter(|(index, _)| !source.contains(&Some(*index)))
            .map(|(_, item)| item)
            .collect(),
    }
}

fn set(source: &mut [Option<usize>], position: usize, value: Option<usize>) {
    if let Some(slot) = source.get_mut(position) {
        *slot = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldKind;

    fn fields(spec: &[(&str, &[&str])]) -> Vec<Field> {
        spec.iter()
            .map(|(name, earlier)| Field {
                renamed_from: earlier.iter().map(|name| (*name).to_owned()).collect(),
                ..Field::new(*name, FieldKind::Bool)
            })
            .collect()
    }

    fn check(old: &[&str], new: &[(&str, &[&str])], expected: &[(&str, &str)]) {
        let old: Vec<(&str, &[&str])> = old.iter().map(|name| (*name, &[][..])).collect();
        let (old, new) = (fields(&old), fields(new));
        let matching = of(&old, &new);
        let mut kept: Vec<(&str, &str)> = matching
            .kept
            .iter()
            .map(|(o, n)| (o.name(), n.name()))
            .collect();
        kept.sort_unstable();
        assert_eq!(kept, expected);
    }

    #[test]
    fn names_are_matched() {
        check(&["a", "b"], &[("a", &[]), ("c", &[])], &[("a", "a")]);
        check(&["a"], &[("b", &["a"])], &[("a", "b")]);
        // Renamed long ago: nothing to do any more.
        check(&["b"], &[("b", &["a"])], &[("b", "b")]);
        // Versions were skipped.
        check(&["a"], &[("c", &["a", "b"])], &[("a", "c")]);
        // The old name is used for something new.
        check(&["a"], &[("a", &[]), ("b", &["a"])], &[("a", "b")]);
        // A chain.
        check(
            &["a", "b", "c"],
            &[("b", &["a"]), ("c", &["b"]), ("d", &["c"])],
            &[("a", "b"), ("b", "c"), ("c", "d")],
        );
        // Two that say they were the same one: only one can be.
        check(&["a"], &[("b", &["a"]), ("c", &["a"])], &[("a", "c")]);
    }
}
