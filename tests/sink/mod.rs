//! Rows and indicators in the form of each consumer.

mod documents;
mod ecs;
mod ecs_schema;
mod merged;
mod ocsf;
mod ocsf_schema;
mod sentinel;
mod size;
mod splunk;
