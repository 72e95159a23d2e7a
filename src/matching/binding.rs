//! Which observations and objects satisfy which brackets of a pattern.

use std::collections::HashMap;

use super::ground::Ground;
use super::observation::{Member, Observable, Observation};
use super::observations::Observations;
use super::plan::{Leaf, Place};
use super::search::Taken;
use super::test::Brackets;
use crate::object::PropertyValue;
use crate::pattern::Span;

/// The observations that satisfy a pattern together: one way of possibly many.
#[derive(Clone, Debug)]
pub struct Binding<'o> {
    bound: Vec<Bound<'o>>,
}

impl<'o> Binding<'o> {
    /// Returns what satisfies each `[…]` of the branches taken, in written order. One that is repeated may need more
    /// than one observed-data object, and then occurs for each.
    pub fn iter(&self) -> std::slice::Iter<'_, Bound<'o>> {
        self.bound.iter()
    }
}

impl<'o> IntoIterator for Binding<'o> {
    type Item = Bound<'o>;
    type IntoIter = std::vec::IntoIter<Bound<'o>>;

    fn into_iter(self) -> Self::IntoIter {
        self.bound.into_iter()
    }
}

impl<'b, 'o> IntoIterator for &'b Binding<'o> {
    type Item = &'b Bound<'o>;
    type IntoIter = std::slice::Iter<'b, Bound<'o>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An observation that satisfies a `[…]`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bound<'o> {
    /// The place in the pattern, from `[` to the end of the qualifiers.
    pub span: Span,
    /// The observed data.
    pub observation: &'o Observation<'o>,
    /// How many of its [`number_observed`](Observation::number_observed) occurrences are needed.
    pub count: u64,
    /// The observables that satisfy what the brackets contain.
    pub objects: Vec<&'o Observable<'o>>,
    /// The values of these objects that make single tests true, with the places of their paths in the pattern. A test
    /// with `NOT` is true because of what was not found, and has none.
    pub values: Vec<(Span, PropertyValue<'o>)>,
}

/// Makes bindings for one pattern and some observations.
pub(super) struct Binder<'o, 'm> {
    pub(super) brackets: &'m [Brackets],
    pub(super) observations: &'o Observations<'o>,
}

impl<'o> Binder<'o, '_> {
    /// The binding of one observation.
    pub(super) fn single(&self, observation: usize, brackets: usize, place: Place) -> Binding<'o> {
        Binding { bound: vec![self.bound(observation, brackets, place, 1)] }
    }

    /// The binding of what a search took.
    pub(super) fn all(&self, ground: &Ground<'_>, taken: &[Taken]) -> Binding<'o> {
        let parts = parts(ground, taken, &|observation| self.observations.list()[observation].count);
        let bound = parts.into_iter().map(|part| self.bound(part.observation, part.brackets, part.place, part.count));
        Binding { bound: bound.collect() }
    }

    fn bound(&self, observation: usize, brackets: usize, place: Place, count: u64) -> Bound<'o> {
        let observation = &self.observations.list()[observation];
        let brackets = &self.brackets[brackets];
        let mut objects = Vec::new();
        let mut values = Vec::new();
        for member in Member::all(observation, self.observations.observables()) {
            if brackets.holds(&member) {
                objects.push(member.observable);
                brackets.expression.hits(&member, &mut |span, value| {
                    values.push((Span::new(span.start + place.inner, span.end + place.inner), value));
                });
            }
        }
        Bound { span: place.span, observation, count, objects, values }
    }
}

/// An observation that satisfies brackets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) place: Place,
    pub(super) brackets: usize,
    /// Its place in the list of all.
    pub(super) observation: usize,
    /// How many of its occurrences are needed.
    pub(super) count: u64,
}

/// What satisfies each brackets, in written order, of what a search took. `count_of` is how many occurrences an
/// observation has.
pub(super) fn parts(ground: &Ground<'_>, taken: &[Taken], count_of: &dyn Fn(usize) -> u64) -> Vec<Part> {
    let mut rest = Remainders { ground, count_of, used: HashMap::new() };
    // Of each leaf all that was taken, in the order of the plan.
    let mut order: Vec<&Taken> = taken.iter().collect();
    order.sort_by_key(|taken| taken.leaf);
    let mut parts: Vec<Part> = Vec::new();
    for taken in order.chunk_by(|a, b| a.leaf == b.leaf) {
        let leaf = ground.leaves[taken[0].leaf].leaf;
        for (place, alternative, class, amount) in split(leaf, taken) {
            let brackets = leaf.alternatives[alternative].brackets;
            rest.take(class, amount, &mut |observation, count| {
                parts.push(Part { place, brackets, observation, count });
            });
        }
    }
    parts.sort_by_key(|part| (part.place.span.start, part.observation));
    // Copies take from one observed-data object one by one.
    parts.dedup_by(|next, first| {
        let is_same = next.place.span == first.place.span && next.observation == first.observation;
        if is_same {
            first.count = first.count.saturating_add(next.count);
        }
        is_same
    });
    parts
}

/// Divides what a leaf takes among the brackets that it stands for: place, alternative, class and amount. A leaf that is
/// repeated together with others takes for all copies, and each copy asks for all of its brackets.
fn split(leaf: &Leaf, taken: &[&Taken]) -> Vec<(Place, usize, usize, u64)> {
    let mut parts = Vec::new();
    let mut taken = taken.iter().map(|taken| (taken.candidate, taken.amount)).filter(|(_, amount)| *amount > 0);
    let mut origins = leaf.origins.iter().filter(|origin| origin.demand > 0).cycle();
    let mut current = taken.next();
    while let Some(origin) = current.and_then(|_| origins.next()) {
        let mut demand = origin.demand;
        while let Some((candidate, amount)) = current.filter(|_| demand > 0) {
            let part = demand.min(amount);
            let alternative = candidate.alternative as usize;
            parts.push((origin.places[alternative], alternative, candidate.class as usize, part));
            demand -= part;
            current = if amount > part { Some((candidate, amount - part)) } else { taken.next() };
        }
    }
    parts
}

/// What the observed data of each class has left.
struct Remainders<'r> {
    ground: &'r Ground<'r>,
    count_of: &'r dyn Fn(usize) -> u64,
    /// For each class, the member to take from next and how much of it is taken.
    used: HashMap<usize, (usize, u64)>,
}

impl Remainders<'_> {
    fn take(&mut self, class: usize, mut amount: u64, each: &mut dyn FnMut(usize, u64)) {
        let (member, used) = self.used.entry(class).or_default();
        while let Some(place) = self.ground.classes[class].members.get(*member).filter(|_| amount > 0) {
            let observation = *place as usize;
            let left = (self.count_of)(observation).saturating_sub(*used);
            let part = amount.min(left);
            each(observation, part);
            amount -= part;
            *used += part;
            if part == left {
                *member += 1;
                *used = 0;
            }
        }
    }
}
