//! One poll, and one after the other.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use stixkit::taxii::{Checkpoint, Client, Error, ErrorKind, HttpTransport, PollMode, Poller, Schedule, walk};

use crate::options::Options;
use crate::output::Output;
use crate::state;
use crate::traffic::{Traffic, reason};

/// Why a poll did not come to its end.
pub(crate) enum Failure {
    Taxii(Error),
    Output(io::Error),
    State(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taxii(error) => f.write_str(&reason(error)),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
            Self::State(error) => write!(f, "the state could not be written: {error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Taxii(error)
    }
}

/// So many objects in a checkpoint are written after each page.
const SMALL: usize = 500;

pub(crate) struct Run {
    options: Options,
    traffic: Arc<Traffic>,
    client: Client<HttpTransport>,
    /// From the state file, until there is a poller.
    kept: Option<Checkpoint>,
    poller: Option<Poller>,
    output: Output,
    objects: u64,
    rejected: u64,
    /// Objects of pages since the state was written last.
    unsaved: usize,
}

impl Run {
    /// A run with these options. What keeps it from being made is a fault of the command line.
    pub(crate) fn new(mut options: Options) -> Result<Self, String> {
        let kept = options.state.as_deref().map_or(Ok(None), state::load)?;
        options.state.as_deref().map_or(Ok(()), state::check)?;
        options.connection.complete()?;
        let traffic = Arc::new(Traffic::default());
        let client = options.connection.client(options.limit, traffic.clone())?;
        let output = Output::new(options.sink);
        Ok(Self { options, traffic, client, kept, poller: None, output, objects: 0, rejected: 0, unsaved: 0 })
    }

    /// Polls once, or for ever.
    pub(crate) async fn go(&mut self) -> ExitCode {
        let seed = RandomState::new().hash_one(());
        let mut schedule = self.options.every.map(|every| Schedule::every(every).with_seed(seed));
        let mut has_worked = false;
        loop {
            let start = Instant::now();
            let result = self.poll().await;
            if let Err(Failure::Taxii(error)) = &result
                && error.kind() == ErrorKind::Checkpoint
            {
                eprintln!("taxii_poll: the state file is of something else; name another one: {}", reason(error));
                return ExitCode::from(2);
            }
            if let Err(failure) = &result {
                eprintln!("taxii_poll: incomplete: {failure}");
            }
            eprintln!("{}", self.summary(result.as_ref().err()));
            has_worked |= result.is_ok();
            let wait = match (&mut schedule, &result) {
                (None, Ok(())) => return ExitCode::SUCCESS,
                (Some(schedule), Ok(())) => schedule.succeeded(start.elapsed()),
                // A command line that never worked is not tried for ever.
                (Some(schedule), Err(Failure::Taxii(error))) if has_worked || error.kind().is_temporary() => {
                    schedule.failed(error)
                }
                (_, Err(_)) => return ExitCode::from(3),
            };
            eprintln!("the next poll is in {:.0} s", wait.as_secs_f64());
            tokio::time::sleep(wait).await;
        }
    }

    /// Polls until nothing new is left. A page is acknowledged once it is written: it comes at least once.
    async fn poll(&mut self) -> Result<(), Failure> {
        (self.objects, self.rejected) = (0, 0);
        // After a failure it begins at the last checkpoint, as a new run of the program would.
        match &mut self.poller {
            Some(poller) => poller.restart(),
            None => self.poller = Some(self.begin().await?),
        }
        let Some(poller) = &mut self.poller else { return Ok(()) };
        self.output.begin();
        while let Some(polled) = self.client.poll(poller).await? {
            let (objects, rejected) = self.output.page(&polled.page).map_err(Failure::Output)?;
            self.objects += objects;
            self.rejected += rejected;
            self.unsaved += polled.page.len();
            poller.acknowledge(polled.ticket);
            // What is remembered may grow with each page. Written each time that it has doubled, it
            // is as much in all as a few times the last one.
            let remembered = poller.checkpoint().map_or(0, Checkpoint::remembered);
            if remembered <= 2 * self.unsaved.max(SMALL) {
                self.unsaved = 0;
                store(&self.options, poller)?;
            }
        }
        if let Some(progress) = poller.walk().map(|walk| walk.progress()) {
            tell(progress);
        }
        if let PollMode::Full(why) = poller.mode() {
            eprintln!("taxii_poll: each poll is over all objects, since the server's dates cannot be relied on: {why}");
        }
        // That the poll is over is news, too.
        store(&self.options, poller)
    }

    async fn begin(&mut self) -> Result<Poller, Error> {
        let (root, collection) = self.options.connection.find(&self.client).await?;
        let name = collection.title.as_deref().unwrap_or(&collection.id);
        self.output.name(self.options.source.as_deref().unwrap_or(name));
        let new = if self.options.is_manifest { Poller::manifest } else { Poller::objects };
        let poller = new(&root, &collection.id, self.options.filter.clone(), self.client.options());
        match self.kept.take() {
            Some(checkpoint) => poller.resume(checkpoint),
            None => Ok(poller),
        }
    }

    /// By hand, so that the counts come in an order that reads well.
    fn summary(&self, failure: Option<&Failure>) -> String {
        let walk = self.poller.as_ref().and_then(Poller::walk);
        let walk::Progress { pages, duplicates, .. } = walk.map(|walk| walk.progress()).unwrap_or_default();
        let Self { objects, rejected, .. } = self;
        let (is_complete, traffic) = (failure.is_none(), self.traffic.take());
        let reason = failure.map(|failure| format!("\"reason\":{},", json!(failure.to_string()))).unwrap_or_default();
        let checkpoint = self.poller.as_ref().and_then(Poller::checkpoint);
        // OK because a checkpoint always has a JSON form.
        let mut checkpoint = checkpoint.map_or(Value::Null, |it| serde_json::to_value(it).unwrap_or_default());
        if let Value::Object(members) = &mut checkpoint {
            members.remove("border");
        }
        format!(
            "{{\"pages\":{pages},\"objects\":{objects},\"duplicates\":{duplicates},\"rejected\":{rejected},{traffic},\
             \"complete\":{is_complete},{reason}\"checkpoint\":{checkpoint}}}"
        )
    }
}

/// Says what is not as it should be about a poll that is complete.
fn tell(progress: walk::Progress) {
    if progress.is_end_inferred {
        eprintln!("taxii_poll: the server says that there is more, and refuses to send it: taken for the end");
    }
    if progress.gaps > 0 {
        eprintln!("taxii_poll: {} instants with more objects than the server sends were passed over", progress.gaps);
    }
}

fn store(options: &Options, poller: &Poller) -> Result<(), Failure> {
    match (&options.state, poller.checkpoint()) {
        (Some(path), Some(checkpoint)) => state::store(path, checkpoint).map_err(Failure::State),
        _ => Ok(()),
    }
}
