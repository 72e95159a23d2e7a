//! Events from fields that are given one by one.

use super::compiled::Compiled;
use super::entry::Slice;
use super::error::{Error, ErrorKind};
use super::event::Event;
use super::read::Collector;
use super::scratch::{Element, Found, Scratch};
use super::value::Form;

/// An event whose fields are given one by one. See [`FieldMap::fields`](super::FieldMap::fields).
#[derive(Debug)]
pub struct Fields<'a> {
    compiled: &'a Compiled,
    found: &'a mut Found,
    is_too_long: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(compiled: &'a Compiled, scratch: &'a mut Scratch) -> Self {
        scratch.found.clear();
        Self { compiled, found: &mut scratch.found, is_too_long: false }
    }

    /// Adds a value of a field. Fields that the map does not have are ignored.
    pub fn add(&mut self, field: &str, text: &str) {
        self.add_to(0, field, text);
    }

    /// Adds a value of an element of a list. Elements with different numbers are different objects in repeated slots.
    pub fn add_to(&mut self, element: u32, field: &str, text: &str) {
        const MAX_TEXT: usize = 16 << 20;
        let names = &self.compiled.names;
        let target = names.find(names.root(), field.as_bytes());
        let start = self.found.decoded.len();
        self.is_too_long |= start + text.len() > MAX_TEXT;
        if !target.has_actions() || self.is_too_long {
            return;
        }
        self.found.decoded.push_str(text);
        // OK because it is shorter than the limit.
        let slice = Slice { start: start as u32, end: (start + text.len()) as u32, is_decoded: true };
        let element = Element { outermost: element, innermost: element };
        self.collector().take(target, slice, Form::Text, element);
    }

    /// Returns the event.
    ///
    /// # Errors
    ///
    /// Returns an error if the values are longer than 16 MiB together, or if too many of them are joined.
    pub fn finish(mut self) -> Result<Event<'a>, Error> {
        if self.is_too_long {
            return Err(Error::new(ErrorKind::TooLong, self.found.decoded.len()));
        }
        self.collector().finish()?;
        Ok(self.found.event(&self.compiled.rules, ""))
    }

    fn collector(&mut self) -> Collector<'_> {
        Collector { compiled: self.compiled, found: self.found, line: "" }
    }
}
