//! Objects from random bytes, for fuzz targets and property tests: `arbitrary::Arbitrary` for every
//! type.
//!
//! The objects are well formed, and are written and read back equal. They have no meaning:
//! references lead nowhere, times are in no order.

use arbitrary::{Result, Unstructured};

use super::custom::Custom;
use super::object::Object;
use super::observables::Observables;
use crate::generate::{Generate, arbitrary, chance};
use crate::kind::{Category, Kind, each_kind};

arbitrary!(Object, Custom, Observables);

macro_rules! generate_kind {
    ($( $Category:ident { $( $(#[$meta:meta])* $Type:ident = $name:literal, )+ } )+) => {
        impl Object {
            /// An object of a type from random bytes. For the bundle, which is not an object, it is
            /// a custom one.
            fn generate_kind(kind: Kind, u: &mut Unstructured<'_>) -> Result<Self> {
                match kind {
                    $( $( Kind::$Type => Ok(Self::from(<super::$Type as Generate>::generate(u)?)), )+ )+
                    Kind::Bundle => Ok(Self::from(Custom::generate(u)?)),
                }
            }
        }
    };
}

each_kind!(generate_kind);

impl Generate for Object {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        let kind = *u.choose(Kind::ALL)?;
        Self::generate_kind(kind, u)
    }
}

impl Generate for Observables {
    fn generate(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut observables = Self::new();
        if chance(u, 1, 2)? {
            for _ in 0..u.int_in_range(1..=3)? {
                // The dictionary holds no other types. The bundle stands for a custom object.
                let of_category = |kind: &Kind| matches!(kind.category(), Category::Observable | Category::Container);
                let kinds: Vec<_> = Kind::ALL.iter().copied().filter(of_category).collect();
                let kind = *u.choose(&kinds)?;
                observables.insert(&String::generate(u)?, Object::generate_kind(kind, u)?);
            }
        }
        Ok(observables)
    }
}

#[cfg(test)]
mod tests {
    use arbitrary::Arbitrary;
    use proptest::prelude::*;

    use super::*;
    use crate::object::{ObjectType, read};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn every_object_is_read_back_as_it_was_written(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            let object = <Object as Arbitrary>::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
            let written = serde_json::to_string(&object).unwrap();
            let parsed = read::parse(&written, 100).map_err(|fault| TestCaseError::fail(fault.describe(&written)))?;
            prop_assert!(parsed.misfits.is_empty() && !parsed.repeated_key, "{written}");
            prop_assert_eq!(&parsed.object, &object);
            // Equality of times and numbers is not that of their texts.
            prop_assert_eq!(serde_json::to_string(&parsed.object).unwrap(), written);
        }

        #[test]
        fn what_is_looked_at_is_what_is_written(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            let object = <Object as Arbitrary>::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
            let written: serde_json::Value = serde_json::to_value(&object).unwrap();
            prop_assert_eq!(serde_json::to_value(object.view()).unwrap(), written.clone());
            for (name, value) in written.as_object().unwrap() {
                let property = object.property(name).map(|value| serde_json::to_value(value).unwrap());
                prop_assert_eq!(property.as_ref(), Some(value), "{}", name);
            }
        }
    }

    #[test]
    fn every_type_is_generated() {
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Bundle) {
            assert!(kind.identified_by().iter().all(|name| *name == "extensions" || kind.properties().contains(name)));
            assert!(kind.identified_by().is_empty() || kind.category() == Category::Observable);
        }
        assert_eq!(crate::object::Note::KIND, Kind::Note);
    }
}
