//! What a feed says that its values are.

use std::borrow::Cow;

use super::value_type::ValueType;
use super::value_type::ValueType as T;
use crate::pattern::Parser;

/// What a feed says that its values are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    /// Nothing.
    Nothing,
    /// An address or a network of either family.
    Ip,
    /// An address or a network.
    Ipv4,
    Ipv6,
    /// One of those that the form shows.
    Hash,
    /// One type: none of the addresses.
    Type(ValueType),
    /// The source of traffic: an address with a port.
    SourceEndpoint,
    /// What a path leads to.
    Path(Cow<'static, str>),
    /// What a path leads to: so many hexadecimal digits.
    Digits(&'static str, usize),
    /// Two values with a `|` between: the paths of one object.
    Composite(Box<(Self, Self)>),
}

/// The path of the names that a domain had as an address at some time.
pub(super) const RESOLVED: &str = "domain-name:resolves_to_refs[*].value";

/// The words that feeds use, in letters and digits alone, and what they mean.
const WORDS: &[(&str, Declared)] = &{
    use Declared::{Digits, Hash, Ip, Ipv4, Ipv6, Nothing, SourceEndpoint, Type};
    const fn path(path: &'static str) -> Declared {
        Declared::Path(Cow::Borrowed(path))
    }
    [
        ("detect", Nothing),
        ("ip", Ip),
        ("ips", Ip),
        ("ipaddr", Ip),
        ("ipaddress", Ip),
        ("ipsrc", Ip),
        ("ipdst", Ip),
        ("srcip", Ip),
        ("dstip", Ip),
        ("cidr", Ip),
        ("network", Ip),
        ("netblock", Ip),
        ("subnet", Ip),
        ("ipv4", Ipv4),
        ("ipv4addr", Ipv4),
        ("ipv4address", Ipv4),
        ("ipv4addrvalue", Ipv4),
        ("ipv4cidr", Ipv4),
        ("ipv6", Ipv6),
        ("ipv6addr", Ipv6),
        ("ipv6address", Ipv6),
        ("ipv6addrvalue", Ipv6),
        ("ipv6cidr", Ipv6),
        ("ipport", Type(T::Endpoint)),
        ("ipdstport", Type(T::Endpoint)),
        ("ipsrcport", SourceEndpoint),
        ("hostnameport", Type(T::Endpoint)),
        ("domainport", Type(T::Endpoint)),
        ("endpoint", Type(T::Endpoint)),
        ("range", Ip),
        ("iprange", Ip),
        ("asn", Type(T::Asn)),
        ("as", Type(T::Asn)),
        ("autonomoussystem", Type(T::Asn)),
        ("wildcard", Type(T::Subdomains)),
        ("subdomains", Type(T::Subdomains)),
        ("btc", Type(T::Wallet)),
        ("eth", Type(T::Wallet)),
        ("xmr", Type(T::Wallet)),
        ("bitcoin", Type(T::Wallet)),
        ("bitcoinaddress", Type(T::Wallet)),
        ("ethereum", Type(T::Wallet)),
        ("monero", Type(T::Wallet)),
        ("wallet", Type(T::Wallet)),
        ("cryptocurrencywallet", Type(T::Wallet)),
        ("pattern", Type(T::Pattern)),
        ("stix", Type(T::Pattern)),
        ("stix2", Type(T::Pattern)),
        ("stixpattern", Type(T::Pattern)),
        ("ja3", Digits("network-traffic:x_ja3", 32)),
        ("ja3fingerprint", Digits("network-traffic:x_ja3", 32)),
        ("ja3fingerprintmd5", Digits("network-traffic:x_ja3", 32)),
        ("ja3s", Digits("network-traffic:x_ja3s", 32)),
        ("jarm", Digits("network-traffic:x_jarm", 62)),
        ("jarmfingerprint", Digits("network-traffic:x_jarm", 62)),
        ("certificatesha1", Digits("x509-certificate:hashes.'SHA-1'", 40)),
        ("certsha1", Digits("x509-certificate:hashes.'SHA-1'", 40)),
        ("sslcertfingerprint", Digits("x509-certificate:hashes.'SHA-1'", 40)),
        ("x509fingerprintsha1", Digits("x509-certificate:hashes.'SHA-1'", 40)),
        ("x509fingerprintsha256", Digits("x509-certificate:hashes.'SHA-256'", 64)),
        ("x509fingerprintmd5", Digits("x509-certificate:hashes.MD5", 32)),
        ("useragent", path("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'")),
        ("ip4", Ipv4),
        ("ip6", Ipv6),
        ("hostport", Type(T::Endpoint)),
        ("domain", Type(T::Domain)),
        ("domains", Type(T::Domain)),
        ("domainname", Type(T::Domain)),
        ("domainnamevalue", Type(T::Domain)),
        ("host", Type(T::Domain)),
        ("hostname", Type(T::Domain)),
        ("fqdn", Type(T::Domain)),
        ("url", Type(T::Url)),
        ("urls", Type(T::Url)),
        ("uri", Type(T::Url)),
        ("urlvalue", Type(T::Url)),
        ("email", Type(T::Email)),
        ("emailaddr", Type(T::Email)),
        ("emailaddress", Type(T::Email)),
        ("emailaddrvalue", Type(T::Email)),
        ("emailsrc", Type(T::Email)),
        ("emaildst", Type(T::Email)),
        ("hash", Hash),
        ("filehash", Hash),
        ("md5", Type(T::Md5)),
        ("md5hash", Type(T::Md5)),
        ("hashmd5", Type(T::Md5)),
        ("filehashmd5", Type(T::Md5)),
        ("filehashesmd5", Type(T::Md5)),
        ("sha1", Type(T::Sha1)),
        ("sha1hash", Type(T::Sha1)),
        ("hashsha1", Type(T::Sha1)),
        ("filehashsha1", Type(T::Sha1)),
        ("filehashessha1", Type(T::Sha1)),
        ("sha256", Type(T::Sha256)),
        ("sha256hash", Type(T::Sha256)),
        ("hashsha256", Type(T::Sha256)),
        ("filehashsha256", Type(T::Sha256)),
        ("filehashessha256", Type(T::Sha256)),
        ("sha512", Type(T::Sha512)),
        ("sha512hash", Type(T::Sha512)),
        ("hashsha512", Type(T::Sha512)),
        ("filehashsha512", Type(T::Sha512)),
        ("filehashessha512", Type(T::Sha512)),
        ("cve", Type(T::Cve)),
        ("cveid", Type(T::Cve)),
        ("vulnerability", Type(T::Cve)),
        ("sslcertsha1", Digits("x509-certificate:hashes.'SHA-1'", 40)),
        ("imphash", path("file:hashes.IMPHASH")),
        ("ssdeep", path("file:hashes.SSDEEP")),
        ("tlsh", path("file:hashes.TLSH")),
        ("filename", path("file:name")),
        ("mutex", path("mutex:name")),
        ("macaddr", path("mac-addr:value")),
        ("macaddress", path("mac-addr:value")),
        ("regkey", path("windows-registry-key:key")),
        ("registrykey", path("windows-registry-key:key")),
    ]
};

impl Declared {
    /// What a feed's word for a type means: `ipv4-addr`, `FileHash-SHA256`, `ip:port`; or a path of
    /// an observable, `file:name`.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        let word = word.trim();
        if let Some((left, right)) = word.split_once('|')
            && let Some(composite) = Self::composite(left, right)
        {
            return Some(composite);
        }
        let letters = || word.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
        let len = letters().count();
        let is_known = |known: &str| known.len() == len && letters().eq(known.bytes());
        if let Some((_, declared)) = WORDS.iter().find(|(known, _)| is_known(known)) {
            return Some(declared.clone());
        }
        let is_path = word.contains(':') && Parser::new().parse_path(word).is_ok();
        is_path.then(|| Self::Path(Cow::Owned(word.to_owned())))
    }

    /// Two types that MISP puts together: `domain|ip`, `filename|sha256`, `regkey|value`.
    fn composite(left: &str, right: &str) -> Option<Self> {
        let of_file = |own: &Self| match own {
            Self::Type(T::Md5 | T::Sha1 | T::Sha256 | T::Sha512) => true,
            Self::Path(path) => path.starts_with("file:"),
            _ => false,
        };
        let left = Self::from_word(left)?;
        let parts = match (&left, Self::from_word(right)) {
            (Self::Path(path), Some(own)) if path == "file:name" && of_file(&own) => (left, own),
            (Self::Type(T::Domain), Some(own @ (Self::Ip | Self::Ipv4 | Self::Ipv6))) => (left, own),
            (Self::Path(path), None) if path == "windows-registry-key:key" && right == "value" => {
                (left, Self::Path("windows-registry-key:values[*].data".into()))
            }
            _ => return None,
        };
        Some(Self::Composite(Box::new(parts)))
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Nothing => "known type",
            Self::Ip => "ip",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Hash => "hash",
            Self::Type(own) => own.as_str(),
            Self::SourceEndpoint => "ip-src|port",
            Self::Path(path) => path,
            Self::Digits(path, _) => path,
            Self::Composite(_) => "composite",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_the_form_that_they_are_looked_up_in() {
        for (word, _) in WORDS {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{word}");
        }
    }
}
