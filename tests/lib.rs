//! The integration tests, as one binary.

mod pattern;
mod regressions;
mod rows;
