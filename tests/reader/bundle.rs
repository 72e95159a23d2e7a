//! A whole feed in memory.

use stixkit::object::{Identity, Indicator};
use stixkit::{Bundle, Identifier, Json, Object};

const ID: &str = "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e";

fn version(name: &str, modified: &str) -> String {
    format!(r#"{{"type":"identity","id":"{ID}","modified":"{modified}","name":"{name}"}}"#)
}

fn names(bundle: &Bundle) -> Vec<String> {
    let versions = bundle.versions(&Identifier::from(ID));
    versions.filter_map(|object| Some(<&Identity>::try_from(object).ok()?.name.clone())).collect()
}

#[test]
fn versions_are_told_apart_as_instants() {
    let feed = format!(
        r#"[{},{},{},{{"type":"x-a","id":"x-a--1"}}]"#,
        version("new", "2024-05-01T10:00:00.000Z"),
        version("old", "2024-05-01T11:00:00+02:00"),
        version("middle", "2024-05-01T09:30:00Z"),
    );
    let bundle = Bundle::from_slice(feed.as_bytes()).unwrap();
    assert_eq!(names(&bundle), ["old", "middle", "new"]);
    assert_eq!(bundle.get(&Identifier::from(ID)), Some(&bundle.objects()[0]));
    assert!(bundle.get(&Identifier::from("x-a--1")).is_some());
    assert!(bundle.get(&Identifier::from("x-a--2")).is_none());
}

#[test]
fn of_equal_versions_the_last_counts() {
    let feed = format!("{}\n{}", version("first", "2024-05-01T10:00:00Z"), version("second", "2024-05-01T10:00:00.0Z"));
    let bundle = Bundle::from_reader(feed.as_bytes()).unwrap();
    assert_eq!(bundle.get(&Identifier::from(ID)), Some(&bundle.objects()[1]));
}

#[test]
fn what_is_added_is_found() {
    let mut bundle: Bundle =
        [serde_json::from_str::<Object>(&version("a", "2024-05-01T10:00:00Z")).unwrap()].into_iter().collect();
    assert_eq!(names(&bundle), ["a"]);
    let newer: Identity = serde_json::from_str(&version("b", "2024-05-02T10:00:00Z")).unwrap();
    bundle.push(newer);
    assert_eq!(names(&bundle), ["a", "b"]);
    assert_eq!(bundle.of_type::<Identity>().count(), 2);
    assert_eq!(bundle.of_type::<Indicator>().count(), 0);
    assert_eq!(bundle.into_objects().len(), 2);
}

#[test]
fn a_bundle_is_written_back_as_it_was() {
    let feed = format!(
        r#"{{"spec_version":"2.0","x_from":["a b"],"objects":[{}],"id":"bundle--1","type":"bundle"}}"#,
        version("a", "2024-05-01T10:00:00Z"),
    );
    let bundle = Bundle::from_slice(feed.as_bytes()).unwrap();
    assert_eq!(bundle.id(), Some(Identifier::from("bundle--1")));
    assert_eq!(bundle.members().parse::<String>("spec_version").unwrap().unwrap(), "2.0");
    let written = serde_json::to_string(&bundle).unwrap();
    assert_eq!(Json::new(&written).unwrap(), Json::new(&feed).unwrap());
}

#[test]
fn what_is_bad_stands_beside_what_is_good() {
    let feed = format!(r#"{{"objects":[{},{{"type":"identity"}},5,]}}"#, version("a", "2024-05-01T10:00:00Z"));
    let bundle = Bundle::from_slice(feed.as_bytes()).unwrap();
    assert_eq!((bundle.objects().len(), bundle.rejected().len(), bundle.findings().len()), (1, 2, 1));
    assert_eq!(bundle.id(), None);
}

/// The places of all versions, found without an index.
fn by_search(bundle: &Bundle, id: &Identifier) -> Vec<usize> {
    let mut places: Vec<usize> = (0..bundle.objects().len()).filter(|at| bundle.objects()[*at].id() == id).collect();
    places.sort_by_key(|at| bundle.objects()[*at].common().version().cloned());
    places
}

/// Objects are added and looked up in turns, before and after the index is made.
#[test]
fn the_index_keeps_up_with_pushes() {
    let id = |number: u32| match number % 7 {
        // Not in the standard's form.
        0 => Identifier::from(format!("x-a--{number}").as_str()),
        _ => Identifier::from(format!("identity--023d105b-752e-4e3c-941c-{number:012}").as_str()),
    };
    for first_look in [0, 1, 30, 200] {
        let mut bundle = Bundle::default();
        for step in 0_u32..200 {
            let number = step * 37 % 41;
            let modified = match step * 11 % 5 {
                0 => String::new(),
                day => format!(r#""modified":"2024-05-0{day}T10:00:00Z","#),
            };
            let name = if number % 7 == 0 { "x-a" } else { "identity" };
            let text = format!(r#"{{"type":"{name}","id":"{}",{modified}"name":"{step}"}}"#, id(number));
            bundle.push(serde_json::from_str::<Object>(&text).unwrap());
            if step < first_look {
                continue;
            }
            for looked_up in [id(number), id(step % 50)] {
                let places = by_search(&bundle, &looked_up);
                let expected: Vec<_> = places.iter().map(|at| &bundle.objects()[*at]).collect();
                assert!(bundle.versions(&looked_up).eq(expected.iter().copied()));
                assert!(bundle.versions(&looked_up).rev().eq(expected.iter().rev().copied()));
                assert_eq!(bundle.get(&looked_up), expected.last().copied());
            }
        }
    }
}
