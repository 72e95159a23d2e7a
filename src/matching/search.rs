//! Finding observations that fulfil all constraints of a plan jointly.

use super::budget::Budget;
use super::constraints::Constraints;
use super::error::Error;
use super::flow::{Candidate, Share, distribute};
use super::ground::{Ground, Node};
use super::instant::Instant;
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
    if !each_alone(ground, scenario, budget)? {
        return Ok(None);
    }
    let demands = scenario.leaves.iter().map(|leaf| ground.leaves[*leaf].demand);
    if demands.fold(0, u64::saturating_add) > MAX_COPIES {
        return Err(Budget::exceeded());
    }
    let mut search = Search::new(ground, scenario, budget)?;
    if !search.narrow(budget)? {
        return Ok(None);
    }
    let Some(fixed) = search.run(budget)? else { return Ok(None) };
    let shares = fixed.into_iter().enumerate();
    let shares =
        shares.map(|(copy, candidate)| Share { demand: search.copies[copy].part, candidate, amount: 1 }).collect();
    Ok(Some(shares))
}

/// Whether the scenario can be solved with each of its constraints alone. If not, it is known in polynomial time.
fn each_alone(ground: &Ground<'_>, scenario: &Scenario, budget: &mut Budget) -> Result<bool, Error> {
    budget.spend(scenario.leaves.len())?;
    let mut alone = Scenario { leaves: scenario.leaves.clone(), ..Scenario::default() };
    for within in &scenario.withins {
        alone.withins = vec![within.clone()];
        if sweep::solve(ground, &alone, budget)?.is_none() {
            return Ok(false);
        }
    }
    alone.withins.clear();
    for gap in &scenario.gaps {
        alone.gaps = vec![gap.clone()];
        if sweep::solve(ground, &alone, budget)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
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

    /// Narrows the bounds to what the candidates leave, until nothing changes or enough was gained. Returns whether a
    /// solution is still possible.
    fn narrow(&mut self, budget: &mut Budget) -> Result<bool, Error> {
        const MAX_ROUNDS: usize = 8;
        for _ in 0..MAX_ROUNDS {
            let mark = self.constraints.mark();
            for copy in 0..self.copies.len() {
                let domain = self.domain(copy, usize::MAX, budget)?;
                let times = domain.iter().map(|candidate| self.ground.times(self.copies[copy].leaf, *candidate));
                let (first, last) = times.fold((Instant::MAX, Instant::MIN), |(first, last), times| {
                    (first.min(times.first()), last.max(times.last()))
                });
                if !self.constraints.restrict(copy, first, last, budget)? {
                    return Ok(false);
                }
            }
            if self.constraints.mark() == mark {
                break;
            }
        }
        Ok(true)
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
            if self.constraints.restrict(copy, times.first(), times.last(), budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn look(&mut self, budget: &mut Budget) -> Result<Look, Error> {
        let open: Vec<usize> = (0..self.copies.len()).filter(|copy| self.fixed[*copy].is_none()).collect();
        budget.spend(self.copies.len())?;
        let mut domains = Vec::with_capacity(open.len());
        for copy in &open {
            // A copy with as many classes as there are copies gets one whatever the others take.
            let domain = self.domain(*copy, open.len(), budget)?;
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
        let copy = open[fewest];
        Ok(Look::Open(copy, self.domain(copy, usize::MAX, budget)?))
    }

    /// The candidates that a copy may still take, of so many classes at most.
    fn domain(&self, copy: usize, most: usize, budget: &mut Budget) -> Result<Vec<Candidate>, Error> {
        let Copy { leaf, is_twin, .. } = self.copies[copy];
        let (lower, upper) = self.constraints.bounds(copy);
        let least = if is_twin { self.fixed[copy - 1].map_or(0, |twin| twin.class) } else { 0 };
        let (mut domain, mut classes): (Vec<Candidate>, usize) = (Vec::new(), 0);
        for candidate in self.ground.candidates_between(leaf, lower, upper) {
            budget.spend(1)?;
            let fits = candidate.class >= least
                && self.left[candidate.class as usize] > 0
                && self.constraints.allows(copy, self.ground.times(leaf, *candidate));
            if !fits {
                continue;
            }
            if domain.last().is_none_or(|last| last.class != candidate.class) {
                if classes == most {
                    break;
                }
                classes += 1;
            }
            domain.push(*candidate);
        }
        Ok(domain)
    }

    /// Whether the flow happens to fulfil the constraints, too.
    fn is_solution(&mut self, open: &[usize], shares: &[Share], budget: &mut Budget) -> Result<bool, Error> {
        let mark = self.constraints.mark();
        let mut holds = true;
        for share in shares {
            let copy = open[share.demand];
            let times = self.ground.times(self.copies[copy].leaf, share.candidate);
            holds = self.constraints.restrict(copy, times.first(), times.last(), budget)?;
            if !holds {
                break;
            }
        }
        self.constraints.undo(mark);
        Ok(holds)
    }
}
