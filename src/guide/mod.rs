//! Guides: whole programs for the tasks that the crate is used for, with the reasons for each step.
//!
//! | task | guide | features |
//! |---|---|---|
//! | a TAXII collection into a table, without a gap and without losing the place | [`guide::feed_to_table`] | `parquet`, `taxii` |
//! | indicators in logs, from a feed to an alert | [`matching::guide`] | `match` |
//! | make objects and publish them | [`guide::publishing`](publishing) | for the last step `taxii` |
//! | check a feed and share what a partner may get; interoperability | [`guide::sharing`](sharing) | none |
//! | ATT&CK: a whole program, and twenty questions | [`guide::walk_attack`](walk_attack) | none |
//! | feeds that are not STIX: lists, CSV, JSON | [`feed`], whose first page is a guide | `rows` |
//! | the crate inside a service: threads, memory, limits, cancellation, WebAssembly | [`guide::embedding`](embedding) | none |
//!
//! The programs are tests of the crate, so they compile and do what they say.
//!
//! # Beside Python
//!
//! `examples/python/` has three of them with `stix2`, `stix2-patterns` and `taxii2-client`. Lines
//! of code, without blank lines and comments:
//!
//! | program | here | Python | what the Python program lacks |
//! |---|--:|--:|---|
//! | a collection into a table: [`guide::feed_to_table`] | 58 | 67 | what a value means (negated, partial), markings, resuming in the middle of a walk, retries |
//! | objects made and published: [`guide::publishing`](publishing) | 46 | 32 | requests split by size, an outcome for each object |
//! | an agent that alerts: `examples/agent.rs` | 75 | 81 | patterns with `AND`, `LIKE` or several observations, the state at the time of an event, lists of noise, linear time in networks |
//!
#![cfg_attr(
    not(all(feature = "parquet", feature = "taxii")),
    doc = "[`guide::feed_to_table`]: https://docs.rs/stixkit/latest/stixkit/guide/feed_to_table/index.html"
)]
#![cfg_attr(all(feature = "parquet", feature = "taxii"), doc = "[`guide::feed_to_table`]: crate::guide::feed_to_table")]
#![cfg_attr(
    not(feature = "match"),
    doc = "[`matching::guide`]: https://docs.rs/stixkit/latest/stixkit/matching/guide/index.html"
)]
#![cfg_attr(feature = "match", doc = "[`matching::guide`]: crate::matching::guide")]
#![cfg_attr(not(feature = "rows"), doc = "[`feed`]: https://docs.rs/stixkit/latest/stixkit/feed/index.html")]
#![cfg_attr(feature = "rows", doc = "[`feed`]: crate::feed")]

pub mod embedding;
#[cfg(all(feature = "parquet", feature = "taxii"))]
pub mod feed_to_table;
pub mod publishing;
pub mod sharing;
pub mod walk_attack;
