//! One way to read a plan: a branch taken for each `OR`.

use std::ops::Range;

use super::budget::Budget;
use super::error::Error;
use super::ground::{Ground, Node};

/// What has to be observed once the branches are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Scenario {
    /// The leaves that take part, each perhaps more than once, in the order of the plan.
    pub(super) leaves: Vec<usize>,
    /// Parts, as ranges of `leaves`, whose observations lie less than so many nanoseconds apart.
    pub(super) withins: Vec<(Range<usize>, i128)>,
    /// Parts of which the second is not earlier than the first.
    pub(super) gaps: Vec<(Range<usize>, Range<usize>)>,
}

/// What is still to be done in a walk through a plan.
#[derive(Clone, Debug)]
enum Task<'n> {
    Visit(&'n Node),
    /// The nodes from a place on.
    Rest(&'n [Node]),
    /// A node a number of times.
    Copies(&'n Node, u64),
    /// The nodes from a place on, in order; the part before them, which has just been visited and has started at a
    /// leaf, and the part before that.
    Next {
        nodes: &'n [Node],
        start: usize,
        before: Option<Range<usize>>,
    },
    /// The end of a part whose observations lie near each other.
    Close {
        start: usize,
        nanos: i128,
    },
}

/// A walk that has come to an `OR`, or to the end of the plan.
#[derive(Clone, Debug)]
struct State<'n> {
    scenario: Scenario,
    /// The last one comes first.
    tasks: Vec<Task<'n>>,
}

/// The scenarios of a plan, one after the other.
#[derive(Debug)]
pub(super) struct Scenarios<'n> {
    /// Walks to go on with, and for an `OR` the branches that are left.
    open: Vec<(State<'n>, &'n [Node])>,
    start: Option<&'n Node>,
}

/// Leaves in one scenario. More are too many to search in any time.
const MAX_LEAVES: usize = 1 << 16;

impl<'n> Scenarios<'n> {
    pub(super) fn new(root: &'n Node) -> Self {
        Self { open: Vec::new(), start: Some(root) }
    }

    /// Returns the next scenario, without those that begin in a way that `may_hold` refuses.
    pub(super) fn next(
        &mut self,
        ground: &Ground<'_>,
        budget: &mut Budget,
        may_hold: &mut dyn FnMut(&Scenario, &mut Budget) -> Result<bool, Error>,
    ) -> Result<Option<Scenario>, Error> {
        loop {
            let mut state = match self.start.take() {
                Some(root) => State { scenario: Scenario::default(), tasks: vec![Task::Visit(root)] },
                None => match self.branch(budget)? {
                    Some(state) => state,
                    None => return Ok(None),
                },
            };
            match state.advance(ground, budget)? {
                Stop::Impossible => {}
                Stop::End => return Ok(Some(state.scenario)),
                Stop::Choice(branches) => {
                    if state.scenario.leaves.is_empty() || may_hold(&state.scenario, budget)? {
                        self.open.push((state, branches));
                    }
                }
            }
        }
    }

    /// The next branch of the innermost `OR`.
    fn branch(&mut self, budget: &mut Budget) -> Result<Option<State<'n>>, Error> {
        let Some((mut state, branches)) = self.open.pop() else { return Ok(None) };
        // An `OR` has branches, and those that are left are put back.
        let Some((first, rest)) = branches.split_first() else { return Ok(None) };
        if !rest.is_empty() {
            // The steps pay for the memory, too.
            let size = state.scenario.leaves.len() + 8 * (state.scenario.gaps.len() + state.tasks.len());
            budget.spend(1 + 4 * size)?;
            self.open.push((state.clone(), rest));
        }
        state.tasks.push(Task::Visit(first));
        Ok(Some(state))
    }
}

/// Why a walk stops.
enum Stop<'n> {
    End,
    Impossible,
    Choice(&'n [Node]),
}

impl<'n> State<'n> {
    fn advance(&mut self, ground: &Ground<'_>, budget: &mut Budget) -> Result<Stop<'n>, Error> {
        while let Some(task) = self.tasks.pop() {
            budget.spend(1)?;
            let here = self.scenario.leaves.len();
            match task {
                Task::Visit(Node::Leaf(leaf)) => {
                    if here == MAX_LEAVES {
                        return Err(Budget::exceeded());
                    }
                    self.scenario.leaves.push(*leaf);
                }
                Task::Visit(Node::All(nodes)) => self.tasks.push(Task::Rest(nodes)),
                Task::Visit(Node::Any(nodes)) => return Ok(Stop::Choice(nodes)),
                Task::Visit(Node::Sequence(nodes)) => {
                    let Some((first, nodes)) = nodes.split_first() else { continue };
                    self.tasks.push(Task::Next { nodes, start: here, before: None });
                    self.tasks.push(Task::Visit(first));
                }
                Task::Visit(Node::Within(node, nanos)) => {
                    self.tasks.push(Task::Close { start: here, nanos: *nanos });
                    self.tasks.push(Task::Visit(node));
                }
                Task::Visit(Node::Repeated(node, times)) => self.tasks.push(Task::Copies(node, *times)),
                Task::Rest(nodes) => {
                    if let Some((first, rest)) = nodes.split_first() {
                        self.tasks.push(Task::Rest(rest));
                        self.tasks.push(Task::Visit(first));
                    }
                }
                Task::Copies(_, 0) => {}
                Task::Copies(node, times) => {
                    self.tasks.push(Task::Copies(node, times - 1));
                    self.tasks.push(Task::Visit(node));
                }
                Task::Next { nodes, start, before } => self.follow(nodes, start..here, before),
                Task::Close { start, nanos } => {
                    let part = start..here;
                    let is_single = part.len() == 1 && ground.leaves[self.scenario.leaves[start]].demand == 1;
                    if is_single {
                        continue;
                    }
                    if nanos <= 0 {
                        return Ok(Stop::Impossible);
                    }
                    self.scenario.withins.push((part, nanos));
                }
            }
        }
        Ok(Stop::End)
    }

    /// After a part of a sequence: it follows the one before it, and the next one follows it.
    fn follow(&mut self, nodes: &'n [Node], part: Range<usize>, before: Option<Range<usize>>) {
        if let Some(before) = before {
            self.scenario.gaps.push((before, part.clone()));
        }
        if let Some((next, rest)) = nodes.split_first() {
            self.tasks.push(Task::Next { nodes: rest, start: part.end, before: Some(part) });
            self.tasks.push(Task::Visit(next));
        }
    }
}
