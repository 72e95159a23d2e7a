//! Polls a collection of a TAXII server: what is new since the last time, as JSON lines.
//!
//! ```text
//! taxii_poll --url URL --collection ID|ALIAS|TITLE [OPTION]...
//! ```
//!
//! Without `--url` it starts a small server of its own on a loopback port and polls that. `--serve PORT` only starts the
//! server, says its URL and goes on until it is stopped; the user is `demo` with the password `demo`, the collection
//! `indicators`.
//!
//! The server: `--url` is that of the host, of discovery, or of an API root. `--api-root` names the API root; without,
//! it is the first that has the collection. Secrets come from environment variables, whose names the options give:
//! `--user U --password-env V`, `--bearer-env V`, `--header NAME --header-env V`. They go to the origins of `--url` and
//! `--api-root` and nowhere else. `--ca` names the issuers to trust, in PEM, and no others. `--client-cert` is a
//! certificate with its key in PEM, or with the feature `pkcs12` a `.p12` or `.pfx` file with
//! `--client-cert-password-env V`. Plain `http` needs `--allow-http`. `--version` is `2.1`, `2.0`, or `auto` (default).
//! `--retries` is how often a request is sent again (default 4), `--timeout` the most seconds for a request and its answer
//! (default 900), `--rate 10/600` at most so many requests in so many seconds. `--accept-gaps` passes over what a server has
//! no way to, and says so; with `--empty-not-found` 404 is an empty collection. `--api-root` alone is enough if it is a whole
//! URL, and `--url` may be that of a collection.
//!
//! `--list` writes which collections there are, a JSON line each, with what may be read and written; it needs no
//! `--collection`.
//!
//! What to ask for: `--since` (or `--added-after`), `--match-type` (any number of times), `--limit` objects on a page, `--manifest` for
//! records in place of objects. `--sink` gives rows in place of objects, as in the example `feed_to_rows`, with `--source`
//! as the feed's name (default: the collection's title).
//!
//! `--state` is the file in which the checkpoint is kept. It is replaced in one step after each page (or, where it
//! is large, after several), once the page is written: whenever the program is stopped, the next run goes on from there, and every object comes at least once. It is
//! valid for one collection and one set of filters. `--every` polls again after so many seconds, a tenth more or less, and
//! later after failures.
//!
//! `--since` is a date, a timestamp, or a time before now, such as `7d`, `12h` or `30m`, by the clock of this machine. A
//! state file keeps the start that such a time had in the first run, so that the next runs go on from there.
//!
//! `--index` is a file with the ids and versions of what was printed, about a hundred bytes each. An object in it is not
//! printed again, however often the server sends it: some servers have no dates to rely on, and each poll is then over
//! the whole collection. The file is replaced in one step, too, and belongs to one collection and set of types. It has at most a million
//! objects, or as many as `--index-max` says; with more the program stops. After a poll over the whole collection,
//! objects that it does not have any more are taken out, and their number is told.
//!
//! Where the standard error is a terminal, it shows how far the poll has come.
//!
//! An object that does not read is told on the standard error, with its `id` and the `reason`. The last line there is
//! JSON: `pages`, `objects` written, `duplicates` that were dropped, `rejected`, `requests`, `retries`, `bytes`, whether it
//! is `complete`, if not the `reason`, and the `checkpoint` without the objects at its border, which may be many. With `--every` there is such a line for each poll.
//!
//! Exits with 0; with 3 where it is not complete, with 2 where the arguments are wrong or the state file is of something
//! else.

mod connection;
#[path = "../feed_to_rows/help.rs"]
mod help;
mod index;
mod list;
mod options;
mod output;
mod progress;
mod run;
mod sample;
mod server;
mod since;
#[path = "../feed_to_rows/sink.rs"]
mod sink;
mod state;
mod traffic;

/// Writes a line on the standard error. If that is closed, there is no one to tell, and no reason to stop.
macro_rules! tell {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        _ = writeln!(std::io::stderr(), $($part)*);
    }};
}
pub(crate) use tell;

use std::io::{self, Write};
use std::process::ExitCode;

use options::{Options, usage};
use run::Run;

fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => return refuse(&format!("{message}\n{}", usage())),
    };
    if let Some(port) = options.serve {
        return serve(port);
    }
    let mut run = match Run::new(options) {
        Ok(run) => run,
        Err(message) => return refuse(&message),
    };
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run.go()),
        Err(error) => refuse(&format!("no runtime: {error}")),
    }
}

fn refuse(message: &str) -> ExitCode {
    tell!("taxii_poll: {message}");
    ExitCode::from(2)
}

/// Serves the sample until the program is stopped.
fn serve(port: u16) -> ExitCode {
    let started = server::start(port).and_then(|url| {
        let mut out = io::stdout().lock();
        writeln!(out, "{url}")?;
        out.flush()
    });
    match started {
        Ok(()) => loop {
            std::thread::park();
        },
        Err(error) => refuse(&format!("--serve {port}: {error}")),
    }
}
