use std::collections::HashSet;

use serde_json::Value;
use stixkit::object::{Category, ObservedData, Tlp};
use stixkit::{Bundle, Object};

/// Any bytes: what is read of them is upgraded and downgraded.
pub(crate) fn upgrade(data: &[u8]) {
    let Ok(bundle) = Bundle::from_slice(data) else { return };
    for object in bundle.objects() {
        observed_data(object);
    }
    versions(bundle.objects(), data.len());
}

/// Objects of any version are upgraded and downgraded. `len` is the length of their text.
pub(crate) fn versions(objects: &[Object], len: usize) {
    let (upgraded, changes) = Bundle::new(objects.iter().cloned()).upgrade_with_changes();
    // A marking is copied to each observable, and there are at most 64 of them.
    let bound = 200 * len + 10_000;
    assert!(written(upgraded.objects()).len() <= bound, "{} bytes became {upgraded:?}", len);
    assert!(changes.iter().all(|change| !change.detail.is_empty()));
    read_back(upgraded.objects());
    upgraded.objects().iter().for_each(|object| _ = object.check());
    let again = Bundle::new(upgraded.objects().iter().cloned()).upgrade();
    assert_eq!(again.objects(), upgraded.objects(), "an upgrade changes nothing that is upgraded");
    downgraded(upgraded.objects(), bound);
    downgraded(objects, bound);
}

fn downgraded(objects: &[Object], len: usize) {
    let downgrade = Bundle::new(objects.iter().cloned()).downgrade();
    let old = downgrade.bundle.objects();
    assert!(written(old).len() <= 64 * len + (1 << 25), "{old:?}");
    assert!(old.len() + downgrade.refused.len() <= objects.len());
    read_back(old);
    for object in old {
        object.check();
        assert!(object.common().spec_version.as_ref().is_none_or(|version| *version == "2.0"), "{object:?}");
        assert_eq!(object.downgrade().ok().as_ref(), Some(object), "a downgrade changes nothing that is downgraded");
    }
    assert!(downgrade.refused.iter().all(|(_, error)| !error.to_string().is_empty()));
    _ = Bundle::new(old.iter().cloned()).upgrade();
}

fn written(objects: &[Object]) -> String {
    serde_json::to_string(objects).expect("objects can be written")
}

fn read_back(objects: &[Object]) {
    for object in objects {
        let text = serde_json::to_string(object).expect("an object can be written");
        let again: Object = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(*object, again, "{text}");
    }
}

/// Observables that left the dictionary of an observed-data object.
fn observed_data(object: &Object) {
    let Ok(old) = <&ObservedData>::try_from(object) else { return };
    let names: HashSet<String> = old.objects.iter().map(|(name, _)| name.to_owned()).collect();
    let level = old.common.object_marking_refs.iter().filter_map(Tlp::from_marking_id).max();
    let upgraded = object.clone().upgrade();
    let ids: HashSet<String> = upgraded.iter().map(|object| object.id().to_string()).collect();
    for observable in upgraded.split_last().map_or(&[][..], |(_, observables)| observables) {
        let own = observable.common().object_marking_refs.iter().filter_map(Tlp::from_marking_id).max();
        assert!(own >= level, "a marking is weaker: {observable:?}");
        let kind = observable.kind();
        assert!(kind.is_none_or(|kind| kind.category() == Category::Observable), "{observable:?}");
        // `serde_json` has no value for text with a lone surrogate.
        let Ok(mut value) = serde_json::to_value(observable) else { continue };
        // These lead to other objects, whatever the names in the dictionary are.
        for outward in ["created_by_ref", "object_marking_refs", "granular_markings"] {
            value.as_object_mut().map(|members| members.remove(outward));
        }
        no_names(&value, "", &|target| names.contains(target) && !ids.contains(target));
    }
}

/// No reference leads to a local name. Dictionaries have names of their own.
fn no_names(value: &Value, name: &str, is_local: &impl Fn(&str) -> bool) {
    const DICTIONARIES: [&str; 10] = [
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
    match value {
        Value::String(target) if name.ends_with("_ref") || name.ends_with("_refs") => {
            assert!(!is_local(target), "{name} is {target}");
        }
        Value::Array(elements) => elements.iter().for_each(|element| no_names(element, name, is_local)),
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| !DICTIONARIES.contains(&name.as_str()));
            members.for_each(|(name, member)| no_names(member, name, is_local));
        }
        _ => {}
    }
}
