//! The command line.

use crate::connection::{self, Connection};

pub(crate) fn usage() -> String {
    format!("usage: taxii_push {}\n    [--look-for-failed] FILE|-", connection::USAGE)
}

pub(crate) struct Options {
    pub(crate) connection: Connection,
    pub(crate) look_for_failed: bool,
    pub(crate) input: Input,
}

#[derive(PartialEq, Eq)]
pub(crate) enum Input {
    Sample,
    Standard,
    File(String),
}

impl Options {
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { connection: Connection::default(), look_for_failed: false, input: Input::Sample };
        while let Some(arg) = args.next() {
            let value = || args.next().ok_or_else(|| format!("{arg} has no value"));
            let input = match arg.as_str() {
                "--look-for-failed" => {
                    options.look_for_failed = true;
                    continue;
                }
                "-" => Input::Standard,
                option if options.connection.take(option, value)? => continue,
                option if option.starts_with("--") => return Err(format!("there is no option {option}")),
                file => Input::File(file.to_owned()),
            };
            if options.input != Input::Sample {
                return Err("one file at a time".into());
            }
            options.input = input;
        }
        if options.input == Input::Sample && options.connection.has_url() {
            return Err("which file?".into());
        }
        Ok(options)
    }
}
