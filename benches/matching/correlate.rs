//! Patterns of several observations over a stream of logons.

use std::io::{self, Write};

use chrono::{DateTime, TimeDelta};
use stixkit::Timestamp;
use stixkit::matching::Matcher;
use stixkit::matching::correlator::{Correlator, Options};
use stixkit::matching::event::{Event, Place, Rule, Value};
use stixkit::pattern::Pattern;

use super::generate::Random;
use super::{HEAP, seconds_now};

const PATTERNS: usize = 100;
const HOSTS: usize = 1000;

/// Writes how many events a correlator takes in a second, and the heap that it uses then.
pub(crate) fn measure(out: &mut impl Write, events: usize) -> io::Result<()> {
    let place = |path| Place::new("account", path).unwrap_or_else(|error| panic!("{error}"));
    let user = Rule::new("user", place("user-account:user_id"));
    let host = Rule::new("host", place("user-account:x_host"));
    let matchers = (0..PATTERNS).map(|number| {
        let test = |offset: usize| format!("[user-account:user_id = 'user{}']", (number + offset) % 200);
        // Counts, and sequences, half of each.
        let pattern = match number % 2 {
            0 => format!("({} REPEATS 3 TIMES) WITHIN 300 SECONDS", test(0)),
            _ => format!("({} FOLLOWEDBY {} FOLLOWEDBY {}) WITHIN 300 SECONDS", test(0), test(7), test(31)),
        };
        // OK because the text is fixed.
        let pattern = Pattern::parse(&pattern).unwrap_or_else(|error| panic!("{error}"));
        Matcher::new(&pattern).unwrap_or_else(|error| panic!("{error}"))
    });
    let before = HEAP.allocated();
    let options = Options::default().with_lateness(TimeDelta::seconds(5));
    let mut correlator = Correlator::new(matchers, options).unwrap_or_else(|error| panic!("{error}"));
    let of_patterns = (HEAP.allocated() - before) as f64;
    let random = &mut Random::new(3);
    let list: Vec<_> =
        (0..events).map(|_| (format!("user{}", random.below(2000)), format!("host{}", random.below(HOSTS)))).collect();
    let before = HEAP.allocated();
    let mut alerts = 0;
    let start = seconds_now();
    for (number, (user_id, name)) in list.iter().enumerate() {
        let values = [Value::new(&user, user_id), Value::new(&host, name)];
        // A hundred a second.
        let time = DateTime::from_timestamp_millis(1_748_000_000_000 + 10 * number as i64).unwrap_or_default();
        let event = Event::new(&values).with_time(Timestamp::exact(time));
        alerts += correlator.push_event_in(name, &event, None).len();
    }
    let seconds = seconds_now() - start;
    let state = (HEAP.allocated() - before) as f64;
    let (rate, kept) = (events as f64 / seconds, correlator.kept());
    writeln!(
        out,
        "| events into {PATTERNS} patterns of several observations, {HOSTS} hosts, {alerts} alerts | {:.3} M/s, {:.0} ns | |",
        rate / 1e6,
        1e9 / rate
    )?;
    writeln!(out, "| … heap, with {kept} observations kept | {:.2} MB | |", state / 1e6)?;
    writeln!(out, "| … heap of the patterns | {:.1} kB each | |", of_patterns / 1e3 / PATTERNS as f64)
}
