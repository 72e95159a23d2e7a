//! [`Graph`]: objects as nodes, relationships and references as edges.

use std::sync::OnceLock;

use super::adjacency::{Adjacency, RawEdge};
use super::flags::Flags;
use super::label::{Label, LabelBuilder, Labels};
use super::name_index::NameIndex;
use super::nodes::{Nodes, Versions};
use super::options::GraphOptions;
use super::statements::Statements;
use crate::id::Identifier;
use crate::object::Object;

/// Objects with all relationships and references between them, both ways.
///
/// A graph borrows its objects and does not change. Building it takes a fraction of the time of
/// reading the objects. A node is an identifier: it has all versions of its object, or none if the
/// object is not among them. Edges are those of the newest versions, unless
/// [`GraphOptions::all_versions`] is set. What is revoked stays, and is marked as such.
///
/// See [the module](super) for the questions that it answers.
///
/// ```
/// use stixkit::Bundle;
/// use stixkit::graph::Graph;
/// use stixkit::object::AttackPattern;
///
/// let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
/// let graph = Graph::new(bundle.objects());
/// let group = graph.named("fancy bear").next().expect("one has this alias");
/// for (technique, edge) in group.outgoing().with("uses").live().to::<AttackPattern>() {
///     println!("{}: {}", technique.name, edge.description().unwrap_or("-"));
/// }
/// assert_eq!(group.outgoing().with("uses").to::<AttackPattern>().count(), 2);
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Debug)]
pub struct Graph<'a> {
    pub(super) objects: Vec<&'a Object>,
    /// What became of each object, found out when it is first asked for.
    pub(super) flags: OnceLock<Vec<Flags>>,
    pub(super) nodes: Nodes,
    pub(super) versions: Versions,
    pub(super) labels: Labels,
    pub(super) adjacency: Adjacency,
    pub(super) names: OnceLock<NameIndex>,
    pub(super) external_ids: OnceLock<NameIndex>,
}

impl<'a> Graph<'a> {
    /// Makes a graph of objects, for example of a bundle's or a store's.
    pub fn new(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        Self::with_options(objects, GraphOptions::default())
    }

    /// Makes a graph of objects, with options.
    pub fn with_options(objects: impl IntoIterator<Item = &'a Object>, options: GraphOptions) -> Self {
        let objects: Vec<&Object> = objects.into_iter().collect();
        let mut nodes = Nodes::with_capacity(objects.len());
        let node_of: Vec<u32> = objects.iter().map(|object| nodes.number(object.id())).collect();
        let known = nodes.len();
        let versions = Versions::new(&objects, &node_of, known);
        let mut labels = LabelBuilder::default();
        let mut statements = Statements::new(&mut nodes, &mut labels);
        for ((place, object), node) in (0..).zip(&objects).zip(node_of) {
            if options.all_versions || versions.newest(node) == Some(place) {
                statements.add(object, node, place);
            }
        }
        let mut edges = statements.finish();
        let (labels, places) = labels.finish();
        edges.iter_mut().for_each(|edge| edge.label = places[edge.label as usize]);
        let adjacency = Adjacency::new(&edges, nodes.len());
        let (flags, names, external_ids) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { objects, flags, nodes, versions, labels, adjacency, names, external_ids }
    }

    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The number of edges.
    pub fn edge_count(&self) -> usize {
        self.adjacency.edges().len()
    }

    /// The bytes of memory that the edges take, both ways, with what nodes need to find theirs.
    pub fn edge_bytes(&self) -> usize {
        self.adjacency.bytes()
    }

    pub(super) fn newest(&self, node: u32) -> Option<&'a Object> {
        self.versions.newest(node).map(|place| self.objects[place as usize])
    }

    pub(super) fn label(&self, edge: RawEdge) -> Option<&Label> {
        self.labels.get(edge.label)
    }

    /// The object that states an edge, and its place.
    pub(super) fn statement(&self, edge: RawEdge) -> Option<&'a Object> {
        self.objects.get(edge.via as usize).copied()
    }

    /// What is known of a node's newest version. A node without object has no flags.
    pub(super) fn flags_of(&self, node: u32) -> Flags {
        self.versions.newest(node).map_or(Flags::default(), |place| self.flags_at(place))
    }

    /// What became of the object at a place. If there is none, it has no flags.
    fn flags_at(&self, place: u32) -> Flags {
        let flags = self.flags.get_or_init(|| self.objects.iter().map(|object| Flags::of(object)).collect());
        flags.get(place as usize).copied().unwrap_or_default()
    }

    /// Whether neither an edge's statement nor its ends are revoked or deprecated.
    pub(super) fn is_live(&self, edge: RawEdge) -> bool {
        self.flags_at(edge.via).is_live()
            && self.flags_of(edge.source).is_live()
            && self.flags_of(edge.target).is_live()
    }

    pub(super) fn id_of(&self, node: u32) -> &Identifier {
        self.nodes.id(node)
    }
}
