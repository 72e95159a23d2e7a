//! Reports in the format that CI systems show beside the code: SARIF 2.1.0.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::checks::CHECKS;
use super::finding::Finding;
use super::report::Report;
use crate::finding::Level;

/// Writes the reports of files as one log of SARIF 2.1.0. Names of files become relative URIs.
///
/// # Errors
///
/// Returns the writer's own error.
///
/// ```
/// use stixkit::Reader;
/// use stixkit::validate::{Profile, Report, write_sarif};
///
/// let report = Report::read(Profile::spec(), Reader::from_str(r#"{"type": "identity", "name": "A"}"#))?;
/// let mut out = Vec::new();
/// write_sarif(&mut out, [("feed.json", &report)])?;
/// let log: serde_json::Value = serde_json::from_slice(&out)?;
/// assert_eq!(log["runs"][0]["results"][0]["ruleId"], "unreadable");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_sarif<'a>(
    out: &mut impl Write,
    reports: impl IntoIterator<Item = (&'a str, &'a Report)>,
) -> io::Result<()> {
    let rules: Vec<_> = CHECKS
        .iter()
        .map(|check| {
            json!({
                "id": check.code,
                "shortDescription": {"text": format!("Smallest input: {}", check.input)},
                "defaultConfiguration": {"level": level(check.kind.level())},
                "properties": {"section": check.section},
            })
        })
        .collect();
    let driver = json!({"name": "stixkit", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    write!(
        out,
        r#"{{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{{"tool":{{"driver":{driver}}},"results":["#
    )?;
    let mut is_first = true;
    for (file, report) in reports {
        let uri = uri(file);
        for finding in report.findings() {
            let comma = if std::mem::take(&mut is_first) { "" } else { "," };
            write!(out, "{comma}\n{}", result(finding, &uri))?;
        }
    }
    out.write_all(b"\n]}]}\n")
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "note",
    }
}

fn result(finding: &Finding, uri: &str) -> Value {
    let mut message = finding.message.clone();
    if let Some(suggestion) = &finding.suggestion {
        // OK because writing to a string cannot fail.
        let _ = write!(message, " Suggestion: {suggestion}");
    }
    let mut physical = json!({"artifactLocation": {"uri": uri}});
    if let Some(position) = finding.position {
        physical["region"] = json!({"startLine": position.line, "startColumn": position.column});
    }
    let name = format!("{}{}", finding.id.as_deref().unwrap_or_default(), finding.path);
    json!({
        "ruleId": finding.code(),
        "level": level(finding.level()),
        "message": {"text": message},
        "locations": [{"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": name}]}],
    })
}

/// The name of a file as a URI reference.
fn uri(file: &str) -> String {
    let mut uri = String::new();
    for byte in file.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            _ if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) => uri.push(char::from(byte)),
            // OK because writing to a string cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}
