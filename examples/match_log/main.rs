//! Finds the indicators of feeds in logs.
//!
//! ```text
//! match_log --indicators FEED... [--map NAME|FILE] [--allow FILE]... [--now RFC3339] [--stats] [LOG|-]...
//! ```
//!
//! Feeds are bundles or other files with STIX objects, also compressed ones with the feature
//! `gzip`. `--indicators` can be repeated. Several feeds may follow one `--indicators` if the logs
//! come after another option; otherwise, the first argument is the feed and the others are logs.
//! Logs are lines of JSON; `-`, or no log, is the standard input. Without arguments it runs on
//! embedded samples: a feed, and a small log of each kind.
//!
//! `--map` states what the fields of the logs mean: `ecs`, `ocsf`, `asim`, `common-security-log`,
//! `zeek`, `sysmon`, `suricata`, or a file with a map (`stixkit::matching::event::FieldMap`
//! documents its text). Without it, each log gets the map that knows most values of its first 20
//! lines. These lines are read with the map that is best so far, so that nothing waits for a log
//! that is still written.
//!
//! A hit is a line of JSON: the time of the event, log and line, and the columns of the library's
//! table `hits`: the identifier and the feed of the indicator, what of it matched and how, the
//! field and its value, the state at the time of the event, confidence and TLP. Properties without
//! a value are left out. A hit is not printed if its value is on a list of `--allow` (a warning
//! list of MISP as JSON, or plain text with an entry a line), or if it is a special address such as
//! 127.0.0.1. Addresses for documentation do count, so that the program can be tried out. `--now`
//! is when events happened that have no time (default: the system's time).
//!
//! `--stats` prints what is in the set, what became of indicators that cannot be found, and hits by
//! feed and list. The last line on the standard error is JSON: `indicators`, `skipped` parts of
//! them, `lines`, `invalid` lines, `events`, `hits`, `suppressed` and `dropped` hits, `bytes` and
//! `seconds`. Exits with 0, or with 2 when an input could not be read to its end. Lines that are
//! not events are told one by one, up to 20.

mod counts;
#[path = "../feed_to_rows/help.rs"]
mod help;
mod input;
mod known;
mod options;
mod output;
#[path = "../feed_to_rows/progress.rs"]
mod progress;
mod samples;
mod scan;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use known::Known;
use options::{Options, USAGE};
use scan::Scan;

fn main() -> ExitCode {
    let options = match Options::from_args(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => {
            tell(format_args!("match_log: {message}\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    let start = Instant::now();
    let mut code = ExitCode::SUCCESS;
    let mut fail = |name: &OsString, error: &dyn std::fmt::Display| {
        tell(format_args!("match_log: {}: {error}", name.display()));
        code = ExitCode::from(2);
    };
    let known = Known::read(&options, &mut fail);
    let mut scan = Scan::new(&known, options.now);
    let result = scan.all(&options, &mut fail);
    scan.progress.clear();
    match result {
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(error) => fail(&"the output".into(), &error),
        Ok(()) => {}
    }
    if options.is_stats {
        scan.counts.tell(&known);
    }
    tell(format_args!("{}", scan.counts.summary(&known, start.elapsed())));
    code
}

/// A line on the standard error. If nobody reads it, there is nobody to tell.
fn tell(line: std::fmt::Arguments<'_>) {
    _ = writeln!(io::stderr(), "{line}");
}
