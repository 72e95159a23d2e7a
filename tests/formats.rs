//! Serde with formats other than JSON, and the enums and structs for which serde buffers its input.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stixkit::object::{Custom, Extensions, ExternalReference, Hashes, Indicator, Observables};
use stixkit::vocab::IndicatorType;
use stixkit::{Bundle, Float, Identifier, Json, Object, Properties, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Json,
    JsonValue,
    Yaml,
    Cbor,
    MessagePack,
}

const FORMATS: [Format; 5] = [Format::Json, Format::JsonValue, Format::Yaml, Format::Cbor, Format::MessagePack];

impl Format {
    fn write(self, value: &impl Serialize) -> Result<Vec<u8>, String> {
        match self {
            Self::Json => serde_json::to_vec(value).map_err(|error| error.to_string()),
            Self::JsonValue => serde_json::to_value(value)
                .map(|value| value.to_string().into_bytes())
                .map_err(|error| error.to_string()),
            Self::Yaml => serde_yaml_ng::to_string(value).map(String::into_bytes).map_err(|error| error.to_string()),
            Self::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).map_err(|error| error.to_string())?;
                Ok(bytes)
            }
            // Structs as maps, as in all other formats.
            Self::MessagePack => rmp_serde::to_vec_named(value).map_err(|error| error.to_string()),
        }
    }

    fn read<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, String> {
        match self {
            Self::Json => serde_json::from_slice(bytes).map_err(|error| error.to_string()),
            Self::JsonValue => serde_json::from_slice::<serde_json::Value>(bytes)
                .and_then(serde_json::from_value)
                .map_err(|error| error.to_string()),
            Self::Yaml => serde_yaml_ng::from_slice(bytes).map_err(|error| error.to_string()),
            Self::Cbor => ciborium::from_reader(bytes).map_err(|error| error.to_string()),
            Self::MessagePack => rmp_serde::from_slice(bytes).map_err(|error| error.to_string()),
        }
    }

    /// Writes a value and reads it back.
    #[track_caller]
    fn there_and_back<T: Serialize, U: DeserializeOwned>(self, value: &T) -> U {
        let bytes = self.write(value).unwrap_or_else(|error| panic!("{self:?}: {error}"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("$serde_json"), "{self:?}: {text}");
        self.read(&bytes).unwrap_or_else(|error| panic!("{self:?}: {error}: {text}"))
    }
}

/// All objects of the fixtures: every type, custom properties, what was set aside.
fn objects() -> Vec<Object> {
    let fixtures = [
        &include_bytes!("fixtures/feed.json")[..],
        include_bytes!("fixtures/golden/feed.json"),
        include_bytes!("fixtures/upgrade.json"),
    ];
    let bundles = fixtures.map(|bytes| Bundle::from_slice(bytes).unwrap().into_objects());
    let objects = bundles.concat();
    assert!(objects.len() > 30);
    objects
}

fn json(text: &str) -> Json<'static> {
    Json::new(text).unwrap()
}

/// What a value means in JSON. Some formats change the order of names.
fn meaning(value: &impl Serialize) -> Json<'static> {
    json(&serde_json::to_string(value).unwrap())
}

#[test]
fn objects_are_the_same_in_every_format() {
    for format in FORMATS {
        for object in objects() {
            assert_eq!(meaning(&format.there_and_back::<_, Object>(&object)), meaning(&object), "{format:?}");
        }
        let all: Vec<Object> = format.there_and_back(&objects());
        assert!(all.iter().map(Object::id).eq(objects().iter().map(Object::id)), "{format:?}");
    }
}

#[test]
fn a_bundle_is_written_to_every_format() {
    let bundle = Bundle::new(objects());
    for format in FORMATS {
        let written: Json<'static> = format.there_and_back(&bundle);
        let read = Bundle::from_slice(written.as_json().as_bytes()).unwrap();
        assert_eq!(meaning(&read), meaning(&bundle), "{format:?}");
    }
}

#[cfg(feature = "arbitrary")]
mod generated {
    use arbitrary::{Arbitrary, Unstructured};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn objects_are_the_same_in_every_format(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let object = Object::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
            for format in FORMATS.into_iter().filter(|format| *format != Format::JsonValue) {
                let read = format.there_and_back::<_, Object>(&object);
                prop_assert_eq!(meaning(&read), meaning(&object), "{:?}", format);
                // What `serde_json` buffers may be one bit off: see its feature `float_roundtrip`.
                if format != Format::Json {
                    let Either::Object(read) = format.there_and_back(&object) else {
                        panic!("{format:?}: {}", serde_json::to_string(&object).unwrap())
                    };
                    prop_assert_eq!(meaning(&read), meaning(&object), "{:?}", format);
                }
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "there are few")]
enum Either {
    Tally { tally: u64 },
    Object(Object),
    Other(Json<'static>),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "event")]
#[allow(clippy::large_enum_variant, reason = "there are few")]
enum Internal {
    Added(Object),
    Typed(Indicator),
    Extra(Properties),
    Json(Json<'static>),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "event", content = "data")]
enum Adjacent {
    Added(Object),
    Typed(Box<Indicator>),
    Extra(Properties),
    Json(Json<'static>),
}

#[derive(Serialize, Deserialize)]
enum External {
    Added(Object),
    Json(Json<'static>),
}

#[derive(Serialize, Deserialize)]
struct Flat {
    seen: u64,
    #[serde(flatten)]
    object: Object,
}

#[derive(Serialize, Deserialize)]
struct FlatProperties {
    seen: u64,
    #[serde(flatten)]
    rest: Properties,
}

#[derive(Serialize, Deserialize)]
struct FlatJson {
    seen: u64,
    #[serde(flatten)]
    rest: Json<'static>,
}

#[derive(Serialize, Deserialize)]
struct Parts {
    id: Identifier,
    time: Timestamp,
    kind: Vec<IndicatorType>,
    number: Float,
    hashes: Hashes,
    extensions: Extensions,
    reference: Option<ExternalReference>,
    observables: Observables,
    properties: Properties,
    nothing: Option<Object>,
    json: Json<'static>,
}

fn indicator() -> Indicator {
    let text = r#"{"type":"indicator","id":"indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f","spec_version":"2.1",
        "created":"2024-05-01T10:00:00.120Z","modified":"2024-05-01T10:00:00.120Z","valid_from":"2024-05-01T10:00:00Z",
        "pattern":"[file:size = 5]","pattern_type":"stix","confidence":null,"x_a":{"b":[1,-2.5,null,"\u0000\u20ac"]}}"#;
    serde_json::from_str(text).unwrap()
}

#[track_caller]
fn assert_same<T: Serialize + DeserializeOwned>(value: &T) {
    for format in FORMATS {
        assert_eq!(meaning(&format.there_and_back::<_, T>(value)), meaning(value), "{format:?}");
    }
}

#[test]
fn buffered_enums_and_structs() {
    let object = || Object::from(indicator());
    let properties = || {
        let mut properties = Properties::new();
        properties.insert("x_a", json("[1,{\"b\":\"c\"}]"));
        properties.insert("x_b", json("0.25"));
        properties
    };
    let value = || json(r#"{"a":[1,{"b":null}],"c":"d"}"#);
    assert_same(&Either::Object(object()));
    assert_same(&Either::Tally { tally: 3 });
    assert_same(&Either::Other(json("[1,2.5,\"a\"]")));
    assert_same(&Internal::Added(object()));
    assert_same(&Internal::Typed(indicator()));
    assert_same(&Internal::Extra(properties()));
    assert_same(&Internal::Json(value()));
    assert_same(&Adjacent::Added(object()));
    assert_same(&Adjacent::Typed(Box::new(indicator())));
    assert_same(&Adjacent::Extra(properties()));
    assert_same(&Adjacent::Json(json("[1]")));
    // YAML writes such an enum as a tag, which nothing else reads.
    assert_same(&External::Added(object()));
    assert_same(&External::Json(value()));
    assert_same(&FlatProperties { seen: 1, rest: properties() });
    assert_same(&FlatJson { seen: 1, rest: value() });
    // What the struct takes is not there for the object.
    assert_same(&Flat { seen: 1, object: object() });
}

#[test]
fn parts_of_objects() {
    let file = r#"{"type":"file","id":"file--e277603e-1060-5ad4-9937-c26c97f1ca68","size":1024,
        "hashes":{"MD5":"d41d8cd98f00b204e9800998ecf8427e"},"x_score":48.856614,
        "extensions":{"pdf-ext":{"version":"1.7","x_a":[]},"x-other":{"a":1}}}"#;
    let Object::File(file) = serde_json::from_str(file).unwrap() else { panic!("it is a file") };
    let mut observables = Observables::new();
    observables.insert("0", (*file).clone());
    assert_same(&Parts {
        id: Identifier::from("x--1"),
        time: "2024-05-01T10:00:00.100000+02:00".parse().unwrap(),
        kind: vec!["benign".into(), "other".into()],
        number: serde_json::from_str("5.0").unwrap(),
        hashes: file.hashes,
        extensions: file.common.extensions,
        reference: Some(ExternalReference::new("a")),
        observables,
        properties: Properties::new(),
        nothing: None,
        json: json("null"),
    });
}

/// What each format keeps of a number in JSON; the errors begin with `!`.
#[test]
fn numbers() {
    const BEYOND: &str = "!the number 1e400 has no form outside of JSON";
    for (number, yaml, binary) in [
        ("0", "0", "0"),
        ("-0", "0", "0"),
        ("18446744073709551615", "18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551617", "18446744073709551617", "18446744073709552e3"),
        ("-9223372036854775809", "-9223372036854775809", "-9223372036854775808.0"),
        (
            "340282366920938463463374607431768211457",
            "340282366920938463463374607431768211456e0",
            "340282366920938463463374607431768211456e0",
        ),
        ("1.50", "1.5", "1.5"),
        ("5.0", "5", "5"),
        ("1e2", "100", "100"),
        ("48.856614000000000012", "48.856614", "48.856614"),
        ("5e-324", "5e-324", "5e-324"),
        ("1e400", BEYOND, BEYOND),
    ] {
        let value = json(number);
        for format in FORMATS {
            let expected = match format {
                Format::Json => number,
                Format::JsonValue => continue,
                Format::Yaml => yaml,
                Format::Cbor | Format::MessagePack => binary,
            };
            let found = match format.write(&value) {
                Ok(bytes) => format.read::<Json<'static>>(&bytes).unwrap(),
                Err(error) => {
                    assert!(error.contains(&expected[1..]) && expected == BEYOND, "{format:?} {number}: {error}");
                    continue;
                }
            };
            let nearest = |text: &str| text.parse::<f64>().unwrap();
            let is_same = found == json(expected)
                || (expected.contains('e') || expected.contains('.')) && nearest(found.as_json()) == nearest(expected);
            assert!(is_same, "{format:?} {number}: {found}");
        }
    }
}

#[test]
fn digits_are_read_as_far_as_the_format_has_them() {
    let wide = "170141183460469231731687303715884105728";
    let found: Json<'static> = serde_yaml_ng::from_str(wide).unwrap();
    assert_eq!(found.as_json(), wide);
    let mut bytes = Vec::new();
    ciborium::into_writer(&u128::MAX, &mut bytes).unwrap();
    assert_eq!(Format::Cbor.read::<Json<'static>>(&bytes).unwrap().as_json(), u128::MAX.to_string());
    // A single of MessagePack is the double of the same value.
    let bytes = rmp_serde::to_vec(&0.1_f32).unwrap();
    assert_eq!(Format::MessagePack.read::<Json<'static>>(&bytes).unwrap().as_json(), "0.10000000149011612");
}

#[test]
fn text_without_a_form_is_refused() {
    for format in [Format::Yaml, Format::Cbor, Format::MessagePack] {
        let error = format.write(&json(r#"{"a":["\ud800"]}"#)).unwrap_err();
        assert!(error.contains("has no form outside of JSON"), "{format:?}: {error}");
        // Of repeated names the last value counts.
        let found: Json<'static> = format.there_and_back(&json(r#"{"a":1,"b":2,"a":3}"#));
        assert_eq!(found.as_json(), r#"{"b":2,"a":3}"#, "{format:?}");
    }
}

#[test]
fn names_that_are_not_text_become_text() {
    let object: Object = serde_yaml_ng::from_str(
        "type: observed-data\nid: observed-data--1\nfirst_observed: 2024-05-01T10:00:00Z\n\
         last_observed: 2024-05-01T10:00:00Z\nnumber_observed: 1\n\
         objects:\n  0: {type: url, value: a}\n  true: {type: url, value: b}\n",
    )
    .unwrap();
    let Object::ObservedData(observed) = object else { panic!("it is observed data") };
    assert_eq!(observed.objects.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["0", "true"]);
}

#[test]
fn errors_tell_where() {
    let yaml = |text: &str| serde_yaml_ng::from_str::<Object>(text).unwrap_err().to_string();
    for (text, expected) in [
        ("type: url\nid: url--1\n", "a required property is missing: `value`"),
        ("type: url\nid: url--1\nvalue: [5]\n", "at $.value"),
        ("type: url\nid: url--1\nvalue: a\nx_a: {b: [1, .nan]}\n", "NaN is not a number in JSON, at $.x_a.b[1]"),
        ("type: url\nid: url--1\nvalue: a\nx_a: [1, !t 2]\n", "a tag has no form in JSON, at $.x_a[1]"),
        ("type: url\nid: url--1\nvalue: a\n~: 1\n", "expected the name of a property"),
        ("- 1", "an object was expected"),
        ("5", "an object was expected"),
    ] {
        let error = yaml(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
    #[derive(Serialize)]
    struct Bytes {
        r#type: &'static str,
        id: &'static str,
        #[serde(serialize_with = "bytes")]
        payload: (),
    }
    fn bytes<S: serde::Serializer>(_: &(), serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(b"ab")
    }
    let object = Bytes { r#type: "x-a", id: "x-a--1", payload: () };
    let cbor = Format::Cbor.write(&object).unwrap();
    let error = Format::Cbor.read::<Custom>(&cbor).unwrap_err();
    assert!(error.contains("Base64 text, at $.payload"), "{error}");
    // The same through JSON.
    let text = r#"{"type":"url","id":"url--1","value":"a","external_references":[{"source_name":5}]}"#;
    assert!(serde_json::from_str::<Object>(text).is_ok(), "it is set aside");
    let text = r#"{"type":"url","id":"url--1","value":{"a":5}}"#;
    let error = serde_json::from_str::<Object>(text).unwrap_err().to_string();
    assert!(error.contains("at $.value"), "{error}");
    let error = serde_json::from_str::<ExternalReference>(r#"{"source_name":5}"#).unwrap_err().to_string();
    assert!(error.contains("expected a string, found 5, at $.source_name"), "{error}");
}

#[test]
fn deep_nesting_is_refused() {
    for depth in [100, 129, 100_000] {
        let is_fine = depth == 100;
        let message_pack = [vec![0x91; depth], vec![0xc0]].concat();
        assert_eq!(Format::MessagePack.read::<Json<'static>>(&message_pack).is_ok(), is_fine);
        let cbor = [vec![0x81; depth], vec![0xf6]].concat();
        assert_eq!(Format::Cbor.read::<Json<'static>>(&cbor).is_ok(), is_fine);
        let text = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(Json::new(&text).is_ok(), is_fine);
        assert_eq!(serde_json::from_str::<Json<'static>>(&text).is_ok(), is_fine);
        assert_eq!(serde_yaml_ng::from_str::<Json<'static>>(&text).is_ok(), is_fine);
    }
}

/// Each line doubles the size: some 4 KB of YAML would become terabytes.
#[test]
fn aliases_of_yaml_are_bounded() {
    let mut text = format!("a0: &a0 \"{}\"\n", "x".repeat(1000));
    for line in 1..40 {
        text += &format!("a{line}: &a{line} [*a{0}, *a{0}]\n", line - 1);
    }
    let error = serde_yaml_ng::from_str::<Json<'static>>(&text).unwrap_err().to_string();
    assert!(error.contains("larger than 64 MiB as JSON") || error.contains("repetition limit"), "{error}");
    // Long text and many aliases are within the limit of the format.
    let text = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(200));
    let error = serde_yaml_ng::from_str::<Json<'static>>(&text).unwrap_err().to_string();
    assert!(error.contains("larger than 64 MiB as JSON, at $.b["), "{error}");
}
