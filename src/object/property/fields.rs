//! The members of one object as they come out of the text.

use std::borrow::Cow;

use super::context::Context;
use super::traits::Property;
use crate::json::cursor::{Cursor, Fault, Raw, decode_name};

/// The members of one object: first those that were stepped over while the type was not known, then
/// those that remain in the text.
#[derive(Debug)]
pub(crate) struct Fields<'c, 'de> {
    cursor: &'c mut Cursor<'de>,
    is_first: bool,
    ahead: std::vec::IntoIter<(&'de str, Raw<'de>)>,
    /// The value of the name just returned, if it was read ahead.
    current: Option<Raw<'de>>,
    /// Why there are no more names, if it is not the end of the object.
    fault: Option<Fault>,
    find_name: FindName,
    has_escapes: bool,
}

/// Finds a name among those that the reader of an object compares with.
pub(crate) type FindName = fn(&str) -> Option<&'static str>;

impl<'c, 'de> Fields<'c, 'de> {
    /// Opens the object in front of the cursor. `find_name` knows the names that a reader looks
    /// for: names that are written with escapes, which are rare, are compared with it.
    pub(crate) fn open(cursor: &'c mut Cursor<'de>, find_name: FindName) -> Result<Self, Fault> {
        cursor.open(b'{', "an object")?;
        let ahead = Vec::new().into_iter();
        Ok(Self { cursor, is_first: true, ahead, current: None, fault: None, find_name, has_escapes: false })
    }

    /// Sets the names that the reader looks for, when the type of the object has become known.
    pub(crate) fn set_names(&mut self, find_name: FindName) {
        self.find_name = find_name;
    }

    /// Where the next value is: for [`return_to`](Self::return_to).
    #[inline]
    pub(crate) fn mark(&self) -> Mark<'de> {
        Mark { current: self.current, at: self.cursor.at(), depth: self.cursor.depth() }
    }

    /// Goes back in front of a value whose reading failed.
    pub(crate) fn return_to(&mut self, mark: Mark<'de>) {
        self.current = mark.current;
        self.cursor.go_back(mark.at, mark.depth);
    }

    /// Puts members back that were stepped over. They come before those that remain in the text.
    /// Only once, and only if none is ahead.
    pub(crate) fn put_back(&mut self, ahead: Vec<(&'de str, Raw<'de>)>) {
        self.ahead = ahead.into_iter();
    }

    /// The name of the next property, as it is written between quotes. `None` at the end of the
    /// object, or if the text cannot be read any further: [`end`](Self::end) reports which.
    #[inline]
    pub(crate) fn next_name(&mut self) -> Option<&'de str> {
        if self.ahead.len() == 0
            && let Some(name) = self.cursor.next_plain_name(self.is_first)
        {
            self.is_first = false;
            return Some(name);
        }
        self.next_uncommon_name()
    }

    fn next_uncommon_name(&mut self) -> Option<&'de str> {
        if let Some((name, value)) = self.ahead.next() {
            self.current = Some(value);
            return if self.has_escapes { self.without_escapes(name) } else { Some(name) };
        }
        match self.cursor.next_name(std::mem::replace(&mut self.is_first, false)) {
            Ok(name) => self.without_escapes(name?),
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    /// A name that the reader looks for, if that is what is written; any other name stays as it is
    /// written.
    fn without_escapes(&mut self, name: &'de str) -> Option<&'de str> {
        match decode_name(name) {
            Some(Cow::Borrowed(name)) => Some(name),
            Some(Cow::Owned(decoded)) => {
                self.has_escapes = true;
                Some((self.find_name)(&decoded).unwrap_or(name))
            }
            None => {
                self.fault = Some(self.cursor.undecodable_name());
                None
            }
        }
    }

    /// After the last name: whether it was the last one of the object.
    #[inline]
    pub(crate) fn end(&self) -> Result<(), Fault> {
        self.fault.map_or(Ok(()), Err)
    }

    #[inline]
    pub(crate) fn next_value<T: Property>(&mut self, context: &mut Context) -> Result<T, Fault> {
        match self.current.take() {
            None => T::read(self.cursor, context),
            Some(value) => T::read(&mut self.cursor.at_value(value.text), context),
        }
    }

    /// A fault of the value as a whole, at its last byte.
    pub(crate) fn unfit(&self, expected: &'static str) -> Fault {
        Fault::Unfit { at: self.cursor.at().saturating_sub(1), expected }
    }

    #[inline]
    pub(crate) fn next_raw(&mut self) -> Result<Raw<'de>, Fault> {
        match self.current.take() {
            None => self.cursor.raw(),
            Some(value) => Ok(value),
        }
    }
}

/// A place in front of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'de> {
    current: Option<Raw<'de>>,
    at: usize,
    depth: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in an object, where a reader looks for `known`.
    fn names(text: &str) -> Result<Vec<&str>, Fault> {
        let mut cursor = Cursor::new(text, 9);
        let mut fields = Fields::open(&mut cursor, |name| (name == "known").then_some("known"))?;
        let mut names = Vec::new();
        while let Some(name) = fields.next_name() {
            names.push(name);
            fields.next_raw()?;
        }
        fields.end().map(|()| names)
    }

    #[test]
    fn escapes_do_not_hide_a_name_that_is_looked_for() {
        for (text, expected) in [
            (r#"{"known":1,"other":[]}"#, vec!["known", "other"]),
            (r#"{ "kno\u0077n" : 1, "oth\u0065r": 2 }"#, vec!["known", r"oth\u0065r"]),
            ("{}", vec![]),
        ] {
            assert_eq!(names(text), Ok(expected), "{text}");
        }
        assert!(matches!(names(r#"{"a":1,"\ud800":2}"#), Err(Fault::Unfit { .. })));
        assert!(matches!(names(r#"{"a":1,}"#), Err(Fault::Syntax { .. })));
    }

    #[test]
    fn names_put_back_are_looked_for_again() {
        let mut cursor = Cursor::new(r#"{"kno\u0077n":1,"z":2}"#, 9);
        let mut fields = Fields::open(&mut cursor, |_| None).unwrap();
        let name = fields.next_name().unwrap();
        let value = fields.next_raw().unwrap();
        fields.put_back(vec![(name, value)]);
        fields.set_names(|name| (name == "known").then_some("known"));
        assert_eq!(fields.next_name(), Some("known"));
        assert_eq!(fields.next_raw().unwrap().text, "1");
        assert_eq!(fields.next_name(), Some("z"));
        assert_eq!(fields.next_raw().unwrap().text, "2");
        assert_eq!((fields.next_name(), fields.end()), (None, Ok(())));
    }
}
