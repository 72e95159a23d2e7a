//! Values of fields to values of an event.

use std::fmt::Write as _;

use super::address::Endpoint;
use super::compiled::{Action, Compiled};
use super::entry::{Entry, Slice};
use super::error::{Error, ErrorKind};
use super::names::Target;
use super::number::is_number;
use super::reading::{BASE_NAME, DIRECTORY, IPV4, IPV6, KEY, NAME, Reading, VALUE_NAME, WHOLE};
use super::scratch::{Element, Found, Part};
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
        // OK because targets are made of actions that are there.
        for action in &compiled.actions[first as usize..end as usize] {
            match *action {
                Action::Read { reading, first_rule } => {
                    Reader { found: self.found, line: self.line, first_rule, instance: element.outermost, form }
                        .read(reading, slice);
                }
                Action::Join { join, is_second } => {
                    let order = self.found.parts.len() as u32;
                    self.found.parts.push(Part { join, element, is_second, order, slice });
                }
                Action::Time(rank) => self.take_time(rank, slice),
                Action::Outcome(words) => self.take_outcome(words as usize, slice),
            }
        }
    }

    fn take_time(&mut self, rank: u32, slice: Slice) {
        let header = &mut self.found.header;
        if header.time.as_ref().is_some_and(|(own, _)| *own < rank) {
            return;
        }
        if let Some(time) = times::parse(slice.of(self.line, &self.found.decoded)) {
            header.time = Some((rank, time));
        }
    }

    fn take_outcome(&mut self, words: usize, slice: Slice) {
        let word = slice.of(self.line, &self.found.decoded);
        let mut lower = [0; 64];
        let Some(lower) = lower.get_mut(..word.len()) else { return };
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        let word = std::str::from_utf8(lower).unwrap_or_default();
        let outcome = self.compiled.outcomes[words].get(word).copied();
        // Of several, the one that says that less has happened counts.
        self.found.header.outcome = self.found.header.outcome.max(outcome);
    }

    /// Makes values of the parts of joined fields, and decides which of several slots values belong to.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.finish_joins()?;
        self.finish_choices();
        Ok(())
    }

    fn finish_joins(&mut self) -> Result<(), Error> {
        if self.found.parts.is_empty() {
            return Ok(());
        }
        if let Some(part) = self.found.parts.get(MAX_JOINS) {
            return Err(Error::new(ErrorKind::TooManyJoins, part.slice.start as usize));
        }
        let mut parts = std::mem::take(&mut self.found.parts);
        parts.sort_unstable_by_key(|part| (part.join, part.element.innermost, part.is_second, part.order));
        let mut first: Option<Part> = None;
        for part in &parts {
            if !part.is_second {
                first = Some(*part);
                continue;
            }
            let is_same = |first: &Part| first.join == part.join && first.element.innermost == part.element.innermost;
            self.join(first.filter(is_same), part);
        }
        parts.clear();
        self.found.parts = parts;
        Ok(())
    }

    /// Values that belong to one of several slots belong to the first that has other values, or to the last.
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

    fn join(&mut self, first: Option<Part>, second: &Part) {
        let join = self.compiled.joins[second.join as usize];
        let instance = second.element.outermost;
        let form = Form::Text;
        let mut reader = Reader { found: self.found, line: self.line, first_rule: join.first_rule, instance, form };
        match join.reading {
            Reading::Hash => reader.labelled_hash(first.map(|first| first.slice), second.slice),
            _ => reader.url_of(first.map(|first| first.slice), second.slice),
        }
    }
}

/// Reads one value of a field.
struct Reader<'r> {
    found: &'r mut Found,
    line: &'r str,
    first_rule: u32,
    instance: u32,
    form: Form,
}

impl Reader<'_> {
    fn text(&self, slice: Slice) -> &str {
        slice.of(self.line, &self.found.decoded)
    }

    /// Adds a value, unless the text says that there is none.
    fn add(&mut self, index: u32, slice: Slice, form: Form) {
        if is_empty(self.text(slice)) {
            return;
        }
        let rule = self.first_rule + index;
        self.found.entries.push(Entry { rule, instance: self.instance, slice, form });
    }

    fn read(&mut self, reading: Reading, slice: Slice) {
        match reading {
            Reading::Plain(_) | Reading::Url | Reading::Digest(_) | Reading::RegistryKey => {
                self.add(0, slice, Form::Text);
            }
            Reading::Tested => self.add(0, slice, self.form),
            Reading::Number(_) | Reading::TestedNumber => {
                let form = if is_number(self.text(slice)) { Form::Number } else { Form::Text };
                self.add(0, slice, form);
            }
            Reading::Address => self.endpoint(slice, false),
            Reading::Host => self.endpoint(slice, true),
            Reading::DnsResults => self.dns_results(slice),
            Reading::Email => self.email(slice),
            Reading::Path => self.path(slice),
            Reading::BaseName => {
                let start = self.text(slice).rfind(['\\', '/']).map_or(0, |place| place + 1);
                self.add(0, slice.part(start, (slice.end - slice.start) as usize), Form::Text);
            }
            Reading::Hash => self.labelled_hash(None, slice),
            Reading::Hashes => self.hashes(slice),
            Reading::RegistryValue => self.registry_value(slice),
        }
    }

    fn endpoint(&mut self, slice: Slice, takes_names: bool) {
        let text = self.text(slice);
        let place = |part: &str| {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            slice.part(start, start + part.len())
        };
        match Endpoint::new(text) {
            Endpoint::Ipv4(part) => {
                let part = place(part);
                self.add(IPV4, part, Form::Text);
            }
            Endpoint::Ipv6(part) => {
                let part = place(part);
                self.add(IPV6, part, Form::Text);
            }
            Endpoint::Name(part) if takes_names => {
                let part = place(part);
                self.add(NAME, part, Form::Text);
            }
            Endpoint::Name(_) => {}
            Endpoint::MappedIpv4(address) => {
                let start = self.found.decoded.len();
                // Writing to a string does not fail.
                let _ = write!(self.found.decoded, "{address}");
                let slice = decoded(start, self.found.decoded.len());
                self.add(IPV4, slice, Form::Text);
            }
        }
    }

    fn dns_results(&mut self, slice: Slice) {
        let mut start = 0;
        let len = self.text(slice).len();
        while start < len {
            let rest = &self.text(slice)[start..];
            let end = start + rest.find(';').unwrap_or(rest.len());
            let part = &self.text(slice)[start..end];
            // `type:  5 a.example` is the name and the type of the record.
            let skipped = if part.starts_with("type:") { part.rfind(' ').map_or(0, |place| place + 1) } else { 0 };
            self.endpoint(slice.part(start + skipped, end), true);
            start = end + 1;
        }
    }

    fn email(&mut self, slice: Slice) {
        let text = self.text(slice);
        let (start, end) = match (text.rfind('<'), text.rfind('>')) {
            (Some(start), Some(end)) if start < end => (start + 1, end),
            _ => {
                let start = text.len() - text.trim_start().len();
                (start, start.max(text.trim_end().len()))
            }
        };
        self.add(0, slice.part(start, end), Form::Text);
    }

    fn path(&mut self, slice: Slice) {
        let text = self.text(slice);
        let len = text.len();
        let Some(separator) = text.rfind(['\\', '/']) else {
            return self.add(BASE_NAME, slice, Form::Text);
        };
        // The directory at the top keeps its separator: `/`, `C:\`.
        let is_top = separator == 0 || text[..separator].ends_with(':');
        self.add(WHOLE, slice, Form::Text);
        self.add(BASE_NAME, slice.part(separator + 1, len), Form::Text);
        self.add(DIRECTORY, slice.part(0, separator + usize::from(is_top)), Form::Text);
    }

    fn registry_value(&mut self, slice: Slice) {
        self.add(KEY, slice, Form::Text);
        let text = self.text(slice);
        let len = text.len();
        if let Some(separator) = text.rfind('\\') {
            self.add(KEY, slice.part(0, separator), Form::Text);
            self.add(VALUE_NAME, slice.part(separator + 1, len), Form::Text);
        }
    }

    /// A hash with the name of its algorithm. Without one, or with a number that stands for none, its length tells.
    fn labelled_hash(&mut self, label: Option<Slice>, slice: Slice) {
        let label = label.map_or("", |label| self.text(label));
        let by_length = Reading::algorithm_of_length((slice.end - slice.start) as usize);
        let algorithm = match label {
            "" | "0" => by_length,
            // A name that is not known is left out: other algorithms have hashes of the same length.
            label => Reading::algorithm_named(label),
        };
        if let Some(algorithm) = algorithm {
            self.add(algorithm, slice, Form::Text);
        }
    }

    fn hashes(&mut self, slice: Slice) {
        let mut start = 0;
        let len = self.text(slice).len();
        while start < len {
            let rest = &self.text(slice)[start..];
            let end = start + rest.find(',').unwrap_or(rest.len());
            let part = &self.text(slice)[start..end];
            if let Some((label, _)) = part.split_once('=') {
                let value = slice.part(start + label.len() + 1, end);
                if let Some(algorithm) = Reading::algorithm_named(label.trim()) {
                    self.add(algorithm, value, Form::Text);
                }
            } else if let Some(algorithm) = Reading::algorithm_of_length(part.len()) {
                self.add(algorithm, slice.part(start, end), Form::Text);
            }
            start = end + 1;
        }
    }

    /// A URL of a host and what comes after it. What is a URL already is taken as it is.
    fn url_of(&mut self, host: Option<Slice>, slice: Slice) {
        let text = self.text(slice);
        if is_empty(text) || is_absolute(text) {
            return self.add(0, slice, Form::Text);
        }
        let Some(host) = host.filter(|host| {
            let host = self.text(*host);
            !is_empty(host) && host.len() <= MAX_HOST
        }) else {
            return;
        };
        let start = self.found.decoded.len();
        self.found.decoded.push_str("http://");
        self.copy(host);
        if !self.text(slice).starts_with('/') {
            self.found.decoded.push('/');
        }
        self.copy(slice);
        let slice = decoded(start, self.found.decoded.len());
        self.add(0, slice, Form::Text);
    }

    /// Appends text to the decoded text.
    fn copy(&mut self, slice: Slice) {
        if slice.is_decoded {
            self.found.decoded.extend_from_within(slice.start as usize..slice.end as usize);
        } else {
            self.found.decoded.push_str(slice.of(self.line, ""));
        }
    }
}

fn decoded(start: usize, end: usize) -> Slice {
    // OK because the limits of lines and of joined values keep it below 4 GiB.
    Slice { start: start as u32, end: end as u32, is_decoded: true }
}

/// Whether text is one of those that logs have where there is no value.
fn is_empty(text: &str) -> bool {
    matches!(text, "" | "-" | "(empty)")
}

/// Whether a URL has a scheme: `http://…`.
fn is_absolute(text: &str) -> bool {
    text.find("://").is_some_and(|end| {
        end > 0 && text[..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}
