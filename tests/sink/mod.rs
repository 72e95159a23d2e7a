//! Rows and indicators in the form of each consumer.

mod documents;
mod ecs;
mod ocsf;
mod sentinel;
mod splunk;
