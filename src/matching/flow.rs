//! Giving demands what they need: a maximum flow from classes of observations to the leaves of a plan.

use super::budget::Budget;
use super::error::Error;

/// A class that a leaf may take observations from, and the alternative by which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) class: u32,
    pub(super) alternative: u32,
}

/// How many observations of a class a demand takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) demand: usize,
    pub(super) candidate: Candidate,
    pub(super) amount: u64,
}

/// An edge: the place of a demand, and that of one of its candidates.
type Edge = (u32, u32);

/// Distributes observations so that each demand is met, or returns `None` if that is impossible.
///
/// `demands` are numbers of observations and where they may come from; `left` is how many each class has. The steps do
/// not depend on the numbers.
pub(super) fn distribute(
    demands: &[(u64, &[Candidate])],
    left: &[u64],
    budget: &mut Budget,
) -> Result<Option<Vec<Share>>, Error> {
    let edges: usize = demands.iter().map(|(_, candidates)| candidates.len()).sum();
    budget.spend(demands.len() + edges + left.len().min(edges))?;
    let (classes, left) = numbered(demands, left, edges);
    let mut flow = Flow {
        demands,
        taken: demands.iter().map(|(_, candidates)| vec![0; candidates.len()]).collect(),
        takers: vec![Vec::new(); left.len()],
        round: 0,
        reached: vec![(0, (0, 0)); left.len()],
        seen: vec![(0, None); demands.len()],
        waiting: Vec::new(),
        classes,
        left,
    };
    for (demand, (amount, _)) in demands.iter().enumerate() {
        if !flow.meet(demand as u32, *amount, budget)? {
            return Ok(None);
        }
    }
    Ok(Some(flow.shares()))
}

/// The classes of the candidates by numbers from 0 on, and what these classes have. If there are fewer candidates than
/// classes, only those that occur are numbered, so that the time does not depend on the others.
fn numbered(demands: &[(u64, &[Candidate])], left: &[u64], edges: usize) -> (Vec<Vec<u32>>, Vec<u64>) {
    let classes = |number: &dyn Fn(u32) -> u32| {
        let numbers = |candidates: &[Candidate]| candidates.iter().map(|candidate| number(candidate.class)).collect();
        demands.iter().map(|(_, candidates)| numbers(candidates)).collect()
    };
    if edges >= left.len() {
        return (classes(&|class| class), left.to_vec());
    }
    let mut known: Vec<u32> =
        demands.iter().flat_map(|(_, candidates)| candidates.iter().map(|candidate| candidate.class)).collect();
    known.sort_unstable();
    known.dedup();
    // OK because each class is among those that occur.
    let number = |class: u32| known.binary_search(&class).unwrap_or_default() as u32;
    (classes(&number), known.iter().map(|class| left[*class as usize]).collect())
}

struct Flow<'f> {
    demands: &'f [(u64, &'f [Candidate])],
    /// The numbers of the classes of the candidates.
    classes: Vec<Vec<u32>>,
    /// What each class still has.
    left: Vec<u64>,
    /// What each demand takes from each of its candidates.
    taken: Vec<Vec<u64>>,
    /// For each class, the edges by which something was taken once.
    takers: Vec<Vec<Edge>>,
    /// The number of the search. What another search left behind does not count.
    round: u32,
    /// By which edge each class was reached.
    reached: Vec<(u32, Edge)>,
    /// The demands that are or were waiting, each with the edge that it would give up.
    seen: Vec<(u32, Option<Edge>)>,
    /// The demands to look at.
    waiting: Vec<u32>,
}

impl Flow<'_> {
    fn class(&self, (demand, candidate): Edge) -> usize {
        self.classes[demand as usize][candidate as usize] as usize
    }

    fn taken(&mut self, (demand, candidate): Edge) -> &mut u64 {
        &mut self.taken[demand as usize][candidate as usize]
    }

    fn meet(&mut self, demand: u32, mut amount: u64, budget: &mut Budget) -> Result<bool, Error> {
        while amount > 0 {
            let Some(end) = self.search(demand, budget)? else { return Ok(false) };
            let path = self.path(end);
            let amounts = path.iter().filter_map(|(_, given_up)| *given_up).map(|edge| *self.taken(edge));
            let most = amounts.collect::<Vec<_>>().into_iter().fold(amount.min(self.left[end]), u64::min);
            self.left[end] -= most;
            for (edge, given_up) in path {
                if *self.taken(edge) == 0 {
                    let class = self.class(edge);
                    if !self.takers[class].contains(&edge) {
                        self.takers[class].push(edge);
                    }
                }
                *self.taken(edge) += most;
                if let Some(edge) = given_up {
                    *self.taken(edge) -= most;
                }
            }
            amount -= most;
        }
        Ok(true)
    }

    /// Finds a class with something left that the demand can take from, at once or by moving others. Breadth first, so
    /// that the number of searches does not depend on the amounts.
    fn search(&mut self, demand: u32, budget: &mut Budget) -> Result<Option<usize>, Error> {
        self.round += 1;
        self.waiting.clear();
        self.wait(demand, None);
        let mut next = 0;
        while let Some(&demand) = self.waiting.get(next) {
            next += 1;
            for place in 0..self.classes[demand as usize].len() {
                budget.spend(1)?;
                let class = self.classes[demand as usize][place] as usize;
                if self.reached[class].0 == self.round {
                    continue;
                }
                self.reached[class] = (self.round, (demand, place as u32));
                if self.left[class] > 0 {
                    return Ok(Some(class));
                }
                budget.spend(self.takers[class].len())?;
                for place in 0..self.takers[class].len() {
                    let edge = self.takers[class][place];
                    if *self.taken(edge) > 0 {
                        self.wait(edge.0, Some(edge));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Puts a demand into the queue, unless it was there.
    fn wait(&mut self, demand: u32, given_up: Option<Edge>) {
        let seen = &mut self.seen[demand as usize];
        if seen.0 != self.round {
            *seen = (self.round, given_up);
            self.waiting.push(demand);
        }
    }

    /// The edges that lead to a class, from the end, each with the edge that its demand gives up.
    fn path(&self, end: usize) -> Vec<(Edge, Option<Edge>)> {
        let mut path = Vec::new();
        let mut class = Some(end);
        while let Some(reached) = class {
            let (_, edge) = self.reached[reached];
            let (_, given_up) = self.seen[edge.0 as usize];
            path.push((edge, given_up));
            class = given_up.map(|edge| self.class(edge));
        }
        path
    }

    fn shares(self) -> Vec<Share> {
        let mut shares = Vec::new();
        for (demand, amounts) in self.taken.iter().enumerate() {
            let candidates = amounts.iter().zip(self.demands[demand].1).filter(|(amount, _)| **amount > 0);
            shares.extend(candidates.map(|(amount, candidate)| Share {
                demand,
                candidate: *candidate,
                amount: *amount,
            }));
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(classes: &[u32]) -> Vec<Candidate> {
        classes.iter().map(|class| Candidate { class: *class, alternative: 0 }).collect()
    }

    fn distributed(demands: &[(u64, &[u32])], left: &[u64]) -> Option<Vec<(usize, u32, u64)>> {
        let candidates: Vec<_> = demands.iter().map(|(amount, classes)| (*amount, candidates(classes))).collect();
        let demands: Vec<_> = candidates.iter().map(|(amount, candidates)| (*amount, &candidates[..])).collect();
        let shares = distribute(&demands, left, &mut Budget::new(10_000)).unwrap();
        shares.map(|shares| shares.iter().map(|share| (share.demand, share.candidate.class, share.amount)).collect())
    }

    #[test]
    fn others_make_room() {
        assert_eq!(distributed(&[(1, &[0, 1]), (1, &[0])], &[1, 1]), Some(vec![(0, 1, 1), (1, 0, 1)]));
        assert_eq!(
            distributed(&[(1, &[0, 1]), (1, &[0, 2]), (1, &[0])], &[1, 1, 1]).map(|shares| shares.len()),
            Some(3)
        );
        assert_eq!(distributed(&[(1, &[0]), (1, &[0])], &[1, 1]), None);
        // It moves at once what has to move.
        let huge = 1 << 40;
        assert_eq!(
            distributed(&[(huge, &[0, 1]), (huge, &[0])], &[huge, huge]),
            Some(vec![(0, 1, huge), (1, 0, huge)])
        );
    }
}
