//! Guides: whole programs for the tasks that the crate is used for, with the reasons for each step.
//!
//! | task | guide | features |
//! |---|---|---|
//! | a TAXII collection into a table, without a gap and without losing the place | `guide::feed_to_table` | `parquet`, `taxii` |
//! | indicators in logs, from a feed to an alert | `matching::guide` | `match` |
//! | make objects and publish them | [`guide::publishing`](publishing) | for the last step `taxii` |
//! | ATT&CK: a whole program, and twenty questions | [`guide::walk_attack`](walk_attack) | none |
//! | feeds that are not STIX: lists, CSV, JSON | `feed`, whose first page is a guide | `rows` |
//! | the crate inside a service: threads, memory, limits, cancellation, WebAssembly | [`guide::embedding`](embedding) | none |
//!
//! The programs are tests of the crate, so they compile and do what they say.

pub mod embedding;
#[cfg(all(feature = "parquet", feature = "taxii"))]
pub mod feed_to_table;
pub mod publishing;
pub mod walk_attack;
