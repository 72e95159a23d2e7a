//! What each object states about others, as edges.

use std::borrow::Cow;

use super::adjacency::{NONE, RawEdge};
use super::label::{Family, LabelBuilder, SIGHTED};
use super::nodes::Nodes;
use crate::object::{Object, Relationship, Sighting};

/// Collects the edges of a graph.
#[derive(Debug)]
pub(super) struct Statements<'b, 'a> {
    nodes: &'b mut Nodes,
    labels: &'b mut LabelBuilder<'a>,
    edges: Vec<RawEdge>,
}

impl<'b, 'a> Statements<'b, 'a> {
    pub(super) fn new(nodes: &'b mut Nodes, labels: &'b mut LabelBuilder<'a>) -> Self {
        let edges = Vec::with_capacity(4 * nodes.len());
        Self { nodes, labels, edges }
    }

    /// Adds the edges of an object: its references, and the edge that it is itself.
    pub(super) fn add(&mut self, object: &'a Object, node: u32, place: u32) {
        object.visit_references(|reference| {
            let label = self.labels.number(Family::Reference, reference.property);
            let target = self.nodes.number(reference.target);
            self.edges.push(RawEdge { source: node, label, target, via: NONE });
        });
        match object {
            Object::Relationship(relationship) => self.add_relationship(relationship, place),
            Object::Sighting(sighting) => self.add_sighting(sighting, place),
            _ => {}
        }
    }

    fn add_relationship(&mut self, relationship: &'a Relationship, via: u32) {
        let source = self.nodes.number(Cow::Borrowed(&relationship.source_ref));
        let target = self.nodes.number(Cow::Borrowed(&relationship.target_ref));
        let name = Cow::Borrowed(relationship.relationship_type.as_str());
        let label = self.labels.number(Family::Relationship, name);
        self.edges.push(RawEdge { source, label, target, via });
    }

    fn add_sighting(&mut self, sighting: &'a Sighting, via: u32) {
        let target = self.nodes.number(Cow::Borrowed(&sighting.sighting_of_ref));
        for place in &sighting.where_sighted_refs {
            let source = self.nodes.number(Cow::Borrowed(place));
            let label = self.labels.number(Family::Sighting, Cow::Borrowed(SIGHTED));
            self.edges.push(RawEdge { source, label, target, via });
        }
    }

    pub(super) fn finish(self) -> Vec<RawEdge> {
        self.edges
    }
}
