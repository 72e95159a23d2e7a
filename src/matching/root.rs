//! What a test is about: one object, and what its references lead to.

use crate::object::{Object, PropertyValue};

/// An object that a test starts from.
pub(super) trait Root<'v> {
    fn object_type(&self) -> &str;

    /// The object as a map of its properties.
    fn value(&self) -> PropertyValue<'v>;

    /// The object that a reference leads to, with a number that no other object of the scope has.
    fn resolve(&self, reference: &str) -> Option<(usize, PropertyValue<'v>)>;
}

/// An object by itself. Its references lead nowhere.
impl<'v> Root<'v> for &'v Object {
    fn object_type(&self) -> &str {
        self.type_name()
    }

    fn value(&self) -> PropertyValue<'v> {
        self.view()
    }

    fn resolve(&self, _: &str) -> Option<(usize, PropertyValue<'v>)> {
        None
    }
}
