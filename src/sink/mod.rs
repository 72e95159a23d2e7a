//! Rows in the form that each consumer takes.

pub mod ecs;
pub mod ocsf;
pub mod sentinel;
pub mod splunk;

mod distinguished_name;
mod instant;
mod kill_chain;
mod matchable;
mod meaning;
mod parts;
mod per_row;
mod severity;
mod text;
mod url_parts;
