//! Walk ATT&CK: from its file to the answers that people look for in it.
//!
//! [`Graph`](crate::graph::Graph) borrows the objects of a bundle, and a question about one node
//! takes some nanoseconds. The data here is a small bundle in the layout of ATT&CK; the real
//! domains are read in the same way.
//!
//! # A whole program
//!
//! A report about one group: what it does and how, with which software, in which campaigns, and
//! what helps against it.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use stixkit::Bundle;
//! use stixkit::graph::{Graph, Node};
//! use stixkit::object::{AttackPattern, Campaign, CourseOfAction, Malware, Tool};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     # let file = include_bytes!("../../tests/fixtures/graph/attack.json");
//!     # let name = "Fancy Bear";
//!     // let file = std::fs::read("enterprise-attack.json")?;
//!     let bundle = Bundle::from_slice(file)?;
//!     let graph = Graph::new(bundle.objects());
//!     let group = graph.named(name).next().ok_or("there is no such group")?;
//!     println!("{} {}", number(group), group.name().unwrap_or_default());
//!
//!     // What it does, by itself and in its campaigns, each technique with how.
//!     let campaigns = group.incoming().with("attributed-to").live().from::<Campaign>();
//!     let users: Vec<Node<'_>> = campaigns.map(|(_, edge)| edge.source()).chain([group]).collect();
//!     let mut techniques: BTreeMap<String, Node<'_>> = BTreeMap::new();
//!     for user in &users {
//!         for (technique, edge) in user.outgoing().with("uses").live().to::<AttackPattern>() {
//!             let target = edge.target();
//!             println!("{} {}: {}", number(target), technique.name, edge.description().unwrap_or("-"));
//!             techniques.insert(number(target), target);
//!         }
//!     }
//!
//!     // With which software, and what that can do.
//!     for software in group.outgoing().with("uses").live().targets() {
//!         if software.get::<Malware>().is_some() || software.get::<Tool>().is_some() {
//!             println!("{} {}", number(software), software.name().unwrap_or_default());
//!             for (technique, _) in software.outgoing().with("uses").live().to::<AttackPattern>() {
//!                 println!("    {}", technique.name);
//!             }
//!         }
//!     }
//!
//!     // In which columns of the matrix.
//!     for tactic in graph.matrices().flat_map(|matrix| matrix.tactics()) {
//!         let count = tactic.techniques().filter(|node| techniques.contains_key(&number(*node))).count();
//!         println!("{}: {count}", tactic.name().unwrap_or_default());
//!     }
//!
//!     // What helps against most of it.
//!     let mut mitigations: BTreeMap<&str, usize> = BTreeMap::new();
//!     for technique in techniques.values() {
//!         for (mitigation, _) in technique.incoming().with("mitigates").live().from::<CourseOfAction>() {
//!             *mitigations.entry(&mitigation.name).or_default() += 1;
//!         }
//!     }
//!     println!("{mitigations:?}");
//!     # assert_eq!((techniques.len(), mitigations.len()), (3, 1));
//!     Ok(())
//! }
//!
//! fn number(node: Node<'_>) -> String {
//!     node.external_id("mitre-attack").unwrap_or("-").to_owned()
//! }
//! ```
//!
//! # Twenty questions
//!
//! `graph` is a [`Graph`](crate::graph::Graph) of `bundle`, a [`Bundle`](crate::Bundle).
//!
//! ## 1. An object by its identifier
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let id = stixkit::Identifier::from("malware--a118a087-5376-45c8-9e01-0454db2d33a9");
//! let node = graph.node(&id).expect("it is in the bundle");
//! assert_eq!(node.name().as_deref(), Some("X-Agent"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 2. By a number of another catalogue: ATT&CK, CAPEC, CVE
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! assert_eq!(graph.by_external_id("T1059").next(), graph.by_external_id("CAPEC-88").next());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 3. By name or alias, in any case
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! assert_eq!(graph.named("fancy bear").next(), graph.named("APT28").next());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 4. All objects of a type, without those that were taken back
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::object::Malware;
//!
//! assert_eq!(graph.of_type::<Malware>().filter(|(_, node)| node.is_live()).count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 5. Versions: the newest one, all, and the one of a date. A store has them
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::reader::store::Store;
//!
//! let mut store = Store::new();
//! store.extend(bundle.objects().iter().cloned());
//! let id = stixkit::Identifier::from("malware--a118a087-5376-45c8-9e01-0454db2d33a9");
//! let (now, then) = ("2024-06-01T00:00:00Z".parse()?, "2023-06-01T00:00:00Z".parse()?);
//! assert!(store.as_of(&id, &now).is_some() && store.as_of(&id, &then).is_none());
//! assert_eq!(store.versions(&id).count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 6. What changed after a date
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::reader::store::{Filter, Store};
//!
//! let mut store = Store::new();
//! store.extend(bundle.objects().iter().cloned());
//! let filter: Filter = "is indicator and modified > 2024-01-01".parse()?;
//! assert_eq!(store.filter(&filter).count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 7. What a group uses, by type, with how it does
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::object::AttackPattern;
//!
//! let group = graph.named("APT28").next().expect("it is in the bundle");
//! for (technique, edge) in group.outgoing().with("uses").live().to::<AttackPattern>() {
//!     println!("{}: {}", technique.name, edge.description().unwrap_or("-"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 8. Who uses a technique
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::object::IntrusionSet;
//!
//! let technique = graph.by_external_id("T1059").next().expect("it is in the bundle");
//! assert_eq!(technique.incoming().with("uses").live().from::<IntrusionSet>().count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 9. What the software of a group can do: two steps
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::object::{AttackPattern, Malware};
//!
//! let group = graph.named("APT28").next().expect("it is in the bundle");
//! let software = group.outgoing().with("uses").live().to::<Malware>().map(|(_, edge)| edge.target());
//! let techniques = software.flat_map(|node| node.outgoing().with("uses").live().to::<AttackPattern>());
//! assert_eq!(techniques.map(|(technique, _)| &*technique.name).collect::<Vec<_>>(), ["PowerShell"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 10. Campaigns of a group, and what they use
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::object::{AttackPattern, Campaign};
//!
//! let group = graph.named("APT28").next().expect("it is in the bundle");
//! let campaigns = group.incoming().with("attributed-to").live().from::<Campaign>().map(|(_, edge)| edge.source());
//! assert_eq!(campaigns.flat_map(|node| node.outgoing().with("uses").live().to::<AttackPattern>()).count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 11. What helps against a technique, and what detects it
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let technique = graph.by_external_id("T1059").next().expect("it is in the bundle");
//! let names = |label| -> Vec<_> {
//!     technique.incoming().with(label).live().sources().filter_map(|node| node.name()).collect()
//! };
//! assert_eq!(names("mitigates"), ["Execution Prevention"]);
//! assert_eq!(names("detects"), ["Detection of shells"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 12. Sub-techniques, and the technique that they belong to
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let technique = graph.by_external_id("T1059").next().expect("it is in the bundle");
//! let parts: Vec<_> = technique.incoming().with("subtechnique-of").live().sources().collect();
//! assert_eq!(parts.len(), 2);
//! assert_eq!(parts[0].outgoing().with("subtechnique-of").targets().next(), Some(technique));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 13. The matrix: its tactics in order, and their techniques
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let matrix = graph.matrices().next().expect("there is one");
//! let columns: Vec<_> = matrix.tactics().into_iter().map(|tactic| (tactic.name(), tactic.techniques().count())).collect();
//! assert_eq!(columns, [(Some("Initial Access".into()), 0), (Some("Execution".into()), 3)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 14. By platform, or any other property
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! assert_eq!(graph.with_value("x_mitre_platforms", "Windows").count(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 15. What replaced a revoked object
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let old = graph.named("Sofacy Agent").next().expect("it is in the bundle");
//! assert_eq!(old.current().name().as_deref(), Some("X-Agent"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 16. What is around an indicator
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! use stixkit::graph::Walk;
//! use stixkit::object::Indicator;
//!
//! let (_, indicator) = graph.of_type::<Indicator>().next().expect("there is one");
//! let around = graph.neighbourhood(indicator, &Walk::new().with_depth(1));
//! let types: Vec<_> = around.reached.iter().map(|own| own.node.type_name()).collect();
//! assert!(types.contains(&"malware") && types.contains(&"ipv4-addr") && types.contains(&"report"));
//! assert_eq!(indicator.sightings().next().and_then(|sighting| sighting.count), Some(4));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 17. What a report contains, and which reports contain an object
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let group = graph.named("APT28").next().expect("it is in the bundle");
//! let report = group.containers().next().expect("one contains it");
//! assert_eq!((report.name().as_deref(), report.contents().count()), (Some("Spring activity"), 3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 18. Who made it
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! let group = graph.named("APT28").next().expect("it is in the bundle");
//! assert_eq!(group.creator().map(|identity| &*identity.name), Some("Example Corporation"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 19. The indicators of an actor, through its malware and campaigns, as rows
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! # #[cfg(feature = "rows")] {
//! use stixkit::row::Mapper;
//!
//! let mut mapper = Mapper::new("2024-06-01T00:00:00Z".parse::<stixkit::Timestamp>()?);
//! let group = graph.named("APT28").next().expect("it is in the bundle");
//! let rows: Vec<_> = group.indicators().into_iter().flat_map(|indicator| mapper.map(indicator).rows).collect();
//! assert_eq!(rows[0].observable.as_ref().map(|value| &*value.norm), Some("198.51.100.7"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## 20. What is missing, what leads nowhere, and how much there is of each
//!
//! ```
//! # use stixkit::{Bundle, graph::Graph};
//! # let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/graph/attack.json"))?;
//! # let graph = Graph::new(bundle.objects());
//! println!("{} missing, {} parts", graph.dangling().count(), graph.components().len());
//! println!("{} relationships lead nowhere", graph.orphans().count());
//! println!("{:?}", graph.counts());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What changed between two releases of a domain, property by property, is what
//! [`differences`](crate::graph::differences) finds. [`Picture`](crate::graph::Picture) draws what
//! is around a node, and [`Graph::edges`](crate::graph::Graph::edges) hands all to other libraries.
