//! Changes since the last run: what is kept between runs, and in which file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use stixkit::Identifier;
use stixkit::row::{Action, Outcome, RowChange, UnstatedTimes, Upserts};

/// What is known of the rows of earlier runs.
pub(crate) struct Changes {
    path: PathBuf,
    upserts: Upserts,
    /// Each input is all of its feed: what it no longer has is gone.
    is_full: bool,
    /// Indicators that time alone made active: sinks that let pending rows wait need their rows.
    activated: BTreeSet<Identifier>,
    counts: BTreeMap<Action, u64>,
}

impl Changes {
    /// Reads the state; a file that is not there is the state of an empty table.
    pub(crate) fn open(path: &Path, is_full: bool) -> Result<Self, String> {
        let told = |error: &dyn std::error::Error| format!("--state {}: {error}", path.display());
        let upserts = match File::open(path) {
            Ok(file) => serde_json::from_reader(BufReader::new(file)).map_err(|error| told(&error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Upserts::new().with_values(true),
            Err(error) => return Err(told(&error)),
        };
        let (activated, counts) = (BTreeSet::new(), BTreeMap::new());
        Ok(Self { path: path.to_owned(), upserts, is_full, activated, counts })
    }

    /// The rows that expired or became active since the last run.
    pub(crate) fn expire(&mut self, now: DateTime<Utc>) -> Vec<RowChange<'static>> {
        let changes: Vec<_> = self.upserts.expire(now).collect();
        let activated = changes.iter().filter(|change| change.action == Action::Activate);
        self.activated.extend(activated.map(|change| change.stix_id.clone()));
        self.counted(changes)
    }

    /// An input begins.
    pub(crate) fn begin(&mut self, source: &str) {
        if self.is_full {
            self.upserts.begin_full(source);
        }
    }

    /// What changes by an object that arrives, and whether all rows of it are to be written.
    pub(crate) fn apply<'a>(&mut self, outcome: &Outcome<'a>, unstated: UnstatedTimes) -> (Vec<RowChange<'a>>, bool) {
        let id = outcome.rows.first().map(|row| &row.stix_id);
        let is_activated = id.is_some_and(|id| self.activated.remove(&**id));
        let changes = self.upserts.apply_unstated(outcome.clone(), unstated);
        let has_rows = changes.iter().any(|change| change.row.is_some());
        (self.counted(changes), has_rows || is_activated)
    }

    /// An input ends, of which so many items could not be read.
    pub(crate) fn end(&mut self, source: &str, bad: u64) -> Result<Vec<RowChange<'static>>, stixkit::Error> {
        let changes = self.upserts.end_full(source, bad)?.collect();
        Ok(self.counted(changes))
    }

    fn counted<'a>(&mut self, changes: Vec<RowChange<'a>>) -> Vec<RowChange<'a>> {
        changes.iter().for_each(|change| *self.counts.entry(change.action).or_default() += 1);
        changes
    }

    /// Writes the state to the place of the old one, so that there is always one that is whole.
    pub(crate) fn save(&self) -> io::Result<()> {
        let mut part = self.path.clone().into_os_string();
        part.push(".part");
        let mut file = BufWriter::new(File::create(&part)?);
        serde_json::to_writer(&mut file, &self.upserts)?;
        file.flush()?;
        file.get_ref().sync_all()?;
        fs::rename(&part, &self.path)
    }

    /// The members of a JSON object: how often each action was told.
    pub(crate) fn summary(&self) -> String {
        let counts = self.counts.iter().map(|(action, count)| format!("\"{action}\":{count}"));
        counts.collect::<Vec<_>>().join(",")
    }
}
