//! Looking up one value in all tables that its kind asks for.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use super::digest;
use super::domain;
use super::draft::is_placeholder;
use super::how::How;
use super::ipv4;
use super::key::Form;
use super::options::{Subdomains, Urls};
use super::store::Store;
use super::url;
use crate::matching::normal::nfc;
use crate::row::{ValueKind, normalize};

/// The head of a chain of terms that a value matches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Find {
    pub(super) head: u32,
    pub(super) how: How,
}

/// What was found for a value, the most specific first.
#[derive(Debug, Default)]
pub(super) struct Finds {
    list: Vec<Find>,
    /// Pieces of text, each of which may be there many times.
    needles: Vec<u32>,
    /// What comes before the host of a URL. `None` if the value is not a URL, or lacks it.
    scheme: Option<String>,
}

impl Finds {
    #[inline]
    fn add(&mut self, head: u32, how: How) {
        self.list.push(Find { head, how });
    }

    pub(super) fn list(&self) -> &[Find] {
        &self.list
    }

    /// Whether a URL of the set has the scheme of the value, if that has one.
    pub(super) fn fits_scheme(&self, url: &[u8]) -> bool {
        self.scheme.as_ref().is_none_or(|scheme| scheme.as_bytes() == url::scheme(url))
    }
}

impl Store {
    /// Looks up a value. Without a kind, it is text that only keys with its path are about.
    #[inline]
    pub(super) fn probe(&self, kind: Option<ValueKind>, text: &str, finds: &mut Finds) {
        finds.list.clear();
        finds.scheme = None;
        let text = text.trim();
        if is_placeholder(text) {
            return;
        }
        let mut is_hex = false;
        match kind {
            Some(ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr) => {
                is_hex = self.probe_address(text, finds);
                if !is_hex {
                    self.probe_domain(text, finds);
                    self.probe_text(kind, text, finds);
                }
            }
            Some(ValueKind::Hash) => match digest::parse(text.as_bytes()) {
                Some((digest, len)) => {
                    is_hex = true;
                    self.probe_exact(Form::Digest, &digest[..len], finds);
                }
                None => self.probe_text(kind, text, finds),
            },
            Some(ValueKind::Domain) => {
                self.probe_domain(text, finds);
                if text.as_bytes().first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b':') {
                    self.probe_address(text, finds);
                }
            }
            Some(ValueKind::Url) => self.probe_url(text, finds),
            Some(_) => self.probe_text(kind, text, finds),
            None if self.keys.has_loose() => self.probe_text(kind, text, finds),
            None => {}
        }
        if self.values.has_needles(is_hex) {
            self.probe_needles(text, is_hex, finds);
        }
    }

    #[inline]
    fn probe_exact(&self, form: Form, value: &[u8], finds: &mut Finds) {
        if self.values.lacks(form) {
            return;
        }
        if let Some(head) = self.values.head(form, value, self.values.hash(form, value, &self.seed)) {
            finds.add(head, How::Exact);
        }
    }

    /// Returns `false` if the value is not an address.
    fn probe_address(&self, text: &str, finds: &mut Finds) -> bool {
        if let Some(address) = ipv4::parse(text.as_bytes()) {
            self.values.ipv4().find(address, &self.seed, |head, prefix| {
                finds.add(head, if prefix == 32 { How::Exact } else { How::Network(prefix) });
            });
            return true;
        }
        // Most names do not have a colon in the first five bytes.
        if !text.as_bytes().iter().take(5).any(|byte| *byte == b':') {
            return false;
        }
        let Ok(address) = text.parse::<Ipv6Addr>() else { return false };
        self.values.ipv6().find(address.to_bits(), &self.seed, |head, prefix| {
            finds.add(head, if prefix == 128 { How::Exact } else { How::Network(prefix) });
        });
        if let Some(mapped) = address.to_ipv4_mapped() {
            self.values.ipv4().find(mapped.to_bits(), &self.seed, |head, prefix| {
                finds.add(head, if prefix == 32 { How::Exact } else { How::Network(prefix) });
            });
        }
        true
    }

    #[inline]
    fn probe_domain(&self, text: &str, finds: &mut Finds) {
        if self.values.lacks(Form::Domain) {
            return;
        }
        /// Names with more labels are looked up in several rounds.
        const ROUND: usize = 8;
        let name = &*normalize(ValueKind::Domain, text);
        let name = name.as_bytes();
        // All are hashed before the first is looked up, so that the processor fetches several at a time.
        let mut round = [(0, 0, 0); ROUND];
        round[0] = (self.seed.bytes(name), 0, 0);
        let mut count = 1;
        let mut look_up = |round: &[(u64, usize, u8)]| {
            for (hash, at, labels) in round {
                if let Some(head) = self.values.head(Form::Domain, &name[*at..], *hash) {
                    finds.add(head, if *labels == 0 { How::Exact } else { How::Subdomain(*labels) });
                }
            }
        };
        if self.options.subdomains() == Subdomains::BelowRegistrable {
            domain::parents(name, |at, labels| {
                if count == ROUND {
                    look_up(&round);
                    count = 0;
                }
                round[count] = (self.seed.bytes(&name[at..]), at, labels);
                count += 1;
            });
        }
        look_up(&round[..count]);
    }

    fn probe_url(&self, text: &str, finds: &mut Finds) {
        if self.values.lacks(Form::Url) {
            return;
        }
        let has_scheme = memchr::memmem::find(text.as_bytes(), b"://").is_some();
        let normal = if has_scheme || !text.contains('/') {
            normalize(ValueKind::Url, text)
        } else {
            // The scheme is only there to be parsed.
            let whole = format!("http://{}", text.trim_start_matches('/'));
            Cow::Owned(normalize(ValueKind::Url, &whole).into_owned())
        };
        self.probe_exact(Form::Url, normal.as_bytes(), finds);
        if self.options.urls() == Urls::Prefixes {
            url::prefixes(url::tail(normal.as_bytes()), |prefix| {
                let hash = self.seed.bytes(prefix);
                if let Some(head) = self.values.head(Form::Url, prefix, hash) {
                    finds.add(head, How::UrlPrefix);
                }
            });
        }
        if has_scheme && !finds.list.is_empty() {
            finds.scheme = Some(String::from_utf8_lossy(url::scheme(normal.as_bytes())).into_owned());
        }
    }

    fn probe_text(&self, kind: Option<ValueKind>, text: &str, finds: &mut Finds) {
        if self.values.lacks(Form::Text) {
            return;
        }
        // Numbers have a normal form, and other text without a kind does not look like one.
        let normal = normalize(kind.unwrap_or(ValueKind::Number), text);
        self.probe_exact(Form::Text, normal.as_bytes(), finds);
    }

    #[inline]
    fn probe_needles(&self, text: &str, is_hex: bool, finds: &mut Finds) {
        let text = if text.is_ascii() { Cow::Borrowed(text) } else { nfc(text) };
        finds.needles.clear();
        let Finds { list, needles, .. } = finds;
        self.values.find_needles(text.as_bytes(), is_hex, &self.seed, |head| needles.push(head));
        if needles.is_empty() {
            return;
        }
        needles.sort_unstable();
        needles.dedup();
        list.extend(needles.iter().map(|head| Find { head: *head, how: How::Pattern }));
    }
}
