//! Maps indicators to rows, one for each value that is worth looking for.
//!
//! `cargo run --example rows [FILE] [--find VALUE]`; with `--features gzip`, a FILE in gzip, too
//!
//! With `--find` it prints only the rows that a value of a log meets, however the log and the feed spell it:
//! `--find HTTPS://Login.Example.org:443/#top`.

mod usage;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::time::SystemTime;

use stixkit::row::{Mapper, normalize};
use stixkit::{Bundle, Object, Reader};

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if usage::is_asked("usage: rows [FILE] [--find VALUE]") {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    let mut args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let logged = match args.iter().position(|arg| arg == "--find") {
        Some(place) => args.drain(place..).nth(1).map(|value| value.to_string_lossy().into_owned()),
        None => None,
    };
    let bundle = match args.first() {
        Some(file) => Bundle::read(Reader::open(file)?)?,
        None => Bundle::from_slice(SAMPLE)?,
    };
    let mut mapper = Mapper::new(SystemTime::now()).with_source("example");
    // Names of organizations and markings are in objects of their own.
    bundle.objects().iter().for_each(|object| mapper.learn(object));
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object else { continue };
        for row in &mapper.map(indicator).rows {
            // A value that does not stand alone means something only together with the others of its pattern.
            let Some(observable) = row.observable.as_ref().filter(|_| row.relation.standalone) else { continue };
            // The kind of the row's value says what the value of the log would have to be.
            if logged.as_ref().is_some_and(|value| normalize(observable.kind, value) != observable.norm) {
                continue;
            }
            let (state, provider) = (row.validity.state, &row.context.provider);
            match writeln!(out, "{state} {} {} {provider:?}", observable.kind, observable.norm) {
                // Whoever reads the output has seen enough.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                result => result?,
            }
        }
    }
    Ok(())
}
