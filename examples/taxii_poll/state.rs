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

/// Writes a checkpoint. Whenever the program ends, the file has the old one or the new one.
pub(crate) fn store(path: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    let temporary = PathBuf::from(temporary);
    let mut file = File::create(&temporary)?;
    file.write_all(&serde_json::to_vec(checkpoint)?)?;
    // Without, the name could be on the disk before what it names.
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)
}
