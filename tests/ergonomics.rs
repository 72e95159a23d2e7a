//! What a new user types: every expression compiles as written, or in the form that the docs lead to, which a comment
//! names then. The numbers are the places in the list of expressions.

use std::collections::HashMap;
use std::error::Error;
use std::str::FromStr as _;

use chrono::Utc;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use stixkit::object::{self, Custom, ExternalReference, File, Hashes, Identity, Malware, ObjectType, Sighting, Tlp};
use stixkit::row::{self, Mapper, State, ValueKind};
use stixkit::taxii::{DynTransport, Transport, TransportError};
use stixkit::vocab::{HashAlgorithm, MalwareType};
use stixkit::{Bundle, Identifier, Json, Kind, Object, Properties, Reader, Timestamp};

type Tested = Result<(), Box<dyn Error>>;

const MALWARE: &str = "malware--d81f86b9-975b-4c0b-875e-810c5ad45a4f";
const DEFINITION: &str = "extension-definition--3146bda1-68d2-4f48-a7a7-d4994ba1af76";

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Sensor {
    site: String,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Acs {
    extension_type: String,
    level: u8,
}

fn time() -> Timestamp {
    Timestamp::parse("2024-05-01T10:00:00.000Z").unwrap()
}

fn malware() -> Malware {
    let mut malware = Malware::new(time(), "Poison Ivy", true);
    malware.common.id = MALWARE.into();
    malware
}

fn text() -> String {
    serde_json::to_string(&bundle()).unwrap()
}

fn bundle() -> Bundle {
    Bundle::from_slice(
        format!(
            r#"{{"type":"bundle","id":"bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11","objects":[{}]}}"#,
            serde_json::to_string(&malware()).unwrap()
        )
        .as_bytes(),
    )
    .unwrap()
}

#[test]
fn bundles() -> Tested {
    let s = text();
    // 1 to 3
    let x: Bundle = serde_json::from_str(&s)?;
    assert_eq!(x, bundle());
    let x: Bundle = s.parse()?;
    let bundle = x.clone();
    // 4 to 6
    let mut count = 0;
    for o in &bundle {
        count += o.custom().len();
    }
    for o in bundle.clone() {
        count += o.custom().len();
    }
    for o in bundle.objects() {
        count += o.custom().len();
    }
    assert_eq!(count, 0);
    // 7, 8
    let object = Object::from(malware());
    let b: Bundle = vec![object.clone()].into_iter().collect();
    assert_eq!(b.objects(), bundle.objects());
    let mut b = bundle.clone();
    b.extend([object]);
    assert_eq!(b.objects().len(), 2);
    // 34
    let id = Identifier::from(MALWARE);
    let x: Option<&Malware> = bundle.get_as(&id);
    assert!(x.is_some());
    // 35
    let rejected: Bundle = "[5]".parse()?;
    let x = serde_json::to_string(&rejected.rejected()[0])?;
    assert!(x.contains(r#""raw":"5""#), "{x}");
    // 50 to 57
    let mut changed = bundle.clone();
    let objects = changed.objects_mut();
    objects[0].common_mut().confidence = Some(7);
    let v = changed.clone().into_objects();
    assert_eq!(v.len(), 1);
    let x = Reader::open("a"); // Reader::from_path
    assert!(x.is_err());
    let x = Bundle::open("a");
    assert_eq!(x.unwrap_err().kind(), stixkit::error::ErrorKind::Io);
    let x = Bundle::from_str(&s);
    assert!(x.is_ok());
    let x: Vec<Object> = Reader::from_str(&s).objects().collect();
    assert_eq!(x, bundle.objects());
    let b = bundle == changed;
    assert!(!b);
    Ok(())
}

#[test]
fn identifiers() -> Tested {
    let id = Identifier::from(MALWARE);
    // 9 to 11
    let b = id == "malware--1";
    let own = MALWARE.to_owned();
    assert!(!b && id == MALWARE && id == *MALWARE && id == own);
    let b = id.is("malware--1");
    assert!(!b);
    let s = MALWARE.to_owned();
    let i: Identifier = s.clone().into();
    assert_eq!(i, id);
    // 12 to 14
    let x = Sighting::new(Utc::now(), s.clone());
    assert_eq!(x.sighting_of_ref, id);
    let x = Sighting::new(Utc::now(), s.as_str());
    assert_eq!(x.sighting_of_ref, id);
    let x = Sighting::new(Utc::now(), &id);
    assert_eq!(x.sighting_of_ref, id);
    // 21: an identifier is not kept as text, so a map is asked for an identifier.
    let m: HashMap<Identifier, u8> = HashMap::from([(id, 7)]);
    let x = m.get(&MALWARE.into());
    assert_eq!(x, Some(&7));
    // 47
    let i = Identifier::random(Kind::Malware);
    assert_eq!(i.kind(), Some(Kind::Malware));
    Ok(())
}

#[test]
fn times() -> Tested {
    let time = time();
    // 15 to 17
    let x = Identity::new(std::time::SystemTime::now(), "a");
    assert!(x.common.created.is_some());
    let x = Identity::new(chrono::DateTime::<Utc>::from(std::time::SystemTime::now()), "a");
    assert!(x.common.created.is_some());
    // 17: text may be no time, and constructors do not fail, so it is parsed first.
    let x = Identity::new("2024-05-01T10:00:00Z".parse::<Timestamp>()?, "a");
    assert_eq!(x.common.created.as_ref(), Some(&time));
    // 18 to 20
    let d: chrono::DateTime<Utc> = time.clone().into();
    assert_eq!(d, time.instant());
    let d = time < Utc::now().into();
    assert!(d);
    let later = time.clone() + std::time::Duration::from_secs(1);
    assert!(later > time);
    // 48, 73
    let i = Timestamp::now();
    assert!(i > time);
    let x = Identity::new(Timestamp::now(), "a");
    assert!(x.common.modified.is_some());
    // 58
    let x = Mapper::new(time);
    assert_eq!(x.now(), d_of("2024-05-01T10:00:00Z"));
    Ok(())
}

fn d_of(text: &str) -> chrono::DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn json() -> Tested {
    let mut p = Properties::new();
    // 22 to 24
    let j: Json = serde_json::json!({"a":1}).into();
    assert_eq!(j.as_json(), r#"{"a":1}"#);
    p.insert("x", 97);
    p.insert("x", &Json::new("97")?);
    // 45, 59
    for (k, v) in &p {
        assert_eq!((k.as_ref(), v.as_json()), ("x", "97"));
    }
    // 60
    p.insert("x", "text");
    let x = p.get("x").and_then(|j| j.as_str());
    assert_eq!(x.as_deref(), Some("text"));
    // 66 to 68
    p.set("x_score", &97)?;
    p.insert("site", "north");
    let x: Sensor = p.to()?;
    assert_eq!(x.site, "north");
    let mut object = Object::from(malware());
    object.common_mut().set_extension(DEFINITION, &Acs { extension_type: "property-extension".into(), level: 3 })?;
    let e: Option<Acs> = object.common().extension(DEFINITION)?;
    assert_eq!(e.map(|acs| acs.level), Some(3));
    let e: Option<Acs> = object.common().extension("extension-definition--…")?;
    assert_eq!(e, None);
    assert!(object.check().is_empty(), "{:?}", object.check());
    Ok(())
}

#[test]
fn words() -> Tested {
    // 25 to 30
    let k: Kind = "malware".parse()?;
    assert_eq!(k, Kind::Malware);
    let k: Tlp = "amber".parse()?;
    assert_eq!(k, Tlp::Amber);
    let t: MalwareType = "trojan".parse()?;
    assert_eq!(t, MalwareType::Trojan);
    let t: MalwareType = "trojan".into();
    assert_eq!(t, MalwareType::Trojan);
    let t = serde_json::to_string(&Kind::Malware)?;
    assert_eq!(serde_json::from_str::<Kind>(&t)?, Kind::Malware);
    let t = serde_json::to_string(&Tlp::Amber)?;
    assert_eq!(t, r#""amber""#);
    // 49, 71
    let x = Tlp::Amber.marking_id();
    assert_eq!(Tlp::from_marking_id(&x), Some(Tlp::Amber));
    let x = Tlp::Amber.definition();
    assert_eq!(x.tlp(), Some(Tlp::Amber));
    // 69, 70
    let t: State = "active".parse()?;
    assert_eq!(t, State::Active);
    let x = serde_json::to_string(&ValueKind::Ipv4)?;
    assert_eq!(x, r#""ipv4""#);
    Ok(())
}

#[test]
fn objects() -> Tested {
    let object = Object::from(malware());
    // 31 to 33
    let x = object::Ipv4Addr::new(std::net::Ipv4Addr::LOCALHOST);
    assert_eq!(x.value, "127.0.0.1");
    let x: &Malware = (&object).try_into()?;
    assert_eq!(x.is_family, Some(true));
    let x: Option<&Malware> = object.downcast_ref(); // object.as_malware()
    assert!(x.is_some());
    // 36, 37
    let x = serde_json::to_string(&object.check())?;
    assert_eq!(x, "[]");
    let x = serde_json::to_string(object.common())?;
    assert!(x.starts_with(r#"{"spec_version":"2.1","#), "{x}");
    // 38: a struct of the standard may get properties, and the identifier follows from them.
    let x = File::new().with(|file| file.size = Some(1));
    assert_eq!(x.size, Some(1));
    // 39 to 43
    let s = "cve".to_owned();
    let x = ExternalReference { source_name: s, ..Default::default() };
    assert_eq!(x, ExternalReference::new("cve"));
    let h = Hashes::from([(HashAlgorithm::Md5, "a")]);
    assert_eq!(h.len(), 1);
    let h: Hashes = [(HashAlgorithm::Md5, "a".to_string())].into_iter().collect();
    assert_eq!(h.get(&HashAlgorithm::Md5), Some("a"));
    let mut hashes = 0;
    for (a, h) in &Hashes::new() {
        hashes += a.as_str().len() + h.len();
    }
    assert_eq!(hashes, 0);
    // 46, 51, 52: `new` and fields instead of a builder, and any serializer for text.
    let m = Malware::new(time(), "Poison Ivy", true);
    let x = serde_json::to_string(&Object::from(m))?;
    assert!(x.starts_with(r#"{"type":"malware""#));
    // 61 to 65
    let n: Option<&str> = object.name();
    assert_eq!(n, Some("Poison Ivy"));
    assert_eq!((object.description(), object.external_id()), (None, None));
    let x = object.property("name").and_then(|v| v.as_str());
    assert_eq!(x.as_deref(), Some("Poison Ivy"));
    let x = object.created();
    assert_eq!(x, Some(&time()));
    let x = object.is_revoked();
    assert!(!x);
    let sensor = Custom::from_payload(time(), "x-sensor", &Sensor { site: "north".into() })?;
    let x: Option<Sensor> = Object::from(sensor).custom_as();
    assert_eq!(x.map(|sensor| sensor.site).as_deref(), Some("north"));
    let x: Option<Sensor> = object.custom_as();
    assert_eq!(x, None);
    // 72
    let x_url = object::Url::new("https://example.org/");
    let u: url::Url = x_url.value.parse()?;
    assert_eq!(u.host_str(), Some("example.org"));
    assert_eq!(Malware::KIND, Kind::Malware);
    Ok(())
}

/// 44: a row as JSON is for tables, and has its doubts as words only. A struct of the columns that a program needs reads
/// it.
#[test]
fn rows() -> Tested {
    #[derive(Deserialize)]
    struct Line {
        value: String,
        state: State,
        r#type: ValueKind,
    }

    let indicator = serde_json::from_value(serde_json::json!({
        "type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "spec_version": "2.1",
        "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "pattern_type": "stix",
        "pattern": "[ipv4-addr:value = '198.51.100.3']", "valid_from": "2024-05-01T10:00:00Z",
    }))?;
    let mapper = Mapper::new(time());
    let outcome: row::Outcome<'_> = mapper.map(&indicator);
    let r: Line = serde_json::from_str(&serde_json::to_string(&outcome.rows[0])?)?;
    assert_eq!((r.value.as_str(), r.state, r.r#type), ("198.51.100.3", State::Active, ValueKind::Ipv4));
    let x = serde_json::to_value(&outcome)?;
    assert_eq!((&x["class"], &x["rows"][0]["value"]), (&"atomic".into(), &"198.51.100.3".into()));
    Ok(())
}

/// 74
#[test]
fn transports() {
    struct Nowhere;

    impl Transport for Nowhere {
        async fn send(&self, _: Request<Vec<u8>>, _: u64) -> Result<Response<Vec<u8>>, TransportError> {
            Ok(Response::new(Vec::new()))
        }
    }

    fn is_transport<T: Transport>(_: &T) {}

    let x: Box<dyn DynTransport> = Box::new(Nowhere);
    is_transport(&x);
}

/// What `main` prints if it returns an error, and what serde adds to it.
#[test]
fn errors() {
    let error = Bundle::open("/nonexistent/feed.json").unwrap_err();
    let shown = format!("{error:?}");
    assert!(shown.starts_with(&error.to_string()) && shown.contains("os error"), "{shown}");
    let error = stixkit::pattern::Pattern::parse("[a").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let text = r#"{"type":"identity","id":"identity--1","name":7}"#;
    let error = serde_json::from_str::<Object>(text).unwrap_err().to_string();
    assert!(error.contains("$.name"), "{error}");
    let error = serde_json::from_str::<Malware>(text).unwrap_err().to_string();
    assert!(error.contains("$.name"), "{error}");
    let object = Object::from(Identity::new(time(), "a"));
    let error = <&Malware>::try_from(&object).unwrap_err();
    assert_eq!(error.to_string(), "the object is of type identity, not malware");
}
