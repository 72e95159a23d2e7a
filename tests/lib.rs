//! The integration tests, as one binary.

mod pattern;
mod reader;
mod regressions;
mod rows;
