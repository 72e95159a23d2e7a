//! Matrices and tactics of ATT&CK.

use super::graph::Graph;
use super::node::{Node, text};
use crate::id::Identifier;
use crate::object::PropertyValue;

impl Graph<'_> {
    /// The matrices of ATT&CK.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let matrix = graph.matrices().next().expect("there is one");
    /// for tactic in matrix.tactics() {
    ///     println!("{:?}: {} techniques", tactic.name(), tactic.techniques().count());
    /// }
    /// let counts: Vec<_> = matrix.tactics().iter().map(|tactic| tactic.techniques().count()).collect();
    /// assert_eq!(counts, [0, 3]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn matrices(&self) -> impl Iterator<Item = Node<'_>> {
        self.of_type_name("x-mitre-matrix")
    }
}

impl<'g> Node<'g> {
    /// The tactics of a matrix of ATT&CK in the order of its columns: `tactic_refs`.
    pub fn tactics(&self) -> Vec<Node<'g>> {
        let refs = self.object().and_then(|object| object.property("tactic_refs"));
        let Some(PropertyValue::List(refs)) = refs else { return Vec::new() };
        let ids = refs.iter().filter_map(text).map(|id| Identifier::from(&*id));
        ids.filter_map(|id| self.graph().node(&id)).collect()
    }

    /// The techniques of a tactic of ATT&CK, sub-techniques included: those that name it among the
    /// phases of their kill chains. Techniques of another domain do not count, although it may have
    /// a tactic of the same name.
    pub fn techniques(&self) -> impl Iterator<Item = Node<'g>> + use<'g> {
        let property = |name| self.object().and_then(|object| object.property(name));
        let tactic = property("x_mitre_shortname").and_then(text).unwrap_or_default();
        let chains: Vec<String> = match property("x_mitre_domains") {
            Some(PropertyValue::List(domains)) => domains.iter().filter_map(text).map(|name| chain(&name)).collect(),
            _ => Vec::new(),
        };
        self.graph().of_type::<crate::object::AttackPattern>().filter_map(move |(technique, node)| {
            let is_of = |name: &str| chains.iter().any(|own| own == name) || chains.is_empty();
            let mut phases = technique.kill_chain_phases.iter();
            phases.any(|phase| phase.phase_name == tactic && is_of(&phase.kill_chain_name)).then_some(node)
        })
    }
}

/// The kill chain of a domain: `mitre-attack` of `enterprise-attack`, `mitre-ics-attack` of
/// `ics-attack`.
fn chain(domain: &str) -> String {
    match domain {
        "enterprise-attack" => "mitre-attack".to_owned(),
        other => format!("mitre-{other}"),
    }
}
