//! Looking up the values of an event in all tables that their kinds ask for.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use super::digest;
use super::domain;
use super::draft::is_placeholder;
use super::filter::Filter;
use super::how::How;
use super::ipv4::{self, Ipv4};
use super::key::Form;
use super::options::{Subdomains, Urls};
use super::store::Store;
use super::url;
use crate::matching::event::Rule;
use crate::matching::normal::nfc;
use crate::row::normalize::trimmed::trimmed;
use crate::row::{ValueKind, normalize};

/// The head of a chain of terms that a value matches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Find {
    pub(super) head: u32,
    pub(super) how: How,
    /// The place of the value in the event.
    pub(super) value: u32,
}

/// What was found for an event, in the order of its values, and for each value the most specific first.
#[derive(Debug, Default)]
pub(super) struct Finds {
    list: Vec<Find>,
    /// Normal forms that are not part of the event.
    buffer: Vec<u8>,
    /// Pieces of text, each of which may be there many times.
    needles: Vec<u32>,
}

impl Finds {
    #[inline]
    pub(super) fn list(&self) -> &[Find] {
        &self.list
    }
}

/// A value that is about to be looked up.
#[derive(Clone, Copy, Debug)]
struct Probe<'e> {
    hash: u32,
    value: u32,
    form: Form,
    how: How,
    text: Text<'e>,
}

#[derive(Clone, Copy, Debug)]
enum Text<'e> {
    OfEvent(&'e [u8]),
    /// From here to there in the buffer.
    Buffered(usize, usize),
    Ipv4(u32),
}

/// What is looked up together. Values are hashed before the first is looked up, so that the processor fetches several
/// parts of large tables at a time instead of one after the other.
struct Batch<'s, 'e> {
    store: &'s Store,
    finds: &'s mut Finds,
    probes: [Probe<'e>; ROOM],
    count: usize,
    value: u32,
}

const ROOM: usize = 16;

impl Store {
    /// Looks up the values of an event. Those without a kind are text that only keys with the path of their rule are
    /// about.
    #[inline]
    pub(super) fn probe<'e>(
        &self,
        values: impl Iterator<Item = (Option<ValueKind>, Option<&'e Rule>, &'e str)>,
        finds: &mut Finds,
    ) {
        finds.list.clear();
        finds.buffer.clear();
        let none = Probe { hash: 0, value: 0, form: Form::Text, how: How::Exact, text: Text::OfEvent(&[]) };
        let mut batch = Batch { store: self, finds, probes: [none; ROOM], count: 0, value: 0 };
        for (kind, rule, text) in values {
            batch.add(kind, rule, text);
            batch.value += 1;
        }
        batch.look_up();
        if finds.list.len() > 1 {
            // Pieces of text were found first.
            finds.list.sort_by_key(|find| (find.value, find.how == How::Pattern));
        }
    }
}

impl<'e> Batch<'_, 'e> {
    #[inline]
    fn add(&mut self, kind: Option<ValueKind>, rule: Option<&Rule>, text: &'e str) {
        let text = trimmed(text);
        if is_placeholder(text) {
            return;
        }
        let mut is_hex = false;
        match kind {
            Some(ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr) => {
                is_hex = self.address(text);
                if !is_hex {
                    self.domain(text);
                    self.text(kind, rule, text);
                }
            }
            Some(ValueKind::Hash) => match digest::parse(text.as_bytes()) {
                Some((digest, len)) => {
                    is_hex = true;
                    self.owned(Form::Digest, How::Exact, &digest[..len]);
                }
                None => self.text(kind, rule, text),
            },
            Some(ValueKind::Domain) => {
                self.domain(text);
                if text.as_bytes()[0].is_ascii_digit() || text.contains(':') {
                    self.address(text);
                }
            }
            Some(ValueKind::Url) => self.url(text),
            kind => self.text(kind, rule, text),
        }
        let may_have_needles = |rule| self.store.keys.may_have_needles(rule);
        if self.store.values.has_needles(is_hex) && rule.is_none_or(may_have_needles) {
            self.needles(text, is_hex);
        }
    }

    #[inline]
    fn push(&mut self, hash: u32, form: Form, how: How, text: Text<'e>) {
        if self.count == ROOM {
            self.look_up();
        }
        self.probes[self.count] = Probe { hash, value: self.value, form, how, text };
        self.count += 1;
    }

    fn exact(&mut self, form: Form, how: How, value: &'e [u8]) {
        if !self.store.values.lacks(form) {
            let hash = self.store.values.hash(form, value, &self.store.seed);
            self.push(hash, form, how, Text::OfEvent(value));
        }
    }

    fn owned(&mut self, form: Form, how: How, value: &[u8]) {
        if !self.store.values.lacks(form) {
            let hash = self.store.values.hash(form, value, &self.store.seed);
            let start = self.finds.buffer.len();
            self.finds.buffer.extend_from_slice(value);
            self.push(hash, form, how, Text::Buffered(start, self.finds.buffer.len()));
        }
    }

    fn look_up(&mut self) {
        let Self { store, finds, .. } = self;
        let probes = &self.probes[..self.count];
        // First only these words, none of which waits for another one.
        let mut words = [0; ROOM];
        for (word, probe) in words.iter_mut().zip(probes) {
            *word = match probe.text {
                Text::Ipv4(address) => store.values.ipv4().word(address),
                _ => store.values.word(probe.form, probe.hash),
            };
        }
        for (word, probe) in words.iter().zip(probes) {
            let may_be = match probe.text {
                Text::Ipv4(address) => Ipv4::has(*word, address),
                _ => Filter::has(*word, probe.hash),
            };
            if !may_be {
                continue;
            }
            let value = match probe.text {
                Text::OfEvent(value) => value,
                Text::Buffered(start, end) => &finds.buffer[start..end],
                Text::Ipv4(address) => {
                    store.values.ipv4().find(address, &store.seed, |head, prefix| {
                        let how = if prefix == 32 { How::Exact } else { How::Network(prefix) };
                        finds.list.push(Find { head, how, value: probe.value });
                    });
                    continue;
                }
            };
            if let Some(head) = store.values.head(probe.form, value, probe.hash) {
                finds.list.push(Find { head, how: probe.how, value: probe.value });
            }
        }
        self.count = 0;
    }

    /// Returns `false` if the value is not an address.
    #[inline]
    fn address(&mut self, text: &str) -> bool {
        if let Some(address) = ipv4::parse(text.as_bytes()) {
            self.push(0, Form::Ipv4, How::Exact, Text::Ipv4(address));
            return true;
        }
        // Names have no colon in the first five bytes.
        text.as_bytes().iter().take(5).any(|byte| *byte == b':') && self.ipv6(text)
    }

    fn ipv6(&mut self, text: &str) -> bool {
        let Ok(address) = text.parse::<Ipv6Addr>() else { return false };
        let Self { store, finds, value, .. } = self;
        store.values.ipv6().find(address.to_bits(), &store.seed, |head, prefix| {
            let how = if prefix == 128 { How::Exact } else { How::Network(prefix) };
            finds.list.push(Find { head, how, value: *value });
        });
        if let Some(mapped) = address.to_ipv4_mapped() {
            self.push(0, Form::Ipv4, How::Exact, Text::Ipv4(mapped.to_bits()));
        }
        true
    }

    #[inline]
    fn domain(&mut self, text: &'e str) {
        if self.store.values.lacks(Form::Domain) {
            return;
        }
        let name = normalize(ValueKind::Domain, text);
        let start = self.finds.buffer.len();
        let part = |at: usize| match &name {
            Cow::Borrowed(name) => Text::OfEvent(&name.as_bytes()[at..]),
            Cow::Owned(name) => Text::Buffered(start + at, start + name.len()),
        };
        if let Cow::Owned(name) = &name {
            self.finds.buffer.extend_from_slice(name.as_bytes());
        }
        let (store, bytes) = (self.store, name.as_bytes());
        let hash = |at: usize| store.values.hash(Form::Domain, &bytes[at..], &store.seed);
        self.push(hash(0), Form::Domain, How::Exact, part(0));
        if store.options.subdomains() == Subdomains::BelowRegistrable {
            domain::parents(bytes, |at, labels| {
                self.push(hash(at), Form::Domain, How::Subdomain(labels), part(at));
            });
        }
    }

    fn url(&mut self, text: &'e str) {
        if self.store.values.lacks(Form::Url) {
            return;
        }
        let (normal, _) = url::of_log(text);
        match &normal {
            Cow::Borrowed(normal) => self.exact(Form::Url, How::Exact, normal.as_bytes()),
            Cow::Owned(normal) => self.owned(Form::Url, How::Exact, normal.as_bytes()),
        }
        if self.store.options.urls() == Urls::Prefixes {
            url::prefixes(url::tail(normal.as_bytes()), |prefix| self.owned(Form::Url, How::UrlPrefix, prefix));
        }
    }

    #[inline]
    fn text(&mut self, kind: Option<ValueKind>, rule: Option<&Rule>, text: &'e str) {
        if rule.is_some_and(|rule| !self.store.keys.may_have_text(kind, rule)) {
            return;
        }
        // Numbers have a normal form, and other text without a kind does not look like one.
        match normalize(kind.unwrap_or(ValueKind::Number), text) {
            Cow::Borrowed(normal) => self.exact(Form::Text, How::Exact, normal.as_bytes()),
            Cow::Owned(normal) => self.owned(Form::Text, How::Exact, normal.as_bytes()),
        }
    }

    #[inline]
    fn needles(&mut self, text: &str, is_hex: bool) {
        let text = if text.is_ascii() { Cow::Borrowed(text) } else { nfc(text) };
        let Self { store, finds, value, .. } = self;
        finds.needles.clear();
        let needles = &mut finds.needles;
        store.values.find_needles(text.as_bytes(), is_hex, &store.seed, |head| needles.push(head));
        if needles.is_empty() {
            return;
        }
        needles.sort_unstable();
        needles.dedup();
        finds.list.extend(needles.iter().map(|head| Find { head: *head, how: How::Pattern, value: *value }));
    }
}
