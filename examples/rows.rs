//! Maps indicators to rows, one for each value that is worth looking for.
//!
//! `cargo run --example rows [FILE]`; with `--features gzip`, a FILE in gzip, too

use std::io::{ErrorKind, Write};
use std::time::SystemTime;

use stixkit::row::Mapper;
use stixkit::{Bundle, Object, Reader};

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let bundle = match std::env::args_os().nth(1) {
        Some(file) => Bundle::read(Reader::open(file)?)?,
        None => Bundle::from_slice(SAMPLE)?,
    };
    let mut mapper = Mapper::new(SystemTime::now().into()).with_source("example");
    // Names of organizations and markings are in objects of their own.
    bundle.objects().iter().for_each(|object| mapper.learn(object));
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object else { continue };
        for row in &mapper.map(indicator).rows {
            // A value that does not stand alone means something only together with the others of its pattern.
            let Some(observable) = row.observable.as_ref().filter(|_| row.relation.standalone) else { continue };
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
