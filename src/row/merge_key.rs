//! What rows of several feeds are merged by.

use std::borrow::Cow;

use uuid::Uuid;

use super::packed::{Unpacker, put_text, text_of};
use super::row::Row;
use super::row_key::RowKey;
use super::value_kind::ValueKind;
use crate::pattern::ast::Literal;
use crate::pattern::{Fingerprint, Opaque, Pattern};
use crate::vocab::PatternType;

/// What a row is about, whatever feed it is from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum MergeKey {
    /// A value that is an indicator by itself: its kind, what else tells it from other values of
    /// the kind, and its normal form.
    Value(ValueKind, Box<str>, Box<str>),
    /// A row that means something only together with its pattern: the pattern, and which of its
    /// rows.
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
                // A row that is without the pattern, because that is long, has the key of one that
                // has it.
                let of_pattern = *fingerprints.get_or_init(|| rows.first().and_then(fingerprint));
                let Some(fingerprint) = of_pattern else { return Self::Row(RowKey::from_row(row)) };
                let (key, norm) = observable.as_ref().map_or(("", ""), |own| (&*own.key, &*own.norm));
                Self::Pattern(fingerprint, key.into(), norm.into())
            }
        };
        rows.iter().map(key).collect()
    }

    /// The path and the normal form that merged rows have. `None` if the row has no value, or is
    /// one of a pattern that is not known.
    pub(super) fn path_and_norm(&self) -> Option<(Cow<'_, str>, &str)> {
        match self {
            Self::Value(ValueKind::Hash, algorithm, norm) => {
                Some((format!("file:hashes.{}", spelling(algorithm)).into(), norm))
            }
            Self::Value(kind, path, norm) => Some((standard_key(*kind, norm).unwrap_or(path).into(), norm)),
            Self::Pattern(_, path, norm) if !path.is_empty() => Some((Cow::Borrowed(path), norm)),
            Self::Pattern(..) | Self::Row(_) => None,
        }
    }

    /// The key in few bytes.
    pub(super) fn pack(&self) -> Vec<u8> {
        let (tag, fixed, text, rest): (_, [u8; 16], _, _) = match self {
            Self::Value(kind, other, norm) => (kind_number(*kind), [0; 16], other, norm),
            Self::Pattern(fingerprint, path, norm) => (PATTERN, fingerprint.get().to_be_bytes(), path, norm),
            Self::Row(key) => (ROW, key.uuid().into_bytes(), &Box::default(), &Box::default()),
        };
        let mut out = Vec::with_capacity(20 + text.len() + rest.len());
        out.push(tag);
        if tag >= PATTERN {
            out.extend_from_slice(&fixed);
        }
        put_text(&mut out, text);
        out.extend_from_slice(rest.as_bytes());
        out
    }

    pub(super) fn unpack(bytes: &[u8]) -> Self {
        let mut unpacker = Unpacker(bytes);
        let tag = unpacker.byte();
        let fixed = if tag >= PATTERN { unpacker.array() } else { [0; 16] };
        let (text, rest) = (unpacker.text().into(), text_of(unpacker.0).into());
        match tag {
            PATTERN => Self::Pattern(Fingerprint::from_number(u128::from_be_bytes(fixed)), text, rest),
            ROW => Self::Row(RowKey::from_uuid(Uuid::from_bytes(fixed))),
            // OK because it is the number of a kind.
            kind => Self::Value(ValueKind::ALL[usize::from(kind) % ValueKind::ALL.len()], text, rest),
        }
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

const PATTERN: u8 = 254;
const ROW: u8 = 255;

fn kind_number(kind: ValueKind) -> u8 {
    // OK because there are twenty.
    ValueKind::ALL.iter().position(|own| *own == kind).unwrap_or_default() as u8
}

/// A hash algorithm as a step of a path, spelled as the standard does.
fn spelling(hash_type: &str) -> Cow<'_, str> {
    Cow::Borrowed(match hash_type {
        "md5" => "MD5",
        "sha1" => "'SHA-1'",
        "sha256" => "'SHA-256'",
        "sha512" => "'SHA-512'",
        "sha3_256" => "'SHA3-256'",
        "sha3_512" => "'SHA3-512'",
        "ssdeep" => "SSDEEP",
        "tlsh" => "TLSH",
        "sha224" => "'SHA-224'",
        "sha384" => "'SHA-384'",
        // Of others, one spelling for all feeds.
        other => return Literal::from(other).to_string().into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unpacked_as_they_were() {
        let pattern = Fingerprint::from_number(u128::MAX - 7);
        for kind in ValueKind::ALL {
            let key = MergeKey::Value(kind, "file:name".into(), "é".into());
            assert_eq!(MergeKey::unpack(&key.pack()), key);
        }
        let row = MergeKey::Row(RowKey::from_uuid(Uuid::from_u128(5)));
        for key in [MergeKey::Pattern(pattern, "file:name".into(), "".into()), row] {
            assert_eq!(MergeKey::unpack(&key.pack()), key);
        }
    }

    #[test]
    fn hashes_have_one_path() {
        for (hash_type, path) in [
            ("sha256", "file:hashes.'SHA-256'"),
            ("sha384", "file:hashes.'SHA-384'"),
            ("x_own", "file:hashes.'x_own'"),
            ("it's", r"file:hashes.'it\'s'"),
        ] {
            let key = MergeKey::Value(ValueKind::Hash, hash_type.into(), "ab".into());
            assert_eq!(key.path_and_norm(), Some((path.into(), "ab")));
        }
    }
}
