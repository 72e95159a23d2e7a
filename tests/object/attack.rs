//! The types of ATT&CK, with a release of it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stixkit::object::Custom;
use stixkit::object::attack::{
    Analytic, Asset, Collection, DataComponent, DataSource, DetectionStrategy, Matrix, Tactic,
};
use stixkit::{Bundle, Object};

/// The struct reads the object, and writing the struct back changes nothing.
fn check<T: DeserializeOwned + Serialize>(object: &Custom) {
    let payload: T = object.payload().unwrap_or_else(|error| panic!("{error}: {object:?}"));
    let mut written = object.clone();
    written.set_payload(&payload).unwrap();
    // `x_mitre_deprecated: false` and the like are kept, and nothing is added.
    assert_eq!(&written, object);
}

#[test]
#[ignore = "needs the corpus"]
fn corpus_of_attack_is_read_into_its_structs() {
    let file = crate::corpus::folder().join("stix/mitre-attack+attack-stix-data/ics-attack/ics-attack.json");
    let bundle = Bundle::open(&file).unwrap().complete().unwrap();
    let mut count = 0;
    for object in &bundle {
        let Object::Custom(object) = object else { continue };
        count += 1;
        match &*object.type_name {
            Matrix::TYPE_NAME => check::<Matrix>(object),
            Tactic::TYPE_NAME => check::<Tactic>(object),
            DataSource::TYPE_NAME => check::<DataSource>(object),
            DataComponent::TYPE_NAME => check::<DataComponent>(object),
            DetectionStrategy::TYPE_NAME => check::<DetectionStrategy>(object),
            Analytic::TYPE_NAME => check::<Analytic>(object),
            Asset::TYPE_NAME => check::<Asset>(object),
            Collection::TYPE_NAME => check::<Collection>(object),
            other => panic!("{other} has no struct"),
        }
    }
    assert!(count > 200, "{count}");
}
