//! The checkpoint in its file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use stixkit::taxii::Checkpoint;

/// Reads a checkpoint; `None` where there is no file yet.
pub(crate) fn load(path: &Path) -> Result<Option<Checkpoint>, String> {
    match fs::read(path) {
        Ok(text) => match serde_json::from_slice(&text) {
            Ok(checkpoint) => Ok(Some(checkpoint)),
            Err(error) => Err(format!("{} is no checkpoint: {error}", path.display())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
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

/// Writes a checkpoint. Whenever the program ends, the file has the old one or the new one.
pub(crate) fn store(path: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    let temporary = temporary(path);
    let mut file = File::create(&temporary)?;
    file.write_all(&serde_json::to_vec(checkpoint)?)?;
    // Without, the name could be on the disk before what it names.
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)
}
