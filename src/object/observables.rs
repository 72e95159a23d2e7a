//! The dictionary of observables in an observed-data object of STIX 2.0.

use std::borrow::Cow;
#[cfg(feature = "match")]
use std::collections::HashSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Deserializer};

use super::object::Object;
use super::property::context::Context;
use super::property::definition::Shape;
use super::property::findings::{Findings, Place};
use super::property::slot::finish_custom;
use super::property::traits::{MayBeAbsent, Property};
use super::property::value::deserialize_value;
use super::property::view::{PropertyValue, ViewMap};
use crate::json::cursor::{Cursor, Fault, Raw};
use crate::json::properties::{Members, quoted};
use crate::kind::Category;
use crate::{Identifier, Properties};

/// Observables by their local names: `objects` of an [`ObservedData`](super::ObservedData) object
/// of STIX 2.0, and of 2.1 where it is deprecated.
///
/// In there, an object has no identifier of its own, and references between the objects are local
/// names. Its [`Common::id`](super::Common::id) is the local name then, so that a reference equals
/// the identifier of what it refers to. A member that is not an observable or a custom object stays
/// JSON: [`other`](Self::other).
///
/// ```
/// use stixkit::Object;
///
/// let object: Object = serde_json::from_str(r#"{
///     "type": "observed-data",
///     "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
///     "created": "2016-04-06T19:58:16.000Z",
///     "modified": "2016-04-06T19:58:16.000Z",
///     "first_observed": "2015-12-21T19:00:00Z",
///     "last_observed": "2015-12-21T19:00:00Z",
///     "number_observed": 50,
///     "objects": {
///         "0": {"type": "file", "name": "a.exe", "parent_directory_ref": "1"},
///         "1": {"type": "directory", "path": "C:\\Temp"}
///     }
/// }"#)?;
/// let Object::ObservedData(observed) = object else { panic!("it is observed data") };
/// let Some(Object::File(file)) = observed.objects.get("0") else { panic!("it is a file") };
/// let directory = observed.objects.get("1").unwrap();
/// assert_eq!(file.parent_directory_ref.as_ref(), Some(directory.id()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observables {
    entries: Vec<Entry>,
    other: Properties,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    name: Box<str>,
    object: Object,
    /// Whether the object has an `id` although it need not.
    has_id: bool,
}

/// So many members of one dictionary are typed. An object takes up to forty times the memory of its
/// text.
const MAX_TYPED: usize = 1 << 16;

impl Observables {
    /// No observables.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing in it, neither objects nor JSON.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.other.is_empty()
    }

    /// The object with a local name. Time linear in the number of objects.
    pub fn get(&self, name: &str) -> Option<&Object> {
        self.entries.iter().find(|entry| *entry.name == *name).map(|entry| &entry.object)
    }

    /// The local names and objects in document order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.entries.iter().map(|entry| (&*entry.name, &entry.object))
    }

    /// The local names, the objects if they fit, and the members as they are written.
    #[cfg(feature = "match")]
    pub(crate) fn views(&self) -> impl Iterator<Item = (Cow<'_, str>, Option<&Object>, PropertyValue<'_>)> {
        let typed = self.entries.iter();
        let typed =
            typed.map(|entry| (Cow::Borrowed(&*entry.name), Some(&entry.object), PropertyValue::from_map(entry)));
        let written: HashSet<&str> = self.entries.iter().map(|entry| &*entry.name).collect();
        let other = self.other.texts().filter(move |(name, _)| !written.contains(&**name));
        typed.chain(other.map(|(name, text)| (name, None, PropertyValue::from_json(text))))
    }

    /// Sets the object with a local name, which becomes its identifier.
    pub fn insert(&mut self, name: &str, object: impl Into<Object>) {
        let mut object = object.into();
        object.common_mut().id = Identifier::from(name);
        let entry = Entry { name: name.into(), object, has_id: false };
        match self.entries.iter_mut().find(|own| *own.name == *name) {
            Some(own) => *own = entry,
            None => self.entries.push(entry),
        }
    }

    /// Members that are not observables, by name.
    pub fn other(&self) -> &Properties {
        &self.other
    }

    /// The names and objects, and the members that are not observables.
    pub(crate) fn into_parts(self) -> (Vec<(Box<str>, Object)>, Properties) {
        (self.entries.into_iter().map(|entry| (entry.name, entry.object)).collect(), self.other)
    }

    /// Reads the object with a local name.
    fn read_entry(&mut self, name: &str, cursor: &mut Cursor<'_>, context: &mut Context) -> Result<(), Fault> {
        if self.len() == MAX_TYPED {
            return Err(Fault::Unfit { at: cursor.at(), expected: "at most 65536 observables" });
        }
        let mut nested = Context::default();
        let (object, has_id) = read_object(name, cursor, &mut nested)?;
        context.absorb(nested);
        self.entries.push(Entry { name: name.into(), object, has_id });
        Ok(())
    }

    fn is_written(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| *entry.name == *name)
    }
}

/// Members whose names are JSON strings.
fn members_with_names<'a>(quoted: &'a [(String, Raw<'a>)]) -> Members<'a> {
    let mut members = Members::default();
    for (name, value) in quoted {
        members.push(&name[1..name.len() - 1], *value);
    }
    members
}

/// An object of the dictionary, and whether it has an `id`; an observable or a custom one.
fn read_object(name: &str, cursor: &mut Cursor<'_>, context: &mut Context) -> Result<(Object, bool), Fault> {
    let at = cursor.at();
    let end = at + cursor.clone().raw()?.text.len() - 1;
    let parsed = Object::parse_local(name, cursor, context);
    match parsed {
        Ok((object, _)) if !matches!(object.kind().map(|kind| kind.category()), None | Some(Category::Observable)) => {
            Err(Fault::Unfit { at, expected: "an observable" })
        }
        // A value for it is there and does not fit, so that the name must not take its place.
        Ok(_) if context.fault_of("id").is_some() => {
            Err(Fault::Unfit { at, expected: "an observable with a valid id" })
        }
        Ok(read) => Ok(read),
        Err(Fault::Missing { name }) => Err(Fault::Unfit { at: end, expected: name }),
        Err(fault @ Fault::Unfit { .. }) => Err(fault),
        Err(_) => Err(Fault::Unfit { at, expected: "an observable" }),
    }
}

impl Property for Observables {
    const SHAPE: Shape = Shape::Any;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unrepresentable("null");
            return Ok(Self::new());
        }
        let start = cursor.clone();
        let (members, repeated) = Members::read(cursor)?.into_unique();
        context.repeated_key |= repeated;
        let mut observables = Self::new();
        let mut other = Vec::new();
        for (name, value) in members {
            if let Err(fault) = observables.read_entry(&name, &mut start.at_value(value.text), context) {
                context.set_part_aside("objects", fault);
                other.push((quoted(&name), value));
            }
        }
        observables.other = finish_custom(members_with_names(&other), context);
        if observables.is_empty() {
            context.set_unrepresentable("{}");
        }
        Ok(observables)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        for (name, object) in self.iter() {
            object.check_local(&place.property(name), findings);
        }
    }

    /// What is in there are local names.
    fn each_id(&mut self, _: &mut dyn FnMut(&mut Identifier)) {}

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::from_map(self))
    }
}

impl MayBeAbsent for Observables {}

impl ViewMap for Observables {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        let entry = self.entries.iter().find(|entry| *entry.name == *name);
        entry.map(|entry| PropertyValue::from_map(entry)).or_else(|| self.other.member(name))
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        let typed = self.entries.iter().map(|entry| Cow::Borrowed(&*entry.name));
        typed.chain(self.other.names().filter(|name| !self.is_written(name))).collect()
    }
}

/// The object as it is written.
impl ViewMap for Entry {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        self.object.property(name).filter(|_| self.has_id || name != "id")
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        let mut names = self.object.as_map().names();
        names.retain(|name| self.has_id || name != "id");
        names
    }
}

impl Serialize for Observables {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Local<'a>(&'a Entry);

        impl Serialize for Local<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.object.write(serializer, self.0.has_id)
            }
        }

        let mut map = serializer.serialize_map(None)?;
        for entry in &self.entries {
            map.serialize_entry(&*entry.name, &Local(entry))?;
        }
        self.other.write(&mut map, |name| self.is_written(name))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Observables {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_value(deserializer)
    }
}
