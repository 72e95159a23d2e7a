//! An agent: polls a TAXII collection, follows a log, and alerts. Without arguments it asks a small server of its own and
//! reads a sample log once.
//!
//! `cargo run --features match,reqwest --example agent [URL COLLECTION USER PASSWORD MAP LOG]`
//!
//! MAP is a map of `FieldMap::named`, LOG a file to which lines of JSON are appended. An alert is a line on the standard
//! output. The guide `stixkit::matching::guide` explains the steps.

#[path = "taxii_poll/sample.rs"]
mod sample;
#[path = "taxii_poll/server.rs"]
mod server;
mod usage;

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::time::Duration;

use chrono::Utc;
use stixkit::matching::IndicatorSet;
use stixkit::matching::event::FieldMap;
use stixkit::matching::suppress::{Special, Suppress};
use stixkit::taxii::{Client, Credentials, Filter, HttpTransport, Options, Poller};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SAMPLE_LOG: &str = r#"{"query":"www.example.com","id.resp_h":"192.0.2.9"}
{"query":"host-1.example.com","id.resp_h":"127.0.0.1"}
{"filename":"setup.exe","sha256":"0000000000000000000000000000000000000000000000000000000000000003"}
"#;

/// Takes what the collection has that is new, and drops what is over.
async fn update(set: &mut IndicatorSet, client: &Client<HttpTransport>, poller: &mut Poller) -> Result<()> {
    while let Some(polled) = client.poll(poller).await? {
        let objects = polled.page.objects.into_iter().filter_map(|object| object.item.into_object());
        objects.for_each(|object| _ = set.upsert_object(&object));
        poller.acknowledge(polled.ticket);
    }
    set.expire(Utc::now());
    Ok(())
}

/// Alerts on the lines that were appended to the log. One that is not complete yet waits in `line`.
fn follow(set: &IndicatorSet, map: &FieldMap, log: &mut impl BufRead, line: &mut Vec<u8>) -> Result<()> {
    let mut scanner = set.scanner();
    while log.read_until(b'\n', line)? > 0 && line.ends_with(b"\n") {
        let mut alerts = String::new();
        // A line that is not an event is left out.
        _ = scanner.json(line, map, |hit| alerts += &format!("{hit}\n"));
        io::stdout().write_all(alerts.as_bytes())?;
        line.clear();
    }
    Ok(())
}

async fn run(arguments: &[String]) -> Result<()> {
    let own = if arguments.is_empty() { server::start(0)? } else { String::new() };
    let argument = |place: usize, own: &str| arguments.get(place).map_or(own, String::as_str).to_owned();
    let url = argument(0, &own);
    // Over plain HTTP only to this machine: on the way to others, anyone could read the password.
    let options = Options::default().with_allow_http(url.parse().ok().filter(|_| url.starts_with("http://127.0.0.1:")));
    let credentials = Credentials::basic(argument(2, server::USER), argument(3, server::PASSWORD));
    let client = Client::over_http(&url, options.clone())?.with_credentials(credentials);
    let root = client.roots().await?.into_iter().next().ok_or("the server has no API root")?;
    let collection = client.find_collection(&root, &argument(1, server::COLLECTION)).await?;
    let mut poller = Poller::objects(&root, &collection.id, Filter::new(), &options);
    // The sample is about addresses for documentation, which are no reason for an alert otherwise.
    let special = Special::ALL.into_iter().filter(|special| *special != Special::Documentation);
    let mut set = IndicatorSet::new().with_source("taxii").with_suppress(Suppress::special(special));
    let map = FieldMap::named(&argument(4, "zeek")).ok_or("there is no such map")?;
    let mut log: Box<dyn BufRead> = match arguments.get(5) {
        Some(log) => Box::new(BufReader::new(File::open(log)?)),
        None => Box::new(SAMPLE_LOG.as_bytes()),
    };
    let mut line = Vec::new();
    loop {
        update(&mut set, &client, &mut poller).await?;
        for _ in 0..60 {
            follow(&set, &map, &mut log, &mut line)?;
            if arguments.get(5).is_none() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

fn main() -> Result<()> {
    if usage::is_asked("usage: agent [URL COLLECTION USER PASSWORD MAP LOG]") {
        return Ok(());
    }
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Whoever reads the alerts has seen enough.
    let is_over = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
    runtime
        .block_on(run(&arguments))
        .or_else(|error| if error.downcast_ref().is_some_and(is_over) { Ok(()) } else { Err(error) })
}
