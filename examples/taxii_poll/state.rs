//! The checkpoint in its file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use stixkit::Timestamp;
use stixkit::taxii::Checkpoint;

/// The member beside those of a checkpoint: the start that a time before now had in the first run.
const SINCE: &str = "since";

/// What a file has: a checkpoint, and the start that it was made with.
pub(crate) struct Kept {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) since: Option<Timestamp>,
}

/// Reads a checkpoint; `None` where there is no file yet.
pub(crate) fn load(path: &Path) -> Result<Option<Kept>, String> {
    match fs::read(path) {
        Ok(text) => match parse(&text) {
            Ok(kept) => Ok(Some(kept)),
            Err(error) => Err(format!("{} is no checkpoint: {error}", path.display())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn parse(text: &[u8]) -> serde_json::Result<Kept> {
    #[derive(serde::Deserialize)]
    struct Since {
        since: Option<Timestamp>,
    }
    let Since { since } = serde_json::from_slice(text)?;
    Ok(Kept { checkpoint: serde_json::from_slice(text)?, since })
}

/// Looks whether a checkpoint can be written, before there is one that would be lost.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    let temporary = temporary(path);
    let made = File::create(&temporary).and_then(|_| fs::remove_file(&temporary));
    made.map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

fn temporary(path: &Path) -> PathBuf {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    PathBuf::from(temporary)
}

/// Writes a checkpoint, with the start that it was made with.
pub(crate) fn store(path: &Path, checkpoint: &Checkpoint, since: Option<&Timestamp>) -> io::Result<()> {
    let mut value = serde_json::to_value(checkpoint)?;
    if let (Value::Object(members), Some(since)) = (&mut value, since) {
        members.insert(SINCE.to_owned(), since.to_string().into());
    }
    replace(path, &serde_json::to_vec(&value)?)
}

/// Writes a file. Whenever the program ends, the file has the old content or the new one.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    let mut file = File::create(&temporary)?;
    file.write_all(content)?;
    // Without, the name could be on the disk before what it names.
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)
}
