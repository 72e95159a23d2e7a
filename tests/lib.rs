//! The integration tests, as one binary.

mod bundle;
#[cfg(feature = "reqwest")]
mod live;
mod object;
mod pattern;
mod reader;
mod reference;
mod regressions;
mod rows;
#[cfg(feature = "taxii")]
mod taxii;
