//! Brings the objects of a file to a collection of a TAXII server, and tells what became of each.
//!
//! ```text
//! taxii_push --url URL --collection ID|ALIAS|TITLE [OPTION]... FILE|-
//! ```
//!
//! The file is whatever the crate's reader takes: a bundle, an envelope, a list, JSON lines. `-` is the standard input.
//! Without `--url` it starts a small server of its own on a loopback port; without a file too it brings the sample feed there.
//! The options for the server are those of the example `taxii_poll`.
//!
//! Objects go in requests of at most 1,000, and of at most the size that the API root names, each followed until the server
//! is done with it. `--look-for-failed` asks for each object that the server says has failed, since some servers say so of
//! what they have already.
//!
//! There is a JSON line for each object: its `id`, the `outcome` (`added`, `already_there`, `failed`, `pending`, `unknown`,
//! `request_failed`, `not_sent`, or `rejected` where it does not read), and the `reason` where there is one. The last line on
//! the standard error is JSON: `objects` that were read, how many have which outcome, `requests`, `retries`, `bytes`, whether
//! the push is `complete`, and the `reason` if it ended early.
//!
//! Exits with 0 where the server has all objects, with 3 where not, with 2 where the arguments are wrong.

#[path = "../taxii_poll/connection.rs"]
mod connection;
#[path = "../feed_to_rows/help.rs"]
mod help;
mod options;
mod push;
#[path = "../taxii_poll/sample.rs"]
mod sample;
#[path = "../taxii_poll/server.rs"]
mod server;
#[path = "../taxii_poll/traffic.rs"]
mod traffic;

use std::io;
use std::process::ExitCode;

use options::{Input, Options, usage};
use push::Push;
use stixkit::reader::Reader;

const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/golden/feed.json");

fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => return refuse(&format!("{message}\n{}", usage())),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("no runtime: {error}")),
    };
    // Before anything is asked: a file that is not there costs no request.
    let file = match &options.input {
        Input::File(file) => match Reader::open(file) {
            Ok(reader) => Some(reader),
            Err(error) => return refuse(&traffic::reason(&error)),
        },
        _ => None,
    };
    let mut push = match Push::new(options) {
        Ok(push) => push,
        Err(message) => return refuse(&message),
    };
    match file {
        Some(reader) => runtime.block_on(push.go(reader)),
        None if push.is_of_sample() => runtime.block_on(push.go(Reader::from_slice(SAMPLE))),
        None => runtime.block_on(push.go(Reader::from_reader(io::stdin().lock()))),
    }
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("taxii_push: {message}");
    ExitCode::from(2)
}
