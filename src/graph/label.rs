//! What edges are called.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Where an edge comes from. An edge has a label of its own in each family: a relationship of type
/// `created_by_ref` is not the property of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Family {
    /// A property of the source holds the target's identifier. The label is the property's name.
    Reference,
    /// A relationship object leads from the source to the target. The label is its type.
    Relationship,
    /// A sighting states that the source saw the target. The label is
    /// [`SIGHTED`].
    Sighting,
}

impl Family {
    /// The name of the family: `reference`, `relationship` or `sighting`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Relationship => "relationship",
            Self::Sighting => "sighting",
        }
    }
}

/// The label of the edges from where something was sighted to what was sighted: from each of
/// `where_sighted_refs` to `sighting_of_ref`. The standard has no name for it.
pub const SIGHTED: &str = "sighted";

/// A label with what walks need to know of it.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) name: Box<str>,
    pub(super) family: Family,
    /// Whether it leads to what nearly all objects share: who created or changed them, or an ATT&CK
    /// collection's list of its objects.
    pub(super) is_hub: bool,
    /// Whether it leads from a relationship to one of its ends, which the relationship's own edge
    /// connects already.
    pub(super) is_end: bool,
}

/// All labels of a graph, sorted by name, so that those of one name are neighbours.
#[derive(Debug, Default)]
pub(super) struct Labels(Vec<Label>);

impl Labels {
    pub(super) fn get(&self, label: u32) -> Option<&Label> {
        self.0.get(label as usize)
    }

    /// The labels that have this name, whatever their family.
    pub(super) fn named(&self, name: &str) -> Range<u32> {
        let start = self.0.partition_point(|label| *label.name < *name);
        let len = self.0[start..].iter().take_while(|label| *label.name == *name).count();
        // OK because there are at most as many labels as edges.
        start as u32..(start + len) as u32
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Label> {
        self.0.iter()
    }
}

/// Numbers labels in the order of their first use, while a graph is built.
#[derive(Debug, Default)]
pub(super) struct LabelBuilder<'a> {
    numbers: HashMap<(Family, Cow<'a, str>), u32>,
    /// The first ones, which are nearly all that are asked for. Comparing a few lengths is faster than
    /// hashing.
    recent: Vec<(Family, Cow<'a, str>, u32)>,
}

const MAX_RECENT: usize = 24;

impl<'a> LabelBuilder<'a> {
    pub(super) fn number(&mut self, family: Family, name: Cow<'a, str>) -> u32 {
        // The name of a typed property is at one place in memory.
        let is_it = |own: &&(Family, Cow<'_, str>, u32)| own.0 == family && std::ptr::eq(&*own.1, &*name);
        let is_same = |own: &&(Family, Cow<'_, str>, u32)| own.0 == family && own.1 == name;
        if let Some((_, _, number)) = self.recent.iter().find(is_it).or_else(|| self.recent.iter().find(is_same)) {
            return *number;
        }
        if self.recent.len() < MAX_RECENT {
            let number = self.look_up(family, name.clone());
            self.recent.push((family, name, number));
            return number;
        }
        self.look_up(family, name)
    }

    fn look_up(&mut self, family: Family, name: Cow<'a, str>) -> u32 {
        // OK because there are at most as many labels as edges.
        let next = self.numbers.len() as u32;
        *self.numbers.entry((family, name)).or_insert(next)
    }

    /// The labels, and the place among them for each number that was handed out.
    pub(super) fn finish(self) -> (Labels, Vec<u32>) {
        let mut sorted: Vec<_> = self.numbers.into_iter().collect();
        sorted.sort_unstable_by(|((family, name), _), ((other, its_name), _)| (name, family).cmp(&(its_name, other)));
        let mut places = vec![0; sorted.len()];
        for (place, (_, number)) in (0..).zip(&sorted) {
            places[*number as usize] = place;
        }
        let label = |((family, name), _): ((Family, Cow<'_, str>), u32)| {
            let is_reference = family == Family::Reference;
            Label {
                is_hub: is_reference && (name.ends_with("_by_ref") || name == "object_ref"),
                is_end: is_reference && matches!(&*name, "source_ref" | "target_ref"),
                name: name.into(),
                family,
            }
        };
        (Labels(sorted.into_iter().map(label).collect()), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_name_are_neighbours() {
        let mut builder = LabelBuilder::default();
        let used = [
            (Family::Relationship, "uses"),
            (Family::Reference, "a_ref"),
            (Family::Relationship, "a_ref"),
            (Family::Relationship, "uses"),
            (Family::Reference, "created_by_ref"),
        ];
        let numbers = used.map(|(family, name)| builder.number(family, name.into()));
        assert_eq!(numbers, [0, 1, 2, 0, 3]);
        assert_eq!(builder.number(Family::Relationship, "uses".to_owned().into()), 0);
        let (labels, places) = builder.finish();
        assert_eq!(places, [3, 0, 1, 2]);
        assert_eq!((labels.named("a_ref"), labels.named("uses"), labels.named("u")), (0..2, 3..4, 3..3));
        let hubs: Vec<_> = labels.iter().filter(|label| label.is_hub).map(|label| &*label.name).collect();
        assert_eq!(hubs, ["created_by_ref"]);
    }
}
