//! The command line.

use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};

use crate::connection::{self, Connection};
use crate::help;

pub(crate) fn usage() -> String {
    format!(
        "usage: taxii_push {}\n    [--look-for-failed] FILE|-\n       taxii_push --help|--version",
        connection::USAGE
    )
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
    /// `None` if the program was asked about itself, and has answered.
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self { connection: Connection::default(), look_for_failed: false, input: Input::Sample };
        while let Some(arg) = args.next()? {
            let option = match arg {
                Short('h') => "help".to_owned(),
                Long(option) => option.to_owned(),
                Value(_) if options.input != Input::Sample => return Err("one file at a time".into()),
                Value(file) => {
                    options.input = if file == "-" { Input::Standard } else { Input::File(file.string()?) };
                    continue;
                }
                Short(_) => return Err(arg.unexpected()),
            };
            match option.as_str() {
                "help" => {
                    help::print_help("taxii_push", &usage());
                    return Ok(None);
                }
                "look-for-failed" => options.look_for_failed = true,
                // Of TAXII, if there is a value.
                "version" if args.raw_args()?.as_slice().is_empty() => {
                    help::print_version("taxii_push");
                    return Ok(None);
                }
                option if options.connection.take(option, &mut args)? => {}
                option => return Err(format!("there is no option --{option}").into()),
            }
        }
        if options.input == Input::Sample && options.connection.has_url() {
            return Err("which file?".into());
        }
        Ok(Some(options))
    }
}
