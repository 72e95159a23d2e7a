//! Walking through a tree without recursion.

use super::ast::{ComparisonExpression, ObservationExpression};

/// An expression of either level.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'t, 'a> {
    Observation(&'t ObservationExpression<'a>),
    Comparison(&'t ComparisonExpression<'a>),
}

impl<'t, 'a> Node<'t, 'a> {
    fn child(self, index: usize) -> Option<Self> {
        use ComparisonExpression as C;
        use ObservationExpression as O;

        match self {
            Self::Observation(O::Observation(node)) if index == 0 => Some(Self::Comparison(&node.comparison)),
            Self::Observation(O::Group(node)) if index == 0 => Some(Self::Observation(&node.inner)),
            Self::Observation(O::And(list) | O::Or(list) | O::FollowedBy(list)) => {
                list.operands.get(index).map(Self::Observation)
            }
            Self::Comparison(C::Group(node)) if index == 0 => Some(Self::Comparison(&node.inner)),
            Self::Comparison(C::And(list) | C::Or(list)) => list.operands.get(index).map(Self::Comparison),
            Self::Observation(O::Observation(_) | O::Group(_))
            | Self::Comparison(C::Comparison(_) | C::In(_) | C::Exists(_) | C::Group(_)) => None,
        }
    }
}

/// A step of a walk.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'t, 'a> {
    Enter(Node<'t, 'a>),
    /// Between two operands of a list; the node is the list.
    Between(Node<'t, 'a>),
    Leave(Node<'t, 'a>),
}

/// The events of a walk through a tree, with the way back on the heap.
#[derive(Clone, Debug)]
pub(super) struct TreeWalk<'t, 'a> {
    /// The root, until it is entered.
    root: Option<Node<'t, 'a>>,
    open: Vec<Open<'t, 'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Open<'t, 'a> {
    node: Node<'t, 'a>,
    next_child: usize,
    /// Whether the event between the last child and the next has been given.
    between: bool,
}

impl<'t, 'a> TreeWalk<'t, 'a> {
    pub(super) fn new(root: Node<'t, 'a>) -> Self {
        Self { root: Some(root), open: Vec::new() }
    }

    fn enter(&mut self, node: Node<'t, 'a>) -> Event<'t, 'a> {
        self.open.push(Open { node, next_child: 0, between: false });
        Event::Enter(node)
    }
}

impl<'t, 'a> Iterator for TreeWalk<'t, 'a> {
    type Item = Event<'t, 'a>;

    fn next(&mut self) -> Option<Event<'t, 'a>> {
        if let Some(root) = self.root.take() {
            return Some(self.enter(root));
        }
        let open = self.open.last_mut()?;
        let Some(child) = open.node.child(open.next_child) else {
            let node = open.node;
            self.open.pop();
            return Some(Event::Leave(node));
        };
        if open.next_child > 0 && !open.between {
            open.between = true;
            return Some(Event::Between(open.node));
        }
        open.next_child += 1;
        open.between = false;
        Some(self.enter(child))
    }
}
