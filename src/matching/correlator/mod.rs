//! Patterns of several observations over a stream, with bounded memory.
//!
//! A [`Matcher`](crate::matching::Matcher) needs all observations at once. A [`Correlator`] takes one after the other, and
//! keeps of each pattern only what may still become part of a match.
//!
//! ```
//! use chrono::TimeDelta;
//! use stixkit::Json;
//! use stixkit::matching::correlator::{Correlator, Options};
//! use stixkit::matching::{Matcher, Observations};
//! use stixkit::pattern::Pattern;
//!
//! let pattern = Pattern::parse(
//!     "([user-account:x_logon = 'failed'] REPEATS 2 TIMES FOLLOWEDBY [user-account:x_logon = 'done']) WITHIN 60 SECONDS",
//! )?;
//! let options = Options::default()
//!     .with_lateness(TimeDelta::seconds(5))
//!     .with_partition_by("user-account:account_login")?;
//! let mut correlator = Correlator::new([Matcher::new(&pattern)?], options)?;
//!
//! let mut alerts = Vec::new();
//! for (second, user, logon) in [(1, "eve", "failed"), (2, "bob", "failed"), (9, "eve", "done"), (4, "eve", "failed")] {
//!     let json = Json::new(&format!(r#"{{"number_observed": 1, "first_observed": "2024-05-01T09:00:{second:02}Z",
//!         "last_observed": "2024-05-01T09:00:{second:02}Z", "objects": {{"0": {{"type": "user-account",
//!         "account_login": "{user}", "x_logon": "{logon}"}}}}}}"#))?;
//!     alerts.extend(correlator.push(&Observations::from_json(&json)));
//! }
//! // The last one may still have been overtaken by another.
//! alerts.extend(correlator.advance("2024-05-01T09:00:14Z".parse::<stixkit::Timestamp>()?));
//! assert_eq!(alerts.len(), 1);
//! assert_eq!(&*alerts[0].partition, "eve");
//! let numbers: Vec<_> = alerts[0].parts.iter().map(|part| part.number).collect();
//! assert_eq!(numbers, [0, 3, 2]);
//! assert!(correlator.counts().is_complete());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Events of logs come with [`Correlator::push_event`].
//!
//! # What is reported
//!
//! An [`Alert`] names the pattern, the partition, and which observations satisfy which `[…]`. Each observation is part of
//! at most one alert of a pattern, and each observation completes at most one. **An alert is never wrong**: what it names
//! satisfies the pattern, whatever was dropped. If nothing was [dropped or late](Counts::is_complete), there is an alert
//! if and only if a [`Matcher`](crate::matching::Matcher) finds the pattern in all observations of the partition, at the
//! observation that completes it. How many more alerts follow depends on which observations the first one took.
//!
//! # What is kept
//!
//! | pattern | kept for a partition |
//! |---|---|
//! | `AND`, `OR` and `REPEATS`, with a `WITHIN` around all or none | the newest of each `[…]`, as many as the pattern asks for in all |
//! | a sequence of single `[…]` with `FOLLOWEDBY` | the beginning of each length that starts last |
//! | all others, also `START` and `STOP` | all observations that may still be near enough, up to [`Options::with_state`] for each `[…]` |
//!
//! Observations that are farther apart than the `WITHIN` around the pattern are forgotten. A pattern without one needs a
//! [horizon](Options::with_horizon), and so is narrowed: what is farther apart than that is not found.
//!
//! What did not find room is counted in [`Correlator::counts`], and [`Alert::dropped`] states how much of its pattern
//! and partition was.
//!
//! # Time
//!
//! Observations may arrive in another order than that of their times. They wait for [`Options::with_lateness`], and are
//! then taken in the order of the times at which they were first observed. Those that are later still are used for what
//! they fit, and counted. The time goes on with the observations, and with [`Correlator::advance`].
//!
//! # Input safety
//!
//! Memory is bounded by the options, whatever the stream. The time for an observation is that of the tests for its types
//! of objects, and for each pattern of which it satisfies a `[…]` that of a search among what is kept, which is given up
//! after [`Options::with_steps`]. An observation with a time in the far future, from a wrong clock, makes others of its
//! partition late, and is dropped once [`Correlator::advance`] has told the time.

mod alert;
mod chain;
mod correlation;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod correlator;
mod counts;
mod events;
mod options;
mod seen;
mod shape;
mod states;
mod store;

pub use alert::{Alert, AlertPart};
pub use correlator::Correlator;
pub use counts::Counts;
pub use options::Options;
