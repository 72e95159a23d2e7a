//! [`Edges`]: the edges of a node, narrowed by label and type.

use super::edge::Edge;
use super::graph::Graph;
use super::label::Family;
use super::node::Node;
use crate::object::Object;

/// The edges that leave a node or lead to it, sorted by label: an iterator that can be narrowed
/// first.
///
/// ```
/// # use stixkit::{Bundle, graph::Graph};
/// use stixkit::object::{AttackPattern, IntrusionSet};
/// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
/// # let graph = Graph::new(bundle.objects());
///
/// let technique = graph.by_external_id("T1059").next().expect("it is in the bundle");
/// let groups: Vec<_> =
///     technique.incoming().with("uses").live().from::<IntrusionSet>().map(|(group, _)| &*group.name).collect();
/// assert_eq!(groups, ["APT28"]);
/// let subtechniques = technique.incoming().with("subtechnique-of").from::<AttackPattern>().count();
/// assert_eq!(subtechniques, 2);
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Edges<'g> {
    graph: &'g Graph<'g>,
    is_incoming: bool,
    is_live: bool,
    start: u32,
    end: u32,
}

impl<'g> Node<'g> {
    /// The edges that leave the node.
    pub fn outgoing(&self) -> Edges<'g> {
        let (start, end) = self.graph().adjacency.leaving(self.number());
        Edges { graph: self.graph(), is_incoming: false, is_live: false, start, end }
    }

    /// The edges that lead to the node.
    pub fn incoming(&self) -> Edges<'g> {
        let (start, end) = self.graph().adjacency.arriving(self.number());
        Edges { graph: self.graph(), is_incoming: true, is_live: false, start, end }
    }
}

impl<'g> Edges<'g> {
    /// Those with this label: relationships of a type, or references of a property. A binary
    /// search.
    pub fn with(mut self, label: &str) -> Self {
        let labels = self.graph.labels.named(label);
        self.start = self.first(|own| own >= labels.start);
        self.end = self.first(|own| own >= labels.end);
        self
    }

    /// Those of which neither the statement nor an end is revoked or deprecated: see
    /// [`Edge::is_live`].
    pub fn live(mut self) -> Self {
        self.is_live = true;
        self
    }

    /// Those of a family.
    pub fn of(self, family: Family) -> impl Iterator<Item = Edge<'g>> {
        self.filter(move |edge| edge.family() == family)
    }

    /// The targets of this type, each with its edge.
    pub fn to<T: 'g>(self) -> impl Iterator<Item = (&'g T, Edge<'g>)>
    where
        &'g T: TryFrom<&'g Object>,
    {
        self.filter_map(|edge| Some((edge.target().get()?, edge)))
    }

    /// The sources of this type, each with its edge.
    pub fn from<T: 'g>(self) -> impl Iterator<Item = (&'g T, Edge<'g>)>
    where
        &'g T: TryFrom<&'g Object>,
    {
        self.filter_map(|edge| Some((edge.source().get()?, edge)))
    }

    /// The nodes that the edges lead to.
    pub fn targets(self) -> impl Iterator<Item = Node<'g>> {
        self.map(|edge| edge.target())
    }

    /// The nodes that the edges start from.
    pub fn sources(self) -> impl Iterator<Item = Node<'g>> {
        self.map(|edge| edge.source())
    }

    /// The first place whose label is such; edges are sorted by label.
    fn first(&self, is_such: impl Fn(u32) -> bool) -> u32 {
        let (mut low, mut high) = (self.start, self.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_such(self.place(middle).label) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    fn place(&self, at: u32) -> super::adjacency::RawEdge {
        let adjacency = &self.graph.adjacency;
        adjacency.edge(if self.is_incoming { adjacency.incoming_place(at) } else { at })
    }
}

impl<'g> Iterator for Edges<'g> {
    type Item = Edge<'g>;

    fn next(&mut self) -> Option<Edge<'g>> {
        while self.start < self.end {
            let edge = self.place(self.start);
            self.start += 1;
            if !self.is_live || self.graph.is_live(edge) {
                return Some(Edge::new(self.graph, edge));
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.end - self.start) as usize;
        (if self.is_live { 0 } else { left }, Some(left))
    }

    fn count(self) -> usize {
        if self.is_live { self.fold(0, |count, _| count + 1) } else { (self.end - self.start) as usize }
    }
}
