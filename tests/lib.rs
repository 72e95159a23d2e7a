//! The integration tests, as one binary.

mod bundle;
mod object;
mod pattern;
mod reader;
mod regressions;
mod rows;
