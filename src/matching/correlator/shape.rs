//! What of a stream has to be kept for a pattern.

use crate::matching::plan::{Leaf, Plan};
use crate::pattern::Span;

/// What has to be kept so that no match is lost.
#[derive(Debug)]
pub(super) enum Shape {
    /// The newest of each test, as many as the pattern asks for in all. Whatever it could take that is older, it can take
    /// one of these instead.
    Newest(u64),
    /// For each beginning of a sequence the one that starts last.
    Chain(Chain),
    /// All that may still be near enough.
    All,
}

/// A sequence of single observations.
#[derive(Debug)]
pub(super) struct Chain {
    /// For each brackets, the place in the sequence and that in the text of the pattern.
    links: Vec<Option<(usize, Span)>>,
    pub(super) len: usize,
}

impl Chain {
    pub(super) fn link(&self, brackets: u32) -> Option<(usize, Span)> {
        self.links.get(brackets as usize).copied().flatten()
    }
}

/// Longer sequences are rare, and are no chains.
const LONGEST_CHAIN: usize = 32;

impl Shape {
    pub(super) fn new(plan: &Plan, brackets: usize) -> Self {
        let inner = match plan {
            // Nothing is less than no time apart, so the search has to say that there is no match.
            Plan::Within(inner, nanos) if *nanos > 0 => inner,
            plan => plan,
        };
        if let Some(demand) = free_demand(inner) {
            return Self::Newest(demand);
        }
        match chain(inner, brackets) {
            Some(chain) => Self::Chain(chain),
            None => Self::All,
        }
    }
}

/// How many observations a plan without constraints of time takes at most. `None` if it has some.
fn free_demand(plan: &Plan) -> Option<u64> {
    match plan {
        Plan::Never => Some(0),
        Plan::Leaf(leaf) => leaf.is_timeless().then(|| leaf.demand()),
        Plan::All(plans) | Plan::Any(plans) => {
            plans.iter().try_fold(0, |sum: u64, plan| Some(sum.saturating_add(free_demand(plan)?)))
        }
        Plan::Repeated(plan, times) => Some(free_demand(plan)?.saturating_mul(*times)),
        Plan::Sequence(_) | Plan::Within(..) => None,
    }
}

/// The sequence, if each of its parts is one observation at any time and no two parts have a test in common.
fn chain(plan: &Plan, brackets: usize) -> Option<Chain> {
    let Plan::Sequence(parts) = plan else { return None };
    if parts.len() > LONGEST_CHAIN {
        return None;
    }
    let mut links = vec![None; brackets];
    for (place, part) in parts.iter().enumerate() {
        let Plan::Leaf(leaf) = part else { return None };
        if leaf.demand() != 1 || !leaf.is_timeless() {
            return None;
        }
        let spans = leaf.origins.iter().flat_map(|origin| origin.places.iter().map(|place| place.span));
        for (alternative, span) in leaf.alternatives.iter().zip(spans) {
            let link: &mut Option<(usize, Span)> = links.get_mut(alternative.brackets)?;
            match link {
                Some((other, _)) if *other != place => return None,
                Some(_) => {}
                None => *link = Some((place, span)),
            }
        }
    }
    Some(Chain { links, len: parts.len() })
}

/// Within how many nanoseconds all observations of a match are, if the plan bounds it.
pub(super) fn span(plan: &Plan) -> Option<i128> {
    match plan {
        Plan::Never => Some(1),
        // One observation is near itself.
        Plan::Leaf(leaf) => (leaf.demand() == 1).then_some(1),
        // What is less than nothing apart is one observation.
        Plan::Within(_, nanos) => Some((*nanos).max(1)),
        Plan::Any(plans) => plans.iter().try_fold(1, |most: i128, plan| Some(most.max(span(plan)?))),
        Plan::All(_) | Plan::Sequence(_) | Plan::Repeated(..) => None,
    }
}

/// Marks the brackets that the last observation of a match may satisfy.
pub(super) fn finishers(plan: &Plan, marks: &mut [bool]) {
    match plan {
        Plan::Never => {}
        Plan::Leaf(leaf) => mark(leaf, marks),
        Plan::All(plans) | Plan::Any(plans) => plans.iter().for_each(|plan| finishers(plan, marks)),
        Plan::Sequence(plans) => plans.iter().rev().take(1).for_each(|plan| finishers(plan, marks)),
        Plan::Within(plan, _) | Plan::Repeated(plan, _) => finishers(plan, marks),
    }
}

fn mark(leaf: &Leaf, marks: &mut [bool]) {
    for alternative in &leaf.alternatives {
        if let Some(mark) = marks.get_mut(alternative.brackets) {
            *mark = true;
        }
    }
}

/// Whether there is enough of everything, regardless of whether one observation would serve twice and of times.
pub(super) fn is_supplied(plan: &Plan, supply: &dyn Fn(usize) -> u128) -> bool {
    match plan {
        Plan::Never => false,
        Plan::Leaf(leaf) => {
            let mut left = u128::from(leaf.demand());
            leaf.alternatives.iter().any(|alternative| {
                left = left.saturating_sub(supply(alternative.brackets));
                left == 0
            })
        }
        Plan::All(plans) | Plan::Sequence(plans) => plans.iter().all(|plan| is_supplied(plan, supply)),
        Plan::Any(plans) => plans.iter().any(|plan| is_supplied(plan, supply)),
        Plan::Within(plan, _) | Plan::Repeated(plan, _) => is_supplied(plan, supply),
    }
}
