//! Checks objects and whole inputs against the standard.
//!
//! [`Object::check`](crate::Object::check) lists what harms a reader. This module adds everything
//! else that STIX 2.0 and 2.1 require (MUST) or recommend (SHOULD), how the objects of an input fit
//! together, and reports for people and programs.
//!
//! ```
//! use stixkit::Reader;
//! use stixkit::validate::{Profile, Report};
//!
//! let feed = include_bytes!("../../tests/fixtures/feed.json");
//! let report = Report::read(Profile::strict(), Reader::from_slice(feed))?;
//! for (kind, count) in report.counts() {
//!     println!("{} {count} times: STIX 2.1 section {}", kind.code(), kind.section());
//! }
//! for finding in report.findings() {
//!     println!("{finding}");
//! }
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! # What do I call?
//!
//! | I have | I call |
//! |---|---|
//! | bytes, a file or a stream | [`Report::read`], which knows lines and columns |
//! | a feed that is larger than memory, or findings to print at once | [`Checker::read`] |
//! | objects from elsewhere, one at a time | [`Checker::check`], then [`Checker::finish`] |
//! | a bundle in memory | [`Bundle::check`](crate::Bundle::check) |
//! | one object | [`Object::validate`](crate::Object::validate) |
//!
//! # Profiles
//!
//! A [`Profile`] is a set of kinds of findings. [`Report::is_valid`] is about its errors.
//!
//! | profile | reports |
//! |---|---|
//! | [`spec`](Profile::spec) | what breaks the standard |
//! | [`strict`](Profile::strict) | the same, and everything that the standard recommends |
//! | [`interop`](Profile::interop) | `spec`, and what the interoperability tests of OASIS require |
//! | [`reading`](Profile::reading) | what harms a reader: the findings of reading and of `Object::check` |
//! | one's own | [`Profile::new`], [`with`](Profile::with), [`without`](Profile::without) |
//!
//! References that lead to objects outside of the input are normal in feeds. No profile reports
//! them unless [`FindingKind::DanglingReference`](crate::FindingKind::DanglingReference) is added
//! to it.
//!
//! # Levels
//!
//! An [error](crate::Level::Error) breaks the standard. A [warning](crate::Level::Warning) departs
//! from a recommendation, or is allowed and harms readers. [Advice](crate::Level::Advice) is a
//! recommendation that most of the world does not follow, such as hashes for every external
//! reference: `Profile::strict().without_level(Level::Advice)` leaves it out.
//!
//! # Reports in a CI
//!
//! A [`Report`] serializes to JSON, [`Finding::to_json_line`] makes one line of JSON, and
//! [`write_sarif`] writes the format that CI systems show beside the lines of a file. The example
//! `check` does all of it:
//!
//! ```text
//! cargo run --example check -- --profile spec --format sarif feed.json > feed.sarif
//! ```
//!
//! # Limits
//!
//! - Only forms are checked: no list of IANA is looked up, and nothing is fetched. `foo` can be a
//!   language or a character set, since it looks like one.
//! - Lines and columns are those of the property, or of the nearest part around one that is absent.
//!   They are known if the input is read and checked at once ([`Report::read`], [`Checker::read`]):
//!   objects in memory do not know where they came from.
//! - An object has at most 1,000 findings of its own, and one of kind `more` counts the others. A
//!   report keeps 100,000 findings and counts all.
//! - The members of a bundle are checked for the last one of an input.
//! - An upper-case UUID is a warning, since the standard is silent about it.
//!
//! # All checks
//!
//! The last two columns have the numbers or functions of the reference validator (`stix2-validator`
//! 3.3; `schema` is its JSON schema) and the codes of the crate `rstix` 0.23. Some of their checks
//! look only at a part of what these do.
//!
#![doc = include_str!("checks.md")]

mod base;
mod checker;
mod checks;
mod collected;
mod content;
mod domain;
mod finding;
mod forms;
mod indicator;
mod language;
mod markings;
mod object;
mod observable;
mod places;
mod profile;
mod relations;
mod report;
mod sarif;
mod targets;
mod vocabularies;

pub use checker::Checker;
pub use checks::{CHECKS, Check};
pub use finding::Finding;
pub use profile::Profile;
pub use report::Report;
pub use sarif::write_sarif;
