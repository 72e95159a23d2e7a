//! Values of fields to values of an event.

use std::fmt::Write as _;

use memchr::{memchr, memrchr2};

use super::address::Endpoint;
use super::compiled::{Action, Compiled, Tells, Words};
use super::entry::{Entry, Slice, Source, Texts};
use super::error::{Error, ErrorKind};
use super::names::Target;
use super::number::is_number;
use super::reading::{BASE_NAME, DIRECTORY, IPV4, IPV6, KEY, NAME, Reading, VALUE_NAME, WHOLE, WHOLE_KEY};
use super::scratch::{Element, Found, Header, Part};
use super::times;
use super::value::Form;

/// Takes the values of fields one after the other.
#[derive(Debug)]
pub(super) struct Collector<'c> {
    pub(super) compiled: &'c Compiled,
    pub(super) found: &'c mut Found,
    pub(super) line: &'c str,
}

/// A host is not longer. Longer ones would multiply with the URLs in a line.
const MAX_HOST: usize = 300;

/// More values than an event has, of two parts each.
const MAX_JOINS: usize = 4096;

impl Collector<'_> {
    /// Takes the value of a field.
    pub(super) fn take(&mut self, target: Target, slice: Slice, form: Form, element: Element) {
        let compiled = self.compiled;
        let (first, end) = target.actions;
        let Found { entries, decoded, made, parts, header } = &mut *self.found;
        let text = Texts { line: self.line, decoded, made: "" }.get(slice);
        // OK because targets are made of actions that are there.
        for action in &compiled.actions[first as usize..end as usize] {
            match *action {
                Action::Read { reading, first_rule } => {
                    let instance = element.outermost;
                    Reader { entries, made, text, slice, first_rule, instance }.read(reading, form);
                }
                Action::Join { join, is_second } => {
                    let order = parts.len() as u32;
                    parts.push(Part { join, element, is_second, order, slice });
                }
                Action::Time(rank) => header.take_time(rank, text),
                Action::Outcome(words) => header.take_outcome(&compiled.outcomes[words as usize], text),
            }
        }
    }

    /// Makes values of the parts of joined fields, and decides which of several slots values belong
    /// to.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.finish_joins()?;
        self.finish_choices();
        Ok(())
    }

    fn finish_joins(&mut self) -> Result<(), Error> {
        let Found { entries, decoded, made, parts, .. } = &mut *self.found;
        if let Some(part) = parts.get(MAX_JOINS) {
            return Err(Error::new(ErrorKind::TooManyJoins, part.slice.start as usize));
        }
        parts.sort_unstable_by_key(|part| (part.join, part.element.innermost, part.is_second, part.order));
        let texts = Texts { line: self.line, decoded, made: "" };
        let schemes = if parts.is_empty() { 0 } else { schemes(self.compiled, entries, texts) };
        let mut first: Option<&Part> = None;
        for part in &*parts {
            if !part.is_second {
                first = Some(part);
                continue;
            }
            let is_same = |first: &&Part| first.join == part.join && first.element.innermost == part.element.innermost;
            let first = first.filter(is_same).map_or("", |first| texts.get(first.slice));
            // OK because parts are made of joins that are there.
            let join = self.compiled.joins[part.join as usize];
            let (instance, slice, first_rule) = (part.element.outermost, part.slice, join.first_rule);
            let mut reader = Reader { entries, made, text: texts.get(slice), slice, first_rule, instance };
            match join.reading {
                Reading::Hash => reader.hash(first),
                _ => reader.url_of(first, schemes),
            }
        }
        Ok(())
    }

    /// Values that belong to one of several slots belong to the first that has other values, or to
    /// the last.
    fn finish_choices(&mut self) {
        let compiled = self.compiled;
        if compiled.choices.is_empty() {
            return;
        }
        let entries = &mut self.found.entries;
        let seen = entries.iter().fold(0, |seen, entry| seen | compiled.slots[entry.rule as usize].bit);
        for entry in entries {
            let Some(choice) = compiled.slots[entry.rule as usize].choice else { continue };
            let choice = &compiled.choices[choice as usize];
            let place = choice.bits.iter().position(|bit| bit & seen != 0).unwrap_or(choice.bits.len() - 1);
            entry.rule += place as u32 * choice.yields;
        }
    }
}

/// Reads one value of a field.
struct Reader<'r> {
    entries: &'r mut Vec<Entry>,
    made: &'r mut String,
    /// The value, and where it is.
    text: &'r str,
    slice: Slice,
    first_rule: u32,
    instance: u32,
}

impl Reader<'_> {
    /// Adds a part of the value, unless it is a text that says that there is none.
    #[inline]
    fn add(&mut self, index: u32, start: usize, end: usize, form: Form) {
        if !is_empty(&self.text.as_bytes()[start..end]) {
            self.push(index, self.slice.part(start, end), form);
        }
    }

    fn push(&mut self, index: u32, slice: Slice, form: Form) {
        self.entries.push(Entry { rule: self.first_rule + index, instance: self.instance, slice, form });
    }

    fn add_all(&mut self, index: u32, form: Form) {
        self.add(index, 0, self.text.len(), form);
    }

    #[inline]
    fn read(&mut self, reading: Reading, form: Form) {
        match reading {
            Reading::Plain(_) | Reading::Url | Reading::Digest(_) | Reading::RegistryKey => {
                self.add_all(0, Form::Text);
            }
            Reading::Tested => self.add_all(0, form),
            Reading::Number(_) | Reading::TestedNumber => {
                let is_number = form == Form::Number || is_number(self.text);
                self.add_all(0, if is_number { Form::Number } else { Form::Text });
            }
            Reading::Address => self.endpoint(0, self.text.len(), false),
            Reading::Host => self.endpoint(0, self.text.len(), true),
            Reading::DnsResults => self.dns_results(),
            Reading::Email => self.email(),
            Reading::Path => self.path(),
            Reading::BaseName => {
                let start = memrchr2(b'\\', b'/', self.text.as_bytes()).map_or(0, |place| place + 1);
                self.add(0, start, self.text.len(), Form::Text);
            }
            Reading::Hash => self.hash(""),
            Reading::Hashes => self.hashes(),
            Reading::RegistryValue => self.registry_value(),
        }
    }

    fn endpoint(&mut self, start: usize, end: usize, takes_names: bool) {
        let text = self.text;
        let (index, part) = match Endpoint::new(&text[start..end]) {
            Endpoint::Ipv4(part) => (IPV4, part),
            Endpoint::Ipv6(part) => (IPV6, part),
            Endpoint::Name(part) if takes_names => (NAME, part),
            Endpoint::Name(_) => return,
            Endpoint::MappedIpv4(address) => {
                let start = self.made.len();
                // Writing to a string does not fail.
                let _ = write!(self.made, "{address}");
                return self.push(IPV4, Slice::new(start, self.made.len(), Source::Made), Form::Text);
            }
        };
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        self.add(index, start, start + part.len(), Form::Text);
    }

    /// Calls `each` with the parts between separators.
    fn split(&mut self, separator: u8, mut each: impl FnMut(&mut Self, usize, usize)) {
        let mut start = 0;
        while start < self.text.len() {
            let rest = &self.text.as_bytes()[start..];
            let end = start + memchr(separator, rest).unwrap_or(rest.len());
            each(self, start, end);
            start = end + 1;
        }
    }

    fn dns_results(&mut self) {
        self.split(b';', |own, start, end| {
            let part = &own.text[start..end];
            // `type:  5 a.example` has the type of the record before the name.
            let skipped = if part.starts_with("type:") { part.rfind(' ').map_or(0, |place| place + 1) } else { 0 };
            own.endpoint(start + skipped, end, true);
        });
    }

    fn email(&mut self) {
        let text = self.text;
        let (start, end) = match (text.rfind('<'), text.rfind('>')) {
            (Some(start), Some(end)) if start < end => (start + 1, end),
            _ => {
                let start = text.len() - text.trim_start().len();
                (start, start.max(text.trim_end().len()))
            }
        };
        self.add(0, start, end, Form::Text);
    }

    fn path(&mut self) {
        let len = self.text.len();
        let Some(separator) = memrchr2(b'\\', b'/', self.text.as_bytes()) else {
            return self.add(BASE_NAME, 0, len, Form::Text);
        };
        // The directory at the top keeps its separator: `/`, `C:\`.
        let is_top = separator == 0 || self.text.as_bytes()[separator - 1] == b':';
        self.add(WHOLE, 0, len, Form::Text);
        self.add(BASE_NAME, separator + 1, len, Form::Text);
        self.add(DIRECTORY, 0, separator + usize::from(is_top), Form::Text);
    }

    fn registry_value(&mut self) {
        self.add_all(WHOLE_KEY, Form::Text);
        if let Some(separator) = self.text.rfind('\\') {
            self.add(KEY, 0, separator, Form::Text);
            self.add(VALUE_NAME, separator + 1, self.text.len(), Form::Text);
        }
    }

    /// A hash with the name of its algorithm. Without one, or with a number that no algorithm has,
    /// its length decides.
    fn hash(&mut self, label: &str) {
        let algorithm = match label {
            "" | "0" => Reading::algorithm_of_length(self.text.len()),
            // A name that is not known is left out: other algorithms have hashes of the same
            // length.
            label => Reading::algorithm_named(label),
        };
        if let Some(algorithm) = algorithm {
            self.add_all(algorithm, Form::Text);
        }
    }

    fn hashes(&mut self) {
        self.split(b',', |own, start, end| {
            let part = &own.text[start..end];
            let (start, algorithm) = match memchr(b'=', part.as_bytes()) {
                Some(place) => (start + place + 1, Reading::algorithm_named(part[..place].trim())),
                None => (start, Reading::algorithm_of_length(part.len())),
            };
            if let Some(algorithm) = algorithm {
                own.add(algorithm, start, end, Form::Text);
            }
        });
    }

    /// A URL of a host and what comes after it, with each of these schemes. What is a URL already
    /// is taken as it is.
    fn url_of(&mut self, host: &str, schemes: u8) {
        let text = self.text;
        if is_absolute(text) {
            return self.add_all(0, Form::Text);
        }
        if is_empty(text.as_bytes()) || is_empty(host.as_bytes()) || host.len() > MAX_HOST {
            return;
        }
        let slash = if text.starts_with('/') { "" } else { "/" };
        for (bit, scheme) in [(HTTP, "http://"), (HTTPS, "https://")] {
            if schemes & bit == 0 {
                continue;
            }
            let start = self.made.len();
            for part in [scheme, host, slash, text] {
                self.made.push_str(part);
            }
            self.push(0, Slice::new(start, self.made.len(), Source::Made), Form::Text);
        }
    }
}

const HTTP: u8 = 1;
const HTTPS: u8 = 2;

/// The schemes that a URL may have whose host and path are logged alone: those that protocols and
/// destination ports of the event tell, and both if these tell none.
fn schemes(compiled: &Compiled, entries: &[Entry], texts: Texts<'_>) -> u8 {
    let mut schemes = 0;
    for entry in entries {
        let text = texts.get(entry.slice);
        let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        // OK because entries are made of rules that are there.
        schemes |= match compiled.slots[entry.rule as usize].tells {
            Tells::Port if text == "443" => HTTPS,
            Tells::Port if text == "80" => HTTP,
            Tells::Protocol if is_one_of(&["https", "ssl", "tls"]) => HTTPS,
            Tells::Protocol if is_one_of(&["http"]) => HTTP,
            _ => 0,
        };
    }
    if schemes == 0 { HTTP | HTTPS } else { schemes }
}

/// Whether text is one of those that logs have where there is no value.
#[inline]
fn is_empty(text: &[u8]) -> bool {
    match text.len() {
        0 => true,
        1 => text == b"-",
        7 => text == b"(empty)",
        _ => false,
    }
}

/// Whether a URL has a scheme: `http://…`.
fn is_absolute(text: &str) -> bool {
    !text.starts_with('/')
        && text.find("://").is_some_and(|end| {
            let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
            end > 0 && text[..end].bytes().all(is_scheme)
        })
}

impl Header {
    fn take_time(&mut self, rank: u32, text: &str) {
        if self.time.as_ref().is_some_and(|(own, _)| *own < rank) {
            return;
        }
        if let Some(time) = times::parse(text) {
            self.time = Some((rank, time));
        }
    }

    fn take_outcome(&mut self, words: &Words, text: &str) {
        let mut lower = [0; 64];
        let Some(lower) = lower.get_mut(..text.len()) else { return };
        lower.copy_from_slice(text.as_bytes());
        lower.make_ascii_lowercase();
        let word = std::str::from_utf8(lower).unwrap_or_default();
        // Of several, the one that says that less has happened counts.
        self.outcome = self.outcome.max(words.get(word).copied());
    }
}
