//! Translated queries in the engines that they are for, in parsers of their languages, and next to
//! published schemas.
//!
//! What a query finds in made-up events is compared with what the crate's own matcher finds in the
//! same events, so each promise of [`Fidelity`](stixkit::translate::Fidelity) is tested by an
//! engine.
//!
//! ```text
//! pip install duckdb datafusion pyarrow chdb duckdb-kql sqlglot eql luqum pySigma
//! cargo test --all-features --test it -- --ignored reference::queries
//! ```

mod engines;
mod events;
mod languages;
mod maps;
mod node;
mod parsers;
mod questions;
