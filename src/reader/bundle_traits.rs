//! What collections and values are expected to do: [`Bundle`] in loops, in comparisons and in
//! serde.

use std::str::FromStr;
use std::{slice, vec};

use serde::de::{Deserialize, Deserializer};

use super::bundle::Bundle;
use crate::error::Error;
use crate::json::from_serde;
use crate::object::Object;

impl FromIterator<Object> for Bundle {
    fn from_iter<I: IntoIterator<Item = Object>>(objects: I) -> Self {
        Self::new(objects)
    }
}

impl Extend<Object> for Bundle {
    fn extend<I: IntoIterator<Item = Object>>(&mut self, objects: I) {
        objects.into_iter().for_each(|object| self.push(object));
    }
}

/// Goes over the objects. What was not read is in [`rejected`](Bundle::rejected).
impl<'b> IntoIterator for &'b Bundle {
    type Item = &'b Object;
    type IntoIter = slice::Iter<'b, Object>;

    fn into_iter(self) -> Self::IntoIter {
        self.objects().iter()
    }
}

/// Goes over the objects, as [`into_objects`](Bundle::into_objects).
impl IntoIterator for Bundle {
    type Item = Object;
    type IntoIter = vec::IntoIter<Object>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_objects().into_iter()
    }
}

impl PartialEq for Bundle {
    /// Compares the objects in their order, the other members, and the texts of rejected items.
    /// Findings do not count.
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
            && self.objects() == other.objects()
            && self
                .rejected()
                .iter()
                .map(|rejected| &rejected.raw)
                .eq(other.rejected().iter().map(|rejected| &rejected.raw))
    }
}

impl FromStr for Bundle {
    type Err = Error;

    /// Reads text as [`from_slice`](Bundle::from_slice) reads bytes: objects that cannot be read
    /// are [`rejected`](Bundle::rejected), and no error.
    ///
    /// ```
    /// use stixkit::Bundle;
    ///
    /// let bundle: Bundle = r#"{"type": "bundle", "objects": [{"type": "url", "id": "url--1", "value": "a"}]}"#.parse()?;
    /// for object in &bundle {
    ///     assert_eq!(object.type_name(), "url");
    /// }
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_slice(text.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Bundle {
    /// Reads a bundle, an envelope, a list of objects or one object, from JSON or any other format
    /// that describes itself. Objects that cannot be read are [`rejected`](Bundle::rejected), and
    /// no error; [`complete`](Bundle::complete) makes them one. Text that is not JSON is an error
    /// of the format: [`from_slice`](Bundle::from_slice) reads on after it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_serde::read(deserializer, |text| match text.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => Self::from_slice(text.as_bytes()).map_err(|error| error.to_string()),
            _ => Err("expected a bundle".to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Url;

    #[test]
    fn reading_through_serde_keeps_what_is_rejected() {
        let text =
            r#"{"type":"bundle","id":"bundle--1","x_a":1.50,"objects":[{"type":"url","id":"url--1","value":"a"},5]}"#;
        let (parsed, deserialized) = (text.parse::<Bundle>().unwrap(), serde_json::from_str::<Bundle>(text).unwrap());
        assert_eq!(parsed, deserialized);
        assert_eq!((parsed.objects().len(), parsed.rejected().len()), (1, 1));
        assert_eq!(parsed.members().get("x_a").unwrap().as_json(), "1.50");
        assert!(parsed.complete().is_err());
        for text in ["5", "\"a\"", "null", "{\"a\":"] {
            assert!(serde_json::from_str::<Bundle>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bundle_that_was_cut_off_is_not_complete() {
        let text = r#"{"type":"bundle","objects":[{"type":"url","id":"url--1","value":"a"}"#;
        let bundle: Bundle = text.parse().unwrap();
        assert_eq!(bundle.objects().len(), 1);
        assert_eq!(bundle.complete().unwrap_err().kind(), crate::error::ErrorKind::UnexpectedEnd);
        assert!(format!("{text}]}}").parse::<Bundle>().unwrap().complete().is_ok());
    }

    #[test]
    fn a_bundle_is_a_collection() {
        let mut bundle = Bundle::new([Object::from(Url::new("a"))]);
        let id = bundle.objects()[0].id().clone();
        assert!(bundle.get(&id).is_some());
        bundle.extend([Object::from(Url::new("b"))]);
        let copy = bundle.clone();
        assert_eq!(copy, bundle);
        assert!(copy.get(&id).is_some());
        bundle.objects_mut()[0] = Url::new("c").into();
        assert!(bundle.get(&id).is_none() && copy != bundle);
        let values = |bundle: &Bundle| bundle.into_iter().map(|object| object.id().clone()).collect::<Vec<_>>();
        let ids = values(&bundle);
        assert_eq!(bundle.into_iter().map(|object| object.id().clone()).collect::<Vec<_>>(), ids);
    }
}
