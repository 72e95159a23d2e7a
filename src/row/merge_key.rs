//! What rows of several feeds are merged by.

use super::row::Row;
use super::row_key::RowKey;
use super::value_kind::ValueKind;
use crate::pattern::{Fingerprint, Opaque, Pattern};
use crate::vocab::PatternType;

/// What a row is about, whatever feed it is from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum MergeKey {
    /// A value that is an indicator by itself: its kind, what else tells it from other values of the
    /// kind, and its normal form.
    Value(ValueKind, Box<str>, Box<str>),
    /// A row that means something only together with its pattern: the pattern, and which of its rows.
    Pattern(Fingerprint, Box<str>, Box<str>),
    /// A row whose pattern is not known, so that nothing else is the same.
    Row(RowKey),
}

impl MergeKey {
    /// The keys of an indicator's rows, in their order.
    pub(super) fn of(rows: &[Row<'_>]) -> Vec<Self> {
        // The rows have one pattern, so it is parsed at most once.
        let fingerprints = std::cell::OnceCell::new();
        let key = |row: &Row<'_>| match &row.observable {
            Some(observable) if row.relation.standalone && observable.well_formed => {
                let other = match observable.kind {
                    kind if standard_key(kind, &observable.norm).is_some() => "".into(),
                    ValueKind::Hash => observable.hash_type().unwrap_or_default(),
                    // A file and a mutex of one name have nothing in common.
                    _ => (&*observable.key).into(),
                };
                Self::Value(observable.kind, other.as_ref().into(), observable.norm.as_ref().into())
            }
            observable => {
                // A row that is without the pattern, because that is long, has the key of one that has it.
                let of_pattern = *fingerprints.get_or_init(|| rows.first().and_then(fingerprint));
                let Some(fingerprint) = of_pattern else { return Self::Row(RowKey::from_row(row)) };
                let (key, norm) = observable.as_ref().map_or(("", ""), |own| (&*own.key, &*own.norm));
                Self::Pattern(fingerprint, key.into(), norm.into())
            }
        };
        rows.iter().map(key).collect()
    }

    /// The path that merged rows have for a value; `None` if it is that of the rows. Type and path.
    pub(super) fn path(&self) -> Option<(String, String)> {
        let Self::Value(kind, other, norm) = self else { return None };
        let key = match kind {
            // Names of other algorithms stay as they were sent.
            ValueKind::Hash => format!("file:hashes.{}", algorithm(other)?),
            kind => standard_key(*kind, norm)?.to_owned(),
        };
        let object_type = key.split(':').next().unwrap_or_default().to_owned();
        Some((object_type, key))
    }

    /// The key as text that no two keys share.
    pub(super) fn text(&self) -> String {
        // OK because strings cannot fail to be written.
        let json = |parts: &[&str]| serde_json::to_string(parts).unwrap_or_default();
        match self {
            Self::Value(kind, other, norm) => json(&["value", kind.as_str(), other, norm]),
            Self::Pattern(fingerprint, key, norm) => json(&["pattern", &fingerprint.to_string(), key, norm]),
            Self::Row(key) => json(&["row", &key.to_string()]),
        }
    }
}

/// A hash algorithm as the standard spells it.
fn algorithm(hash_type: &str) -> Option<&'static str> {
    Some(match hash_type {
        "md5" => "MD5",
        "sha1" => "'SHA-1'",
        "sha256" => "'SHA-256'",
        "sha512" => "'SHA-512'",
        "sha3_256" => "'SHA3-256'",
        "sha3_512" => "'SHA3-512'",
        "ssdeep" => "SSDEEP",
        "tlsh" => "TLSH",
        _ => return None,
    })
}

/// The path of values that mean the same at any path.
fn standard_key(kind: ValueKind, norm: &str) -> Option<&'static str> {
    Some(match kind {
        ValueKind::Ipv4 => "ipv4-addr:value",
        ValueKind::Ipv6 => "ipv6-addr:value",
        ValueKind::Cidr if norm.contains(':') => "ipv6-addr:value",
        ValueKind::Cidr => "ipv4-addr:value",
        ValueKind::Domain => "domain-name:value",
        ValueKind::Url => "url:value",
        ValueKind::Email => "email-addr:value",
        ValueKind::Mac => "mac-addr:value",
        _ => return None,
    })
}

/// The fingerprint of a row's pattern; `None` if it does not parse.
fn fingerprint(row: &Row<'_>) -> Option<Fingerprint> {
    match &*row.pattern_type {
        PatternType::Stix => Pattern::parse(&row.pattern).ok().map(|pattern| pattern.fingerprint()),
        pattern_type => Some(Opaque { pattern_type, pattern_version: None, text: &row.pattern }.fingerprint()),
    }
}
