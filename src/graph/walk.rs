//! Walks: what is around a node, in how many steps, and by which ways.

use std::collections::VecDeque;

use super::adjacency::RawEdge;
use super::edge::Edge;
use super::graph::Graph;
use super::node::Node;
use crate::kind::Kind;

/// How far and along which edges a walk goes.
///
/// By default it goes one step along all edges in both directions, revoked ones included, but not
/// through hubs: edges to who created or changed an object, to markings, to definitions of
/// extensions and to the objects of an ATT&CK collection, which nearly all objects share.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Walk {
    /// The number of steps. By default 1.
    pub depth: usize,
    /// The number of nodes after which the walk ends, the first one not counted. By default 10,000.
    pub max_nodes: usize,
    /// Whether it goes from sources to targets. By default, it does.
    pub outgoing: bool,
    /// Whether it goes from targets to sources. By default, it does.
    pub incoming: bool,
    /// Whether it goes through hubs. By default, it does not.
    pub hubs: bool,
    /// Whether it goes only along edges that are [live](Edge::is_live). By default, it takes all.
    pub live: bool,
    /// The labels of the edges that it goes along; `None` for all.
    pub labels: Option<Vec<String>>,
}

impl Default for Walk {
    fn default() -> Self {
        Self { depth: 1, max_nodes: 10_000, outgoing: true, incoming: true, hubs: false, live: false, labels: None }
    }
}

impl Walk {
    /// The default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number of steps.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Sets the number of nodes after which the walk ends.
    #[must_use]
    pub fn with_max_nodes(mut self, max_nodes: usize) -> Self {
        self.max_nodes = max_nodes;
        self
    }

    /// Sets whether it goes from sources to targets, and from targets to sources.
    #[must_use]
    pub fn with_directions(mut self, outgoing: bool, incoming: bool) -> Self {
        (self.outgoing, self.incoming) = (outgoing, incoming);
        self
    }

    /// Sets whether it goes through hubs.
    #[must_use]
    pub fn with_hubs(mut self, hubs: bool) -> Self {
        self.hubs = hubs;
        self
    }

    /// Sets whether it leaves out what is revoked or deprecated.
    #[must_use]
    pub fn with_live(mut self, live: bool) -> Self {
        self.live = live;
        self
    }

    /// Sets the labels of the edges that it goes along.
    #[must_use]
    pub fn with_labels<L: Into<String>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        self.labels = Some(labels.into_iter().map(Into::into).collect());
        self
    }
}

/// A node that a walk came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached<'g> {
    /// The node.
    pub node: Node<'g>,
    /// The number of steps from the start, the fewest.
    pub distance: usize,
    /// The edge that led to it first.
    pub edge: Edge<'g>,
}

/// What is around a node: the result of [`Graph::neighbourhood`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Neighbourhood<'g> {
    /// Where the walk started.
    pub start: Node<'g>,
    /// The nodes in the order of their distance.
    pub reached: Vec<Reached<'g>>,
    /// Whether there are more nodes within the depth than [`Walk::max_nodes`].
    pub is_truncated: bool,
}

impl Graph<'_> {
    /// The nodes around a node.
    ///
    /// Time is linear in the nodes of the graph and the edges that are looked at.
    ///
    /// ```
    /// # use stixkit::Bundle;
    /// use stixkit::graph::{Graph, Walk};
    /// use stixkit::object::Indicator;
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    ///
    /// let (_, indicator) = graph.of_type::<Indicator>().next().expect("it is in the bundle");
    /// let around = graph.neighbourhood(indicator, &Walk::new().with_depth(1));
    /// let mut found: Vec<_> = around.reached.iter().map(|reached| reached.edge.label()).collect();
    /// found.sort_unstable();
    /// assert_eq!(found, ["based-on", "indicates", "object_refs", "sighted", "sighting_of_ref"]);
    /// assert!(!around.is_truncated);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn neighbourhood<'g>(&'g self, start: Node<'g>, walk: &Walk) -> Neighbourhood<'g> {
        let rules = Rules::new(self, walk);
        let mut seen = vec![false; self.node_count()];
        seen[start.index()] = true;
        let mut found = Neighbourhood { start, reached: Vec::new(), is_truncated: false };
        let mut open = VecDeque::from([(start.number(), 0)]);
        while let Some((node, distance)) = open.pop_front() {
            if distance == walk.depth {
                break;
            }
            for (edge, other) in rules.steps(node) {
                if std::mem::replace(&mut seen[other as usize], true) {
                    continue;
                }
                if found.reached.len() == walk.max_nodes {
                    found.is_truncated = true;
                    return found;
                }
                let (node, edge) = (Node::new(self, other), Edge::new(self, edge));
                found.reached.push(Reached { node, distance: distance + 1, edge });
                open.push_back((other, distance + 1));
            }
        }
        found
    }

    /// The shortest ways from one node to another along the edges of a walk, at most `most` of them:
    /// the edges of each in their order. Empty if there is no way within the walk's depth and number
    /// of nodes.
    ///
    /// Two edges between the same nodes are two ways.
    ///
    /// ```
    /// # use stixkit::Bundle;
    /// use stixkit::graph::{Graph, Walk};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    ///
    /// let group = graph.named("APT28").next().expect("it is in the bundle");
    /// let shell = graph.by_external_id("T1059.001").next().expect("it is in the bundle");
    /// let ways = graph.paths(group, shell, &Walk::new().with_depth(4), 10);
    /// let labels: Vec<Vec<_>> = ways.iter().map(|way| way.iter().map(|edge| edge.label()).collect()).collect();
    /// assert_eq!(labels, [["uses", "subtechnique-of"], ["uses", "uses"], ["attributed-to", "uses"]]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn paths<'g>(&'g self, from: Node<'g>, to: Node<'g>, walk: &Walk, most: usize) -> Vec<Vec<Edge<'g>>> {
        let rules = Rules::new(self, walk);
        let Some(distances) = self.distances(from, to, walk, &rules) else { return Vec::new() };
        let length = distances[to.index()] as usize;
        let mut ways: Vec<Vec<Edge<'g>>> = Vec::new();
        // The nodes of the way so far with the steps that are left to try. Each node that leads
        // closer leads to the end, so no search is in vain.
        let reverse = rules.reversed();
        let mut way: Vec<RawEdge> = Vec::new();
        let mut open = vec![reverse.steps(to.number())];
        while let Some(steps) = open.last_mut() {
            if way.len() == length {
                ways.push(way.iter().rev().map(|edge| Edge::new(self, *edge)).collect());
                if ways.len() >= most {
                    break;
                }
            }
            let wanted = (length - way.len()).checked_sub(1);
            let closer = |(_, other): &(RawEdge, u32)| wanted == Some(distances[*other as usize] as usize);
            match steps.find(closer) {
                Some((edge, other)) => {
                    way.push(edge);
                    open.push(reverse.steps(other));
                }
                None => {
                    open.pop();
                    way.pop();
                }
            }
        }
        ways.truncate(most);
        ways
    }

    /// The distance of each node from the first one, as far as it matters for the ways to the
    /// other. `None` if there are none.
    fn distances(&self, from: Node<'_>, to: Node<'_>, walk: &Walk, rules: &Rules<'_>) -> Option<Vec<u32>> {
        let mut distances = vec![u32::MAX; self.node_count()];
        distances[from.index()] = 0;
        let mut open = VecDeque::from([from.number()]);
        let mut count = 0;
        while let Some(node) = open.pop_front() {
            let distance = distances[node as usize];
            if node == to.number() {
                return Some(distances);
            }
            if distance as usize >= walk.depth {
                return None;
            }
            for (_, other) in rules.steps(node) {
                if distances[other as usize] != u32::MAX {
                    continue;
                }
                if count == walk.max_nodes {
                    return None;
                }
                count += 1;
                distances[other as usize] = distance + 1;
                open.push_back(other);
            }
        }
        None
    }

    /// The parts of the graph that are not connected, the largest first, hubs left out. Nodes that
    /// nothing is connected with are parts of one node.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let parts = graph.components();
    /// assert!(parts[0].len() > parts[1].len());
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn components(&self) -> Vec<Vec<Node<'_>>> {
        let rules = Rules::new(self, &Walk::default()).with_ends();
        let mut seen = vec![false; self.node_count()];
        let mut parts = Vec::new();
        for first in self.nodes() {
            if std::mem::replace(&mut seen[first.index()], true) {
                continue;
            }
            let mut part = vec![first];
            let mut next = 0;
            while let Some(node) = part.get(next).copied() {
                next += 1;
                let others = rules.steps(node.number()).map(|(_, other)| other);
                let new = others.filter(|other| !std::mem::replace(&mut seen[*other as usize], true));
                part.extend(new.map(|other| Node::new(self, other)));
            }
            parts.push(part);
        }
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        parts
    }
}

/// The options of a walk, prepared for one graph.
#[derive(Debug)]
pub(super) struct Rules<'g> {
    graph: &'g Graph<'g>,
    outgoing: bool,
    incoming: bool,
    hubs: bool,
    live: bool,
    /// For each label of the graph, whether the walk goes from source to target, and back.
    labels: Vec<(bool, bool)>,
}

impl<'g> Rules<'g> {
    pub(super) fn new(graph: &'g Graph<'g>, walk: &Walk) -> Self {
        let is_wanted = |name: &str| walk.labels.as_ref().is_none_or(|labels| labels.iter().any(|own| own == name));
        let labels = graph.labels.iter().map(|label| {
            let is_wanted = is_wanted(&label.name) && (walk.hubs || !label.is_hub);
            // From an end, the edge of the relationship itself leads to the other.
            (is_wanted, is_wanted && (!label.is_end || walk.labels.is_some()))
        });
        Self {
            graph,
            outgoing: walk.outgoing,
            incoming: walk.incoming,
            hubs: walk.hubs,
            live: walk.live,
            labels: labels.collect(),
        }
    }

    /// With the edges from the ends of relationships to these.
    fn with_ends(mut self) -> Self {
        self.labels.iter_mut().for_each(|(there, back)| *back = *there);
        self
    }

    /// The same steps in the other direction.
    fn reversed(&self) -> Self {
        Self {
            outgoing: self.incoming,
            incoming: self.outgoing,
            labels: self.labels.iter().map(|(there, back)| (*back, *there)).collect(),
            ..*self
        }
    }

    /// The edges that a walk takes from a node, with where they lead.
    pub(super) fn steps(&self, node: u32) -> impl Iterator<Item = (RawEdge, u32)> + use<'_, 'g> {
        let adjacency = &self.graph.adjacency;
        let (start, end) = if self.outgoing { adjacency.leaving(node) } else { (0, 0) };
        let outgoing = (start..end).map(|place| adjacency.edge(place));
        let outgoing = outgoing.filter(|edge| self.labels[edge.label as usize].0).map(|edge| (edge, edge.target));
        let (start, end) = if self.incoming { adjacency.arriving(node) } else { (0, 0) };
        let incoming = (start..end).map(|at| adjacency.edge(adjacency.incoming_place(at)));
        let incoming = incoming.filter(|edge| self.labels[edge.label as usize].1).map(|edge| (edge, edge.source));
        outgoing
            .chain(incoming)
            .filter(|(edge, _)| (self.hubs || !self.is_hub(edge.target)) && (!self.live || self.graph.is_live(*edge)))
    }

    fn is_hub(&self, node: u32) -> bool {
        matches!(self.graph.id_of(node).kind(), Some(Kind::MarkingDefinition | Kind::ExtensionDefinition))
    }
}
