//! From a feed to alerts: how a program finds the indicators of feeds in logs, and keeps doing so.
//!
//! 1. Put the indicators into an [`IndicatorSet`](crate::matching::IndicatorSet).
//! 2. Say what the fields of the log mean, with a [`FieldMap`](crate::matching::event::FieldMap).
//! 3. Run each line against the set with a [`Scanner`](crate::matching::set::Scanner), and drop the
//!    noise.
//! 4. While it runs, replace, revoke and expire indicators.
//!
//! ```
//! use stixkit::Bundle;
//! use stixkit::matching::IndicatorSet;
//! use stixkit::matching::event::FieldMap;
//! use stixkit::matching::suppress::{Special, Suppress};
//!
//! /// Adds the indicators of a bundle, or their new versions.
//! fn update(set: &mut IndicatorSet, bundle: &Bundle) {
//!     // Other objects are handed over, too: levels of TLP may depend on them.
//!     for inserted in bundle.objects().iter().filter_map(|object| set.upsert_object(object)) {
//!         // What cannot be found, and why: a regular expression that is not supported, for example.
//!         assert!(inserted.skipped.is_empty());
//!     }
//! }
//!
//! /// Returns an alert for each hit in a line that is not noise.
//! fn alerts(line: &str, set: &IndicatorSet, map: &FieldMap) -> Result<Vec<String>, stixkit::matching::event::Error> {
//!     let mut alerts = Vec::new();
//!     // In a loop, keep the scanner: it has buffers, and patterns that it compiled.
//!     set.scanner().json(line.as_bytes(), map, |hit| alerts.push(hit.to_string()))?;
//!     Ok(alerts)
//! }
//!
//! // Addresses such as 127.0.0.1 are no reason for an alert. Those for documentation are one here.
//! let special = Special::ALL.into_iter().filter(|special| *special != Special::Documentation);
//! let mut set = IndicatorSet::new().with_source("feed").with_suppress(Suppress::special(special));
//! let map = FieldMap::zeek();
//!
//! let feed = r#"{"type": "bundle", "id": "bundle--1", "objects": [
//!     {"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "spec_version": "2.1",
//!      "created": "2024-05-01T00:00:00Z", "modified": "2024-05-01T00:00:00Z", "pattern_type": "stix",
//!      "valid_from": "2024-05-01T00:00:00Z", "valid_until": "2024-06-01T00:00:00Z",
//!      "pattern": "[domain-name:value = 'c2.example' OR ipv4-addr:value = '127.0.0.1']"}
//! ]}"#;
//! update(&mut set, &Bundle::from_slice(feed.as_bytes())?);
//! let line = |time: &str| format!(r#"{{"ts": "{time}", "query": "www.c2.example", "answers": ["127.0.0.1"]}}"#);
//! let found = |set: &IndicatorSet, time: &str| alerts(&line(time), set, &map);
//! let alert = "query www.c2.example is indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f (subdomain(1))";
//! assert_eq!(found(&set, "2024-05-20T10:00:00Z")?, [alert]);
//! // Valid at the time of the event, not now: old logs can be searched with new indicators, and the other way around.
//! assert!(found(&set, "2024-06-20T10:00:00Z")?.is_empty());
//!
//! // The next version of the indicator revokes it.
//! let revoked = feed.replace(r#""modified": "2024-05-01T00:00:00Z""#, r#""modified": "2024-05-02T00:00:00Z", "revoked": true"#);
//! update(&mut set, &Bundle::from_slice(revoked.as_bytes())?);
//! assert!(found(&set, "2024-05-20T10:00:00Z")?.is_empty());
//!
//! // Indicators whose time is over are dropped once a day or so, when no more events come from before that time.
//! set.expire("2024-06-02T00:00:00Z".parse::<stixkit::Timestamp>()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Polling
//!
//! With the feature `taxii`, `taxii::Poller` returns what was added to a collection since the last
//! poll, each object at least once. Upserts make repetitions harmless: an older version, or the
//! same one, changes nothing. Acknowledge a page after its indicators are in the set. Keep the
//! poller's checkpoint next to a [snapshot](crate::matching::IndicatorSet::save) of the set, and a
//! restart needs neither the whole collection nor the time to build the set. The example `agent`
//! does all of this but the snapshot in 75 lines of code.
//!
//! # Following a log
//!
//! Read what was appended since the last time, and keep the beginning of a line that is not
//! complete yet. If the file has become shorter than what was read, it was rotated: open it again.
//! A line that is not an event is an [`Error`](crate::matching::event::Error) with its place; count
//! these, since a wrong map or a broken shipper shows there first. An event without a time matches
//! indicators whatever their validity: give it the time at which it arrived, with
//! [`Event::with_time`](crate::matching::event::Event::with_time).
//!
//! # Several threads
//!
//! Any number of threads can scan a set at the same time, each with a scanner and a
//! [`Scratch`](crate::matching::event::Scratch) of its own. Changes need the set for themselves:
//! put it into an `RwLock`, hold the lock for a batch of lines, and update between batches. An
//! update of a few indicators takes microseconds.
//!
//! # Noise
//!
//! Most alerts that nobody wants have one of four reasons:
//!
//! | reason | remedy |
//! |---|---|
//! | a feed has addresses or domains that everybody uses | [`Suppress`](crate::matching::suppress::Suppress) with warning lists, on the value of the event and on what the indicator has |
//! | a firewall refuses scans from the Internet | drop hits whose [`direction`](crate::matching::set::Hit::direction) is `src` and whose [`outcome`](crate::matching::set::Hit::outcome) is `denied` |
//! | one host asks for one name a thousand times | [`Dedupe`](crate::matching::suppress::Dedupe) |
//! | an indicator is about a value together with others | none: such a pattern is tested as a whole on the event, and [`is_standalone`](crate::matching::set::Hit::is_standalone) tells that it was |
//!
//! Patterns about several observations (`FOLLOWEDBY`, `REPEATS`) need more than one event. The set
//! keeps them in [`sequences`](crate::matching::IndicatorSet::sequences).
