//! Rows in the form that each consumer takes.

pub mod ecs;
pub mod ocsf;
pub mod sentinel;
pub mod splunk;

mod document;
mod kill_chain;
mod meaning;
mod split;
