//! Hunt: patterns as queries where the logs are.
//!
//! ```
//! use stixkit::pattern::Pattern;
//! use stixkit::translate::{Fidelity, Target};
//!
//! let pattern = Pattern::parse("[ipv4-addr:value IN ('198.51.100.7', '203.0.113.9')]")?;
//! let target = Target::named("sql:duckdb").unwrap();
//! let translation = pattern.translate(&target)?;
//! assert_eq!(translation.fidelity, Fidelity::Exact);
//! println!("{}", translation.queries[0].text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Target`] is a query language with a [`FieldMap`]: which columns of which tables hold the properties of
//! observables. A [`Translation`] contains the queries, states by its [`Fidelity`] how what they find relates to what the
//! pattern matches, and lists each difference as a [`Note`] with its place in the pattern. Nothing is left out silently:
//! a [`Policy`] decides which differences are errors.
//!
//! # What exact means
//!
//! A row of a table describes objects, with the properties for which the map has columns, and a query is exact if it
//! finds the rows whose objects match. Values are taken to be in Unicode's normal
//! form C, and the classes `\d`, `\w` and `\s` to be those of ASCII.

mod batch_part;
mod column;
mod dialect;
mod error;
mod expression;
mod fidelity;
mod field_map;
mod field_map_json;
mod form;
mod joint;
mod kql;
mod language;
mod leaf;
mod named;
mod network;
mod note;
mod plan;
mod policy;
mod regex;
mod regex_print;
mod sql;
mod structure;
mod target;
#[expect(clippy::module_inception, reason = "the file is named after the method that it defines")]
mod translate;
mod translation;
mod tree;

pub use error::{Error, ErrorKind};
pub use fidelity::Fidelity;
pub use field_map::FieldMap;
pub use language::Language;
pub use note::{Note, NoteKind};
pub use policy::Policy;
pub use target::Target;
pub use translation::{Query, Translation};
