//! The words of the legacy column `ThreatType`.

use crate::sink::kill_chain::letters;
use crate::vocab::IndicatorType;

/// The words of the legacy column `ThreatType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThreatTypes {
    /// The first of the indicator's types, `malicious-activity`, as rows from STIX feeds had it.
    #[default]
    Stix,
    /// The words of the Graph security API: `Botnet`, `C2`, `CryptoMining`, `Darknet`, `DDoS`,
    /// `MaliciousUrl`, `Malware`, `Phishing`, `Proxy`, `PUA`, `WatchList`. `anonymization` is
    /// `Proxy`; `malicious-activity` is what a label says, else `MaliciousUrl` of a URL and
    /// `Malware` of a file; everything else is `WatchList`.
    Graph,
}

/// The word of the Graph security API.
pub(super) fn graph_type(first: Option<&IndicatorType>, labels: &[String], object_type: Option<&str>) -> &'static str {
    let of_label = || labels.iter().find_map(|label| graph_word(label));
    match first {
        Some(IndicatorType::Anonymization) => "Proxy",
        Some(IndicatorType::MaliciousActivity) => of_label().unwrap_or(match object_type {
            Some("url") => "MaliciousUrl",
            Some("file") => "Malware",
            _ => "WatchList",
        }),
        Some(IndicatorType::Other(own)) => graph_word(own).or_else(of_label).unwrap_or("WatchList"),
        Some(_) => "WatchList",
        None => of_label().unwrap_or("WatchList"),
    }
}

/// The word that a label is, or that it means by a common name of the same.
fn graph_word(label: &str) -> Option<&'static str> {
    Some(match String::from_iter(letters(label)).as_str() {
        "botnet" => "Botnet",
        "c2" | "cc" | "commandandcontrol" => "C2",
        "cryptomining" => "CryptoMining",
        "darknet" => "Darknet",
        "ddos" => "DDoS",
        "maliciousurl" => "MaliciousUrl",
        "malware" => "Malware",
        "phishing" => "Phishing",
        "proxy" => "Proxy",
        "pua" => "PUA",
        "watchlist" => "WatchList",
        _ => return None,
    })
}
