//! A plan for given observations: which classes each leaf may take from.

use super::budget::Budget;
use super::classes::Class;
use super::error::Error;
use super::flow::Candidate;
use super::instant::{Instant, Interval};
use super::plan::{Leaf, Plan};

/// A plan whose leaves are places in [`Ground::leaves`]. What cannot be observed is left out.
#[derive(Debug)]
pub(super) enum Node {
    Leaf(usize),
    All(Vec<Self>),
    Any(Vec<Self>),
    Sequence(Vec<Self>),
    Within(Box<Self>, i128),
    Repeated(Box<Self>, u64),
}

/// A leaf and where its observations may come from.
#[derive(Debug)]
pub(super) struct GroundLeaf<'l> {
    pub(super) leaf: &'l Leaf,
    pub(super) demand: u64,
    /// In the order of their classes, which is that of time.
    pub(super) candidates: Vec<Candidate>,
    /// For each candidate, the last instant of all up to it.
    reach: Vec<Instant>,
}

/// A plan for given observations.
#[derive(Debug)]
pub(super) struct Ground<'l> {
    pub(super) classes: &'l [Class],
    pub(super) leaves: Vec<GroundLeaf<'l>>,
    /// For each brackets, the classes that pass them.
    passing: Vec<Vec<u32>>,
    /// The number of all observations.
    total: u64,
}

impl<'l> Ground<'l> {
    /// Returns the plan, or `None` if some part of it cannot be observed whatever else is.
    pub(super) fn new(
        plan: &'l Plan,
        classes: &'l [Class],
        budget: &mut Budget,
    ) -> Result<Option<(Self, Node)>, Error> {
        let total = classes.iter().fold(0_u64, |sum, class| sum.saturating_add(class.capacity));
        let mut passing: Vec<Vec<u32>> = Vec::new();
        for (place, class) in classes.iter().enumerate() {
            for brackets in class.passed() {
                let brackets = *brackets as usize;
                passing.resize(passing.len().max(brackets + 1), Vec::new());
                passing[brackets].push(place as u32);
            }
        }
        let mut ground = Self { classes, leaves: Vec::new(), passing, total };
        let root = ground.node(plan, budget)?;
        Ok(root.map(|root| (ground, root)))
    }

    /// When an observation of a candidate may have been made.
    pub(super) fn times(&self, leaf: usize, candidate: Candidate) -> Interval {
        let window = self.leaves[leaf].leaf.alternatives[candidate.alternative as usize].window;
        self.times_of(candidate.class).and(window)
    }

    fn times_of(&self, class: u32) -> Interval {
        self.classes[class as usize].times
    }

    pub(super) fn capacity(&self, candidate: Candidate) -> u64 {
        self.classes[candidate.class as usize].capacity
    }

    /// The candidates of a leaf without those that are before or after two bounds for certain.
    pub(super) fn candidates_between(&self, leaf: usize, lower: Instant, upper: Instant) -> &[Candidate] {
        let GroundLeaf { candidates, reach, .. } = &self.leaves[leaf];
        let start = reach.partition_point(|reach| *reach < lower);
        let is_early = |candidate: &Candidate| self.classes[candidate.class as usize].times.first() <= upper;
        let end = candidates.partition_point(is_early);
        candidates.get(start..end).unwrap_or_default()
    }

    fn node(&mut self, plan: &'l Plan, budget: &mut Budget) -> Result<Option<Node>, Error> {
        Ok(match plan {
            Plan::Never => None,
            Plan::Leaf(leaf) => self.leaf(leaf, budget)?,
            Plan::All(plans) => self.every(plans, budget)?.map(Node::All),
            Plan::Sequence(plans) => self.every(plans, budget)?.map(Node::Sequence),
            Plan::Any(plans) => {
                let mut nodes = Vec::new();
                for plan in plans {
                    nodes.extend(self.node(plan, budget)?);
                }
                match nodes.len() {
                    0 | 1 => nodes.pop(),
                    _ => Some(Node::Any(nodes)),
                }
            }
            Plan::Within(plan, nanos) => self.node(plan, budget)?.map(|node| Node::Within(Box::new(node), *nanos)),
            // Each time takes one observation at least.
            Plan::Repeated(_, times) if *times > self.total => None,
            Plan::Repeated(plan, times) => self.node(plan, budget)?.map(|node| Node::Repeated(Box::new(node), *times)),
        })
    }

    fn every(&mut self, plans: &'l [Plan], budget: &mut Budget) -> Result<Option<Vec<Node>>, Error> {
        let mut nodes = Vec::with_capacity(plans.len());
        for plan in plans {
            match self.node(plan, budget)? {
                Some(node) => nodes.push(node),
                None => return Ok(None),
            }
        }
        Ok(Some(nodes))
    }

    fn leaf(&mut self, leaf: &'l Leaf, budget: &mut Budget) -> Result<Option<Node>, Error> {
        let demand = leaf.demand();
        let mut candidates = Vec::new();
        for (place, alternative) in leaf.alternatives.iter().enumerate() {
            let passing = self.passing.get(alternative.brackets).map_or(&[][..], Vec::as_slice);
            budget.spend(1 + passing.len())?;
            let in_time = passing.iter().filter(|class| !self.times_of(**class).and(alternative.window).is_empty());
            candidates.extend(in_time.map(|class| Candidate { class: *class, alternative: place as u32 }));
        }
        candidates.sort_unstable_by_key(|candidate| (candidate.class, candidate.alternative));
        let own = candidates.chunk_by(|a, b| a.class == b.class).map(|own| self.capacity(own[0]));
        if own.fold(0, u64::saturating_add) < demand {
            return Ok(None);
        }
        let mut latest = Instant::MIN;
        let reach = candidates.iter().map(|candidate| {
            latest = latest.max(self.classes[candidate.class as usize].times.last());
            latest
        });
        let reach = reach.collect();
        self.leaves.push(GroundLeaf { leaf, demand, candidates, reach });
        Ok(Some(Node::Leaf(self.leaves.len() - 1)))
    }
}
