//! References from an object to others.

use std::borrow::Cow;

use super::common::Common;
use super::object::Object;
use super::property::view::PropertyValue;
use crate::id::Identifier;

/// Properties whose names are their author's data, so that one named `…_ref` is not a reference.
pub(crate) const DICTIONARIES: &[&str] = &[
    "additional_header_fields",
    "contents",
    "definition",
    "document_info_dict",
    "environment_variables",
    "exif_tags",
    "ipfix",
    "options",
    "request_header",
    "startup_info",
];

/// A reference from one object to another: an embedded one, or an end of a relationship.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reference<'a> {
    /// The property that holds it, the innermost: `created_by_ref`, `source_ref`, `object_refs`, `marking_ref` …
    pub property: Cow<'a, str>,
    /// The object that it leads to, which need not be in the same feed.
    pub target: Cow<'a, Identifier>,
}

impl Object {
    /// The references to other objects: those of the common properties, of the type's and of its extensions, and custom
    /// ones, which by the standard's rule are named `…_ref` or `…_refs` (STIX 2.1 section 11.1).
    ///
    /// The references between the observables of a STIX 2.0 observed-data object are no references of the object: ask its
    /// [`objects`](super::ObservedData::objects).
    ///
    /// ```
    /// use stixkit::Object;
    ///
    /// let object: Object = serde_json::from_str(r#"{
    ///     "type": "relationship",
    ///     "spec_version": "2.1",
    ///     "id": "relationship--44298a74-ba52-4f0c-87a3-1824e67d7fad",
    ///     "created_by_ref": "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff",
    ///     "relationship_type": "indicates",
    ///     "source_ref": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    ///     "target_ref": "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
    ///     "x_reviewed_by_ref": "identity--1621d4d4-b67d-41e3-9670-f01faf20d111"
    /// }"#)?;
    /// let properties: Vec<_> = object.references().map(|reference| reference.property).collect();
    /// assert_eq!(properties, ["created_by_ref", "source_ref", "target_ref", "x_reviewed_by_ref"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn references(&self) -> impl Iterator<Item = Reference<'_>> {
        let typed = Common::PROPERTIES.iter().chain(self.properties());
        // An object is no reference to itself, and local names are no references to objects.
        let typed =
            typed.copied().filter(move |name| !matches!((*name, self), ("id", _) | ("objects", Self::ObservedData(_))));
        let typed = typed.filter_map(|name| Some((Cow::Borrowed(name), self.property(name)?)));
        let custom = self.custom().names().filter(|name| name.ends_with("_ref") || name.ends_with("_refs"));
        // What is there twice counts as the typed property, which is written.
        let custom =
            custom.filter(|name| !self.properties().contains(&&**name) && !Common::PROPERTIES.contains(&&**name));
        let custom = custom.filter_map(|name| self.property(&name).map(|value| (name, value)));
        typed.chain(custom).flat_map(|(name, value)| collect(name, value))
    }
}

/// The references in a property. What it holds is nested only as deep as the input was.
pub(crate) fn collect<'a>(property: Cow<'a, str>, value: PropertyValue<'a>) -> Vec<Reference<'a>> {
    let mut found = Vec::new();
    let mut open = vec![(property, value)];
    while let Some((property, value)) = open.pop() {
        match value {
            PropertyValue::Id(target) => found.push(Reference { property, target: Cow::Borrowed(target) }),
            PropertyValue::Text(text) if property.ends_with("_ref") || property.ends_with("_refs") => {
                found.push(Reference { property, target: Cow::Owned(Identifier::from(&*text)) });
            }
            // From last to first, since the last one put in is the first one out.
            PropertyValue::List(list) => {
                let elements: Vec<_> = list.iter().collect();
                open.extend(elements.into_iter().rev().map(|element| (property.clone(), element)));
            }
            PropertyValue::Map(map) => {
                let members: Vec<_> = map.iter().collect();
                open.extend(members.into_iter().rev());
            }
            _ => {}
        }
    }
    found
}
