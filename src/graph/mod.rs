//! Objects and what connects them: relationships, sightings and references, both ways.
//!
//! [`Graph`] borrows the objects of a [`Bundle`](crate::Bundle), or any others, and answers
//! questions about them. Building it takes less than half of the time of reading the objects, and a
//! question about one node takes some nanoseconds.
//!
//! # Walk ATT&CK
//!
//! ```
//! use stixkit::Bundle;
//! use stixkit::graph::{Graph, Walk};
//! use stixkit::object::{AttackPattern, Campaign, CourseOfAction, IntrusionSet, Malware, Tool};
//!
//! # let file = include_bytes!("../../tests/fixtures/graph/attack.json");
//! let bundle = Bundle::from_slice(file)?;
//! let graph = Graph::new(bundle.objects());
//!
//! // A group by its number or any of its names.
//! let group = graph.named("Fancy Bear").next().expect("it is in the bundle");
//! assert_eq!(group.external_id("mitre-attack"), Some("G0007"));
//!
//! // The techniques that it uses, each with how.
//! for (technique, edge) in group.outgoing().with("uses").live().to::<AttackPattern>() {
//!     println!("{}: {}", technique.name, edge.description().unwrap_or("-"));
//! }
//! // Those of its campaigns.
//! for (campaign, edge) in group.incoming().with("attributed-to").live().from::<Campaign>() {
//!     for (technique, _) in edge.source().outgoing().with("uses").live().to::<AttackPattern>() {
//!         println!("{} in {}", technique.name, campaign.name);
//!     }
//! }
//! // Two steps: what its malware and tools can do.
//! for software in group.outgoing().with("uses").live().targets() {
//!     if software.get::<Malware>().is_some() || software.get::<Tool>().is_some() {
//!         println!("{:?} {}", software.name(), software.outgoing().with("uses").to::<AttackPattern>().count());
//!     }
//! }
//!
//! // A technique: who uses it, what helps against it, what detects it, what it consists of.
//! let technique = graph.by_external_id("T1059").next().expect("it is in the bundle");
//! let groups = technique.incoming().with("uses").live().from::<IntrusionSet>();
//! let mitigations = technique.incoming().with("mitigates").live().from::<CourseOfAction>();
//! let detections = technique.incoming().with("detects").live().sources();
//! let parts = technique.incoming().with("subtechnique-of").live().from::<AttackPattern>();
//! assert_eq!((groups.count(), mitigations.count(), detections.count(), parts.count()), (1, 1, 1, 2));
//!
//! // The matrix: tactics in the order of its columns.
//! for tactic in graph.matrices().flat_map(|matrix| matrix.tactics()) {
//!     println!("{:?} {}", tactic.name(), tactic.techniques().filter(|node| node.is_live()).count());
//! }
//! // What concerns a platform.
//! assert_eq!(graph.with_value("x_mitre_platforms", "Windows").filter(|node| node.is_live()).count(), 2);
//!
//! // All that is within two steps, and the shortest way between two nodes.
//! let around = graph.neighbourhood(group, &Walk::new().with_depth(2).with_live(true));
//! println!("{} nodes, the last one {:?}", around.reached.len(), around.reached.last());
//! let ways = graph.paths(group, technique, &Walk::new().with_depth(3), 1);
//! assert_eq!(ways[0].len(), 1);
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! # What a node and an edge are
//!
//! A [`Node`] is an identifier. It has the object's versions, of which [`Node::object`] is the
//! newest, or no object if nothing but references to it are there ([`Graph::dangling`]). Only the
//! newest versions have edges, so a relationship whose newest version is revoked is revoked; with
//! [`GraphOptions::all_versions`], all versions have.
//!
//! An [`Edge`] is of one of three [families](Family), and has a label:
//!
//! - a relationship object, whose type is the label; [`Edge::via`] is the object;
//! - a property that holds an identifier, whose name is the label: `created_by_ref`, `object_refs`,
//!   a custom `x_team_ref`, `marking_ref` of a granular marking. The ends of a relationship object
//!   are such edges, too, so that what is said about a relationship leads to them;
//! - a sighting, from each place to what was sighted there, with the label [`SIGHTED`].
//!
//! What is revoked or deprecated stays in the graph: [`Edges::live`], [`Node::is_live`] and
//! [`Walk::live`] leave it out, and [`Node::current`] follows `revoked-by`. The local names in
//! observed data of STIX 2.0 are not nodes.
//!
//! # Limits
//!
//! Time and memory are linear in the objects and references, apart from sorting the edges of a
//! node. An edge takes 20 bytes both ways, a node 8 and its identifier. Nothing recurses, and a walk
//! has a depth and a number of nodes after which it ends.

mod adjacency;
mod attack;
mod difference;
mod edge;
mod edges;
mod flags;
#[expect(clippy::module_inception, reason = "files are named after what is in them")]
mod graph;
mod hasher;
mod label;
mod lookup;
mod name_index;
mod node;
mod nodes;
mod options;
mod picture;
mod quality;
mod relations;
mod statements;
mod walk;

pub use difference::{Difference, PropertyDifference, differences};
pub use edge::Edge;
pub use edges::Edges;
pub use graph::Graph;
pub use label::{Family, SIGHTED};
pub use node::Node;
pub use options::GraphOptions;
pub use picture::Picture;
pub use quality::Counts;
pub use walk::{Neighbourhood, Reached, Walk};
