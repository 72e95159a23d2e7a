//! [`Picture`]: which nodes and edges are drawn.

use std::collections::HashMap;

use super::super::edge::Edge;
use super::super::graph::Graph;
use super::super::label::Family;
use super::super::node::Node;
use super::super::walk::Neighbourhood;
use crate::kind::Kind;
use crate::marking::{Limit, Markings};
use crate::object::{Object, Tlp};

/// A graph, or what is around a node, to be drawn.
///
/// Relationship objects are drawn as edges. Markings and definitions of extensions, which nearly all
/// objects share, are left out along with the edges to who created or changed an object. Nodes whose
/// objects are missing are drawn, dashed where the format has a way.
///
/// ```
/// # use stixkit::Bundle;
/// use stixkit::graph::{Graph, Picture, Walk};
/// # let bundle = Bundle::from_slice(include_bytes!("../../../tests/fixtures/graph/attack.json"))?;
/// # let graph = Graph::new(bundle.objects());
///
/// let group = graph.named("APT28").next().expect("it is in the bundle");
/// let around = graph.neighbourhood(group, &Walk::new());
/// let mut dot = Vec::new();
/// Picture::around(&around).with_max_nodes(50).write_dot(&mut dot).unwrap();
/// assert!(String::from_utf8(dot).unwrap().contains(r#"label="intrusion-set\nAPT28"#));
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Picture<'g> {
    graph: &'g Graph<'g>,
    nodes: Vec<Node<'g>>,
    max_nodes: usize,
    tlp: bool,
    hubs: bool,
    limit: Option<Limit>,
}

/// What is drawn.
#[derive(Debug)]
pub(super) struct Content<'g> {
    pub(super) nodes: Vec<Drawn<'g>>,
    /// Edges with the places of their ends among the nodes.
    pub(super) edges: Vec<(usize, usize, Edge<'g>)>,
    /// How many nodes are left out because there are too many.
    pub(super) left_out: usize,
}

/// A node that is drawn.
#[derive(Debug)]
pub(super) struct Drawn<'g> {
    pub(super) node: Node<'g>,
    pub(super) tlp: Option<Tlp>,
}

impl<'g> Picture<'g> {
    /// A picture of all nodes and edges.
    pub fn new(graph: &'g Graph<'g>) -> Self {
        Self { graph, nodes: graph.nodes().collect(), max_nodes: 300, tlp: true, hubs: false, limit: None }
    }

    /// A picture of what a walk reached, with all edges between these nodes.
    pub fn around(neighbourhood: &Neighbourhood<'g>) -> Self {
        let start = neighbourhood.start;
        let reached = neighbourhood.reached.iter().map(|reached| reached.node);
        let nodes = [start].into_iter().chain(reached).collect();
        Self { graph: start.graph(), nodes, max_nodes: 300, tlp: true, hubs: false, limit: None }
    }

    /// Sets the number of nodes that are drawn, the first ones. By default 300: pictures of more are
    /// hard to read, and some programs refuse them.
    #[must_use]
    pub fn with_max_nodes(mut self, max_nodes: usize) -> Self {
        self.max_nodes = max_nodes;
        self
    }

    /// Sets whether nodes state the level of the Traffic Light Protocol that their markings have. By
    /// default, they do.
    #[must_use]
    pub fn with_tlp(mut self, tlp: bool) -> Self {
        self.tlp = tlp;
        self
    }

    /// Sets whether markings, definitions of extensions and creators' edges are drawn.
    #[must_use]
    pub fn with_hubs(mut self, hubs: bool) -> Self {
        self.hubs = hubs;
        self
    }

    /// Sets who sees the picture. Objects and relationships that may not go to this audience are not
    /// drawn, and neither are nodes whose objects are missing. Definitions of markings are looked for
    /// in the graph. By default there is no limit.
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::graph::{Graph, Picture};
    /// use stixkit::marking::Audience;
    /// # let now: stixkit::Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// # let mut tool = stixkit::object::Tool::new(now, "Example");
    /// # tool.common.object_marking_refs.push(stixkit::object::Tlp::Red.marking_id());
    /// # let objects = [Object::from(tool)];
    ///
    /// // The only object is TLP:RED.
    /// let graph = Graph::new(&objects);
    /// assert_eq!(Picture::new(&graph).with_limit(Audience::Community).withheld(), 1);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<Limit>) -> Self {
        self.limit = Some(limit.into());
        self
    }

    /// The number of nodes that are left out because there are more than allowed. The picture
    /// states it, too.
    pub fn left_out(&self) -> usize {
        let markings = self.markings();
        self.drawn(&markings).count().saturating_sub(self.max_nodes)
    }

    /// Returns the number of nodes that are left out because of the limit.
    pub fn withheld(&self) -> usize {
        let markings = self.markings();
        let all = self.nodes.iter().filter(|node| self.is_drawn(**node)).count();
        all - self.drawn(&markings).count()
    }

    /// What is known of markings, if that is needed.
    fn markings(&self) -> Markings {
        let is_needed = self.tlp || self.limit.is_some();
        Markings::from_objects(self.graph.objects.iter().copied().filter(|_| is_needed))
    }

    fn drawn<'p>(&'p self, markings: &'p Markings) -> impl Iterator<Item = Node<'g>> + 'p {
        let drawn = self.nodes.iter().copied().filter(|node| self.is_drawn(*node));
        drawn.filter(|node| self.may_go(node.object(), markings))
    }

    fn may_go(&self, object: Option<&Object>, markings: &Markings) -> bool {
        let allows = |limit: Limit| object.is_some_and(|object| limit.allows(markings.of(object).summary()));
        self.limit.is_none_or(allows)
    }

    fn is_drawn(&self, node: Node<'_>) -> bool {
        match node.id().kind() {
            Some(Kind::Relationship) => false,
            Some(Kind::MarkingDefinition | Kind::ExtensionDefinition) => self.hubs,
            _ => true,
        }
    }

    pub(super) fn content(&self) -> Content<'g> {
        let markings = self.markings();
        let tlp = |node: Node<'_>| markings.of(node.object().filter(|_| self.tlp)?).tlp();
        let nodes: Vec<_> =
            self.drawn(&markings).take(self.max_nodes).map(|node| Drawn { node, tlp: tlp(node) }).collect();
        let places: HashMap<u32, usize> =
            (0..).zip(&nodes).map(|(place, drawn)| (drawn.node.number(), place)).collect();
        let mut edges = Vec::new();
        for (source, drawn) in nodes.iter().enumerate() {
            for edge in drawn.node.outgoing() {
                if edge.via().is_some_and(|via| !self.may_go(Some(via), &markings)) {
                    continue;
                }
                let is_hub = edge.family() == Family::Reference && edge.label().ends_with("_by_ref");
                if let Some(target) = places.get(&edge.target().number()).filter(|_| self.hubs || !is_hub) {
                    edges.push((source, *target, edge));
                }
            }
        }
        Content { nodes, edges, left_out: self.left_out() }
    }
}

impl Drawn<'_> {
    /// The name of the object, or else its identifier.
    pub(super) fn name(&self) -> String {
        self.node.name().map_or_else(|| self.node.id().to_string(), |name| name.into_owned())
    }
}
