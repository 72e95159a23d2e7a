//! The part of a pattern outside the brackets, lowered to what a search needs.

use std::collections::BTreeMap;

use super::instant::Interval;
use crate::pattern::Span;

/// What has to be observed.
#[derive(Debug)]
pub(super) enum Plan {
    /// Nothing that is observed suffices.
    Never,
    Leaf(Leaf),
    All(Vec<Self>),
    Any(Vec<Self>),
    /// All, none earlier than the one before it.
    Sequence(Vec<Self>),
    /// Less than this many nanoseconds from the earliest observation to the latest.
    Within(Box<Self>, i128),
    Repeated(Box<Self>, u64),
}

/// A number of observations, each of which has to pass one of several tests.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) alternatives: Vec<Alternative>,
    /// The places in the pattern that it stands for. Equal ones next to each other are one leaf.
    pub(super) origins: Vec<Origin>,
}

/// A test and when it has to be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alternative {
    /// The place of the brackets in the list of all.
    pub(super) brackets: usize,
    pub(super) window: Interval,
}

/// How many of the observations of a leaf a part of the pattern asks for.
#[derive(Debug)]
pub(super) struct Origin {
    /// The places of its brackets, one for each alternative.
    pub(super) places: Vec<Place>,
    pub(super) demand: u64,
}

/// Brackets in the text of a pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// With their qualifiers.
    pub(super) span: Span,
    /// Where the expression in them starts.
    pub(super) inner: usize,
}

impl Leaf {
    pub(super) fn demand(&self) -> u64 {
        self.origins.iter().fold(0, |sum, origin| sum.saturating_add(origin.demand))
    }

    /// Whether its observations may be made at any time.
    pub(super) fn is_timeless(&self) -> bool {
        self.alternatives.iter().all(|alternative| alternative.window == Interval::ALWAYS)
    }

    /// Whether both ask for the same.
    fn is_like(&self, other: &Self) -> bool {
        self.alternatives == other.alternatives
    }
}

impl Plan {
    /// All of some plans.
    pub(super) fn all(plans: Vec<Self>) -> Self {
        let mut flat: Vec<Self> = Vec::with_capacity(plans.len());
        for plan in plans {
            match plan {
                Self::Never => return Self::Never,
                Self::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        joined(merged(flat), Self::All)
    }

    /// One of some plans. Those that ask for one observation are one leaf.
    pub(super) fn any(plans: Vec<Self>) -> Self {
        let mut one: Option<Leaf> = None;
        let mut others = Vec::new();
        for plan in plans {
            match plan {
                Self::Never => {}
                Self::Leaf(leaf) if leaf.origins.len() == 1 && leaf.demand() == 1 => match &mut one {
                    Some(one) => one.join(leaf),
                    None => one = Some(leaf),
                },
                Self::Any(inner) => others.extend(inner),
                other => others.push(other),
            }
        }
        if let Some(leaf) = one {
            others.insert(0, Self::Leaf(leaf));
        }
        joined(others, Self::Any)
    }

    /// Some plans in order.
    pub(super) fn sequence(plans: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(plans.len());
        for plan in plans {
            match plan {
                Self::Never => return Self::Never,
                Self::Sequence(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        joined(flat, Self::Sequence)
    }

    pub(super) fn within(self, nanos: i128) -> Self {
        match self {
            Self::Never => Self::Never,
            // One observation is always near itself.
            Self::Leaf(leaf) if leaf.demand() == 1 => Self::Leaf(leaf),
            plan => Self::Within(Box::new(plan), nanos),
        }
    }

    pub(super) fn repeated(self, times: u64) -> Self {
        match (self, times) {
            (_, 0) | (Self::Never, _) => Self::Never,
            (plan, 1) => plan,
            (Self::Leaf(mut leaf), times) => {
                for origin in &mut leaf.origins {
                    origin.demand = origin.demand.saturating_mul(times);
                }
                Self::Leaf(leaf)
            }
            (Self::Repeated(plan, inner), times) => Self::Repeated(plan, inner.saturating_mul(times)),
            // Without choices and constraints between them, copies of all are all copies.
            (Self::All(plans), times) if plans.iter().all(|plan| matches!(plan, Self::Leaf(_))) => {
                Self::All(plans.into_iter().map(|plan| plan.repeated(times)).collect())
            }
            (plan, times) => Self::Repeated(Box::new(plan), times),
        }
    }
}

impl Leaf {
    /// Adds the alternatives of another leaf, if they are new.
    fn join(&mut self, other: Self) {
        self.alternatives.extend(other.alternatives);
        if let (Some(own), Some(other)) = (self.origins.first_mut(), other.origins.into_iter().next()) {
            own.places.extend(other.places);
        }
    }
}

/// A plan of several, or the only one.
fn joined(mut plans: Vec<Plan>, join: fn(Vec<Plan>) -> Plan) -> Plan {
    match plans.len() {
        0 | 1 => plans.pop().unwrap_or(Plan::Never),
        _ => join(plans),
    }
}

/// The plans, with leaves that ask for the same as one.
fn merged(plans: Vec<Plan>) -> Vec<Plan> {
    let mut places: BTreeMap<Vec<Alternative>, usize> = BTreeMap::new();
    let mut merged: Vec<Plan> = Vec::with_capacity(plans.len());
    for plan in plans {
        let Plan::Leaf(leaf) = plan else {
            merged.push(plan);
            continue;
        };
        let known = places.entry(leaf.alternatives.clone()).or_insert(merged.len());
        match merged.get_mut(*known) {
            Some(Plan::Leaf(own)) if own.is_like(&leaf) => own.origins.extend(leaf.origins),
            _ => merged.push(Plan::Leaf(leaf)),
        }
    }
    merged
}
