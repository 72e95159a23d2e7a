//! Feeds of indicators, whole and broken.

use super::{
    Breakage, DAY, Document, Expect, FEED_PREAMBLE, KeyOrder, Layout, Object, Random, Style, Value, YEAR_2026,
    identifier, timestamp,
};
use std::io::{self, Write};

const IDENTITIES: usize = 3;
const TLP_1_AMBER: &str = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
/// Not in the bundle: everybody knows it.
const TLP_1_GREEN: &str = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
const TLP_2_GREEN: &str = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const TLP_2_AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
const TLP_2_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// Writes a bundle of [`FEED_PREAMBLE`] identities and marking definitions (TLP 1 and 2) and
/// `indicators` indicators.
///
/// The patterns have the mix of public feeds: 82 % one comparison, 18 % two to five, median about
/// 89 bytes. Timestamps have 3 fraction digits in 89 %, 6 in 9 % and none in 2 % of the indicators.
/// Relative to 2026-01-01 a tenth has expired and a fiftieth is pending; a fiftieth is revoked.
/// Some creators and markings are not in the bundle. Non-ASCII characters are written as UTF-8.
///
/// # Errors
///
/// Fails only where `out` does.
pub fn feed(indicators: usize, order: KeyOrder, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let mut document = open(order, layout, out)?;
    for number in 0..indicators {
        document.object(indicator(number))?;
    }
    document.close()
}

/// Writes the same as [`feed`], but with one indicator in a hundred broken, each in the next of the
/// ways of a table, and gives the places. Indicators 99, 199, … are the broken ones; all other
/// elements have the bytes that `feed` writes.
///
/// The output is in general neither JSON nor UTF-8. Some faults look harmless from the outside: a
/// lost quote turns strings inside out up to the next broken string, and a lost brace nests what
/// follows. What is expected is still that one element is lost and no other.
///
/// # Errors
///
/// Fails only where `out` does.
pub fn broken_feed(
    indicators: usize,
    order: KeyOrder,
    layout: Layout,
    out: &mut impl Write,
) -> io::Result<Vec<Breakage>> {
    let mut document = open(order, layout, out)?;
    let mut broken = Vec::new();
    for number in 0..indicators {
        if number % 100 != 99 {
            document.object(indicator(number))?;
            continue;
        }
        let &(kind, expect, ref fault) = &FAULTS[number / 100 % FAULTS.len()];
        let bytes = fault.apply(indicator(number), |object| document.render(object));
        let (index, range) = document.element(&bytes)?;
        broken.push(Breakage { index, kind, start: range.start, end: range.end, expect });
    }
    document.close()?;
    Ok(broken)
}

enum Fault {
    /// A property has these bytes for its value.
    Value(&'static str, &'static [u8]),
    Missing(&'static str),
    /// A custom property nested so deep, with all brackets closed.
    Nested(usize),
    /// The bytes of the object are changed.
    Bytes(fn(&mut Vec<u8>)),
    /// Something else is in the object's place.
    Instead(&'static [u8]),
}

impl Fault {
    fn apply(&self, mut object: Object, render: impl Fn(Object) -> Vec<u8>) -> Vec<u8> {
        match *self {
            Fault::Value(key, bytes) => {
                object.set(key, Value::Verbatim(bytes.to_vec()));
                render(object)
            }
            Fault::Missing(key) => {
                object.remove(key);
                render(object)
            }
            Fault::Nested(depth) => {
                let mut bytes = vec![b'['; depth];
                bytes.resize(2 * depth, b']');
                object.set("x_example_nested", Value::Verbatim(bytes));
                render(object)
            }
            Fault::Bytes(change) => {
                let mut bytes = render(object);
                change(&mut bytes);
                bytes
            }
            Fault::Instead(bytes) => bytes.to_vec(),
        }
    }
}

use Expect::{Rejected, Salvaged};
use Fault::{Bytes, Instead, Missing, Nested};

#[rustfmt::skip]
const FAULTS: &[(&str, Expect, Fault)] = &[
    // Valid JSON that does not fit.
    ("pattern is a number", Rejected, Fault::Value("pattern", b"42")),
    ("pattern is null", Rejected, Fault::Value("pattern", b"null")),
    ("valid_from has month 15", Salvaged, Fault::Value("valid_from", br#""2025-15-08T00:00:00.000Z""#)),
    ("id missing", Rejected, Missing("id")),
    ("type missing", Rejected, Missing("type")),
    ("pattern missing", Rejected, Missing("pattern")),
    ("confidence is an object", Salvaged, Fault::Value("confidence", br#"{"value":85}"#)),
    ("revoked is a string", Salvaged, Fault::Value("revoked", br#""False""#)),
    ("labels is a string", Salvaged, Fault::Value("labels", br#""malicious-activity""#)),
    ("valid_until has month 15", Salvaged, Fault::Value("valid_until", br#""2027-15-08T00:00:00.000Z""#)),
    // The grammar of JSON allows a lone surrogate, but no string of Unicode characters has one.
    ("lone surrogate in description", Salvaged, Fault::Value("description", br#""Seen with \ud83d in a name""#)),
    ("lone surrogate in pattern", Rejected, Fault::Value("pattern", br#""[file:name = 'a\udc00b.exe']""#)),
    // JSON, too, but over any sensible limit: it is not for the reader to walk there and see that
    // the property is custom.
    ("nested 10,000 deep", Rejected, Nested(10_000)),
    ("number in place of an object", Rejected, Instead(b"2026")),
    ("string in place of an object", Rejected, Instead(br#""indicator--{[ \"}""#)),
    ("null in place of an object", Rejected, Instead(b"null")),
    // Not JSON, but the brackets and quotes are in balance.
    ("NaN", Rejected, Fault::Value("confidence", b"NaN")),
    ("undefined", Rejected, Fault::Value("confidence", b"undefined")),
    ("number with leading zeros", Rejected, Fault::Value("confidence", b"0085")),
    ("newline in a string", Rejected, Fault::Value("description", b"\"Reported twice.\nSee the ticket.\"")),
    ("invalid escape", Rejected, Fault::Value("description", br#""Found in C:\queue""#)),
    ("invalid UTF-8", Rejected, Fault::Value("description", b"\"Caf\xe9 \xff\xfe\"")),
    ("single quotes", Rejected, Fault::Value("name", b"'Known bad host'")),
    ("two commas", Rejected, Bytes(|bytes| {
        let key = find(bytes, br#""valid_from""#);
        bytes.insert(key, b',');
    })),
    ("comma after the last property", Rejected, Bytes(|bytes| {
        let value = bytes[..bytes.len() - 1].trim_ascii_end().len();
        bytes.insert(value, b',');
    })),
    ("comma missing", Rejected, Bytes(|bytes| {
        let key = find(bytes, br#""valid_from""#);
        let comma = bytes[..key].trim_ascii_end().len() - 1;
        bytes.remove(comma);
    })),
    ("colon missing", Rejected, Bytes(|bytes| {
        let key = br#""valid_from""#;
        let colon = find(bytes, key) + key.len();
        bytes.remove(colon);
    })),
    // Not in balance.
    ("closing quote missing", Rejected, Fault::Value("name", br#""Known bad host"#)),
    ("cut in a string", Rejected, Bytes(|bytes| {
        let pattern = find(bytes, br#""pattern""#);
        // Past the colon, the quote and the first bytes of the text, which are ASCII.
        bytes.truncate(pattern + 20);
    })),
    ("closing brace missing", Rejected, Bytes(|bytes| {
        bytes.pop();
        bytes.truncate(bytes.trim_ascii_end().len());
    })),
    ("closing brace twice", Rejected, Bytes(|bytes| bytes.push(b'}'))),
];

/// Where `part` is in an indicator. The keys that are looked for are in every one, and no text has
/// them in quotes.
fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).expect("a property that every indicator has")
}

fn open<W: Write>(order: KeyOrder, layout: Layout, out: &mut W) -> io::Result<Document<'_, W>> {
    let style = Style { order, layout, ascii: false };
    let mut document = Document::open(style, identifier("bundle", 1), out);
    for number in 0..IDENTITIES {
        let name = ["Example Exchange", "Überwachung Nord", "Harbor Sharing Group"][number];
        document.object(Object::new([
            ("type", "identity"),
            ("spec_version", "2.1"),
            ("id", &identifier("identity", number + 1)),
            ("created", "2021-04-06T08:00:00.000Z"),
            ("modified", "2024-11-19T08:00:00.000Z"),
            ("name", name),
            ("identity_class", "organization"),
        ]))?;
    }
    let mut marking = marking(TLP_1_AMBER, "2017-01-20T00:00:00.000Z", "TLP:AMBER");
    marking.set("definition_type", "tlp");
    marking.set("definition", Object::new([("tlp", "amber")]));
    document.object(marking)?;
    for (id, name, level) in [(TLP_2_AMBER, "TLP:AMBER", "amber"), (TLP_2_GREEN, "TLP:GREEN", "green")] {
        let mut marking = self::marking(id, "2022-10-01T00:00:00.000Z", name);
        let extension = Object::new([("extension_type", "property-extension"), ("tlp_2_0", level)]);
        let mut extensions = Object::default();
        extensions.set(TLP_2_EXTENSION, extension);
        marking.set("extensions", extensions);
        document.object(marking)?;
    }
    debug_assert_eq!(document.elements, FEED_PREAMBLE);
    Ok(document)
}

fn marking(id: &str, created: &str, name: &str) -> Object {
    Object::new([
        ("type", "marking-definition"),
        ("spec_version", "2.1"),
        ("id", id),
        ("created", created),
        ("name", name),
    ])
}

const INDICATOR_TYPES: &[&str] = &["malicious-activity", "anomalous-activity", "attribution"];

const PHASES: &[(&str, &str)] = &[
    ("lockheed-martin-cyber-kill-chain", "delivery"),
    ("lockheed-martin-cyber-kill-chain", "installation"),
    ("lockheed-martin-cyber-kill-chain", "command-and-control"),
    ("mitre-attack", "initial-access"),
    ("mitre-attack", "command-and-control"),
    ("mitre-attack", "exfiltration"),
];

fn indicator(number: usize) -> Object {
    let mut random = Random::new("indicator", number);
    // The identifier's.
    random.next();
    random.next();

    let digits = match random.below(100) {
        0..=88 => 3,
        89..=97 => 6,
        _ => 0,
    };
    let time = |at: u64| timestamp(at, digits);
    // Three years up to the day before yesterday, so that the last modification is in the past,
    // too.
    let created = YEAR_2026 - 2 * DAY - random.next() % (3 * 365 * DAY);
    let modified = created + random.next() % (YEAR_2026 - created).min(90 * DAY);
    let pending = random.percent(2);
    let valid_from = if pending { YEAR_2026 + random.next() % (60 * DAY) } else { created - random.next() % (5 * DAY) };
    let valid_until = match random.below(100) {
        0..=9 if !pending => Some(valid_from + 1 + random.next() % (YEAR_2026 - valid_from - 1)),
        0..=39 => Some(YEAR_2026 + 61 * DAY + random.next() % (400 * DAY)),
        _ => None,
    };
    let Pattern { text: pattern, name } = pattern(&mut random);
    // A fifth comes from organizations that the feed does not describe.
    let creator = match random.percent(80) {
        true => 1 + random.below(IDENTITIES),
        false => 10 + random.below(40),
    };

    let mut object = Object::new([
        ("type", "indicator"),
        ("spec_version", "2.1"),
        ("id", &identifier("indicator", number)),
        ("created_by_ref", &identifier("identity", creator)),
        ("created", &time(created)),
        ("modified", &time(modified)),
    ]);
    match random.below(100) {
        0..=1 => object.set("revoked", true),
        2..=31 => object.set("revoked", false),
        _ => &mut object,
    };
    object.set("name", name);
    if random.percent(45) {
        let mut text = random.sentence();
        text.push('.');
        if random.percent(30) {
            text.push_str(&format!("\nFirst reported as \"{}\".", random.name(3)));
        }
        if random.percent(2) {
            text.push_str(" Gemeldet von Nutzern in Köln, 東京 und São Paulo 🚨");
        }
        object.set("description", text);
    }
    let kinds = 1 + usize::from(random.percent(10));
    object.set("indicator_types", &INDICATOR_TYPES[..kinds]);
    object.set("pattern", pattern);
    object.set("pattern_type", "stix");
    if random.percent(20) {
        object.set("pattern_version", "2.1");
    }
    object.set("valid_from", time(valid_from));
    if let Some(valid_until) = valid_until {
        object.set("valid_until", time(valid_until));
    }
    if random.percent(35) {
        let labels: Vec<String> = (0..=random.below(4))
            .map(|_| format!("{}:{}", random.pick(&["tag", "family", "feed"]), random.name(2)))
            .collect();
        object.set("labels", labels);
    }
    if random.percent(75) {
        object.set("confidence", 5 * random.below(21));
    }
    if random.percent(30) {
        let (chain, phase) = PHASES[random.below(PHASES.len())];
        let phase = Object::new([("kill_chain_name", chain), ("phase_name", phase)]);
        object.set("kill_chain_phases", vec![phase]);
    }
    if random.percent(25) {
        let reference = Object::new([
            ("source_name", "example-report"),
            ("description", &random.title()),
            ("url", &format!("https://reports.example/{}", random.hex(24))),
        ]);
        object.set("external_references", vec![reference]);
    }
    if random.percent(85) {
        let marking = random.pick(&[TLP_1_AMBER, TLP_1_GREEN, TLP_2_AMBER, TLP_2_GREEN]);
        object.set("object_marking_refs", vec![marking]);
    }
    match random.below(20) {
        0..=1 => object.set("x_example_score", random.below(1_000)),
        2 => object.set("x_example_tags", vec![random.name(2), random.name(3)]),
        3 => {
            let mut sighting = Object::new([("sensor", &*random.name(3))]);
            sighting.set("count", random.below(500));
            sighting.set("active", random.percent(50));
            object.set("x_example_sighting", sighting)
        }
        _ => &mut object,
    };
    object
}

struct Pattern {
    text: String,
    name: String,
}

/// What one comparison is about, and its share in 1,000.
const SUBJECTS: &[(&str, usize)] = &[
    ("file:hashes.'SHA-256'", 245),
    ("url:value", 300),
    ("domain-name:value", 190),
    ("ipv4-addr:value", 120),
    ("file:hashes.MD5", 65),
    ("file:hashes.'SHA-1'", 30),
    ("ipv6-addr:value", 20),
    ("email-addr:value", 17),
    // These two have escaped backslashes.
    ("windows-registry-key:key", 5),
    ("file:x_example_path", 5),
    ("file:name", 3),
];

fn pattern(random: &mut Random) -> Pattern {
    if random.percent(18) {
        let name = format!("Traces of {}", random.name(3));
        return Pattern { text: several(random), name };
    }
    if random.rarely(10) {
        let domain = domain(random);
        return Pattern {
            text: format!("[domain-name:value LIKE '%.{domain}']"),
            name: format!("Malicious hosts in {domain}"),
        };
    }
    let &(subject, _) = random.weighted(SUBJECTS, |row| row.1);
    let value = value(subject, random);
    let name = match subject {
        "url:value" => format!("Malicious URL of {}", random.name(3)),
        _ if subject.contains("hashes") => format!("Malicious file {}", &value[..8]),
        _ => format!("Malicious value {}", value.replace('\\', "")),
    };
    let text = format!("[{subject} = '{value}']");
    Pattern { text, name }
}

/// Two to five comparisons.
fn several(random: &mut Random) -> String {
    match random.below(100) {
        // The hashes of one file.
        0..=54 => {
            let subjects = ["file:hashes.MD5", "file:hashes.'SHA-1'", "file:hashes.'SHA-256'"];
            let first = random.below(2);
            let terms = subjects[first..].iter().map(|subject| equal(subject, random));
            let terms: Vec<String> = terms.collect();
            format!("[{}]", terms.join(" OR "))
        }
        // Files of one family, or hosts of one network.
        55..=79 => {
            let subject = random.pick(&["file:hashes.'SHA-256'", "ipv4-addr:value", "domain-name:value"]);
            let terms: Vec<String> = (0..2 + random.below(4)).map(|_| equal(subject, random)).collect();
            format!("[{}]", terms.join(" OR "))
        }
        // One observation each.
        80..=84 => format!("[{}] OR [{}]", equal("domain-name:value", random), equal("url:value", random)),
        85..=94 => format!("[file:name = '{}.exe' AND {}]", random.name(3), equal("file:hashes.'SHA-256'", random)),
        _ => {
            let terms = [
                "network-traffic:dst_ref.type = 'ipv4-addr'".to_owned(),
                format!("network-traffic:dst_ref.value = '{}'", value("ipv4-addr:value", random)),
                format!("network-traffic:dst_port = {}", random.pick(&["443", "8080", "53"])),
            ];
            format!("[{}]", terms.join(" AND "))
        }
    }
}

fn equal(subject: &str, random: &mut Random) -> String {
    format!("{subject} = '{}'", value(subject, random))
}

/// A value as a pattern has it between the quotes.
fn value(subject: &str, random: &mut Random) -> String {
    match subject {
        "file:hashes.'SHA-256'" => random.hex(64),
        "file:hashes.'SHA-1'" => random.hex(40),
        "file:hashes.MD5" => random.hex(32),
        "domain-name:value" => domain(random),
        "ipv4-addr:value" => match random.below(8) {
            0 => format!("192.0.2.{}", random.below(256)),
            1 => format!("203.0.113.{}", random.below(256)),
            2 => format!("198.51.100.{}/{}", 16 * random.below(16), 28),
            _ => {
                let host = random.below(0x2_0000);
                format!("198.{}.{}.{}", 18 + (host >> 16), host >> 8 & 0xff, host & 0xff)
            }
        },
        "ipv6-addr:value" => match random.below(4) {
            0 => format!("2001:db8::{:x}", random.below(0x1_0000)),
            _ => format!("2001:db8:{}:{}::{}", random.hex(4), random.hex(4), random.hex(4)),
        },
        "email-addr:value" => format!("{}.{}@{}", random.name(2), random.name(2), domain(random)),
        "windows-registry-key:key" => {
            format!(r"HKEY_LOCAL_MACHINE\\Software\\{}\\Run", random.name(3))
        }
        "file:x_example_path" => format!(r"C:\\Users\\Public\\{}.dll", random.name(3)),
        "file:name" => match random.below(8) {
            0 => format!("{}-rechnung-für-märz.pdf.exe", random.name(2)),
            1 => format!(r"what\'s new in {}.scr", random.name(2)),
            _ => format!("{}.exe", random.name(4)),
        },
        _ => {
            let mut url = format!("http{}://{}", random.pick(&["", "s"]), domain(random));
            let length = match random.rarely(20) {
                true => 500 + random.below(380),
                false => random.spread(&[30, 46, 55, 62, 68, 73, 80, 90, 160]),
            };
            while url.len() < length {
                url.push('/');
                url.push_str(&random.name(2));
            }
            match random.below(4) {
                0 => url.push_str(&format!("?id={}&t={}", random.hex(8), random.below(100))),
                1 => url.push_str(".php"),
                _ => {}
            }
            url
        }
    }
}

fn domain(random: &mut Random) -> String {
    let syllables = 3 + random.below(3);
    let mut domain = random.name(syllables);
    domain.push_str(random.pick(&[".example", ".example.com", ".example.net", ".test", ".invalid"]));
    domain
}
