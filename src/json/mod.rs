//! JSON text: reading it with positions, comparing it, and keeping what this crate does not interpret.
//!
//! Nothing in this room knows of STIX.

pub(crate) mod canonical;
pub(crate) mod cursor;
pub(crate) mod equality;
pub(crate) mod from_serde;
pub(crate) mod properties;
#[cfg(feature = "rows")]
pub(crate) mod push;
pub(crate) mod scan;
pub(crate) mod text;
pub(crate) mod to_serde;
pub(crate) mod tree;

mod value;

pub use properties::{Properties, PropertiesIter};
pub use value::Json;
