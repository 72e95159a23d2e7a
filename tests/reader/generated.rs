//! Generated input against `serde_json`: what it takes as JSON is read, what it does not is rejected.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use stixkit::{Json, Reader};

use super::{Pieces, assert_same, drain};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..5).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// A custom object with this value, as text.
fn object(value: &Value, is_pretty: bool) -> String {
    let object = json!({"type": "x-a", "id": "x-a--1", "v": value});
    let text = if is_pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) };
    text.expect("a value has a JSON form")
}

proptest! {
    #[test]
    fn json_is_read_and_written_back(value in value(), is_pretty: bool, sizes in prop::collection::vec(1..40_usize, 1..4)) {
        let text = object(&value, is_pretty);
        let seen = drain(Reader::from_str(&text));
        // Compared as text: `serde_json` reads some numbers back one bit off.
        let sent = Json::new(&value.to_string()).unwrap();
        prop_assert_eq!(seen.object().custom().get("v").unwrap(), sent);
        assert_same(&drain(Reader::from_reader(Pieces::halting(text.as_bytes(), &sizes))), &seen, text.as_bytes(), &sizes);
    }

    #[test]
    fn an_object_is_read_where_it_is_json(
        value in value(),
        is_pretty: bool,
        at: prop::sample::Index,
        byte in prop_oneof![any::<u8>(), prop::sample::select(&b"{}[]\",:\\0e.-\n "[..])],
        inserts: bool,
        sizes in prop::collection::vec(1..40_usize, 1..4),
    ) {
        // The change is in the value, so that what is JSON still has its type and id.
        let mut bytes = object(&value, is_pretty).into_bytes();
        let start = bytes.windows(4).position(|window| window == b"\"v\":").unwrap() + 4;
        let at = start + at.index(bytes.len() - 1 - start);
        if inserts {
            bytes.insert(at, byte);
        } else {
            bytes[at] = byte;
        }
        let is_json = serde_json::from_slice::<IgnoredAny>(&bytes).is_ok() && std::str::from_utf8(&bytes).is_ok();
        let seen = drain(Reader::from_slice(&bytes));
        prop_assert_eq!(seen.rejected.is_empty() && seen.objects.len() == 1 && seen.error.is_none(), is_json);
        assert_same(&drain(Reader::from_reader(Pieces::halting(&bytes, &sizes))), &seen, &bytes, &sizes);
    }
}
