//! [`Edge`]: one relationship, sighting or reference.

use std::fmt;

use super::adjacency::RawEdge;
use super::graph::Graph;
use super::label::Family;
use super::node::Node;
use crate::object::{Object, Relationship, Sighting};

/// An edge of a [`Graph`]: from a source to a target, with a label.
#[derive(Clone, Copy)]
pub struct Edge<'g> {
    graph: &'g Graph<'g>,
    raw: RawEdge,
}

impl<'g> Edge<'g> {
    pub(super) fn new(graph: &'g Graph<'g>, raw: RawEdge) -> Self {
        Self { graph, raw }
    }

    /// Where the edge starts.
    pub fn source(&self) -> Node<'g> {
        Node::new(self.graph, self.raw.source)
    }

    /// Where the edge leads.
    pub fn target(&self) -> Node<'g> {
        Node::new(self.graph, self.raw.target)
    }

    /// The end that is not this node; the node itself if both ends are.
    pub fn other(&self, node: Node<'_>) -> Node<'g> {
        if self.raw.source == node.number() { self.target() } else { self.source() }
    }

    /// The type of the relationship, the name of the property, or [`SIGHTED`](super::SIGHTED).
    pub fn label(&self) -> &'g str {
        self.graph.label(self.raw).map_or("", |label| &label.name)
    }

    /// What the edge is: a relationship, a sighting or a reference.
    pub fn family(&self) -> Family {
        self.graph.label(self.raw).map_or(Family::Reference, |label| label.family)
    }

    /// The object that states the edge: a relationship or a sighting. `None` for a reference, which
    /// its source states.
    pub fn via(&self) -> Option<&'g Object> {
        self.graph.statement(self.raw)
    }

    /// The relationship that the edge is.
    pub fn relationship(&self) -> Option<&'g Relationship> {
        self.via()?.try_into().ok()
    }

    /// The sighting that the edge is.
    pub fn sighting(&self) -> Option<&'g Sighting> {
        self.via()?.try_into().ok()
    }

    /// What the relationship or sighting says about itself, in ATT&CK the example of how a
    /// procedure is used.
    pub fn description(&self) -> Option<&'g str> {
        match self.via()? {
            Object::Relationship(relationship) => relationship.description.as_deref(),
            Object::Sighting(sighting) => sighting.description.as_deref(),
            _ => None,
        }
    }

    /// Whether neither the relationship or sighting nor an end is revoked or deprecated. An end
    /// that is missing is not known to be revoked.
    pub fn is_live(&self) -> bool {
        self.graph.is_live(self.raw)
    }
}

impl PartialEq for Edge<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw && std::ptr::eq(self.graph, other.graph)
    }
}

impl Eq for Edge<'_> {}

impl fmt::Debug for Edge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.source().id(), self.label(), self.target().id())
    }
}
