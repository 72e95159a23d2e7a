//! Matching: patterns against what was observed (STIX 2.1 part 9; STIX 2.0 part 5).
//!
//! ```
//! use stixkit::Bundle;
//! use stixkit::matching::{Matcher, Observations};
//! use stixkit::pattern::Pattern;
//!
//! let bundle = Bundle::from_slice(br#"{"type": "bundle", "id": "bundle--1", "objects": [
//!     {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--1", "value": "198.51.100.7"},
//!     {"type": "network-traffic", "spec_version": "2.1", "id": "network-traffic--1",
//!      "protocols": ["tcp"], "dst_ref": "ipv4-addr--1", "dst_port": 443},
//!     {"type": "observed-data", "spec_version": "2.1", "id": "observed-data--1",
//!      "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z",
//!      "first_observed": "2024-05-01T09:00:00Z", "last_observed": "2024-05-01T09:30:00Z",
//!      "number_observed": 3, "object_refs": ["network-traffic--1", "ipv4-addr--1"]}
//! ]}"#)?;
//! let pattern = Pattern::parse(
//!     "[network-traffic:dst_ref.value ISSUBSET '198.51.100.0/24'] REPEATS 3 TIMES WITHIN 3600 SECONDS",
//! )?;
//! let matcher = Matcher::new(&pattern)?;
//! let observations = Observations::new(bundle.objects());
//! let binding = matcher.matches(&observations)?.expect("three connections in half an hour");
//! assert_eq!(binding.iter().next().unwrap().observation.id(), Some("observed-data--1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Matcher`] is a compiled [`Pattern`](crate::pattern::Pattern), [`Observations`] are what it is matched against.
//! Both are made once and used with any number of the other.
//!
//! | to get | call |
//! |---|---|
//! | whether a pattern matches, and which observations satisfy which part | [`Matcher::matches`] |
//! | only whether it matches | [`Matcher::is_match`] |
//! | whether one object matches, without observed data | [`Matcher::matches_object`] |
//! | why a pattern does not match | [`Matcher::explain`] |
//! | observations from objects or a bundle | [`Observations::new`] |
//! | observations from JSON, also without identifiers | [`Observations::from_json`] |
//! | observed data that was left out | [`Observations::skipped`] |
//! | patterns of several observations over a stream | [`correlator::Correlator`] |
//! | values that are no reason for an alert | [`suppress::Suppress`] |
//! | one alert and a count instead of many | [`suppress::Dedupe`] |
//! | a million indicators, and those of them that an event matches | [`IndicatorSet`] |
//! | values of log lines as events | [`event::FieldMap`] |
//! | a program that finds indicators in logs | [`guide`] |
//!
//! # What a test means
//!
//! Everything in one `[…]` is about one observable of the path's type, the root, within one observation.
//!
//! - A path that leads nowhere makes every test false, with `NOT` and with `!=` too. Only `NOT EXISTS` is true then.
//!   This includes a reference to an object that is not part of the observation. A reference at the end of a path is
//!   the reference itself, so `EXISTS network-traffic:src_ref` is true wherever the property is.
//! - If a path leads to several values, one that passes suffices. `NOT` negates the whole: over `[1, 2]`,
//!   `l[*] != 1` is true (some element differs) and `l[*] NOT = 1` is false (it is not true that none equals 1).
//! - Values of types that cannot be compared make a test false and `!=` true. Numbers are compared with numbers,
//!   booleans with booleans, timestamps with strings that are timestamps of STIX, `h'…'` and `b'…'` with the bytes of
//!   `…_hex` and `…_bin` properties and with other strings as Latin-1.
//! - Whole numbers of any size are compared exactly. Strings are compared by code points, and their case counts.
//! - `LIKE` and `MATCHES` compare in Unicode's normal form C. `_` is one code point; `%`, `_` and `.` include line
//!   breaks. `LIKE` describes the whole value, and `MATCHES` searches in it.
//! - `ISSUBSET` and `ISSUPERSET` compare addresses and networks of one family. The bits of a host are ignored.
//!
//! # What an observation is
//!
//! An observed-data object with a `number_observed` of 5 stands for five observations of the same objects, each at some
//! instant of its interval ([`Instants`] changes that). A pattern matches if each `[…]` can be given an
//! observation of its own and an instant, so that all constraints hold jointly:
//!
//! - `AND` and `FOLLOWEDBY` need different observations, and so does each of `REPEATS n TIMES`, which means at least n.
//! - `a FOLLOWEDBY b`: no observation of `b` is earlier than one of `a`. They may be at the same instant.
//! - `WITHIN s SECONDS`: less than `s` seconds from the first observation to the last, exact to the nanosecond.
//! - `START a STOP b`: from `a` on and before `b`. A qualifier is about its own operand.
//!
//! # Streams
//!
//! A [`Matcher`] needs all observations at once. For logs that never end, a [`correlator::Correlator`] takes one event or
//! observation after the other, keeps of each pattern what may still become part of a match, and counts what it has to
//! drop. Ask [`Matcher::needs_observations`] which patterns are for it; an [`IndicatorSet`] decides about the others at
//! each event. Divide the stream with [`correlator::Options::with_partition_by`], for example by host: two failed logons on two
//! machines are not one attack.
//!
//! # Noise
//!
//! Most alerts of a fresh feed are about values that everybody has. Four steps keep them away, and none of them loses
//! anything silently:
//!
//! 1. [`suppress::Suppress`] has the values that are no reason for an alert: special addresses, warning lists of MISP, and
//!    your own. It names the list, so that an alert can be marked instead of being dropped. Check the values of indicators
//!    when they arrive, and those of events when they are found: an indicator for a network may be fine while a single
//!    address in it is yours.
//! 2. Leave out what a control [denied](event::EventOutcome::Denied), unless you want to see scans.
//! 3. Prefer hits with a high confidence, and those that stand alone.
//! 4. [`suppress::Dedupe`] makes one alert and a count of those on the same indicator, value and host.
//!
//! ```
//! use chrono::{DateTime, TimeDelta, Utc};
//! use stixkit::matching::suppress::{Dedupe, Repeat, Suppress};
//! use stixkit::row::ValueKind;
//!
//! let suppress = Suppress::special_addresses();
//! let mut dedupe = Dedupe::new(TimeDelta::hours(1));
//! let mut alerts = Vec::new();
//! for (time, host, value) in [
//!     ("2024-05-01T10:00:00Z", "pc-1", "10.0.0.1"),
//!     ("2024-05-01T10:01:00Z", "pc-1", "9.9.9.9"),
//!     ("2024-05-01T10:02:00Z", "pc-1", "9.9.9.9"),
//! ] {
//!     let time: DateTime<Utc> = time.parse()?;
//!     let is_noise = suppress.check(ValueKind::Ipv4, value).is_some();
//!     if !is_noise && dedupe.push("indicator--1", value, host, time) == Repeat::First {
//!         alerts.push((host, value));
//!     }
//! }
//! assert_eq!(alerts, [("pc-1", "9.9.9.9")]);
//! # Ok::<(), chrono::ParseError>(())
//! ```
//!
//! # Regular expressions
//!
//! The standard names PCRE. This crate searches in linear time, so it refuses what PCRE needs backtracking for:
//! look-around, back-references, atomic groups, possessive quantifiers, recursion. [`Matcher::new`] returns an error
//! that names the feature and its place. What only means something else to the crate `regex` is translated, for example
//! a `$` before a final line break and a `[` in a class. In text, `\d`, `\w`, `\s` and `\b` go by Unicode; in properties
//! that hold bytes, by ASCII.
//!
//! # Input safety
//!
//! Patterns and data are untrusted. Nothing makes this module panic or overflow the stack.
//!
//! - The time for tests is the number of tests times the number of objects of their types; for a test it is linear in
//!   the size of the object, but for `LIKE` with `_` and for regular expressions, where it is also multiplied by the
//!   length of the pattern.
//! - Patterns with at most one `WITHIN` or `FOLLOWEDBY` over different branches of `OR` are decided in polynomial time.
//!   The numbers in `REPEATS` and `number_observed` do not matter.
//! - Other combinations take exponential time in the worst case, whatever the algorithm: choosing observations is
//!   NP-hard. After [`Options::steps`] the search is given up with [`ErrorKind::TooComplex`], and never guesses. The
//!   same happens if more than 2,000 repetitions are below several such constraints.
//! - Regular expressions take at most 1 MiB each and 64 MiB together.

pub mod event;
// It is documentation alone.
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod set;

mod binding;
mod budget;
mod bytes;
mod classes;
mod compile;
mod condition;
mod constraints;
pub mod correlator;
mod error;
mod explanation;
mod flow;
mod ground;
mod instant;
mod like;
mod matcher;
mod normal;
mod number;
mod observation;
mod observations;
mod operand;
mod options;
mod pcre;
mod plan;
mod root;
mod scenario;
mod search;
mod skipped;
mod step;
pub mod suppress;
mod sweep;
mod test;
mod text;

pub use binding::{Binding, Bound};
pub use error::{Error, ErrorKind};
pub use explanation::{ExplainedObservation, ExplainedTest, Explanation};
pub use matcher::Matcher;
pub use observation::{Observable, Observation};
pub use observations::Observations;
pub use options::{Instants, Options};
pub use set::IndicatorSet;
pub use skipped::{SkipReason, Skipped};
pub use test::Outcome;
