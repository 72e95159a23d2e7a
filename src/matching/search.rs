//! Finding observations that fulfil all constraints of a plan jointly.

use super::budget::Budget;
use super::constraints::Constraints;
use super::error::Error;
use super::flow::{Candidate, Share, distribute};
use super::ground::{Ground, Node};
use super::scenario::{Scenario, Scenarios};
use super::sweep;

/// What a leaf takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// The place of the leaf in the plan for the observations.
    pub(super) leaf: usize,
    pub(super) candidate: Candidate,
    pub(super) amount: u64,
}

/// Returns what each leaf of some scenario takes, or `None` if no scenario can be observed.
pub(super) fn solve(ground: &Ground<'_>, root: &Node, budget: &mut Budget) -> Result<Option<Vec<Taken>>, Error> {
    let mut scenarios = Scenarios::new(root);
    // What is known of a scenario at an `OR` is a part of what has to hold.
    let mut may_hold =
        |scenario: &Scenario, budget: &mut Budget| free(ground, scenario, budget).map(|shares| shares.is_some());
    while let Some(scenario) = scenarios.next(ground, budget, &mut may_hold)? {
        let shares = match scenario.withins.len() + scenario.gaps.len() {
            0 => free(ground, &scenario, budget)?,
            1 => sweep::solve(ground, &scenario, budget)?,
            _ => jointly(ground, &scenario, budget)?,
        };
        if let Some(shares) = shares {
            let taken = shares.into_iter().map(|share| Taken {
                leaf: scenario.leaves[share.demand],
                candidate: share.candidate,
                amount: share.amount,
            });
            return Ok(Some(taken.collect()));
        }
    }
    Ok(None)
}

/// Solves a scenario without regard to constraints between its observations.
fn free(ground: &Ground<'_>, scenario: &Scenario, budget: &mut Budget) -> Result<Option<Vec<Share>>, Error> {
    budget.spend(scenario.leaves.len() + ground.classes.len())?;
    let capacities: Vec<u64> = ground.classes.iter().map(|class| class.capacity).collect();
    let demands: Vec<_> = scenario
        .leaves
        .iter()
        .map(|leaf| {
            let leaf = &ground.leaves[*leaf];
            (leaf.demand, &leaf.candidates[..])
        })
        .collect();
    distribute(&demands, &capacities, budget)
}

/// The most observations that are searched for one by one.
const MAX_COPIES: u64 = 2_000;

/// Solves a scenario with any constraints.
fn jointly(ground: &Ground<'_>, scenario: &Scenario, budget: &mut Budget) -> Result<Option<Vec<Share>>, Error> {
    if free(ground, scenario, budget)?.is_none() {
        return Ok(None);
    }
    let demands = scenario.leaves.iter().map(|leaf| ground.leaves[*leaf].demand);
    if demands.fold(0, u64::saturating_add) > MAX_COPIES {
        return Err(Budget::exceeded());
    }
    let mut search = Search::new(ground, scenario, budget)?;
    let Some(fixed) = search.run(budget)? else { return Ok(None) };
    let shares = fixed.into_iter().enumerate();
    let shares =
        shares.map(|(copy, candidate)| Share { demand: search.copies[copy].part, candidate, amount: 1 }).collect();
    Ok(Some(shares))
}

/// One observation to be found.
struct Copy {
    /// Its leaf, as a place in the scenario and in the plan.
    part: usize,
    leaf: usize,
    /// Whether the copy before it is of the same part: then it may not take an earlier class, since copies can be
    /// exchanged.
    is_twin: bool,
}

/// A depth-first search: one observation after the other is given a class, that with the fewest classes to choose from
/// first. Before each step a flow has to exist that gives one to all the others.
struct Search<'g> {
    ground: &'g Ground<'g>,
    copies: Vec<Copy>,
    constraints: Constraints,
    /// What is left of each class.
    left: Vec<u64>,
    fixed: Vec<Option<Candidate>>,
    decisions: Vec<Decision>,
}

/// A copy, and the candidates that it has not tried.
struct Decision {
    copy: usize,
    untried: std::vec::IntoIter<Candidate>,
    /// How far the constraints were before it.
    mark: usize,
}

/// What a look at the open copies shows.
enum Look {
    Failed,
    Solved(Vec<Candidate>),
    /// A copy to decide on, and its candidates.
    Open(usize, Vec<Candidate>),
}

impl<'g> Search<'g> {
    fn new(ground: &'g Ground<'g>, scenario: &Scenario, budget: &mut Budget) -> Result<Self, Error> {
        let mut copies = Vec::new();
        // Where the copies of each part start.
        let mut starts = Vec::with_capacity(scenario.leaves.len() + 1);
        for (part, leaf) in scenario.leaves.iter().enumerate() {
            starts.push(copies.len());
            let demand = ground.leaves[*leaf].demand;
            copies.extend((0..demand).map(|copy| Copy { part, leaf: *leaf, is_twin: copy > 0 }));
        }
        starts.push(copies.len());
        let constraints = Constraints::new(scenario, &starts, budget)?;
        let left = ground.classes.iter().map(|class| class.capacity).collect();
        let fixed = vec![None; copies.len()];
        Ok(Self { ground, copies, constraints, left, fixed, decisions: Vec::new() })
    }

    fn run(&mut self, budget: &mut Budget) -> Result<Option<Vec<Candidate>>, Error> {
        loop {
            match self.look(budget)? {
                Look::Solved(candidates) => return Ok(Some(candidates)),
                Look::Open(copy, candidates) => {
                    let mark = self.constraints.mark();
                    self.decisions.push(Decision { copy, untried: candidates.into_iter(), mark });
                }
                Look::Failed => {}
            }
            if !self.decide(budget)? {
                return Ok(None);
            }
        }
    }

    /// Goes to the next candidate of the last decision that has one, and returns whether there is any.
    fn decide(&mut self, budget: &mut Budget) -> Result<bool, Error> {
        while let Some(decision) = self.decisions.last_mut() {
            let copy = decision.copy;
            self.constraints.undo(decision.mark);
            if let Some(candidate) = self.fixed[copy].take() {
                self.left[candidate.class as usize] += 1;
            }
            let Some(candidate) = decision.untried.next() else {
                self.decisions.pop();
                continue;
            };
            self.fixed[copy] = Some(candidate);
            self.left[candidate.class as usize] -= 1;
            let times = self.ground.times(self.copies[copy].leaf, candidate);
            if self.constraints.restrict(copy, times, budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn look(&mut self, budget: &mut Budget) -> Result<Look, Error> {
        let open: Vec<usize> = (0..self.copies.len()).filter(|copy| self.fixed[*copy].is_none()).collect();
        let mut domains = Vec::with_capacity(open.len());
        for copy in &open {
            let domain = self.domain(*copy, budget)?;
            if domain.is_empty() {
                return Ok(Look::Failed);
            }
            domains.push(domain);
        }
        let demands: Vec<_> = domains.iter().map(|domain| (1, &domain[..])).collect();
        let Some(shares) = distribute(&demands, &self.left, budget)? else { return Ok(Look::Failed) };
        if self.is_solution(&open, &shares, budget)? {
            let mut candidates: Vec<Option<Candidate>> = self.fixed.clone();
            for share in &shares {
                candidates[open[share.demand]] = Some(share.candidate);
            }
            return Ok(Look::Solved(candidates.into_iter().flatten().collect()));
        }
        let fewest = (0..open.len()).min_by_key(|place| domains[*place].len()).unwrap_or_default();
        Ok(Look::Open(open[fewest], std::mem::take(&mut domains[fewest])))
    }

    /// The candidates that a copy may still take.
    fn domain(&self, copy: usize, budget: &mut Budget) -> Result<Vec<Candidate>, Error> {
        let Copy { leaf, is_twin, .. } = self.copies[copy];
        let candidates = &self.ground.leaves[leaf].candidates;
        budget.spend(candidates.len())?;
        let least = if is_twin { self.fixed[copy - 1].map_or(0, |twin| twin.class) } else { 0 };
        let fits = |candidate: &&Candidate| {
            candidate.class >= least
                && self.left[candidate.class as usize] > 0
                && self.constraints.allows(copy, self.ground.times(leaf, **candidate))
        };
        Ok(candidates.iter().filter(fits).copied().collect())
    }

    /// Whether the flow happens to fulfil the constraints, too.
    fn is_solution(&mut self, open: &[usize], shares: &[Share], budget: &mut Budget) -> Result<bool, Error> {
        let mark = self.constraints.mark();
        let mut holds = true;
        for share in shares {
            let copy = open[share.demand];
            let times = self.ground.times(self.copies[copy].leaf, share.candidate);
            holds = self.constraints.restrict(copy, times, budget)?;
            if !holds {
                break;
            }
        }
        self.constraints.undo(mark);
        Ok(holds)
    }
}
