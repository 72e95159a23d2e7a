//! Maps indicators to rows, one for each value that is worth looking for.
//!
//! `cargo run --example rows [FILE]`

use std::io::Write;
use std::time::SystemTime;

use stixkit::row::Mapper;
use stixkit::{Bundle, Object};

const SAMPLE: &[u8] = include_bytes!("../tests/fixtures/feed.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let bundle = Bundle::from_slice(&std::env::args_os().nth(1).map_or(Ok(SAMPLE.to_vec()), std::fs::read)?)?;
    let mut mapper = Mapper::new(SystemTime::now().into()).with_source("example");
    // Names of organizations and markings are in objects of their own.
    bundle.objects().iter().for_each(|object| mapper.learn(object));
    for object in bundle.objects() {
        let Object::Indicator(indicator) = object else { continue };
        for row in &mapper.map(indicator).rows {
            // A value that does not stand alone means something only together with the others of its pattern.
            let Some(observable) = row.observable.as_ref().filter(|_| row.relation.standalone) else { continue };
            writeln!(out, "{} {} {} {:?}", row.validity.state, observable.kind, observable.norm, row.context.provider)?;
        }
    }
    Ok(())
}
