//! How large the tables become.

use super::*;

fn addresses(count: u32) -> String {
    let values: Vec<_> =
        (0..count).map(|number| format!("'{}'", std::net::Ipv4Addr::from(0x0a00_0000 + number))).collect();
    format!("[ipv4-addr:value IN ({})]", values.join(", "))
}

#[test]
fn c02_a_long_pattern_is_written_once() {
    let own = indicator_with(&addresses(20_000), json!({"name": "n", "description": "d"}));
    assert!(own.pattern.len() > 280_000);
    let (mapper, options) = (mapper(), golden_options());
    let outcome = mapper.map(&own);
    let today: Vec<_> = ThreatIntelIndicators::rows(&outcome, &own, &options).map(|row| line(&row)).collect();
    let legacy: Vec<_> = ThreatIntelligenceIndicator::rows(&outcome, &own, &options).iter().map(line).collect();
    for (name, lines) in [("ThreatIntelIndicators", &today), ("ThreatIntelligenceIndicator", &legacy)] {
        let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
        assert_eq!(lines.len(), 20_000);
        assert!(bytes <= 20_000_000, "{name}: {bytes}");
    }
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let (first, last) = (read(&today[0]), read(&today[19_999]));
    assert_eq!((&first["Pattern"], last.get("Pattern")), (&json!(own.pattern), None));
    assert_eq!((&first["Id"], &last["ObservableValue"]), (&last["Id"], &json!("10.0.78.31")));
    let (first, last) = (read(&legacy[0]), read(&legacy[19_999]));
    assert_eq!((&information(&first)["pattern"], information(&last).get("pattern")), (&json!(own.pattern), None));
    assert_eq!(information(&last)["pattern_type"], "stix");
    assert_eq!(first["ExternalIndicatorId"], last["ExternalIndicatorId"]);
}

#[test]
fn c02_long_data_are_written_once() {
    let references: Vec<_> =
        (0..100).map(|number| json!({"source_name": format!("source {number}"), "url": "http://a/"})).collect();
    let more =
        json!({"external_references": references, "labels": ["l".repeat(5000)], "description": "d".repeat(5000)});
    let (mapper, options, own) = (mapper(), Options::new(), indicator_with(&addresses(3), more));
    let today = rows_of(&mapper, &own, &options);
    assert!(today[0]["Data"]["external_references"].is_array() && today[0]["Tags"].is_string());
    assert_eq!((&today[2]["Data"], today[2].get("Tags")), (&json!({"type": "indicator", "id": ID}), None));
    // A short one is in all.
    assert_eq!(today[2]["Pattern"], json!(own.pattern));
    let legacy = legacy_of(&mapper, &own, &options);
    assert_eq!(legacy[0]["Description"].as_str().map(str::len), Some(5000));
    assert_eq!(legacy[2].get("Description"), None);
    assert!(information(&legacy[0])["external_references"].is_array());
    assert_eq!(information(&legacy[2]).get("external_references"), None);
    assert_eq!(information(&legacy[2])["pattern"], json!(own.pattern));
}
