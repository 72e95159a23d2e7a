//! How the values of a field are read.

use crate::row::ValueKind;

/// How the values of a field are read. The words of field maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// An address. Other values are left out.
    Address,
    /// An address or a name, also with a port.
    Host,
    /// What Sysmon writes as the answer to a DNS query: `type:  5 a.example;::ffff:198.51.100.7;`.
    DnsResults,
    Url,
    /// An address of e-mail, also as `Name <name@a.example>`.
    Email,
    /// A path of a file: whole, its last part, and the directory.
    Path,
    /// A path of a file of which only the last part counts.
    BaseName,
    /// A hash. Its length tells the algorithm.
    Hash,
    /// Hashes with the names of their algorithms: `SHA1=…,MD5=…`.
    Hashes,
    /// A key of the registry.
    RegistryKey,
    /// A key of the registry, perhaps with the name of a value after it.
    RegistryValue,
    /// Text that is looked up as it is.
    Plain(ValueKind),
    /// A number, also if the log has it as text.
    Number(ValueKind),
    /// A hash of one algorithm: an index of `HASHES`.
    Digest(u8),
    /// What only tests of patterns see, as the log has it.
    Tested,
    /// What only tests of patterns see: a number, also if the log has it as text.
    TestedNumber,
}

/// A value that a reading yields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Yield {
    /// As what it is looked up.
    pub(super) kind: Option<ValueKind>,
    /// The path of its object where a map has none.
    pub(super) path: Option<&'static str>,
    /// What is added to the path that a map has.
    pub(super) suffix: &'static str,
}

/// The algorithms of hashes by name, with the number of digits if that tells the algorithm.
pub(super) const HASHES: [(&str, &str, Option<usize>); 10] = [
    ("md5", "MD5", Some(32)),
    ("sha1", "SHA-1", Some(40)),
    ("sha256", "SHA-256", Some(64)),
    ("sha512", "SHA-512", Some(128)),
    ("sha224", "SHA-224", Some(56)),
    ("sha384", "SHA-384", Some(96)),
    ("imphash", "IMPHASH", None),
    ("ssdeep", "SSDEEP", None),
    ("tlsh", "TLSH", None),
    ("authentihash", "AUTHENTIHASH", None),
];

/// The number of algorithms that a length tells.
const LENGTHS: usize = 6;

/// The yields of `Path`, in this order.
pub(super) const WHOLE: u32 = 0;
pub(super) const BASE_NAME: u32 = 1;
pub(super) const DIRECTORY: u32 = 2;

/// The yields of `RegistryValue`, in this order.
pub(super) const KEY: u32 = 0;
pub(super) const VALUE_NAME: u32 = 1;

/// The yields of `Host`, in this order. `Address` has the first two.
pub(super) const IPV4: u32 = 0;
pub(super) const IPV6: u32 = 1;
pub(super) const NAME: u32 = 2;

impl Reading {
    /// The readings by name.
    pub(super) const ALL: [(&'static str, Self); 27] = [
        ("address", Self::Address),
        ("host", Self::Host),
        ("dns-results", Self::DnsResults),
        ("url", Self::Url),
        ("email", Self::Email),
        ("path", Self::Path),
        ("base-name", Self::BaseName),
        ("hash", Self::Hash),
        ("hashes", Self::Hashes),
        ("registry-key", Self::RegistryKey),
        ("registry-value", Self::RegistryValue),
        ("name", Self::Plain(ValueKind::Name)),
        ("text", Self::Plain(ValueKind::Text)),
        ("mac", Self::Plain(ValueKind::Mac)),
        ("serial", Self::Plain(ValueKind::Serial)),
        ("cve", Self::Plain(ValueKind::Cve)),
        ("port", Self::Number(ValueKind::Port)),
        ("asn", Self::Number(ValueKind::Asn)),
        ("number", Self::Number(ValueKind::Number)),
        ("tested", Self::Tested),
        ("tested-number", Self::TestedNumber),
        ("md5", Self::Digest(0)),
        ("sha1", Self::Digest(1)),
        ("sha256", Self::Digest(2)),
        ("sha512", Self::Digest(3)),
        ("imphash", Self::Digest(6)),
        ("ssdeep", Self::Digest(7)),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, reading)| *reading)
    }

    /// The values that it yields. Each has a rule of its own.
    pub(super) fn yields(self) -> Vec<Yield> {
        let one = |kind, path| Yield { kind: Some(kind), path, suffix: "" };
        let endpoints = [
            one(ValueKind::Ipv4, Some("ipv4-addr:value")),
            one(ValueKind::Ipv6, Some("ipv6-addr:value")),
            one(ValueKind::Domain, Some("domain-name:value")),
        ];
        let hashes = |from: usize, to: usize| HASHES[from..to].iter().map(|(_, name, _)| digest(name)).collect();
        match self {
            Self::Address => endpoints[..2].to_vec(),
            Self::Host | Self::DnsResults => endpoints.to_vec(),
            Self::Url => vec![one(ValueKind::Url, Some("url:value"))],
            Self::Email => vec![one(ValueKind::Email, Some("email-addr:value"))],
            Self::Path => vec![
                Yield { suffix: "path", ..one(ValueKind::Path, Some("file:path")) },
                Yield { suffix: "name", ..one(ValueKind::Name, Some("file:name")) },
                Yield {
                    suffix: "parent_directory_ref.path",
                    ..one(ValueKind::Path, Some("file:parent_directory_ref.path"))
                },
            ],
            Self::BaseName => vec![one(ValueKind::Name, Some("file:name"))],
            Self::Hash | Self::Hashes => hashes(0, HASHES.len()),
            Self::RegistryKey => vec![one(ValueKind::RegistryKey, Some("windows-registry-key:key"))],
            Self::RegistryValue => vec![
                Yield { suffix: "key", ..one(ValueKind::RegistryKey, Some("windows-registry-key:key")) },
                Yield { suffix: "values[*].name", ..one(ValueKind::Name, Some("windows-registry-key:values[*].name")) },
            ],
            Self::Plain(ValueKind::Mac) => vec![one(ValueKind::Mac, Some("mac-addr:value"))],
            Self::Plain(kind) | Self::Number(kind) => vec![one(kind, None)],
            Self::Digest(algorithm) => hashes(algorithm.into(), usize::from(algorithm) + 1),
            Self::Tested | Self::TestedNumber => vec![Yield { kind: None, path: None, suffix: "" }],
        }
    }

    /// The algorithm of a hash by the number of its digits: an index of `HASHES`, and so of the yields of `Hash`.
    pub(super) fn algorithm_of_length(digits: usize) -> Option<u32> {
        HASHES[..LENGTHS].iter().position(|(_, _, own)| *own == Some(digits)).map(|place| place as u32)
    }

    /// The algorithm with a name, whatever its case and punctuation, or with a number of OCSF (`hash_algorithm_id`).
    pub(super) fn algorithm_named(name: &str) -> Option<u32> {
        let is_named = |own: &str| {
            let mut letters = name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
            own.bytes().all(|byte| letters.next() == Some(byte)) && letters.next().is_none()
        };
        match name {
            "1" => Some(0),
            "2" => Some(1),
            "3" => Some(2),
            "4" => Some(3),
            "5" => Some(7),
            "6" => Some(8),
            "8" => Some(4),
            "9" => Some(5),
            "18" => Some(6),
            _ => HASHES.iter().position(|(own, _, _)| is_named(own)).map(|place| place as u32),
        }
    }
}

/// The value of a hash. Maps have the path up to the hashes.
fn digest(algorithm: &'static str) -> Yield {
    let (path, suffix) = match algorithm {
        "MD5" => ("file:hashes.MD5", "MD5"),
        "SHA-1" => ("file:hashes.'SHA-1'", "'SHA-1'"),
        "SHA-256" => ("file:hashes.'SHA-256'", "'SHA-256'"),
        "SHA-512" => ("file:hashes.'SHA-512'", "'SHA-512'"),
        "SHA-224" => ("file:hashes.'SHA-224'", "'SHA-224'"),
        "SHA-384" => ("file:hashes.'SHA-384'", "'SHA-384'"),
        "IMPHASH" => ("file:hashes.IMPHASH", "IMPHASH"),
        "SSDEEP" => ("file:hashes.SSDEEP", "SSDEEP"),
        "TLSH" => ("file:hashes.TLSH", "TLSH"),
        _ => ("file:hashes.AUTHENTIHASH", "AUTHENTIHASH"),
    };
    Yield { kind: Some(ValueKind::Hash), path: Some(path), suffix }
}
