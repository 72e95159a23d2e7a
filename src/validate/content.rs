//! A fingerprint of what an object contains, whatever the order of its members is.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use crate::object::Object;
use crate::object::property::view::PropertyValue;

/// Hashes contents with a key that nobody else knows, so that no input can be made to collide.
#[derive(Debug)]
pub(super) struct Fingerprints(RandomState);

impl Fingerprints {
    pub(super) fn new() -> Self {
        Self(RandomState::new())
    }

    /// The fingerprint of an object. Time is linear in its length.
    pub(super) fn of(&self, object: &Object) -> u64 {
        let mut sum = self.member("type", &PropertyValue::Text(object.type_name().into()));
        object.each_typed(|name, value| sum = sum.wrapping_add(self.member(name, &value)));
        for (name, value) in object.custom().iter() {
            sum = sum.wrapping_add(self.member(&name, &value.view()));
        }
        sum
    }

    fn member(&self, name: &str, value: &PropertyValue<'_>) -> u64 {
        self.0.hash_one((name, self.of_value(value)))
    }

    /// Values are at most as deep as the limits of reading allow.
    fn of_value(&self, value: &PropertyValue<'_>) -> u64 {
        let mut hasher = self.0.build_hasher();
        std::mem::discriminant(value).hash(&mut hasher);
        match value {
            PropertyValue::Null => {}
            PropertyValue::Boolean(value) => value.hash(&mut hasher),
            PropertyValue::Integer(value) => value.hash(&mut hasher),
            PropertyValue::Float(value) => value.to_bits().hash(&mut hasher),
            PropertyValue::Number(text) => text.hash(&mut hasher),
            PropertyValue::Text(text) => text.hash(&mut hasher),
            PropertyValue::Time(time) => time.instant().hash(&mut hasher),
            PropertyValue::Id(id) => id.hash(&mut hasher),
            PropertyValue::List(list) => list.iter().for_each(|item| self.of_value(&item).hash(&mut hasher)),
            PropertyValue::Map(map) => {
                // A sum does not depend on the order.
                let members = map.iter().map(|(name, value)| self.member(&name, &value));
                members.fold(0, u64::wrapping_add).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_content_does() {
        let fingerprints = Fingerprints::new();
        let of = |members: &str| {
            let text = format!(r#"{{"type":"identity","id":"identity--1","name":"A",{members}}}"#);
            fingerprints.of(&serde_json::from_str(&text).unwrap())
        };
        assert_eq!(of(r#""x_a":1,"x_b":{"c":1,"d":[1,2]}"#), of(r#""x_b":{"d":[1,2],"c":1},"x_a":1"#));
        assert_ne!(of(r#""x_a":[1,2]"#), of(r#""x_a":[2,1]"#));
        assert_ne!(of(r#""x_a":1"#), of(r#""x_b":1"#));
        assert_ne!(of(r#""x_a":{"b":1}"#), of(r#""x_a":{"b":2}"#));
        assert_ne!(of(r#""x_a":"bc""#), of(r#""x_ab":"c""#));
        assert_ne!(of(r#""x_a":["b"],"x_c":[]"#), of(r#""x_a":[],"x_c":["b"]"#));
        assert_ne!(of(r#""x_a":"\u0000""#), of(r#""x_a":"""#));
        assert_ne!(of(r#""x_a":0"#), of(r#""x_a":null"#));
        assert_eq!(of(r#""created":"2024-05-01T10:00:00Z""#), of(r#""created":"2024-05-01T10:00:00.000Z""#));
    }
}
