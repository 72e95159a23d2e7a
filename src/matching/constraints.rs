//! Constraints between the times of observations, and the bounds that follow from them.

use super::budget::Budget;
use super::error::Error;
use super::instant::{Instant, Interval};
use super::scenario::Scenario;

/// Variables with bounds, and differences between them that are bounded.
///
/// The first variables are the observations. A `WITHIN` adds one, the earliest instant of its part, and a `FOLLOWEDBY`
/// adds one, a point between two parts, so the number of constraints is linear in the number of observations. All
/// differences are bounded by 0 or more, and those that close a circle by more, so that the bounds settle.
pub(super) struct Constraints {
    lower: Vec<Instant>,
    upper: Vec<Instant>,
    /// For each variable, those that are at most so much later.
    later: Vec<Vec<(u32, Instant)>>,
    /// For each variable, those that it is at most so much later than.
    earlier: Vec<Vec<(u32, Instant)>>,
    /// Bounds before they were changed.
    trail: Vec<(u32, Side, Instant)>,
}

#[derive(Clone, Copy)]
enum Side {
    Lower,
    Upper,
}

impl Constraints {
    /// `starts` is where the observations of each part of the scenario start, and where the last ones end.
    pub(super) fn new(scenario: &Scenario, starts: &[usize], budget: &mut Budget) -> Result<Self, Error> {
        let count = starts.last().copied().unwrap_or_default() + scenario.withins.len() + scenario.gaps.len();
        budget.spend(count)?;
        let mut new = Self {
            lower: vec![Instant::MIN; count],
            upper: vec![Instant::MAX; count],
            later: vec![Vec::new(); count],
            earlier: vec![Vec::new(); count],
            trail: Vec::new(),
        };
        let observations = |part: &std::ops::Range<usize>| starts[part.start]..starts[part.end];
        let mut variable = starts.last().copied().unwrap_or_default();
        let at_once = Instant::at(0);
        for (part, nanos) in &scenario.withins {
            budget.spend(2 * observations(part).len())?;
            for observation in observations(part) {
                new.add(observation, variable, at_once);
                new.add(variable, observation, Instant::at(*nanos).before());
            }
            variable += 1;
        }
        for (before, after) in &scenario.gaps {
            budget.spend(observations(before).len() + observations(after).len())?;
            observations(before).for_each(|observation| new.add_order(observation, variable));
            observations(after).for_each(|observation| new.add_order(variable, observation));
            variable += 1;
        }
        Ok(new)
    }

    /// The second is at most so much later than the first.
    fn add(&mut self, first: usize, second: usize, difference: Instant) {
        self.later[first].push((second as u32, difference));
        self.earlier[second].push((first as u32, difference));
    }

    /// The first is not later than the second.
    fn add_order(&mut self, first: usize, second: usize) {
        self.add(second, first, Instant::at(0));
    }

    /// The bounds of a variable.
    pub(super) fn bounds(&self, variable: usize) -> (Instant, Instant) {
        (self.lower[variable], self.upper[variable])
    }

    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Takes back all changes since a mark.
    pub(super) fn undo(&mut self, mark: usize) {
        for (variable, side, old) in self.trail.drain(mark..).rev() {
            match side {
                Side::Lower => self.lower[variable as usize] = old,
                Side::Upper => self.upper[variable as usize] = old,
            }
        }
    }

    /// Whether a variable may have a value in an interval.
    pub(super) fn allows(&self, variable: usize, times: Interval) -> bool {
        self.lower[variable].max(times.first()) <= self.upper[variable].min(times.last())
    }

    /// Restricts a variable to the instants from one to another, and the others as follows from it. Returns whether each
    /// of them still has a value.
    pub(super) fn restrict(
        &mut self,
        variable: usize,
        first: Instant,
        last: Instant,
        budget: &mut Budget,
    ) -> Result<bool, Error> {
        let mut changed = Vec::new();
        let is_possible = self.raise(variable, first, &mut changed) && self.lower_to(variable, last, &mut changed);
        if !is_possible {
            return Ok(false);
        }
        // First in, first out: another order could change a bound again and again.
        let mut next = 0;
        while let Some(&(variable, side)) = changed.get(next) {
            next += 1;
            let edges = match side {
                Side::Lower => &self.earlier[variable],
                Side::Upper => &self.later[variable],
            };
            budget.spend(1 + edges.len())?;
            for place in 0..edges.len() {
                let is_possible = match side {
                    Side::Upper => {
                        let (other, difference) = self.later[variable][place];
                        self.lower_to(other as usize, self.upper[variable].plus(difference), &mut changed)
                    }
                    Side::Lower => {
                        let (other, difference) = self.earlier[variable][place];
                        self.raise(other as usize, self.lower[variable].minus(difference), &mut changed)
                    }
                };
                if !is_possible {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn raise(&mut self, variable: usize, bound: Instant, changed: &mut Vec<(usize, Side)>) -> bool {
        let own = &mut self.lower[variable];
        if bound > *own {
            self.trail.push((variable as u32, Side::Lower, *own));
            *own = bound;
            changed.push((variable, Side::Lower));
        }
        self.lower[variable] <= self.upper[variable]
    }

    fn lower_to(&mut self, variable: usize, bound: Instant, changed: &mut Vec<(usize, Side)>) -> bool {
        let own = &mut self.upper[variable];
        if bound < *own {
            self.trail.push((variable as u32, Side::Upper, *own));
            *own = bound;
            changed.push((variable, Side::Upper));
        }
        self.lower[variable] <= self.upper[variable]
    }
}
