//! Prints for each object whether an audience may get it, why not, and what has to be removed first.
//!
//! `cargo run --example share [--with recipients|organization|clients|community|public] [--redact] [FILE]`
//!
//! Without a file it takes a sample. With `--redact` it prints instead, as a bundle, what the audience
//! may get for certain; the standard error lists what was removed or left out.

mod usage;

use std::error::Error;
use std::io::Write;

use stixkit::marking::{Audience, Markings, Verdict};
use stixkit::{Bundle, Object};

const USAGE: &str = "usage: share [--with recipients|organization|clients|community|public]
             [--redact] [FILE]";

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/marking/sample.json");

struct Options {
    audience: Audience,
    redacts: bool,
    file: Option<String>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    use lexopt::prelude::{Long, Value, ValueExt};

    let mut options = Options { audience: Audience::Community, redacts: false, file: None };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("with") => {
                let word = parser.value()?.string()?;
                let audience = Audience::ALL.into_iter().find(|audience| audience.as_str() == word);
                options.audience =
                    audience.ok_or("--with is one of recipients, organization, clients, community, public")?;
            }
            Long("redact") => options.redacts = true,
            Value(file) if options.file.is_none() => options.file = Some(file.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn main() -> Result<(), Box<dyn Error>> {
    if usage::is_asked(USAGE) {
        return Ok(());
    }
    let options = options()?;
    let bundle = match &options.file {
        Some(file) => Bundle::open(file)?,
        None => Bundle::from_slice(SAMPLE)?,
    };
    for rejected in bundle.rejected() {
        writeln!(std::io::stderr(), "{}: {}", rejected.position, rejected.error)?;
    }
    let markings = Markings::from_objects(bundle.objects());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if options.redacts {
        let shared: Bundle =
            bundle.objects().iter().filter_map(|object| redact(&markings, object, options.audience)).collect();
        serde_json::to_writer_pretty(&mut out, &shared)?;
        writeln!(out)?;
    } else {
        for object in bundle.objects() {
            writeln!(out, "{} {}", object.id(), markings.may_share(object, options.audience))?;
        }
        let package = markings.closure(bundle.objects());
        writeln!(out, "all of them {}", package.verdict(options.audience))?;
    }
    out.flush()?;
    Ok(())
}

/// What the audience may get of an object for certain.
fn redact(markings: &Markings, object: &Object, audience: Audience) -> Option<Object> {
    let id = object.id();
    let left = match markings.redact(object, audience) {
        Ok(left) => left,
        Err(reason) => {
            eprintln!("{id} is left out: {reason}");
            return None;
        }
    };
    match markings.may_share(&left.object, audience) {
        Verdict::Yes => {}
        verdict => {
            eprintln!("{id} is left out: {verdict}");
            return None;
        }
    }
    if !left.removed.is_empty() {
        eprintln!("{id} is without {}", left.removed.join(", "));
    }
    Some(left.object)
}
