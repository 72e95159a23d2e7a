//! Rows and indicators to the form of each consumer.

mod documents;
mod sentinel;
