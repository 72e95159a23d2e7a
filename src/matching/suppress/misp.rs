//! Warning lists of MISP.

use serde_json::Value;

use super::draft::Draft;
use super::error::Error;
use super::list::{List, ListKind};
use super::refused::RefusalReason;
use super::suppress::Suppress;
use crate::row::ValueKind;

impl Suppress {
    /// Reads a warning list in the JSON that MISP publishes: an object with `name`, `list`, and optionally `type`,
    /// `version` and `matching_attributes`.
    ///
    /// The `type` is `cidr`, `hostname`, `string`, `substring` or `regex`; without one it is `string`. The list applies
    /// to the kinds of values that correspond to `matching_attributes`, or to all if that is absent. Attributes that
    /// correspond to no kind are ignored, so that a list of nothing else suppresses nothing. A list for `url` also
    /// applies to the hosts of URLs.
    ///
    /// ```
    /// use stixkit::matching::suppress::Suppress;
    /// use stixkit::row::ValueKind;
    ///
    /// let suppress = Suppress::misp_warninglist(r#"{
    ///     "name": "Shorteners", "type": "hostname", "version": 26, "description": "Shorteners of URLs",
    ///     "matching_attributes": ["hostname", "domain", "url"], "list": ["short.example"]
    /// }"#)?;
    /// assert!(suppress.check(ValueKind::Domain, "a.short.example").is_some());
    /// assert!(suppress.check(ValueKind::Url, "https://short.example/x").is_some());
    /// assert!(suppress.check(ValueKind::Email, "a@short.example").is_none());
    /// # Ok::<(), stixkit::matching::suppress::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Json`](super::ErrorKind::Json) if the text is not JSON, of kind
    /// [`ErrorKind::Layout`](super::ErrorKind::Layout) if it is not a warning list, of kind
    /// [`ErrorKind::ListType`](super::ErrorKind::ListType) for an unknown `type`, and of kind
    /// [`ErrorKind::Limit`](super::ErrorKind::Limit) if it has too many entries. An entry that cannot be used is no
    /// error: [`refused`](Self::refused) reports it.
    pub fn misp_warninglist(json: impl AsRef<[u8]>) -> Result<Self, Error> {
        let json: Value = serde_json::from_slice(json.as_ref()).map_err(Error::json)?;
        let name = json.get("name").and_then(Value::as_str).ok_or(Error::layout("name"))?;
        let entries = json.get("list").and_then(Value::as_array).ok_or(Error::layout("list"))?;
        let mut list = List::new(name, kind(name, json.get("type"))?);
        if let Some(version) = json.get("version").and_then(Value::as_u64) {
            list = list.with_version(version);
        }
        list = match json.get("matching_attributes").and_then(Value::as_array) {
            Some(attributes) => {
                let names = attributes.iter().filter_map(Value::as_str);
                list.with_kinds(names.flat_map(|name| name.split('|')).flat_map(kinds_of_attribute).copied())
            }
            None => list.with_kinds(ValueKind::ALL),
        };
        let mut draft = Draft::new(list);
        for (place, entry) in entries.iter().enumerate() {
            match entry {
                Value::String(text) => draft.entry(place + 1, text)?,
                other => draft.refuse(place + 1, &other.to_string(), RefusalReason::NotText),
            }
        }
        Self::of(draft)
    }
}

fn kind(list: &str, name: Option<&Value>) -> Result<ListKind, Error> {
    let Some(name) = name else { return Ok(ListKind::Exact) };
    Ok(match name.as_str() {
        Some("cidr") => ListKind::Network,
        Some("hostname") => ListKind::Domain,
        Some("string") => ListKind::Exact,
        Some("substring") => ListKind::Substring,
        Some("regex") => ListKind::Regex,
        _ => return Err(Error::list_type(list, &name.as_str().map_or_else(|| name.to_string(), str::to_owned))),
    })
}

/// The kinds of the values of an attribute, or of a part of one such as `filename|md5`.
fn kinds_of_attribute(name: &str) -> &'static [ValueKind] {
    let name = name.trim().to_ascii_lowercase();
    match name.as_str() {
        "ip" | "ip-src" | "ip-dst" => &[ValueKind::Ipv4],
        "domain" | "hostname" => &[ValueKind::Domain],
        "url" | "uri" | "link" => &[ValueKind::Url],
        "email"
        | "email-src"
        | "email-dst"
        | "email-reply-to"
        | "target-email"
        | "dns-soa-email"
        | "whois-registrant-email" => &[ValueKind::Email],
        "filename" | "email-attachment" | "target-machine" => &[ValueKind::Name, ValueKind::Path],
        "pdb" => &[ValueKind::Path, ValueKind::Name, ValueKind::Text],
        "mutex" | "named pipe" | "process-name" | "windows-service-name" | "windows-service-displayname" => {
            &[ValueKind::Name, ValueKind::Text]
        }
        "regkey" => &[ValueKind::RegistryKey],
        "as" => &[ValueKind::Asn],
        "port" => &[ValueKind::Port],
        "mac-address" | "mac-eui-64" => &[ValueKind::Mac],
        "vulnerability" => &[ValueKind::Cve],
        "user-agent"
        | "phone-number"
        | "whois-registrant-phone"
        | "whois-registrant-name"
        | "email-subject"
        | "text"
        | "comment"
        | "other"
        | "pattern-in-file"
        | "pattern-in-traffic"
        | "pattern-in-memory" => &[ValueKind::Text],
        name if is_hash(name) => &[ValueKind::Hash],
        _ => &[],
    }
}

fn is_hash(name: &str) -> bool {
    const HASHES: [&str; 12] = [
        "md5",
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "sha3-",
        "imphash",
        "ssdeep",
        "tlsh",
        "authentihash",
        "impfuzzy",
    ];
    HASHES.iter().any(|hash| name.starts_with(hash)) || name.starts_with("x509-fingerprint-") || name == "pehash"
}
