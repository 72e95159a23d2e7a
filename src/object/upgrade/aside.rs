//! Properties that have no place in STIX 2.1, kept as custom ones.

use serde::Serialize;

use crate::object::change::{ChangeKind, Changes};
use crate::object::property::findings::Place;
use crate::{Json, Properties};

/// Custom properties that others move to.
pub(super) struct Aside<'a> {
    pub(super) custom: &'a mut Properties,
    /// Where the struct is that they belong to.
    pub(super) place: &'a Place<'a>,
    pub(super) changes: &'a mut Changes,
}

impl Aside<'_> {
    /// Moves a value to its new name, or to a custom property if there is one of that name.
    pub(super) fn rename<T: Serialize>(&mut self, name: &str, old: &mut Option<T>, new: &mut Option<T>) {
        if new.is_none() {
            *new = old.take();
        } else {
            self.drop_property(name, old);
        }
    }

    /// Moves a value to a custom property.
    pub(super) fn drop_property<T: Serialize>(&mut self, name: &str, old: &mut Option<T>) {
        if let Some(value) = old.take() {
            self.keep(name, &value);
        }
    }

    /// Sets a custom property to what was the property `name`. Returns its name.
    pub(super) fn keep(&mut self, name: &str, value: &impl Serialize) -> String {
        // OK because what an object holds always has a JSON form.
        let text = serde_json::to_string(value).unwrap_or_default();
        let mut new = format!("x_{name}");
        while self.custom.get(&new).is_some() {
            new.push_str("_20");
        }
        self.custom.insert(&new, Json::trusted(&text));
        self.changes.add(ChangeKind::Kept, &self.place.property(name), format!("{name} is kept as {new}"));
        new
    }
}
