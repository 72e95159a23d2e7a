//! The command line.

use std::ffi::OsString;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use stixkit::Timestamp;

use crate::help;

pub(crate) const USAGE: &str =
    "usage: match_log --indicators FEED... [--map NAME|FILE] [--allow FILE]... [--now RFC3339]
    [--stats] [LOG|-]...
       match_log --help|--version";

pub(crate) struct Options {
    /// None means the sample feed, and then the sample logs.
    pub(crate) feeds: Vec<OsString>,
    /// The name of a map or a file.
    pub(crate) map: Option<OsString>,
    pub(crate) allowed: Vec<OsString>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) is_stats: bool,
    pub(crate) logs: Vec<OsString>,
}

impl Options {
    /// Returns the options, or `None` if the program was asked about itself and has answered.
    pub(crate) fn from_args(args: impl Iterator<Item = OsString>) -> Result<Option<Self>, String> {
        let mut options = Self {
            feeds: Vec::new(),
            map: None,
            allowed: Vec::new(),
            now: DateTime::from(SystemTime::now()),
            is_stats: false,
            logs: Vec::new(),
        };
        let is_option = |arg: &OsString| arg.to_str().is_some_and(|arg| arg.starts_with("--"));
        let mut args = args.peekable();
        // What follows the last `--indicators`: feeds, if there are logs after another option.
        let mut following = Vec::new();
        while let Some(arg) = args.next() {
            let mut value = || args.next_if(|arg| !is_option(arg)).ok_or(format!("{} has no value", arg.display()));
            match arg.to_str() {
                Some("--indicators") => {
                    options.feeds.push(value()?);
                    options.feeds.append(&mut following);
                    following.extend(std::iter::from_fn(|| args.next_if(|arg| !is_option(arg))));
                }
                Some("--map") => options.map = Some(value()?),
                Some("--allow") => options.allowed.push(value()?),
                Some("--now") => {
                    let now = value()?;
                    let now = Timestamp::parse(&now.to_string_lossy()).map_err(|error| format!("--now: {error}"))?;
                    options.now = now.instant();
                }
                Some("--stats") => options.is_stats = true,
                Some("--help" | "-h") => {
                    help::print_help("match_log", USAGE);
                    return Ok(None);
                }
                Some("--version") => {
                    help::print_version("match_log");
                    return Ok(None);
                }
                Some(option) if option.starts_with("--") => return Err(format!("there is no option {option}")),
                _ => options.logs.push(arg),
            }
        }
        if options.logs.is_empty() {
            options.logs = following;
        } else {
            options.feeds.append(&mut following);
        }
        if options.feeds.is_empty() && !options.logs.is_empty() {
            return Err("name a feed with --indicators".into());
        }
        Ok(Some(options))
    }
}
