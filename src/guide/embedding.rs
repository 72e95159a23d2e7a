//! The crate inside a service: threads, memory, limits, cancellation and WebAssembly.
//!
//! # Limits for untrusted input
//!
//! The defaults of [`Limits`](crate::reader::Limits) let every real feed through. A service that
//! takes feeds from its users sets limits that fit its memory:
//!
//! ```
//! use stixkit::Reader;
//! use stixkit::reader::{Item, Limits};
//!
//! /// Returns how many objects an upload has, and how many items were rejected.
//! fn count(upload: &[u8]) -> Result<(u64, u64), stixkit::Error> {
//!     let limits = Limits::default().with_objects(100_000).with_object_bytes(1 << 20).with_total_bytes(100 << 20);
//!     let (mut objects, mut rejected) = (0, 0);
//!     for item in Reader::from_slice(upload).with_limits(limits) {
//!         match item? {
//!             Item::Object(_) => objects += 1,
//!             Item::Rejected(_) => rejected += 1,
//!         }
//!     }
//!     Ok((objects, rejected))
//! }
//!
//! let upload = br#"[{"type": "url", "id": "url--1", "value": "https://example.org/"}, {"type": 5}]"#;
//! assert_eq!(count(upload)?, (1, 1));
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! An object over a limit is rejected and the next one is read. An input over `objects` or
//! `total_bytes` ends with an error. No input makes the crate panic, recurse without bound or take
//! more than time linear in its size.
//!
//! # Memory
//!
//! | what | how much |
//! |---|---|
//! | [`Reader`](crate::Reader) over a stream | the largest object, not more than `object_bytes` |
//! | [`Bundle`](crate::Bundle) | all objects; set a limit `objects` that fits your memory |
//! | `row::Mapper` | the names and markings that it has learnt |
//! | `table::parquet::ParquetWriter` | one row group in the making |
//! | `taxii::Client` | one page, and the keys that a walk remembers: see the bounds in `taxii` |
//!
//! # Threads
//!
//! Objects, bundles and parsed patterns are `Send` and `Sync`. Reading is synchronous and holds no
//! lock. Share a `row::Mapper` by reference: `map` does not change it, and only `learn` does. To
//! use several threads for one input in memory, there is `reader::Parallel` (feature `parallel`).
//! On an asynchronous runtime, read large inputs in its pool for blocking work, for example with
//! `tokio::task::spawn_blocking`.
//!
//! ```
//! fn is_shareable<T: Send + Sync>() {}
//!
//! is_shareable::<stixkit::Object>();
//! is_shareable::<stixkit::Bundle>();
//! is_shareable::<stixkit::pattern::Pattern>();
//! is_shareable::<stixkit::Error>();
//! ```
//!
//! # Cancellation
//!
//! A [`Reader`](crate::Reader) stops when it is dropped. The futures of `taxii::Client` may be
//! dropped at any await point: no lock is held and no task goes on. What the server has done with a
//! request is unknown then.
//!
//! - After `Client::poll`, the poller requests the page again. If the server's cursor may have been
//!   used up, the walk resumes by date, or from its start if dates are not proven.
//! - After `Client::add`, the outcomes are lost with the future. Add the same objects again: TAXII
//!   identifies an object by its identifier and version. Some servers report those that they have
//!   as failed; `AddOptions::look_for_failed` looks for them.
//!
//! # WebAssembly
//!
//! The crate has no threads, files or clocks of its own on `wasm32-unknown-unknown`: read from
//! slices, and pass the time in. Random identifiers need a source of randomness from JavaScript:
//! add `uuid = { version = "1", features = ["js"] }` to your own dependencies. The features
//! `gzip`, `rows`, `csv`, `match` and `taxii` compile for it; `reqwest` is for native targets.
