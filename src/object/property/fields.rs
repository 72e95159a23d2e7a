//! The properties of one object as they come out of the text, and what reading them finds out.

use std::borrow::Cow;

use super::list::Property;
use crate::json::cursor::{Cursor, Fault, Raw, decode_name};
use crate::json::properties::Members;

/// What reading finds out beside the values.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// An object repeated a key. Which one is looked up later: it is rare.
    pub(crate) repeated_key: bool,
    /// The properties that were set aside because they did not fit.
    pub(crate) misfits: Vec<Misfit>,
    /// Something went to the custom properties under the name of a property that is defined.
    kept_own: bool,
    /// What the property just read holds, where its type cannot say it.
    unsayable: Option<&'static str>,
}

/// A property of the object that its type cannot hold.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) name: &'static str,
    /// What is wrong with the value, and where.
    pub(crate) fault: Fault,
    /// Whether it belongs to something inside of a property that fits by and large.
    pub(crate) is_nested: bool,
}

/// More misfits of nested values than are listed anyway.
const MAX_NESTED_MISFITS: usize = 100;

impl Context {
    /// Notes that a property of the object was set aside.
    #[cold]
    pub(crate) fn set_aside(&mut self, name: &'static str, fault: Fault) {
        self.unsayable = None;
        self.kept_own = true;
        // One a name: an object may repeat it a million times.
        self.misfits.retain(|misfit| misfit.is_nested || misfit.name != name);
        self.misfits.push(Misfit { name, fault, is_nested: false });
    }

    /// Notes that a part of a property was set aside, and the property was not.
    pub(crate) fn set_part_aside(&mut self, name: &'static str, fault: Fault) {
        if self.misfits.len() < MAX_NESTED_MISFITS {
            self.misfits.push(Misfit { name, fault, is_nested: true });
        }
    }

    /// Takes over what the reading of an object inside of this one found out.
    pub(crate) fn absorb(&mut self, nested: Self) {
        self.repeated_key |= nested.repeated_key;
        for misfit in nested.misfits {
            self.set_part_aside(misfit.name, misfit.fault);
        }
    }

    /// The fault of an own property that was set aside.
    pub(crate) fn fault_of(&self, name: &str) -> Option<Fault> {
        self.misfits.iter().find(|misfit| !misfit.is_nested && misfit.name == name).map(|misfit| misfit.fault)
    }

    /// Whether the property just read holds what its type cannot say.
    #[inline]
    pub(crate) fn has_unsayable(&self) -> bool {
        self.unsayable.is_some()
    }

    /// Takes what the property just read holds and its type cannot say.
    pub(crate) fn take_unsayable(&mut self) -> Option<&'static str> {
        let json = self.unsayable.take();
        self.kept_own |= json.is_some();
        json
    }

    /// Whether something went to the custom properties under the name of a property that is defined.
    pub(crate) fn has_kept_own(&self) -> bool {
        self.kept_own
    }

    /// Says what the property just read holds, where its type cannot: `custom` takes it.
    pub(crate) fn set_unsayable(&mut self, json: &'static str) {
        self.unsayable = Some(json);
    }
}

/// The properties of one object as they come: first those that were stepped over while the type was not known, then
/// the rest of the text.
#[derive(Debug)]
pub(crate) struct Fields<'c, 'de> {
    cursor: &'c mut Cursor<'de>,
    is_first: bool,
    ahead: std::vec::IntoIter<(&'de str, Raw<'de>)>,
    /// The value of the name just given, where it was read ahead.
    current: Option<Raw<'de>>,
    /// Why there are no more names, where it is not the end of the object.
    fault: Option<Fault>,
}

impl<'c, 'de> Fields<'c, 'de> {
    /// The cursor stands in front of an object.
    pub(crate) fn open(cursor: &'c mut Cursor<'de>) -> Result<Self, Fault> {
        cursor.open(b'{', "an object")?;
        Ok(Self { cursor, is_first: true, ahead: Vec::new().into_iter(), current: None, fault: None })
    }

    /// All that is left, as text.
    pub(crate) fn into_members(mut self) -> Result<Members<'de>, Fault> {
        let mut members = Members::default();
        while let Some(name) = self.next_name() {
            members.push(name, self.next_raw()?);
        }
        self.end().map(|()| members)
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

    /// Gives these before the rest. Only once, and only while nothing else is ahead.
    pub(crate) fn put_back(&mut self, ahead: Vec<(&'de str, Raw<'de>)>) {
        self.ahead = ahead.into_iter();
    }

    /// The name of the next property, as it is written between quotes. `None` at the end of the object, or where it
    /// cannot be read on: [`end`](Self::end) tells which.
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
            return Some(name);
        }
        let name = match self.cursor.next_name(std::mem::replace(&mut self.is_first, false)) {
            Ok(name) => name?,
            Err(fault) => {
                self.fault = Some(fault);
                return None;
            }
        };
        match decode_name(name) {
            Some(Cow::Borrowed(name)) => Some(name),
            // A standard name that is written with escapes, which nobody does, is given as if it was not.
            Some(Cow::Owned(decoded)) => Some(crate::object::standard_name(&decoded).unwrap_or(name)),
            None => {
                self.fault = Some(self.unfit("a name without lone surrogates"));
                None
            }
        }
    }

    /// After the last name: whether it was the last of the object.
    #[inline]
    pub(crate) fn end(&self) -> Result<(), Fault> {
        self.fault.map_or(Ok(()), Err)
    }

    #[inline]
    pub(crate) fn next_value<T: Property>(&mut self, context: &mut Context) -> Result<T, Fault> {
        match self.current.take() {
            None => T::read(self.cursor, context),
            Some(value) => T::read(&mut self.cursor.on(value.text), context),
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
