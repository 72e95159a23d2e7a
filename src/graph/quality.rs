//! What is missing, and how much there is.

use std::collections::BTreeMap;

use super::edge::Edge;
use super::graph::Graph;
use super::label::Family;
use super::node::Node;

/// How many objects and edges of each kind a graph has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts<'g> {
    /// Objects by the names of their types, each in its newest version.
    pub types: BTreeMap<&'g str, usize>,
    /// Edges by family and label.
    pub labels: BTreeMap<(Family, &'g str), usize>,
    /// Relationships by the type of the source, their own type, and the type of the target. A type
    /// whose object is missing is the prefix of its identifier.
    pub relationships: BTreeMap<(&'g str, &'g str, &'g str), usize>,
}

impl Graph<'_> {
    /// The nodes whose objects are missing. Feeds that are parts of something larger have many.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let missing: Vec<_> = graph.dangling().map(|node| node.type_name()).collect();
    /// assert_eq!(missing, ["attack-pattern"]);
    /// assert_eq!(graph.orphans().map(|edge| edge.label()).collect::<Vec<_>>(), ["uses"]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn dangling(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes().filter(Node::is_dangling)
    }

    /// The relationships and sightings of which an end is missing.
    pub fn orphans(&self) -> impl Iterator<Item = Edge<'_>> {
        self.edges().filter(|edge| {
            edge.family() != Family::Reference && (edge.source().is_dangling() || edge.target().is_dangling())
        })
    }

    /// How many objects and edges of each kind there are.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let counts = graph.counts();
    /// assert_eq!(counts.types["attack-pattern"], 3);
    /// assert_eq!(counts.relationships[&("intrusion-set", "uses", "attack-pattern")], 3);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn counts(&self) -> Counts<'_> {
        let mut counts = Counts::default();
        for object in self.nodes().filter_map(|node| node.object()) {
            *counts.types.entry(object.type_name()).or_default() += 1;
        }
        for edge in self.edges() {
            *counts.labels.entry((edge.family(), edge.label())).or_default() += 1;
            if edge.family() == Family::Relationship {
                let ends = (edge.source().type_name(), edge.label(), edge.target().type_name());
                *counts.relationships.entry(ends).or_default() += 1;
            }
        }
        counts
    }
}
