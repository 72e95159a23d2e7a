//! One poll, and one after the other.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use stixkit::taxii::{
    Checkpoint, Client, Collection, Error, ErrorKind, HttpTransport, PollMode, Poller, RootUrl, Schedule, walk,
};

use crate::index::{self, Subject, Writer};
use crate::list::list;
use crate::options::Options;
use crate::output::Output;
use crate::progress::Progress;
use crate::state;
use crate::tell;
use crate::traffic::{Traffic, reason};

/// Why a poll did not come to its end.
pub(crate) enum Failure {
    Taxii(Error),
    Output(io::Error),
    State(io::Error),
    /// The index is of something else.
    Index(String),
    /// The index cannot be written, or would be too large.
    Unwritten(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taxii(error) => f.write_str(&reason(error)),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
            Self::State(error) => write!(f, "the state could not be written: {error}"),
            Self::Index(why) => f.write_str(why),
            Self::Unwritten(error) => write!(f, "the index could not be written: {error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Taxii(error)
    }
}

/// The most objects in an index, unless an option says so.
const INDEX_MAX: usize = 1_000_000;

/// So many objects in a checkpoint are written after each page.
const SMALL: usize = 500;

pub(crate) struct Run {
    options: Options,
    traffic: Arc<Traffic>,
    client: Client<HttpTransport>,
    /// From the state file, until there is a poller.
    kept: Option<Checkpoint>,
    poller: Option<Poller>,
    /// What is polled.
    subject: Subject,
    index: Writer,
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
        for file in [&options.state, &options.index].into_iter().flatten() {
            state::check(file)?;
        }
        if options.is_list {
            options.connection.need_no_collection();
        }
        options.connection.complete()?;
        // Otherwise each run would have other filters than the one before.
        if let Some(since) = kept.as_ref().and_then(|kept| kept.since.clone()).filter(|_| options.since.is_some()) {
            options.filter = options.filter.with_added_after(since.clone());
            options.since = Some(since);
        }
        let kept = kept.map(|kept| kept.checkpoint);
        let traffic = Arc::new(Traffic::default());
        let client = options.connection.client(options.limit, traffic.clone())?;
        let output = Output::new(options.sink);
        let index = Writer::new(options.index_max.unwrap_or(INDEX_MAX));
        Ok(Self {
            options,
            traffic,
            client,
            kept,
            poller: None,
            subject: Subject::default(),
            index,
            output,
            objects: 0,
            rejected: 0,
            unsaved: 0,
        })
    }

    /// Polls once, or for ever.
    pub(crate) async fn go(&mut self) -> ExitCode {
        if self.options.is_list {
            return self.list().await;
        }
        let seed = RandomState::new().hash_one(());
        let mut schedule = self.options.every.map(|every| Schedule::every(every).with_seed(seed));
        let mut has_worked = false;
        loop {
            let start = Instant::now();
            let result = self.poll().await;
            if let Err(Failure::Taxii(error)) = &result
                && error.kind() == ErrorKind::Checkpoint
            {
                tell!("taxii_poll: the state file is of something else; name another one: {}", reason(error));
                return ExitCode::from(2);
            }
            if let Err(Failure::Index(why)) = &result {
                tell!("taxii_poll: {why}");
                return ExitCode::from(2);
            }
            if let Err(failure) = &result {
                tell!("taxii_poll: incomplete: {failure}");
            }
            tell!("{}", self.summary(result.as_ref().err()));
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
            tell!("the next poll is in {:.0} s", wait.as_secs_f64());
            tokio::time::sleep(wait).await;
        }
    }

    async fn list(&self) -> ExitCode {
        match list(&self.client, self.options.connection.api_root()).await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(3),
            Err(failure) => {
                tell!("taxii_poll: {failure}");
                ExitCode::from(3)
            }
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
        let progress = Progress::new();
        let result = self.pages(&progress).await;
        progress.clear();
        result
    }

    async fn pages(&mut self, progress: &Progress) -> Result<(), Failure> {
        let Some(poller) = &mut self.poller else { return Ok(()) };
        self.output.begin();
        // What an interrupted poll had before is not seen by the one that continues it.
        let is_whole = poller.checkpoint().is_none_or(Checkpoint::is_complete);
        let subject = &self.subject;
        let index = self.options.index.as_deref();
        while let Some(polled) = self.client.poll(poller).await? {
            let (objects, rejected) = self.output.page(&polled.page).map_err(Failure::Output)?;
            self.objects += objects;
            self.rejected += rejected;
            self.unsaved += polled.page.len();
            poller.acknowledge(polled.ticket);
            progress.show(poller.walk().map_or(0, |walk| walk.progress().pages), self.objects);
            // First: what the checkpoint passes over has to be in it.
            store_index(&mut self.index, index, poller, subject, false)?;
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
        let is_whole = is_whole && self.options.filter.added_after().is_none();
        if is_whole && matches!(poller.mode(), PollMode::First | PollMode::Full(_)) {
            let gone = poller.index_mut().map_or(0, |index| index.end().len());
            if gone > 0 {
                tell!("taxii_poll: {gone} objects are not in the collection any more");
            }
        }
        store_index(&mut self.index, index, poller, subject, true)?;
        if let PollMode::Full(why) = poller.mode() {
            tell!("taxii_poll: each poll is over all objects, since the server's dates cannot be relied on: {why}");
        }
        // That the poll is over is news, too.
        store(&self.options, poller)
    }

    async fn begin(&mut self) -> Result<Poller, Failure> {
        let (root, collection): (RootUrl, Collection) = self.options.connection.find(&self.client).await?;
        let name = collection.title.as_deref().unwrap_or(&collection.id);
        self.output.name(self.options.source.as_deref().unwrap_or(name));
        let new = if self.options.is_manifest { Poller::manifest } else { Poller::objects };
        let poller = new(&root, &collection.id, self.options.filter.clone(), self.client.options());
        self.subject = Subject {
            api_root: root.url().to_string(),
            collection: collection.id,
            manifest: self.options.is_manifest,
            types: self.options.types.clone(),
        };
        let mut poller = match self.kept.take() {
            Some(checkpoint) => poller.resume(checkpoint)?,
            None => poller,
        };
        if let Some(file) = &self.options.index {
            poller = poller.with_index(index::load(file, &self.subject).map_err(Failure::Index)?);
        }
        Ok(poller)
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
        tell!("taxii_poll: the server says that there is more, and refuses to send it: taken for the end");
    }
    if progress.gaps > 0 {
        tell!("taxii_poll: {} instants with more objects than the server sends were passed over", progress.gaps);
    }
}

fn store(options: &Options, poller: &Poller) -> Result<(), Failure> {
    match (&options.state, poller.checkpoint()) {
        (Some(path), Some(checkpoint)) => {
            state::store(path, checkpoint, options.since.as_ref()).map_err(Failure::State)
        }
        _ => Ok(()),
    }
}

fn store_index(
    writer: &mut Writer,
    file: Option<&Path>,
    poller: &Poller,
    subject: &Subject,
    at_end: bool,
) -> Result<(), Failure> {
    file.map_or(Ok(()), |file| writer.store(file, poller, subject, at_end).map_err(Failure::Unwritten))
}
