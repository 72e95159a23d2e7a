use serde_json::Value;
use stixkit::marking::{Audience, Markings, Verdict};
use stixkit::reader::Source;
use stixkit::validate::{CHECKS, Profile, Report, write_sarif};
use stixkit::{Bundle, Reader};

use super::reading::Pieces;

/// Any bytes: a validation ends with the same findings each time and from a stream, all in the
/// profile and with places in the input; redaction leaves what may be shared.
pub(crate) fn validate(data: &[u8]) {
    let everything = CHECKS.iter().fold(Profile::new("everything"), |profile, check| profile.with(check.kind));
    for profile in [Profile::spec(), Profile::strict(), Profile::interop(), Profile::reading(), everything] {
        let Some(report) = report(&profile, Reader::from_slice(data)) else { continue };
        let again = self::report(&profile, Reader::from_slice(data)).expect("it was read just now");
        assert_eq!(report.findings(), again.findings());
        let streamed = self::report(&profile, Reader::from_reader(Pieces::new(data))).expect("limits are the same");
        assert_eq!(report.findings(), streamed.findings());
        places(&report, data);
        printed(&report);
        if let Ok(bundle) = Bundle::from_slice(data) {
            let counts = |report: &Report| report.counts().collect::<Vec<_>>();
            assert_eq!(counts(&bundle.check(&profile)), counts(&report), "{profile:?}");
        }
    }
    if let Ok(bundle) = Bundle::from_slice(data) {
        share(&bundle);
    }
}

fn report<S: Source>(profile: &Profile, reader: Reader<S>) -> Option<Report> {
    let report = Report::read(profile.clone(), reader).ok()?;
    for finding in report.findings() {
        assert!(profile.contains(finding.kind) && !finding.message.is_empty(), "{finding:?}");
    }
    Some(report)
}

/// Offsets, lines and columns agree, and are in the input.
fn places(report: &Report, data: &[u8]) {
    for finding in report.findings() {
        let Some(position) = finding.position else { continue };
        let before = data.get(..position.offset as usize).expect("it is in the input");
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let column = 1 + (before.len() - start) as u64;
        assert_eq!((position.line, position.column), (line, column), "{finding}");
    }
}

fn printed(report: &Report) {
    let text = report.to_string();
    assert!(text.lines().count() > report.findings().len());
    let mut log = Vec::new();
    write_sarif(&mut log, [("a b.json", report)]).expect("a vector takes every write");
    let log: Value = serde_json::from_slice(&log).expect("it is JSON");
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(report.findings().len()));
    for finding in report.findings() {
        let line = finding.to_json_line("a");
        let json: Value = serde_json::from_str(&line).expect("it is JSON");
        assert!(!line.contains('\n') && json["code"] == finding.code());
    }
}

/// Verdicts, redaction and closure of all objects.
fn share(bundle: &Bundle) {
    let markings = Markings::from_objects(bundle.objects());
    for audience in Audience::ALL {
        let all = markings.closure(bundle.objects());
        for object in bundle.objects() {
            let verdict = markings.may_share(object, audience);
            assert!(!matches!(verdict, Verdict::No(_)) || matches!(all.verdict(audience), Verdict::No(_)));
            let Ok(redacted) = markings.redact(object, audience) else {
                assert!(!verdict.is_yes(), "what may be shared needs no redaction: {object:?}");
                continue;
            };
            let left = markings.may_share(&redacted.object, audience);
            assert!(!matches!(left, Verdict::No(_)), "{left:?} for {audience:?}: {:?}", redacted.object);
            if redacted.removed.is_empty() {
                assert_eq!(&redacted.object, object);
            }
            let again = markings.redact(&redacted.object, audience).expect("what is left may be shared");
            assert_eq!((again.removed, again.object), (Vec::new(), redacted.object));
        }
    }
}
