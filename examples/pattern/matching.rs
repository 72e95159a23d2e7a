//! The answers of `pattern --match`.

use std::io;
use std::io::Write;

use stixkit::Json;
use stixkit::matching::{Matcher, Observations};
use stixkit::pattern::Parser;

use super::{Request, kind_name, quoted};

/// Writes whether the pattern of a line matches its observed data.
pub(super) fn answer(line: &[u8], out: &mut impl Write) -> io::Result<()> {
    match matches(line) {
        Ok(matches) => writeln!(out, r#"{{"matches":{matches}}}"#),
        Err(Fault { kind, message }) => writeln!(out, r#"{{"error":"{kind}","message":{}}}"#, quoted(message)),
    }
}

/// Writes that a line cannot be read.
pub(super) fn invalid_input(message: String, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"{{"error":"InvalidInput","message":{}}}"#, quoted(message))
}

struct Fault {
    kind: String,
    message: String,
}

impl Fault {
    fn new(kind: impl std::fmt::Debug, error: impl ToString) -> Self {
        Self { kind: kind_name(kind), message: error.to_string() }
    }
}

fn matches(line: &[u8]) -> Result<bool, Fault> {
    let invalid = |message: String| Fault { kind: "InvalidInput".to_owned(), message };
    let request = Request::read(line).map_err(invalid)?;
    let observed: Json<'_> = request
        .properties
        .get("observed_data")
        .ok_or_else(|| invalid("the line has no `observed_data`, which is a list of objects or bundles".to_owned()))?;
    let pattern = Parser::new().with_version(request.version).parse(&request.pattern);
    let pattern = pattern.map_err(|error| Fault::new(error.kind(), error))?;
    let matcher = Matcher::new(&pattern).map_err(|error| Fault::new(error.kind(), error))?;
    matcher.is_match(&Observations::from_json(&observed)).map_err(|error| Fault::new(error.kind(), error))
}
