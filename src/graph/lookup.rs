//! Finding nodes: by identifier, external identifier, name, type or value.

use super::edge::Edge;
use super::graph::Graph;
use super::name_index::NameIndex;
use super::node::{Node, text};
use crate::id::Identifier;
use crate::object::{Object, PropertyValue};

/// Properties that list other names of an object.
const ALIASES: &[&str] = &["aliases", "x_mitre_aliases", "x_opencti_aliases"];

impl Graph<'_> {
    /// The node of an identifier. One hash.
    pub fn node(&self, id: &Identifier) -> Option<Node<'_>> {
        self.nodes.find(id).map(|index| Node::new(self, index))
    }

    /// All nodes, those with objects first, in the order of their first appearance.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..super::adjacency::count(self.node_count())).map(|index| Node::new(self, index))
    }

    /// All edges. Those of a source are neighbours.
    ///
    /// For algorithms that this crate does not have, one line makes a graph of `petgraph`, in which a
    /// node has the number that it has here:
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// use petgraph::graph::DiGraph;
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    ///
    /// let graph = Graph::new(bundle.objects());
    /// let edges = graph.edges().map(|edge| (edge.source().index() as u32, edge.target().index() as u32, edge.label()));
    /// let other = DiGraph::<(), &str>::from_edges(edges);
    /// assert_eq!((other.node_count(), other.edge_count()), (graph.node_count(), graph.edge_count()));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn edges(&self) -> impl Iterator<Item = Edge<'_>> {
        self.adjacency.edges().iter().map(|raw| Edge::new(self, *raw))
    }

    /// The objects of a type in their newest versions, with their nodes.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// use stixkit::object::Malware;
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let live = graph.of_type::<Malware>().filter(|(_, node)| node.is_live());
    /// assert_eq!(live.count(), 1);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn of_type<'g, T: 'g>(&'g self) -> impl Iterator<Item = (&'g T, Node<'g>)>
    where
        &'g T: TryFrom<&'g Object>,
    {
        self.nodes().filter_map(|node| Some((node.get()?, node)))
    }

    /// The nodes of a type by its name, also of types that the standard does not define.
    pub fn of_type_name<'g>(&'g self, type_name: &str) -> impl Iterator<Item = Node<'g>> {
        self.nodes().filter(move |node| node.object().is_some_and(|object| object.type_name() == type_name))
    }

    /// The nodes that external references give this identifier: an ATT&CK or CAPEC identifier, a
    /// CVE number. Upper and lower case differ.
    ///
    /// The first call collects the identifiers, later ones search them.
    pub fn by_external_id<'g>(&'g self, external_id: &str) -> impl Iterator<Item = Node<'g>> {
        let index = self.external_ids.get_or_init(|| {
            let mut entries = Vec::new();
            for node in self.nodes() {
                let references = node.object().into_iter().flat_map(|object| &object.common().external_references);
                let ids = references.filter_map(|reference| reference.external_id.as_deref());
                entries.extend(ids.map(|id| (id.into(), node.number())));
            }
            NameIndex::new(entries)
        });
        let found: Vec<u32> = index.find(external_id).collect();
        found.into_iter().map(|index| Node::new(self, index))
    }

    /// The nodes that have this name or alias, whatever the case of its letters.
    ///
    /// The first call collects the names, later ones search them.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let group = graph.named("FANCY bear").next().expect("one has this alias");
    /// assert_eq!(group.name().as_deref(), Some("APT28"));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn named<'g>(&'g self, name: &str) -> impl Iterator<Item = Node<'g>> {
        let index = self.names.get_or_init(|| {
            let mut entries = Vec::new();
            for node in self.nodes() {
                entries.extend(names(node).into_iter().map(|name| (name.into_boxed_str(), node.number())));
            }
            NameIndex::new(entries)
        });
        let found: Vec<u32> = index.find(&name.to_lowercase()).collect();
        found.into_iter().map(|index| Node::new(self, index))
    }

    /// The nodes that a person may mean: by identifier, or else by external identifier, or else by
    /// name or alias.
    pub fn find<'g>(&'g self, text: &str) -> Vec<Node<'g>> {
        if let Some(node) = self.node(&Identifier::from(text)) {
            return vec![node];
        }
        let found: Vec<_> = self.by_external_id(text).collect();
        if found.is_empty() { self.named(text).collect() } else { found }
    }

    /// The nodes of which a property has this text, or is a list with this text: a platform, a
    /// sector, a label. The property may be a path, as in [`Object::select`].
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let names: Vec<_> = graph.with_value("x_mitre_platforms", "Linux").filter_map(|node| node.name()).collect();
    /// assert_eq!(names, ["Command and Scripting Interpreter", "Unix Shell"]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn with_value<'g>(&'g self, path: &str, value: &str) -> impl Iterator<Item = Node<'g>> {
        self.nodes().filter(move |node| {
            node.object().and_then(|object| object.select(path)).is_some_and(|own| has_text(&own, value))
        })
    }

    /// The nodes in a phase of a kill chain. An ATT&CK technique is in the phases of its tactics.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// assert_eq!(graph.in_phase("mitre-attack", "execution").count(), 3);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn in_phase<'g>(&'g self, kill_chain: &str, phase: &str) -> impl Iterator<Item = Node<'g>> {
        self.nodes().filter(move |node| {
            let phases = node.object().map_or(&[][..], Object::kill_chain_phases);
            phases.iter().any(|own| own.kill_chain_name == kill_chain && own.phase_name == phase)
        })
    }
}

/// The names of a node in lower case.
fn names(node: Node<'_>) -> Vec<String> {
    let Some(object) = node.object() else { return Vec::new() };
    let mut names: Vec<String> =
        object.property("name").and_then(text).map(|name| name.to_lowercase()).into_iter().collect();
    for property in ALIASES {
        if let Some(PropertyValue::List(list)) = object.property(property) {
            names.extend(list.iter().filter_map(text).map(|alias| alias.to_lowercase()));
        }
    }
    names
}

fn has_text(own: &PropertyValue<'_>, value: &str) -> bool {
    match own {
        PropertyValue::Text(text) => text == value,
        PropertyValue::List(list) => list.iter().any(|element| element.as_str().as_deref() == Some(value)),
        _ => false,
    }
}
