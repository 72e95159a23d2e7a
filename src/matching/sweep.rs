//! Scenarios with one constraint between observations: trying each value of the one instant that decides.
//!
//! Once the start of a `WITHIN` or the point between the two parts of a `FOLLOWEDBY` is fixed, each observation is free
//! of the others, and a flow decides. Only the instants at which an observation comes in or drops out matter, so this is
//! polynomial, whatever the numbers of repetitions.

use super::budget::Budget;
use super::error::Error;
use super::flow::{Candidate, Share, distribute};
use super::ground::Ground;
use super::instant::Instant;
use super::scenario::Scenario;

/// What the deciding instant asks of a leaf's observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Free,
    /// From the instant on, for less than so many nanoseconds.
    Within(i128),
    /// Not after the instant.
    Before,
    /// Not before the instant.
    After,
}

impl Role {
    /// Whether an observation with some instant between the two can play the role.
    fn admits(self, pivot: Instant, first: Instant, last: Instant) -> bool {
        match self {
            Self::Free => true,
            Self::Within(nanos) => last >= pivot && first <= pivot.plus(Instant::at(nanos)).before(),
            Self::Before => first <= pivot,
            Self::After => last >= pivot,
        }
    }

    /// The instants that may decide because of a candidate.
    fn pivot(self, first: Instant, last: Instant) -> Option<Instant> {
        match self {
            // The latest start that still has it.
            Self::Within(_) => Some(last),
            // The earliest point at which it is there.
            Self::Before => Some(first),
            Self::Free | Self::After => None,
        }
    }
}

/// A leaf of the scenario.
struct Part<'s> {
    role: Role,
    demand: u64,
    /// The candidates with their first and last instants and what they have.
    candidates: Vec<(Candidate, Instant, Instant, u64)>,
    supply: Supply,
    leaf: &'s [Candidate],
}

/// How much there is at the instants that are tried, which only go up.
#[derive(Default)]
struct Supply {
    /// Instants from which on, and after which, so much is there.
    comes: Vec<(Instant, u64)>,
    goes: Vec<(Instant, u64)>,
    come: usize,
    gone: usize,
    /// More than 128 bits would be needed only for more candidates than fit into memory.
    sum: u128,
}

impl Supply {
    fn new(role: Role, candidates: &[(Candidate, Instant, Instant, u64)]) -> Self {
        let mut new = Self::default();
        for (_, first, last, capacity) in candidates {
            match role {
                Role::Free => new.sum += u128::from(*capacity),
                Role::Within(nanos) => {
                    // It is there if the pivot is greater than this, less the step that keeps the bound strict.
                    new.comes.push((first.minus(Instant::at(nanos)).minus(Instant::at(0).before()), *capacity));
                    new.goes.push((*last, *capacity));
                }
                Role::Before => new.comes.push((*first, *capacity)),
                Role::After => {
                    new.sum += u128::from(*capacity);
                    new.goes.push((*last, *capacity));
                }
            }
        }
        new.comes.sort_unstable();
        new.goes.sort_unstable();
        new
    }

    fn at(&mut self, pivot: Instant) -> u128 {
        while let Some((_, capacity)) = self.comes.get(self.come).filter(|(from, _)| *from <= pivot) {
            self.sum += u128::from(*capacity);
            self.come += 1;
        }
        while let Some((_, capacity)) = self.goes.get(self.gone).filter(|(until, _)| *until < pivot) {
            self.sum -= u128::from(*capacity);
            self.gone += 1;
        }
        self.sum
    }
}

/// Solves a scenario with exactly one constraint.
pub(super) fn solve(
    ground: &Ground<'_>,
    scenario: &Scenario,
    budget: &mut Budget,
) -> Result<Option<Vec<Share>>, Error> {
    let capacities: Vec<u64> = ground.classes.iter().map(|class| class.capacity).collect();
    let mut parts = Vec::with_capacity(scenario.leaves.len());
    let mut pivots = Vec::new();
    for (place, leaf) in scenario.leaves.iter().enumerate() {
        let role = role(scenario, place);
        let own = &ground.leaves[*leaf];
        budget.spend(4 * own.candidates.len())?;
        let candidates = own.candidates.iter().map(|candidate| {
            let times = ground.times(*leaf, *candidate);
            (*candidate, times.first(), times.last(), ground.capacity(*candidate))
        });
        let candidates: Vec<_> = candidates.collect();
        pivots.extend(candidates.iter().filter_map(|(_, first, last, _)| role.pivot(*first, *last)));
        let supply = Supply::new(role, &candidates);
        parts.push(Part { role, demand: own.demand, candidates, supply, leaf: &own.candidates });
    }
    pivots.sort_unstable();
    pivots.dedup();
    for pivot in pivots {
        budget.spend(parts.len())?;
        // Going up all supplies have to follow, so none may be left out.
        let short = parts.iter_mut().filter_map(|part| (part.supply.at(pivot) < u128::from(part.demand)).then_some(()));
        if short.count() > 0 {
            continue;
        }
        let mut admitted = Vec::with_capacity(parts.len());
        for part in &parts {
            budget.spend(part.candidates.len())?;
            admitted.push(part.admitted(pivot));
        }
        let demands: Vec<_> =
            parts.iter().zip(&admitted).map(|(part, admitted)| (part.demand, &admitted[..])).collect();
        if let Some(shares) = distribute(&demands, &capacities, budget)? {
            return Ok(Some(shares));
        }
    }
    Ok(None)
}

impl Part<'_> {
    fn admitted(&self, pivot: Instant) -> Vec<Candidate> {
        if self.role == Role::Free {
            return self.leaf.to_vec();
        }
        let admitted = self.candidates.iter().filter(|(_, first, last, _)| self.role.admits(pivot, *first, *last));
        admitted.map(|(candidate, ..)| *candidate).collect()
    }
}

fn role(scenario: &Scenario, place: usize) -> Role {
    if let Some((part, nanos)) = scenario.withins.first() {
        return if part.contains(&place) { Role::Within(*nanos) } else { Role::Free };
    }
    match scenario.gaps.first() {
        Some((before, _)) if before.contains(&place) => Role::Before,
        Some((_, after)) if after.contains(&place) => Role::After,
        _ => Role::Free,
    }
}
