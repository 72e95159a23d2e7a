//! The integration tests, as one binary.

mod bundle;
mod object;
mod pattern;
mod reader;
mod reference;
mod regressions;
mod rows;
#[cfg(feature = "taxii")]
mod taxii;
