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
use std::io::{self, BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write};
use std::time::Duration;

use chrono::{DateTime, Utc};
use stixkit::matching::IndicatorSet;
use stixkit::matching::event::{FieldMap, Scratch};
use stixkit::matching::suppress::{Special, Suppress};
use stixkit::reader::Item;
use stixkit::row::Mapper;
use stixkit::taxii::{Client, Credentials, Filter, HttpTransport, Options, Poller};
use stixkit::{Object, Timestamp};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SAMPLE_LOG: &str = r#"{"query":"www.example.com","id.resp_h":"192.0.2.9"}
{"query":"host-1.example.com","id.resp_h":"127.0.0.1"}
{"filename":"setup.exe","sha256":"0000000000000000000000000000000000000000000000000000000000000003"}
"#;

struct Agent {
    set: IndicatorSet,
    mapper: Mapper,
    suppress: Suppress,
    map: FieldMap,
    scratch: Scratch,
    /// How much of the log was read.
    offset: u64,
}

impl Agent {
    /// Takes what the collection has that is new, and drops what is over.
    async fn update(&mut self, client: &Client<HttpTransport>, poller: &mut Poller) -> Result<()> {
        while let Some(polled) = client.poll(poller).await? {
            for object in &polled.page.objects {
                // An object that could not be read is left out.
                let Item::Object(accepted) = &object.item else { continue };
                match &accepted.object {
                    Object::Indicator(indicator) => _ = self.set.upsert_rows(&self.mapper.map(indicator).rows),
                    other => self.mapper.learn(other),
                }
            }
            poller.acknowledge(polled.ticket);
        }
        self.set.expire(Utc::now());
        Ok(())
    }

    /// Reads what was appended to the log, up to the last line that is complete.
    fn follow(&mut self, mut log: impl BufRead + Seek, out: &mut impl Write) -> Result<()> {
        if log.seek(SeekFrom::End(0))? < self.offset {
            // It was rotated.
            self.offset = 0;
        }
        log.seek(SeekFrom::Start(self.offset))?;
        let mut scanner = self.set.scanner();
        let mut line = Vec::new();
        while log.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            self.offset += line.len() as u64;
            // A line that is not an event is left out.
            if let Ok(event) = self.map.extract(&line, &mut self.scratch) {
                let time = event.time().cloned().unwrap_or_else(Timestamp::now);
                let mut alerts = Vec::new();
                scanner.event(&event.with_time(time.clone()), |hit| {
                    let kind = hit.rule().and_then(|rule| rule.kind());
                    let list = kind.zip(hit.value()).and_then(|(kind, value)| self.suppress.check(kind, value));
                    if list.is_none() {
                        let (field, value) = (hit.field().unwrap_or("-"), hit.value().unwrap_or("-"));
                        alerts.push(format!("{time} {field} {value} is {} ({})", hit.id(), hit.how()));
                    }
                });
                alerts.iter().try_for_each(|alert| writeln!(out, "{alert}"))?;
            }
            line.clear();
        }
        Ok(())
    }
}

async fn run(arguments: &[String]) -> Result<()> {
    let own = if arguments.is_empty() { server::start(0)? } else { String::new() };
    let argument = |place: usize, own: &str| arguments.get(place).map_or(own, String::as_str).to_owned();
    let url = argument(0, &own);
    // Over plain HTTP only to this machine: on the way to others, anyone could read the password.
    let allow_http = url.parse().into_iter().filter(|_| url.starts_with("http://127.0.0.1:"));
    let options = Options::default().with_allow_http(allow_http);
    let credentials = Credentials::basic(argument(2, server::USER), argument(3, server::PASSWORD));
    let client = Client::over_http(&url, options.clone())?.with_credentials(credentials);
    let root = client.roots().await?.into_iter().next().ok_or("the server has no API root")?;
    let collection = client.find_collection(&root, &argument(1, server::COLLECTION)).await?;
    let mut poller = Poller::objects(&root, &collection.id, Filter::new(), &options);
    let documentation = |special: &Special| *special == Special::Documentation;
    let mut agent = Agent {
        set: IndicatorSet::new(),
        mapper: Mapper::new(DateTime::<Utc>::MIN_UTC).with_source("taxii"),
        suppress: Suppress::special(Special::ALL.into_iter().filter(|special| !documentation(special))),
        map: FieldMap::named(&argument(4, "zeek")).ok_or("there is no such map")?,
        scratch: Scratch::new(),
        offset: 0,
    };
    let mut out = io::stdout();
    loop {
        agent.update(&client, &mut poller).await?;
        let Some(log) = arguments.get(5) else { return agent.follow(io::Cursor::new(SAMPLE_LOG), &mut out) };
        for _ in 0..60 {
            agent.follow(BufReader::new(File::open(log)?), &mut out)?;
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
    match runtime.block_on(run(&arguments)) {
        // Whoever reads the alerts has seen enough.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe) => {
            Ok(())
        }
        result => result,
    }
}
