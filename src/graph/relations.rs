//! What objects are to each other, in the terms of the standard.

use std::collections::HashSet;

use super::node::Node;
use crate::object::{Identity, Indicator, Malware, Sighting};

impl<'g> Node<'g> {
    /// The object that took the place of this one: follows `revoked-by` to the end. The node itself
    /// if nothing took its place; if the chain is a circle, the last node before it closes.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let old = graph.named("Sofacy Agent").find(|node| node.is_revoked()).expect("it was renamed");
    /// assert_eq!(old.current().name().as_deref(), Some("X-Agent"));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    #[must_use]
    pub fn current(&self) -> Node<'g> {
        let (mut node, mut seen) = (*self, HashSet::new());
        while seen.insert(node.number()) {
            let next = node.outgoing().with("revoked-by").targets().find(|next| !seen.contains(&next.number()));
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// Who made the object.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let technique = graph.by_external_id("T1059").next().expect("it is in the bundle");
    /// assert_eq!(technique.creator().map(|creator| &*creator.name), Some("Example Corporation"));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn creator(&self) -> Option<&'g Identity> {
        self.outgoing().with("created_by_ref").to::<Identity>().next().map(|(identity, _)| identity)
    }

    /// What a report, grouping, note, opinion or observed-data object is about: its `object_refs`.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let report = graph.named("Spring activity").next().expect("it is in the bundle");
    /// assert_eq!(report.contents().count(), 3);
    /// let group = graph.named("APT28").next().expect("it is in the bundle");
    /// assert_eq!(group.containers().collect::<Vec<_>>(), [report]);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn contents(&self) -> impl Iterator<Item = Node<'g>> {
        self.outgoing().with("object_refs").targets()
    }

    /// The reports, groupings, notes, opinions and observed data that are about the object.
    pub fn containers(&self) -> impl Iterator<Item = Node<'g>> {
        self.incoming().with("object_refs").sources()
    }

    /// The sightings of the object.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// use stixkit::object::{Identity, Indicator};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// let (_, indicator) = graph.of_type::<Indicator>().next().expect("it is in the bundle");
    /// assert_eq!(indicator.sightings().map(|sighting| sighting.count).collect::<Vec<_>>(), [Some(4)]);
    /// let mut places = indicator.incoming().with("sighted").from::<Identity>().map(|(place, _)| &*place.name);
    /// assert_eq!(places.next(), Some("Example Hospital"));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn sightings(&self) -> impl Iterator<Item = &'g Sighting> {
        self.incoming().with("sighting_of_ref").from::<Sighting>().map(|(sighting, _)| sighting)
    }

    /// The live indicators of an actor, an intrusion set, a campaign or a malware: those that
    /// indicate it, what is attributed to it, or malware that one of these uses. Whether they are
    /// valid at an instant is what `row::Mapper` finds out when it turns them
    /// into rows.
    ///
    /// ```
    /// # use stixkit::{Bundle, graph::Graph};
    /// # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
    /// # let graph = Graph::new(bundle.objects());
    /// # #[cfg(feature = "rows")] {
    /// let mut mapper = stixkit::row::Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>().unwrap());
    /// let group = graph.named("APT28").next().expect("it is in the bundle");
    /// let mut values = Vec::new();
    /// for indicator in group.indicators() {
    ///     let rows = mapper.map(indicator).rows;
    ///     values.extend(rows.iter().filter_map(|row| row.observable.as_ref()).map(|value| value.norm.to_string()));
    /// }
    /// assert_eq!(values, ["198.51.100.7"]);
    /// # }
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn indicators(&self) -> Vec<&'g Indicator> {
        let mut members = vec![*self];
        let mut seen: HashSet<u32> = members.iter().map(Node::number).collect();
        let mut next = 0;
        while let Some(node) = members.get(next).copied() {
            next += 1;
            let attributed = node.incoming().with("attributed-to").live().sources();
            members.extend(attributed.filter(|node| seen.insert(node.number())));
        }
        for at in 0..members.len() {
            let malware = members[at].outgoing().with("uses").live().to::<Malware>().map(|(_, edge)| edge.target());
            members.extend(malware.filter(|node| seen.insert(node.number())));
        }
        let mut found = HashSet::new();
        let edges = members.iter().flat_map(|node| node.incoming().with("indicates").live().from::<Indicator>());
        edges.filter(|(_, edge)| found.insert(edge.source().number())).map(|(indicator, _)| indicator).collect()
    }
}
