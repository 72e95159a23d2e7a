//! Ready maps for feeds that many use.

use super::field_map::FieldMap;

/// A ready map: see [`FieldMap::named`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedMap {
    /// The name.
    pub name: &'static str,
    /// The feed that it is for.
    pub feed: &'static str,
    /// The map, as JSON.
    pub json: &'static str,
    /// What the beginning of such a feed contains, all of it, without blanks. After a `^` it is the
    /// beginning itself. None if other feeds look the same.
    signature: &'static [&'static str],
}

/// So many bytes of a feed show what it is.
const HEAD: usize = 8192;

impl NamedMap {
    const fn new(
        name: &'static str,
        feed: &'static str,
        json: &'static str,
        signature: &'static [&'static str],
    ) -> Self {
        Self { name, feed, json, signature }
    }

    fn fits(&self, head: &str) -> bool {
        let is_there = |text: &&str| match text.strip_prefix('^') {
            Some(start) => head.starts_with(start),
            None => head.contains(*text),
        };
        !self.signature.is_empty() && self.signature.iter().all(is_there)
    }
}

impl FieldMap {
    /// Returns the ready map with this name. [`all_named`](Self::all_named) lists them.
    ///
    /// The maps name the layout of a publisher's file, and what each of its fields becomes. If all
    /// values of a feed are bad, they set the indicator type `malicious-activity`.
    ///
    /// | name | feed | fields | lost |
    /// |---|---|---|---|
    /// | `urlhaus-csv` | URLhaus, CSV dump | `url`; `dateadded` → `valid_from`; `threat` → description; `tags`, `url_status` → tags; `urlhaus_link` → references | `id`, `last_online`, `reporter` |
    /// | `urlhaus-json` | URLhaus, JSON dump | as `urlhaus-csv` | as `urlhaus-csv` |
    /// | `threatfox-csv` | ThreatFox, CSV dump | `ioc_value`, `ioc_type`; `first_seen_utc` → `valid_from`; `threat_type` → description; `malware_printable` → malware; `confidence_level`; `reference`; `tags`, `is_compromised` → tags | `ioc_id`, `fk_malware`, `malware_alias`, `last_seen_utc`, `anonymous`, `reporter` |
    /// | `threatfox-json` | ThreatFox, JSON dump | as `threatfox-csv` | as `threatfox-csv` |
    /// | `threatfox-api` | ThreatFox, answer of the API | `ioc`, `ioc_type`; `first_seen` → `valid_from`; `threat_type_desc` → description; others as `threatfox-csv` | `id`, `malware`, `malware_alias`, `malware_malpedia`, `last_seen`, `reporter` |
    /// | `feodo-csv` | Feodo Tracker, CSV | `dst_ip`, which the feed is for blocking; `first_seen_utc` → `valid_from`; `malware`; `malware`, `dst_port` → description; `c2_status` → tags | `last_online` |
    /// | `feodo-json` | Feodo Tracker, JSON | `ip_address`; `first_seen` → `valid_from`; `malware`; `malware`, `port` → description; `status`, `country` → tags | `hostname`, `as_number`, `as_name`, `last_online` |
    /// | `sslbl-certificates` | SSLBL, certificates | `SHA1`, of a certificate; `Listingdate` → `valid_from`; `Listingreason` → description | nothing |
    /// | `sslbl-ip` | SSLBL, addresses | `DstIP`; `Firstseen` → `valid_from`; `DstPort` → description | nothing |
    /// | `sslbl-ja3` | SSLBL, JA3 fingerprints | `ja3_md5`; `Firstseen` → `valid_from`; `Listingreason` → malware | `Lastseen` |
    /// | `malwarebazaar-csv` | MalwareBazaar, CSV dump | SHA-256, SHA-1 and MD5, an entry each; `first_seen_utc` → `valid_from`; `file_name` → name; `signature` → malware; `file_type_guess` → tags | `reporter`, `mime_type`, `clamav`, `vtpercent`, `imphash`, `ssdeep`, `tlsh`: files that are not malware share these |
    /// | `malwarebazaar-json` | MalwareBazaar, answer of the API | the same, SHA3-384 too; `tags`, `file_type` → tags | the same, `last_seen`, `file_size`, `origin_country`, `code_sign`, `intelligence` |
    /// | `openphish` | OpenPhish | each line is a URL; tag `phishing` | nothing |
    /// | `phishtank-csv` | PhishTank, CSV | `url`, if `verified`; `submission_time` → `valid_from`; `target` → description; `online` → tags; `phish_detail_url` → references | `phish_id`, `verification_time` |
    /// | `phishtank-json` | PhishTank, JSON | as `phishtank-csv` | the same, `details` |
    /// | `spamhaus-drop` | Spamhaus DROP and EDROP, text | the network; the number of the SBL → references | nothing |
    /// | `spamhaus-drop-json` | Spamhaus DROP, JSON lines | `cidr`; `sblid` → references; `rir` → tags | the line of metadata |
    /// | `spamhaus-asndrop-json` | Spamhaus ASN-DROP, JSON lines | `asn`; `asname` → name; `domain` → description; `rir`, `cc` → tags | the line of metadata |
    /// | `firehol-netset` | FireHOL, ipset and netset | each line is an address or a network | nothing |
    /// | `blocklist-de` | blocklist.de | each line is an address; tag `attacker` | nothing |
    /// | `emerging-threats` | Emerging Threats, addresses to block | each line is an address or a network | nothing |
    /// | `cins` | CINS Army | each line is an address | nothing |
    /// | `dshield-block` | DShield, block list | start and length; name; the number of attacks → description; country → tags | the end, which follows, and the e-mail address |
    /// | `cisa-kev-json` | CISA KEV, JSON | `cveID`; `dateAdded` → `valid_from`; `vulnerabilityName` → name; `shortDescription` → description; `notes` → references; vendor, product, `cwes` and use by ransomware → tags | `requiredAction`, `dueDate` |
    /// | `cisa-kev-csv` | CISA KEV, CSV | as `cisa-kev-json` | as `cisa-kev-json` |
    /// | `otx-pulses` | AlienVault OTX, subscribed pulses | active indicators; `created` → `valid_from`; `expiration` → `valid_until`; of the pulse `name`, `modified`, `description`, `tags`, `attack_ids` → tags, `malware_families`, `adversary`, `references`, `tlp` | `role`, `author_name`, `targeted_countries`, `industries` |
    /// | `misp-event` | MISP, one event | attributes with `to_ids` that are not deleted, also of objects; `timestamp` → `modified`; `first_seen` or the date of the event → `valid_from`; `comment` → description; tags and category → tags, those of `tlp:`, `misp-galaxy:malpedia=` and `misp-galaxy:threat-actor=` → TLP, malware, actor; of the event `info` → name, `Orgc` → source, threat level → severity | `last_seen`, sightings, correlations, relations of objects |
    /// | `misp-events` | MISP, answer of a search | as `misp-event` | as `misp-event` |
    /// | `misp-warninglist` | MISP, warning list | values that are **not** bad: revoked, of the type `benign`; name and description of the list | `version`, `matching_attributes` |
    /// | `hosts` | hosts file | names that are sent to no address, up to nine a line; a comment → description | names with an address of their own |
    /// | `sentinel-csv` | Microsoft Sentinel, CSV template of all types but files | all columns | nothing |
    ///
    /// ```
    /// use stixkit::feed::{FeedItem, FeedReader, FieldMap};
    ///
    /// let map = FieldMap::named("spamhaus-drop").unwrap();
    /// let feed = "; DROP list\n192.0.2.0/24 ; SBL100001\n";
    /// let Some(Ok(FeedItem::Entry(entry))) = FeedReader::new(map, feed.as_bytes())?.next() else { panic!() };
    /// assert_eq!((&*entry.value, &*entry.context.references[0]), ("192.0.2.0/24", "SBL100001"));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        let named = MAPS.iter().find(|map| map.name == name)?;
        // OK because a test reads all of them.
        serde_json::from_str(named.json).ok()
    }

    /// Returns the ready maps.
    pub fn all_named() -> &'static [NamedMap] {
        MAPS
    }

    /// Recognizes the feed of a ready map by its first bytes, of which 8 KiB are enough. It returns
    /// `None` if the feed may be another one, as a list of addresses may be anybody's.
    ///
    /// ```
    /// use stixkit::feed::FieldMap;
    ///
    /// let start = b"# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n";
    /// assert_eq!(FieldMap::recognize(start).unwrap().name, "urlhaus-csv");
    /// assert_eq!(FieldMap::recognize(b"198.51.100.7\n"), None);
    /// ```
    pub fn recognize(start: &[u8]) -> Option<&'static NamedMap> {
        let start = &start[..start.len().min(HEAD)];
        let start = start.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(start);
        let head: String =
            String::from_utf8_lossy(start).chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
        let mut fitting = MAPS.iter().filter(|map| map.fits(&head));
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

const MAPS: &[NamedMap] = &[
    NamedMap::new(
        "urlhaus-csv",
        "URLhaus, CSV dump",
        include_str!("maps/urlhaus-csv.json"),
        &["id,dateadded,url,url_status,"],
    ),
    NamedMap::new(
        "urlhaus-json",
        "URLhaus, JSON dump",
        include_str!("maps/urlhaus-json.json"),
        &[r#""urlhaus_link":"#, r#""url_status":"#, r#""dateadded":"#],
    ),
    NamedMap::new(
        "threatfox-csv",
        "ThreatFox, CSV dump",
        include_str!("maps/threatfox-csv.json"),
        &[r#""ioc_id","ioc_value","ioc_type""#],
    ),
    NamedMap::new(
        "threatfox-json",
        "ThreatFox, JSON dump",
        include_str!("maps/threatfox-json.json"),
        &[r#""ioc_value":"#, r#""malware_printable":"#],
    ),
    NamedMap::new(
        "threatfox-api",
        "ThreatFox, answer of the API",
        include_str!("maps/threatfox-api.json"),
        &[r#""query_status":"#, r#""ioc":"#, r#""malware_printable":"#],
    ),
    NamedMap::new(
        "feodo-csv",
        "Feodo Tracker, CSV",
        include_str!("maps/feodo-csv.json"),
        &[r#""first_seen_utc","dst_ip","dst_port","c2_status""#],
    ),
    NamedMap::new(
        "feodo-json",
        "Feodo Tracker, JSON",
        include_str!("maps/feodo-json.json"),
        &[r#""ip_address":"#, r#""as_number":"#, r#""last_online":"#],
    ),
    NamedMap::new(
        "sslbl-certificates",
        "SSLBL, certificates",
        include_str!("maps/sslbl-certificates.json"),
        &["Listingdate,SHA1,Listingreason"],
    ),
    NamedMap::new("sslbl-ip", "SSLBL, addresses", include_str!("maps/sslbl-ip.json"), &["Firstseen,DstIP,DstPort"]),
    NamedMap::new("sslbl-ja3", "SSLBL, JA3 fingerprints", include_str!("maps/sslbl-ja3.json"), &["ja3_md5,Firstseen"]),
    NamedMap::new(
        "malwarebazaar-csv",
        "MalwareBazaar, CSV dump",
        include_str!("maps/malwarebazaar-csv.json"),
        &[r#""sha256_hash","md5_hash","sha1_hash","reporter""#],
    ),
    NamedMap::new(
        "malwarebazaar-json",
        "MalwareBazaar, answer of the API",
        include_str!("maps/malwarebazaar-json.json"),
        &[r#""query_status":"#, r#""sha256_hash":"#, r#""file_type_mime":"#],
    ),
    NamedMap::new("openphish", "OpenPhish", include_str!("maps/openphish.json"), &[]),
    NamedMap::new(
        "phishtank-csv",
        "PhishTank, CSV",
        include_str!("maps/phishtank-csv.json"),
        &["phish_id,url,phish_detail_url"],
    ),
    NamedMap::new(
        "phishtank-json",
        "PhishTank, JSON",
        include_str!("maps/phishtank-json.json"),
        &[r#""phish_id":"#, r#""phish_detail_url":"#],
    ),
    NamedMap::new("spamhaus-drop", "Spamhaus DROP and EDROP, text", include_str!("maps/spamhaus-drop.json"), &[";SBL"]),
    NamedMap::new(
        "spamhaus-drop-json",
        "Spamhaus DROP, JSON lines",
        include_str!("maps/spamhaus-drop-json.json"),
        &[r#""cidr":"#, r#""sblid":"#],
    ),
    NamedMap::new(
        "spamhaus-asndrop-json",
        "Spamhaus ASN-DROP, JSON lines",
        include_str!("maps/spamhaus-asndrop-json.json"),
        &[r#""asn":"#, r#""asname":"#, r#""rir":"#],
    ),
    NamedMap::new(
        "firehol-netset",
        "FireHOL, ipset and netset",
        include_str!("maps/firehol-netset.json"),
        &["ipv4hash:"],
    ),
    NamedMap::new("blocklist-de", "blocklist.de", include_str!("maps/blocklist-de.json"), &[]),
    NamedMap::new(
        "emerging-threats",
        "Emerging Threats, addresses to block",
        include_str!("maps/emerging-threats.json"),
        &[],
    ),
    NamedMap::new("cins", "CINS Army", include_str!("maps/cins.json"), &[]),
    NamedMap::new(
        "dshield-block",
        "DShield, block list",
        include_str!("maps/dshield-block.json"),
        &["StartEndNetblockAttacks"],
    ),
    NamedMap::new(
        "cisa-kev-json",
        "CISA KEV, JSON",
        include_str!("maps/cisa-kev-json.json"),
        &[r#""cveID":"#, r#""catalogVersion":"#],
    ),
    NamedMap::new(
        "cisa-kev-csv",
        "CISA KEV, CSV",
        include_str!("maps/cisa-kev-csv.json"),
        &["cveID,vendorProject,product"],
    ),
    NamedMap::new(
        "otx-pulses",
        "AlienVault OTX, subscribed pulses",
        include_str!("maps/otx-pulses.json"),
        &[r#""results":"#, r#""author_name":"#, r#""adversary":"#],
    ),
    NamedMap::new("misp-event", "MISP, one event", include_str!("maps/misp-event.json"), &[r#"^{"Event":{"#]),
    NamedMap::new(
        "misp-events",
        "MISP, answer of a search",
        include_str!("maps/misp-events.json"),
        &[r#"^{"response":[{"Event":{"#],
    ),
    NamedMap::new(
        "misp-warninglist",
        "MISP, warning list",
        include_str!("maps/misp-warninglist.json"),
        &[r#""matching_attributes":"#, r#""list":"#],
    ),
    NamedMap::new("hosts", "hosts file", include_str!("maps/hosts.json"), &["127.0.0.1localhost"]),
    NamedMap::new(
        "sentinel-csv",
        "Microsoft Sentinel, CSV template of all types but files",
        include_str!("maps/sentinel-csv.json"),
        &["observableType,observableValue"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_can_be_used() {
        for named in FieldMap::all_named() {
            let map: FieldMap =
                serde_json::from_str(named.json).unwrap_or_else(|error| panic!("{}: {error}", named.name));
            assert_eq!(map.fault().filter(|_| cfg!(feature = "csv")), None, "{}", named.name);
            assert!(include_str!("named_map.rs").contains(&format!("/// | `{}` |", named.name)), "{}", named.name);
        }
    }
}
