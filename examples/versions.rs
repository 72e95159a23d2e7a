//! Turns STIX 2.0 into 2.1 and back, and prints what has another form or no place in the other version.
//!
//! `cargo run --example versions [FILE]`

mod usage;

use std::io::Write;

use stixkit::{Bundle, Object};

const SAMPLE: &[u8] =
    br#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "spec_version": "2.0", "objects": [
    {"type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
        "created": "2016-04-06T19:58:16.000Z", "modified": "2016-04-06T19:58:16.000Z",
        "first_observed": "2015-12-21T19:00:00Z", "last_observed": "2015-12-21T19:00:00Z", "number_observed": 1,
        "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
        "objects": {
            "0": {"type": "file", "name": "a.zip", "is_encrypted": true, "parent_directory_ref": "1"},
            "1": {"type": "directory", "path": "/tmp"}}},
    {"type": "malware", "id": "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "created": "2016-04-06T20:07:09.000Z", "modified": "2016-04-06T20:07:09.000Z",
        "labels": ["ransomware", "seen-in-2016"], "name": "Cryptolocker"},
    {"type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2024-04-06T20:03:48.000Z", "modified": "2024-04-06T20:03:48.000Z",
        "pattern": "title: a rule", "pattern_type": "sigma", "valid_from": "2024-01-01T00:00:00Z"}]}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if usage::is_asked("usage: versions [FILE]") {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    let bytes = std::env::args_os().nth(1).map_or(Ok(SAMPLE.to_vec()), std::fs::read)?;

    let (new, changes) = Bundle::from_slice(&bytes)?.upgrade_with_changes();
    print(&mut out, "STIX 2.1", new.objects())?;
    changes.iter().try_for_each(|change| writeln!(out, "  {change}"))?;

    let old = new.downgrade();
    print(&mut out, "STIX 2.0", old.bundle.objects())?;
    old.changes.iter().try_for_each(|change| writeln!(out, "  {change}"))?;
    for (object, reason) in &old.refused {
        writeln!(out, "  {}: {reason}", object.id())?;
    }
    Ok(())
}

fn print(out: &mut impl Write, title: &str, objects: &[Object]) -> Result<(), Box<dyn std::error::Error>> {
    writeln!(out, "{title}")?;
    for object in objects {
        writeln!(out, "{}", serde_json::to_string(object)?)?;
    }
    Ok(())
}
