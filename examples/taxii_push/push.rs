//! The push.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use stixkit::Object;
use stixkit::reader::{Item, Reader, Source};
use stixkit::taxii::{AddOptions, Added, Client, Error, ErrorKind, HttpTransport, Outcome, RootUrl};

use crate::options::{Input, Options};
use crate::traffic::{Traffic, reason};

/// Objects that are in memory at a time.
const BATCH: usize = 10_000;

/// In the order of the summary.
const OUTCOMES: [&str; 8] =
    ["added", "already_there", "failed", "pending", "unknown", "request_failed", "not_sent", "rejected"];

/// Why a push ended early.
enum Failure {
    Taxii(Error),
    Input(stixkit::Error),
    Output(io::Error),
    /// Nothing arrived, so the rest will not either: why.
    Stopped(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taxii(error) => f.write_str(&reason(error)),
            Self::Input(error) => write!(f, "the input could not be read: {}", reason(error)),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
            Self::Stopped(why) => f.write_str(why),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Taxii(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

pub(crate) struct Push {
    options: Options,
    traffic: Arc<Traffic>,
    client: Client<HttpTransport>,
    objects: u64,
    counts: [u64; OUTCOMES.len()],
}

/// Where objects go, and how.
struct Target {
    root: RootUrl,
    collection: String,
    options: AddOptions,
}

impl Push {
    /// A push with these options. What keeps it from being made is a fault of the command line.
    pub(crate) fn new(mut options: Options) -> Result<Self, String> {
        options.connection.complete()?;
        let traffic = Arc::new(Traffic::default());
        let client = options.connection.client(None, traffic.clone())?;
        Ok(Self { options, traffic, client, objects: 0, counts: Default::default() })
    }

    pub(crate) fn is_of_sample(&self) -> bool {
        self.options.input == Input::Sample
    }

    pub(crate) async fn go<S: Source>(&mut self, reader: Reader<S>) -> ExitCode {
        let result = self.push(reader).await;
        if let Err(failure) = &result {
            eprintln!("taxii_push: incomplete: {failure}");
        }
        let accepted = self.counts[0] + self.counts[1];
        let is_complete = result.is_ok() && accepted == self.counts.iter().sum::<u64>();
        let counts: String =
            OUTCOMES.iter().zip(self.counts).map(|(name, count)| format!("\"{name}\":{count},")).collect();
        let reason = result.err().map(|why| format!(",\"reason\":{}", json!(why.to_string()))).unwrap_or_default();
        let (objects, traffic) = (self.objects, self.traffic.take());
        eprintln!("{{\"objects\":{objects},{counts}{traffic},\"complete\":{is_complete}{reason}}}");
        if is_complete { ExitCode::SUCCESS } else { ExitCode::from(3) }
    }

    async fn push<S: Source>(&mut self, mut reader: Reader<S>) -> Result<(), Failure> {
        let (root, collection) = self.options.connection.find(&self.client).await?;
        // A server that does not say it refuses what is too large, and that is dealt with, too.
        let information = self.client.information(&root).await.ok();
        let mut options = AddOptions::default().with_look_for_failed(self.options.look_for_failed);
        options.max_content_length = information.and_then(|information| information.max_content_length);
        if self.options.connection.is_sample() {
            options.first_wait = Duration::from_millis(50);
        }
        let target = Target { root, collection: collection.id, options };
        let mut is_over = false;
        while !is_over {
            let mut objects = Vec::new();
            let mut broken = None;
            while objects.len() < BATCH && !is_over {
                match reader.next() {
                    Some(Ok(Item::Object(accepted))) => objects.push(accepted.object),
                    Some(Ok(Item::Rejected(it))) => {
                        self.objects += 1;
                        self.tell(it.id.as_deref(), "rejected", Some(reason(&it.error)))?;
                    }
                    Some(Err(error)) => (broken, is_over) = (Some(error), true),
                    None => is_over = true,
                }
            }
            self.objects += objects.len() as u64;
            self.add(&target, &objects).await?;
            if let Some(error) = broken {
                return Err(Failure::Input(error));
            }
        }
        Ok(())
    }

    /// Brings a batch there. An object that alone is too large costs itself: nothing was sent then, so the batch is halved
    /// until it stands alone.
    async fn add(&mut self, target: &Target, objects: &[Object]) -> Result<(), Failure> {
        let mut parts = VecDeque::from([objects]);
        while let Some(part) = parts.pop_front() {
            match self.client.add(&target.root, &target.collection, part, &target.options).await {
                Ok(added) => self.outcomes(part, &added)?,
                Err(error) if error.kind() != ErrorKind::ContentTooLarge => return Err(error.into()),
                Err(error) => match part {
                    [object] => self.tell(Some(&object.id().to_string()), "failed", Some(reason(&error)))?,
                    _ => {
                        let (first, second) = part.split_at(part.len() / 2);
                        parts.push_front(second);
                        parts.push_front(first);
                    }
                },
            }
        }
        Ok(())
    }

    fn outcomes(&mut self, objects: &[Object], added: &Added) -> Result<(), Failure> {
        for (object, outcome) in objects.iter().zip(&added.outcomes) {
            let (name, why) = match outcome {
                Outcome::Added => ("added", None),
                Outcome::AlreadyThere => ("already_there", None),
                Outcome::Failed(why) => ("failed", why.clone()),
                Outcome::Pending => ("pending", None),
                Outcome::RequestFailed(place) => (
                    "request_failed",
                    added.parts.get(*place).and_then(|part| part.error.as_ref()).map(|it| reason(it)),
                ),
                Outcome::NotSent => ("not_sent", None),
                _ => ("unknown", None),
            };
            self.tell(Some(&object.id().to_string()), name, why)?;
        }
        let is_lost = |outcome: &Outcome| matches!(outcome, Outcome::RequestFailed(_) | Outcome::NotSent);
        match added.parts.last().and_then(|part| part.error.as_ref()) {
            Some(error) if added.outcomes.iter().all(is_lost) => Err(Failure::Stopped(reason(error))),
            _ => Ok(()),
        }
    }

    fn tell(&mut self, id: Option<&str>, outcome: &str, why: Option<String>) -> io::Result<()> {
        for (name, count) in OUTCOMES.iter().zip(&mut self.counts) {
            *count += u64::from(*name == outcome);
        }
        let mut line = json!({ "id": id, "outcome": outcome });
        if let Some(why) = why {
            line["reason"] = why.into();
        }
        writeln!(io::stdout().lock(), "{line}")
    }
}
