//! Generated objects, upgraded and downgraded.

use arbitrary::{Arbitrary, Unstructured};
use proptest::prelude::*;
use stixkit::object::{Category, ObservedData};
use stixkit::vocab::SpecVersion;
use stixkit::{Bundle, FindingKind, Kind, Level, Object};

use crate::checks;

/// Some objects from random bytes, and an observed-data object that refers to the observables among them.
fn objects(bytes: &[u8], version: Option<SpecVersion>) -> Vec<Object> {
    let mut unstructured = Unstructured::new(bytes);
    let mut objects: Vec<Object> = Vec::new();
    while objects.len() < 8 && !unstructured.is_empty() {
        objects.extend(Object::arbitrary(&mut unstructured));
    }
    let is_observable = |object: &&Object| object.kind().is_some_and(|kind| kind.category() == Category::Observable);
    let observables: Vec<Object> = objects.iter().filter(is_observable).cloned().collect();
    for object in &mut objects {
        object.common_mut().spec_version = version.clone();
        if let Object::ObservedData(observed) = object {
            observed.object_refs.extend(observables.iter().map(|object| object.id().clone()));
            observed.objects = observables.iter().enumerate().fold(
                std::mem::take(&mut observed.objects),
                |mut all, (place, object)| {
                    if version.is_none() {
                        all.insert(&place.to_string(), object.clone());
                    }
                    all
                },
            );
        }
    }
    objects
}

fn errors(object: &Object) -> Vec<FindingKind> {
    let kinds = object.check().into_iter().map(|finding| finding.kind);
    kinds.filter(|kind| kind.level() == Level::Error).collect()
}

/// Bytes, many of which begin with an observed-data object.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..8192).prop_map(|mut bytes| {
        let place = Kind::ALL.iter().position(|kind| *kind == Kind::ObservedData).unwrap_or_default();
        if let Some(first) = bytes.first_mut().filter(|first| **first % 2 == 0) {
            *first = u8::try_from(place).unwrap_or_default();
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn both_ways(bytes in bytes(), is_new: bool) {
        let objects = objects(&bytes, is_new.then_some(SpecVersion::V21));
        let len = serde_json::to_string(&objects).unwrap().len();
        checks::versions(&objects, len);
    }

    /// What is valid in 2.1 is valid in 2.0: no kind of error is new.
    #[test]
    fn a_downgrade_adds_no_errors(bytes in bytes()) {
        let objects = objects(&bytes, Some(SpecVersion::V21));
        let mut before: Vec<FindingKind> = objects.iter().flat_map(errors).collect();
        // The observables of 2.0 in an object of 2.1 are deprecated, and only 2.0 has all rules for them.
        let observed = objects.iter().filter_map(|object| <&ObservedData>::try_from(object).ok());
        before.extend(observed.flat_map(|observed| observed.objects.iter()).flat_map(|(_, object)| errors(object)));
        let downgrade = Bundle::new(objects).downgrade();
        for object in downgrade.bundle.objects() {
            let added: Vec<_> = errors(object).into_iter().filter(|kind| !before.contains(kind)).collect();
            prop_assert!(added.is_empty(), "{added:?} of {:?}: {}", object.check(), serde_json::to_string(object).unwrap());
        }
    }

    /// An object of 2.0 without observables, of types that 2.0 has, comes back with the same properties.
    #[test]
    fn an_upgrade_is_undone(bytes in bytes()) {
        for mut object in objects(&bytes, None) {
            // What 2.1 added has no place in 2.0, and neither have references to observables.
            let is_observable = |kind: Kind| kind.category() == Category::Observable;
            if object.references().any(|reference| reference.target.kind().is_some_and(is_observable))
                || object.check().iter().any(|finding| matches!(finding.kind, FindingKind::OtherVersion | FindingKind::Missing))
                || <&ObservedData>::try_from(&object).is_ok()
                || object.kind().is_some_and(is_observable)
            {
                continue;
            }
            object.common_mut().granular_markings.clear();
            object.common_mut().external_references.clear();
            let Some(new) = object.clone().upgrade().pop() else { continue };
            let Ok(mut back) = new.downgrade() else { continue };
            for one in [&mut object, &mut back] {
                one.common_mut().labels.sort();
            }
            // References to types that came with 2.1 have other names.
            let types = ["grouping", "incident", "infrastructure", "location", "malware-analysis", "note", "opinion"];
            let types = types.iter().chain(&["language-content", "extension-definition"]);
            let text = serde_json::to_string(&back).unwrap();
            let text = types.fold(text, |text, name| text.replace(&format!("\"x-{name}--"), &format!("\"{name}--")));
            prop_assert_eq!(
                serde_json::from_str::<serde_json::Value>(&text).unwrap(),
                serde_json::to_value(&object).unwrap()
            );
        }
    }
}
