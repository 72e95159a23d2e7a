//! What the server for trying things out has to offer.

use serde_json::{Value, json};

const SOURCE: &str = "identity--6f1a0a52-2d53-4d0b-9a0c-3e3f5b0d7a10";

/// Whoever the indicators come from, and 250 indicators, as JSON.
pub(crate) fn objects() -> impl Iterator<Item = Value> {
    let identity = json!({
        "type": "identity", "spec_version": "2.1", "id": SOURCE, "created": time(0), "modified": time(0),
        "name": "Example CERT", "identity_class": "organization",
    });
    std::iter::once(identity).chain((0..250).map(indicator))
}

/// Of names and addresses that are reserved for documentation.
fn indicator(number: u32) -> Value {
    let pattern = match number % 5 {
        0 => format!("[ipv4-addr:value = '192.0.2.{}']", number % 256),
        1 => format!("[domain-name:value = 'host-{number}.example.com']"),
        2 => format!("[url:value = 'https://host-{number}.example.net/login']"),
        3 => format!("[file:hashes.'SHA-256' = '{number:064x}']"),
        _ => format!("[ipv4-addr:value = '198.51.100.{}' AND domain-name:value = 'c2.example.org']", number % 256),
    };
    json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--00000000-0000-4000-8000-{number:012x}"),
        "created_by_ref": SOURCE, "created": time(number), "modified": time(number),
        "name": format!("Sample indicator {number}"), "indicator_types": ["malicious-activity"],
        "pattern": pattern, "pattern_type": "stix", "pattern_version": "2.1", "valid_from": time(number),
        "confidence": 10 + number % 90,
    })
}

fn time(minutes: u32) -> String {
    format!("2026-01-01T{:02}:{:02}:00.000Z", minutes / 60, minutes % 60)
}
