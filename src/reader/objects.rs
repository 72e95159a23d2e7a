//! The objects of a reader, without the rest.

use super::item::Item;
use super::reader::Reader;
use super::source::Source;
use crate::error::Error;
use crate::object::Object;

impl<S: Source> Reader<S> {
    /// Goes over the objects alone. Items that cannot be read are counted and left out, and an
    /// error ends the objects: ask [`Objects::finish`] afterwards whether these are all. The reader
    /// itself returns every item.
    ///
    /// ```
    /// use stixkit::{Object, Reader};
    ///
    /// let text = r#"[{"type": "url", "id": "url--1", "value": "a"}, {"type": "url"}]"#;
    /// let mut objects = Reader::from_str(text).objects();
    /// let all: Vec<Object> = objects.by_ref().collect();
    /// assert_eq!((all.len(), objects.rejected()), (1, 1));
    /// assert!(objects.finish().is_err());
    /// ```
    pub fn objects(self) -> Objects<S> {
        Objects { reader: self, rejected: 0, error: None, is_over: false }
    }
}

/// The objects of a reader, without items that cannot be read: see [`Reader::objects`].
#[derive(Debug)]
pub struct Objects<S> {
    reader: Reader<S>,
    rejected: u64,
    /// Why the first item was rejected, or why the input cannot be read on.
    error: Option<Error>,
    is_over: bool,
}

impl<S> Objects<S> {
    /// The number of items that could not be read so far.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Returns whether every item so far was an object.
    ///
    /// # Errors
    ///
    /// Returns the error that ended the input, or else the error of the first item that could not
    /// be read.
    pub fn finish(self) -> Result<(), Error> {
        self.error.map_or(Ok(()), Err)
    }
}

impl<S: Source> Iterator for Objects<S> {
    type Item = Object;

    fn next(&mut self) -> Option<Object> {
        while !self.is_over {
            match self.reader.next() {
                Some(Ok(Item::Object(accepted))) => return Some(accepted.object),
                Some(Ok(Item::Rejected(rejected))) => {
                    self.rejected += 1;
                    self.error.get_or_insert(rejected.error);
                }
                Some(Err(error)) => {
                    self.error = Some(error);
                    self.is_over = true;
                }
                None => self.is_over = true,
            }
        }
        None
    }
}
