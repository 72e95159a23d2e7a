//! Made-up STIX data at the size and with the statistics of real feeds.
//!
//! Benches, examples and tests take the module with
//! `#[path = "…/generate/mod.rs"] mod generate;`. It needs the standard library only, so it says
//! nothing about how the crate under test sees JSON.
//!
//! The same arguments give the same bytes, on every platform: all choices come from `Random`,
//! seeded with the type and the number of each object. No content is taken from a real source.
//! Network names and addresses are from the ranges reserved for documentation and benchmarks;
//! files, people and organizations are invented.
//!
//! | call | objects | compact | lines | pretty |
//! |---|--:|--:|--:|--:|
//! | `attack` with [`ATTACK_OBJECTS`] | 34,000 | 46.2 MB | 46.2 MB | 56.7 MB |
//! | `attack` with [`ATTACK_OBJECTS_PRETTY`] | 27,500 | 37.3 MB | 37.4 MB | 45.9 MB |
//! | `feed` with [`FEED_INDICATORS`] | 50,006 | 37.6 MB | 37.7 MB | 47.9 MB |
//!
//! Output goes to any [`Write`] in pieces of about 64 KiB. `feed` and `broken_feed` hold one piece
//! and one object, so a feed of many gigabytes costs no memory; `attack` also holds one object that
//! lists all others, about 200 bytes for each.

// Each user takes a part of this module and compiles its own copy, in which the rest is dead, its
// re-exports are unused and no `pub` is reachable.
#![allow(dead_code, unreachable_pub, unused_imports)]

mod attack;
mod feed;

pub use attack::attack;
pub use feed::{broken_feed, feed};

use std::io::{self, Write};

/// Count for [`attack`] that gives about 46 MB in [`Layout::Compact`] and [`Layout::Lines`], the
/// size of the largest published ATT&CK domain.
pub const ATTACK_OBJECTS: usize = 34_000;

/// Count for [`attack`] that gives about 46 MB in [`Layout::Pretty`], the layout in which ATT&CK is
/// published.
pub const ATTACK_OBJECTS_PRETTY: usize = 27_500;

/// Count for [`feed`] and [`broken_feed`] of a large feed.
pub const FEED_INDICATORS: usize = 50_000;

/// Objects (identities, then marking definitions) that [`feed`] and [`broken_feed`] write before
/// the first indicator. Indicator `n` is element `n + FEED_PREAMBLE` of the bundle.
pub const FEED_PREAMBLE: usize = 6;

/// Whether a bench is only to show that it works: `cargo bench -- --test`.
pub fn is_test() -> bool {
    std::env::args().any(|arg| arg == "--test")
}

/// The count for a bench. If nothing is measured, a hundredth is enough.
pub fn bench_size(full: usize) -> usize {
    if is_test() { full / 100 } else { full }
}

/// The order of the keys in each object, the bundle and nested objects included. The data is the
/// same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrder {
    /// `type` first, the others in the order of the specification's tables, roughly. A reader knows
    /// what it reads from the start.
    TypeFirst,
    /// Sorted by bytes, as many serializers do: `type` comes late, and the bundle's `objects`
    /// before its `type`.
    Alphabetical,
}

/// Where the white space is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// None at all: one line, so that no newline helps to find the next object after a broken one.
    Compact,
    /// One object per line, no other white space. In [`broken_feed`] an unescaped newline can split
    /// such a line.
    Lines,
    /// Indented by two spaces.
    Pretty,
}

/// What a lenient reader does with a broken element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It cannot be read: not JSON, not an object, too deep, or a required property is missing or
    /// wrong.
    Rejected,
    /// The object is kept, and the optional property that is wrong is set aside.
    Salvaged,
}

/// One element that [`broken_feed`] broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breakage {
    /// Position in the array `objects`, counted from 0 over good and broken elements.
    pub index: usize,
    /// What is wrong, in words. The same words for the same fault.
    pub kind: &'static str,
    /// Offset in the output of the element's first byte.
    pub start: usize,
    /// Offset after the element's last byte. The comma before and after the element and the white
    /// space around it are outside.
    pub end: usize,
    /// What becomes of the element, and of nothing else: every other element is intact.
    pub expect: Expect,
}

/// `document` without the given elements, each with the comma before it.
///
/// With all that [`broken_feed`] reported this leaves valid JSON; with the rejected ones alone,
/// too.
///
/// # Panics
///
/// Panics if `broken` is not in ascending order or does not belong to `document`.
pub fn without(document: &[u8], broken: &[Breakage]) -> Vec<u8> {
    let mut rest = Vec::with_capacity(document.len());
    let mut done = 0;
    for element in broken {
        // There is a comma: the preamble is never broken, so that no broken element is the first.
        let comma = document[done..element.start]
            .iter()
            .rposition(|&byte| byte == b',')
            .expect("a comma before each broken element");
        rest.extend_from_slice(&document[done..done + comma]);
        done = element.end;
    }
    rest.extend_from_slice(&document[done..]);
    rest
}

/// SplitMix64: small, fast, and the same on every platform. No floats anywhere for the same reason.
struct Random(u64);

impl Random {
    /// The stream that makes object `number` of a type, independent of all others, so that a
    /// reference to an object can be written before or without the object.
    fn new(kind: &str, number: usize) -> Self {
        let mut seed: u64 = 0xcbf2_9ce4_8422_2325;
        for &byte in kind.as_bytes() {
            seed = (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        // Mixed twice: seeds that differ by a multiple of the increment would give the same
        // stream, only shifted.
        let mixed = Random(number as u64).next();
        Random(Random(seed ^ mixed).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `end`, which is not 0. The bias of the remainder is far below what anybody
    /// measures here.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// True in `share` of 10,000 cases.
    fn rarely(&mut self, share: usize) -> bool {
        self.below(10_000) < share
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// The row of a table in which `weight` gives the share of each row.
    fn weighted<'a, T>(&mut self, rows: &'a [T], weight: impl Fn(&T) -> usize) -> &'a T {
        let mut left = self.below(rows.iter().map(&weight).sum());
        rows.iter()
            .find(|row| {
                let here = left < weight(row);
                left = left.wrapping_sub(weight(row));
                here
            })
            .expect("the sum of the weights is over `left`")
    }

    /// A number with the distribution whose quantiles, evenly spaced from minimum to maximum, are
    /// given.
    fn spread(&mut self, quantiles: &[usize]) -> usize {
        let at = self.below((quantiles.len() - 1) * 1024);
        let (low, high) = (quantiles[at / 1024], quantiles[at / 1024 + 1]);
        low + (high - low) * (at % 1024) / 1024
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }

    /// Lower-case letters that can be spoken.
    fn name(&mut self, syllables: usize) -> String {
        let mut name = String::new();
        for _ in 0..syllables {
            name.push_str(self.pick(SYLLABLES));
        }
        name
    }

    fn title(&mut self) -> String {
        format!("{} {}", self.pick(TITLE_FIRST), self.pick(TITLE_LAST))
    }

    fn sentence(&mut self) -> String {
        format!("{} {}", self.pick(SUBJECTS), self.clause())
    }

    /// What somebody does, without a full stop.
    fn clause(&mut self) -> String {
        let mut text = format!("{} {}", self.pick(VERBS), self.pick(OBJECTS));
        for tails in [PURPOSES, CONDITIONS] {
            if self.percent(55) {
                text.push(' ');
                text.push_str(self.pick(tails));
            }
        }
        text
    }
}

/// Identifier of object `number` of a type.
fn identifier(kind: &str, number: usize) -> String {
    let mut random = Random::new(kind, number);
    let (high, low) = (random.next(), random.next());
    format!(
        "{kind}--{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

const DAY: u64 = 86_400_000_000;
/// 2018-01-01, in microseconds since 1970 as all times here.
const YEAR_2018: u64 = 17_532 * DAY;
/// 2026-01-01, the day relative to which indicators have expired or are pending.
const YEAR_2026: u64 = 20_454 * DAY;

/// RFC 3339 in UTC, the last digits of the fraction cut off.
fn timestamp(microseconds: u64, fraction_digits: usize) -> String {
    let (days, rest) = (microseconds / DAY, microseconds % DAY);
    // Years from March to February, in eras of 400 years:
    // http://howardhinnant.github.io/date_algorithms.html#civil_from_days
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let seconds = rest / 1_000_000;
    let mut text =
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if fraction_digits > 0 {
        text.push('.');
        text.push_str(&format!("{:06}", rest % 1_000_000)[..fraction_digits]);
    }
    text.push('Z');
    text
}

enum Value {
    Text(String),
    /// Written as it is: numbers and booleans, and what is no JSON.
    Verbatim(Vec<u8>),
    List(Vec<Value>),
    Object(Object),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Verbatim(value.to_string().into_bytes())
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Value::Verbatim(value.to_string().into_bytes())
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Value::List(items.into_iter().map(T::into).collect())
    }
}

impl From<&[&str]> for Value {
    fn from(items: &[&str]) -> Self {
        items.to_vec().into()
    }
}

/// A JSON object; its own order is that of [`KeyOrder::TypeFirst`].
#[derive(Default)]
struct Object(Vec<(&'static str, Value)>);

impl Object {
    fn new<const N: usize>(properties: [(&'static str, &str); N]) -> Self {
        Object(properties.map(|(key, text)| (key, text.into())).into())
    }

    /// Replaces the value of `key` in place, or appends it.
    fn set(&mut self, key: &'static str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        match self.0.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
        self
    }

    fn remove(&mut self, key: &str) {
        self.0.retain(|(name, _)| *name != key);
    }
}

#[derive(Clone, Copy)]
struct Style {
    order: KeyOrder,
    layout: Layout,
    /// Non-ASCII characters as `\u` escapes. Some sources do, others write UTF-8.
    ascii: bool,
}

impl Style {
    fn value(self, value: Value, depth: usize, out: &mut Vec<u8>) {
        match value {
            Value::Text(text) => self.text(&text, out),
            Value::Verbatim(bytes) => out.extend_from_slice(&bytes),
            Value::List(items) => {
                let members = items.into_iter().map(|item| (None, item)).collect();
                self.members(b"[]", members, depth, out);
            }
            Value::Object(Object(mut properties)) => {
                if self.order == KeyOrder::Alphabetical {
                    properties.sort_by_key(|(key, _)| *key);
                }
                let members = properties.into_iter().map(|(key, value)| (Some(key), value)).collect();
                self.members(b"{}", members, depth, out);
            }
        }
    }

    fn members(self, brackets: &[u8; 2], members: Vec<(Option<&str>, Value)>, depth: usize, out: &mut Vec<u8>) {
        let empty = members.is_empty();
        out.push(brackets[0]);
        for (position, (key, value)) in members.into_iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            self.indent(depth + 1, out);
            if let Some(key) = key {
                self.text(key, out);
                out.push(b':');
                if self.layout == Layout::Pretty {
                    out.push(b' ');
                }
            }
            self.value(value, depth + 1, out);
        }
        if !empty {
            self.indent(depth, out);
        }
        out.push(brackets[1]);
    }

    fn indent(self, depth: usize, out: &mut Vec<u8>) {
        if self.layout == Layout::Pretty {
            out.push(b'\n');
            out.resize(out.len() + 2 * depth, b' ');
        }
    }

    fn text(self, text: &str, out: &mut Vec<u8>) {
        out.push(b'"');
        for character in text.chars() {
            match character {
                '"' => out.extend_from_slice(b"\\\""),
                '\\' => out.extend_from_slice(b"\\\\"),
                '\n' => out.extend_from_slice(b"\\n"),
                '\t' => out.extend_from_slice(b"\\t"),
                _ if character.is_ascii() => out.push(character as u8),
                _ if self.ascii => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }
                }
                _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        out.push(b'"');
    }
}

/// A bundle in the making.
struct Document<'a, W> {
    out: &'a mut W,
    style: Style,
    id: String,
    buffer: Vec<u8>,
    /// Bytes that have left the buffer.
    written: usize,
    elements: usize,
}

impl<'a, W: Write> Document<'a, W> {
    fn open(style: Style, id: String, out: &'a mut W) -> Self {
        let mut document = Document { out, style, id, buffer: Vec::new(), written: 0, elements: 0 };
        document.buffer.push(b'{');
        if style.order == KeyOrder::TypeFirst {
            document.property("type", Some("bundle"));
            document.buffer.push(b',');
        }
        let id = document.id.clone();
        document.property("id", Some(&id));
        document.buffer.push(b',');
        document.property("objects", None);
        document.buffer.push(b'[');
        document
    }

    fn property(&mut self, key: &str, text: Option<&str>) {
        self.style.indent(1, &mut self.buffer);
        self.style.text(key, &mut self.buffer);
        self.buffer.push(b':');
        if self.style.layout == Layout::Pretty {
            self.buffer.push(b' ');
        }
        if let Some(text) = text {
            self.style.text(text, &mut self.buffer);
        }
    }

    fn object(&mut self, object: Object) -> io::Result<()> {
        let bytes = self.render(object);
        self.element(&bytes).map(|_| ())
    }

    /// The bytes of `object` as an element of this document.
    fn render(&self, object: Object) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1024);
        self.style.value(object.into(), 2, &mut bytes);
        bytes
    }

    /// Appends an element to `objects` and gives its position and its place in the output.
    fn element(&mut self, bytes: &[u8]) -> io::Result<(usize, std::ops::Range<usize>)> {
        if self.elements > 0 {
            self.buffer.push(b',');
        }
        if self.style.layout == Layout::Lines {
            self.buffer.push(b'\n');
        }
        self.style.indent(2, &mut self.buffer);
        let start = self.written + self.buffer.len();
        self.buffer.extend_from_slice(bytes);
        self.elements += 1;
        if self.buffer.len() >= 64 * 1024 {
            self.flush()?;
        }
        Ok((self.elements - 1, start..start + bytes.len()))
    }

    fn close(mut self) -> io::Result<()> {
        if self.elements > 0 {
            if self.style.layout == Layout::Lines {
                self.buffer.push(b'\n');
            }
            self.style.indent(1, &mut self.buffer);
        }
        self.buffer.push(b']');
        if self.style.order == KeyOrder::Alphabetical {
            self.buffer.push(b',');
            self.property("type", Some("bundle"));
        }
        self.style.indent(0, &mut self.buffer);
        self.buffer.push(b'}');
        if self.style.layout != Layout::Compact {
            self.buffer.push(b'\n');
        }
        self.flush()?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.written += self.buffer.len();
        self.buffer.clear();
        Ok(())
    }
}

#[rustfmt::skip]
const SYLLABLES: &[&str] = &[
    "ba", "cor", "dra", "el", "fen", "gri", "ho", "is", "jun", "ka", "lo", "mir", "ne", "or",
    "pel", "qui", "ra", "sto", "tar", "um", "vex", "wil", "xan", "yo", "zet", "mon", "tri", "sha",
];

#[rustfmt::skip]
const TITLE_FIRST: &[&str] = &[
    "Delayed", "Remote", "Forged", "Local", "Unattended", "Shared", "Hidden", "Domain", "Stored",
    "Replayed", "Indirect", "Firmware", "Scheduled", "Impersonated", "Network", "Cloud",
    "Removable",
];

#[rustfmt::skip]
const TITLE_LAST: &[&str] = &[
    "Task Creation", "Ticket Reuse", "Script Execution", "Log Removal", "Token Theft",
    "Process Start", "Service Stop", "Image Tampering", "Account Discovery", "Traffic Capture",
    "Message Suppression", "Share Enumeration", "Archive Collection", "Driver Loading", "Proxy",
];

#[rustfmt::skip]
const SUBJECTS: &[&str] = &[
    "Adversaries", "The operators", "The implant", "An intruder with valid credentials",
    "Attackers", "The second stage", "The group", "A malicious insider", "The loader",
    "Affiliates of the group", "The dropped library", "Compromised accounts",
];

/// Right after one and after many.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "may abuse", "can replace", "could modify", "will often enumerate", "may read", "can disable",
    "might copy", "may wait for", "can forge", "would first look for",
];

const OBJECTS: &[&str] = &[
    "scheduled jobs that run with the rights of the machine account",
    "configuration files of the backup service",
    "the tokens that a browser keeps between sessions",
    "signed drivers with known weaknesses",
    "administrative shares on neighboring hosts",
    "mailboxes of people in finance and procurement",
    "build servers and the secrets stored on them",
    "the project files of programmable controllers",
    "remote management agents that the victim already trusts",
    "event subscriptions which survive a restart",
    "DNS records with a short time to live",
    "cloud snapshots and the keys that protect them",
    "alarm thresholds and set points",
    "a list of running processes and loaded modules",
];

const PURPOSES: &[&str] = &[
    "to keep access after passwords have been changed",
    "in order to move to systems that are not reachable from the internet",
    "to hide the origin of later commands",
    "to collect data before it is encrypted",
    "so that defenders see only routine activity",
    "to stop safety functions from reacting in time",
    "to gain the rights of another user",
    "and to send the results to a server under their control",
];

const CONDITIONS: &[&str] = &[
    "when monitoring is limited to the perimeter",
    "without writing anything to disk",
    "on hosts where script logging is switched off",
    "during maintenance windows and public holidays",
    "after a phishing message has been opened",
    "if the default configuration was never hardened",
    "within minutes of the first login",
    "even though the vendor has published a fix",
];
