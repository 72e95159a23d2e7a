//! Folders of files as the reference implementation in Python has them.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::inserted::Added;
use super::store::Store;
use crate::error::{Error, ErrorKind};
use crate::object::Object;
use crate::reader::reader::Reader;

impl Store {
    /// Takes in the objects of a folder that the Python library `stix2` or this crate has written:
    /// `type/id/modified.json`, and `type/id.json` for objects without versions and for those of
    /// old releases. Other files are left alone.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Io`] if a folder or file cannot be read, and the
    /// reader's errors. The objects before it are in the store.
    pub fn read_dir(&mut self, folder: impl AsRef<Path>) -> Result<Added, Error> {
        let mut added = Added::default();
        for of_type in entries(folder.as_ref())?.into_iter().filter(|entry| entry.is_dir()) {
            for entry in entries(&of_type)? {
                let files = if entry.is_dir() { entries(&entry)? } else { vec![entry] };
                for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "json")) {
                    let of_file = self.read(Reader::open(file)?).map_err(|error| at(error, file))?;
                    added.new += of_file.new;
                    added.newer += of_file.newer;
                    added.older += of_file.older;
                    added.same += of_file.same;
                    added.conflicts.extend(of_file.conflicts);
                    added.rejected += of_file.rejected;
                }
            }
        }
        Ok(added)
    }

    /// Writes all versions of all objects into a folder, as the Python library `stix2` does: a file
    /// for each version. Files that are there are written anew, others stay. Returns the objects
    /// that were left out because their types or identifiers are not in the standard's form, and so
    /// not fit for names of files.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Output`] if a folder or file cannot be written.
    pub fn write_dir(&self, folder: impl AsRef<Path>) -> Result<Vec<&Object>, Error> {
        let mut left_out = Vec::new();
        for object in self.all_versions() {
            match path(object) {
                Some(path) => write(&folder.as_ref().join(path), object)?,
                None => left_out.push(object),
            }
        }
        Ok(left_out)
    }
}

/// What is in a folder, sorted, so that the order does not depend on the file system.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = read.map_err(|error| at(Error::from(error), folder))?;
    paths.sort_unstable();
    Ok(paths)
}

fn at(error: Error, path: &Path) -> Error {
    error.with_detail(path.display().to_string())
}

/// The digits of an instant with milliseconds.
const MILLISECONDS: usize = 17;

/// The path of an object's file; `None` if a name could lead elsewhere.
fn path(object: &Object) -> Option<PathBuf> {
    let (id, type_name) = (object.id(), object.type_name());
    // Letters, digits and hyphens, by its definition.
    if !id.is_canonical() || id.prefix() != Some(type_name) {
        return None;
    }
    let folder = Path::new(type_name);
    match &object.common().modified {
        Some(modified) => {
            let mut digits: String = modified.to_string().chars().filter(char::is_ascii_digit).collect();
            // `stix2` has milliseconds in all names, so that a version has one file, whoever writes
            // it.
            while digits.len() < MILLISECONDS {
                digits.push('0');
            }
            Some(folder.join(id.to_string()).join(format!("{digits}.json")))
        }
        None => Some(folder.join(format!("{id}.json"))),
    }
}

fn write(path: &Path, object: &Object) -> Result<(), Error> {
    let result = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = BufWriter::new(File::create(path)?);
        serde_json::to_writer_pretty(&mut out, object)?;
        out.flush()
    };
    result().map_err(|error: std::io::Error| {
        Error::new(ErrorKind::Output).with_detail(format!("{}: {error}", path.display()))
    })
}
