//! The index of what was printed, in its file.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use stixkit::taxii::{ObjectIndex, Poller};

use crate::state;

/// What an index is of.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Subject {
    pub(crate) api_root: String,
    pub(crate) collection: String,
    pub(crate) manifest: bool,
    pub(crate) types: Vec<String>,
}

#[derive(Deserialize)]
struct Kept {
    #[serde(flatten)]
    subject: Subject,
    objects: ObjectIndex,
}

#[derive(Serialize)]
struct Keeps<'a> {
    #[serde(flatten)]
    subject: &'a Subject,
    objects: &'a ObjectIndex,
}

/// Reads the index of a collection; an empty one where there is no file yet.
pub(crate) fn load(path: &Path, subject: &Subject) -> Result<ObjectIndex, String> {
    let kept: Kept = match fs::read(path).map(|text| serde_json::from_slice(&text)) {
        Ok(Ok(kept)) => kept,
        Ok(Err(error)) => return Err(format!("{} is no index: {error}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ObjectIndex::new()),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    if kept.subject != *subject {
        return Err(format!("{} is the index of something else; name another one", path.display()));
    }
    Ok(kept.objects)
}

/// When to write the index, and how much may be in it.
pub(crate) struct Writer {
    max: usize,
    /// How many objects it had when it was written last.
    written: usize,
}

impl Writer {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, written: 0 }
    }

    /// Writes an index that has grown by half since it was written, or `at_end` by any object. Over
    /// many pages that is a few times its size in all.
    pub(crate) fn store(&mut self, path: &Path, poller: &Poller, subject: &Subject, at_end: bool) -> io::Result<()> {
        let Some(index) = poller.index() else { return Ok(()) };
        let len = index.len();
        if len > self.max {
            let why = format!("more than {} objects, which is what --index-max allows", self.max);
            return Err(io::Error::other(why));
        }
        if (at_end && len != self.written) || len > self.written + self.written / 2 + 500 {
            self.written = len;
            let kept = Keeps { subject, objects: index };
            state::replace(path, &serde_json::to_vec(&kept)?)?;
        }
        Ok(())
    }
}
