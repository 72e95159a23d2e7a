//! Validation: a failing and a passing input for each check, and the cases of the corpus.

mod cases;
mod corpus;
mod interop;
mod reports;
