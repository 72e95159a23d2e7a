//! A fingerprint of what an object contains, whatever the order of its members is.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use crate::object::Object;
use crate::object::property::view::PropertyValue;

/// Hashes the content of an object with a key that nobody else knows, so that no input can be made
/// to collide.
pub(super) fn hash(object: &Object, state: &RandomState) -> u64 {
    of_value(&object.view(), state)
}

/// Values are at most as deep as the limits of reading allow.
fn of_value(value: &PropertyValue<'_>, state: &RandomState) -> u64 {
    let mut hasher = state.build_hasher();
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
        PropertyValue::List(list) => list.iter().for_each(|item| of_value(&item, state).hash(&mut hasher)),
        PropertyValue::Map(map) => {
            // A sum does not depend on the order.
            let members = map.iter().map(|(name, value)| state.hash_one((name, of_value(&value, state))));
            members.fold(0_u64, u64::wrapping_add).hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_content_does() {
        let state = RandomState::new();
        let of = |members: &str| {
            let text = format!(r#"{{"type":"identity","id":"identity--1","name":"A",{members}}}"#);
            hash(&serde_json::from_str(&text).unwrap(), &state)
        };
        assert_eq!(of(r#""x_a":1,"x_b":{"c":1,"d":[1,2]}"#), of(r#""x_b":{"d":[1,2],"c":1},"x_a":1"#));
        assert_ne!(of(r#""x_a":[1,2]"#), of(r#""x_a":[2,1]"#));
        assert_ne!(of(r#""x_a":1"#), of(r#""x_b":1"#));
        assert_ne!(of(r#""x_a":{"b":1}"#), of(r#""x_a":{"b":2}"#));
    }
}
