//! What each object states about others, as edges.

use std::borrow::Cow;

use super::adjacency::{NONE, RawEdge};
use super::label::{Family, LabelBuilder, SIGHTED};
use super::nodes::Nodes;
use crate::id::Identifier;
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
        let mut ends = Ends::default();
        object.visit_references(|reference| {
            let target = self.nodes.number(&reference.target);
            if let Cow::Borrowed(own) = reference.target {
                ends.note(object, own, target);
            }
            let label = self.labels.number(Family::Reference, reference.property);
            self.edges.push(RawEdge { source: node, label, target, via: NONE });
        });
        match object {
            Object::Relationship(relationship) => self.add_relationship(relationship, ends, place),
            Object::Sighting(sighting) => self.add_sighting(sighting, place),
            _ => {}
        }
    }

    fn add_relationship(&mut self, relationship: &'a Relationship, ends: Ends, via: u32) {
        let source = ends.source.unwrap_or_else(|| self.nodes.number(&relationship.source_ref));
        let target = ends.target.unwrap_or_else(|| self.nodes.number(&relationship.target_ref));
        let name = Cow::Borrowed(relationship.relationship_type.as_str());
        let label = self.labels.number(Family::Relationship, name);
        self.edges.push(RawEdge { source, label, target, via });
    }

    fn add_sighting(&mut self, sighting: &'a Sighting, via: u32) {
        let target = self.nodes.number(&sighting.sighting_of_ref);
        for place in &sighting.where_sighted_refs {
            let source = self.nodes.number(place);
            let label = self.labels.number(Family::Sighting, Cow::Borrowed(SIGHTED));
            self.edges.push(RawEdge { source, label, target, via });
        }
    }

    pub(super) fn finish(self) -> Vec<RawEdge> {
        self.edges
    }
}

/// The nodes of a relationship's ends, which are references of the relationship, too, and need not
/// be looked up twice.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    source: Option<u32>,
    target: Option<u32>,
}

impl Ends {
    #[inline]
    fn note(&mut self, object: &Object, id: &Identifier, node: u32) {
        if let Object::Relationship(relationship) = object {
            if std::ptr::eq(id, &relationship.source_ref) {
                self.source = Some(node);
            } else if std::ptr::eq(id, &relationship.target_ref) {
                self.target = Some(node);
            }
        }
    }
}
