//! One entry of a list: what it covers, or why it is refused.

use regex::Regex;

use super::kinds::Kinds;
use super::list::ListKind;
use super::networks;
use super::refused::RefusalReason;
use crate::matching::pcre;
use crate::row::address::Block;
use crate::row::normalize::domain;
use crate::row::{ValueKind, normalize};

/// What an entry covers, for some kinds of values.
#[derive(Debug)]
pub(super) enum Cover {
    Network(Block),
    /// In normal form, with its sub-domains.
    Domain(String),
    /// A value in the normal form of these kinds.
    Exact(String),
    Substring(String),
    /// In the language of the crate `regex`.
    Regex(String),
}

const LONGEST_DOMAIN: usize = 253;
const SHORTEST_SUBSTRING: usize = 3;
const LONGEST_SUBSTRING: usize = 256;
const LONGEST: usize = 4096;
/// The most that a regular expression may take once it is compiled.
const REGEX_BYTES: usize = 128 << 10;

/// Returns what an entry of a list of some kind covers, each with the kinds of values that it is for.
pub(super) fn covers(text: &str, kind: ListKind, kinds: Option<Kinds>) -> Result<Vec<(Cover, Kinds)>, RefusalReason> {
    if text.len() > LONGEST {
        return Err(RefusalReason::TooLong);
    }
    match kind {
        ListKind::Network => Ok(vec![network(text, kinds)?]),
        ListKind::Domain => Ok(vec![network(text, kinds).or_else(|_| name(text, kinds))?]),
        ListKind::Exact => Ok(exact(text, kinds.unwrap_or(Kinds::ALL))),
        ListKind::Substring => Ok(vec![(substring(text)?, kinds.unwrap_or(Kinds::ALL))]),
        ListKind::Regex => Ok(vec![(expression(text)?, kinds.unwrap_or(Kinds::ALL))]),
        ListKind::Mixed => mixed(text, kinds),
    }
}

/// The prefixes of entries in lists of several kinds, for those that cannot be told by their form.
const PREFIXES: [(&str, ListKind); 5] = [
    ("cidr:", ListKind::Network),
    ("hostname:", ListKind::Domain),
    ("string:", ListKind::Exact),
    ("substring:", ListKind::Substring),
    ("regex:", ListKind::Regex),
];

fn mixed(text: &str, kinds: Option<Kinds>) -> Result<Vec<(Cover, Kinds)>, RefusalReason> {
    for (prefix, kind) in PREFIXES {
        if let Some(entry) = text.strip_prefix(prefix) {
            return covers(entry.trim(), kind, kinds);
        }
    }
    if let Ok(network) = network(text, kinds) {
        return Ok(vec![network]);
    }
    if text.starts_with('.') || text.starts_with("*.") {
        return Ok(vec![name(text, kinds)?]);
    }
    let all = kinds.unwrap_or(Kinds::ALL);
    match name(text, kinds) {
        // A name with a dot may also be that of a file.
        Ok((domain, of_domain)) => {
            let mut covers = exact(text, all.without(Kinds::of(ValueKind::Domain)));
            covers.push((domain, of_domain));
            Ok(covers)
        }
        Err(_) => Ok(exact(text, all)),
    }
}

fn network(text: &str, kinds: Option<Kinds>) -> Result<(Cover, Kinds), RefusalReason> {
    let block = networks::block(text).ok_or(RefusalReason::Network)?;
    Ok((Cover::Network(block), kinds.unwrap_or(Kinds::ADDRESSES)))
}

fn name(text: &str, kinds: Option<Kinds>) -> Result<(Cover, Kinds), RefusalReason> {
    let below = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
    let domain = domain::normal(below.unwrap_or(text)).ok_or(RefusalReason::Domain)?;
    if domain.len() > LONGEST_DOMAIN {
        return Err(RefusalReason::TooLong);
    }
    if below.is_none() && !domain.contains('.') {
        return Err(RefusalReason::OneLabel);
    }
    Ok((Cover::Domain(domain.into_owned()), kinds.unwrap_or(Kinds::of(ValueKind::Domain))))
}

/// The normal forms of a value under each of the kinds.
fn exact(text: &str, kinds: Kinds) -> Vec<(Cover, Kinds)> {
    let mut forms: Vec<(String, Kinds)> = Vec::new();
    let block = networks::block(text);
    let addresses = if block.is_some() { Kinds::ADDRESSES } else { Kinds::NONE };
    for kind in ValueKind::ALL.into_iter().filter(|kind| kinds.has(*kind) && !addresses.has(*kind)) {
        let form = normalize(kind, text);
        match forms.iter_mut().find(|(known, _)| *known == form) {
            Some((_, kinds)) => *kinds = kinds.or(Kinds::exactly(kind)),
            None => forms.push((form.into_owned(), Kinds::exactly(kind))),
        }
    }
    let mut covers: Vec<_> = forms.into_iter().map(|(form, kinds)| (Cover::Exact(form), kinds)).collect();
    let addresses = addresses.and(kinds);
    if let Some(block) = block.filter(|_| !addresses.is_empty()) {
        covers.push((Cover::Network(block), addresses));
    }
    covers
}

fn substring(text: &str) -> Result<Cover, RefusalReason> {
    if text.chars().count() < SHORTEST_SUBSTRING {
        return Err(RefusalReason::TooShort);
    }
    if text.len() > LONGEST_SUBSTRING {
        return Err(RefusalReason::TooLong);
    }
    Ok(Cover::Substring(text.to_owned()))
}

fn expression(text: &str) -> Result<Cover, RefusalReason> {
    let pcre = without_delimiters(text).ok_or(RefusalReason::Regex)?;
    let Ok(pcre::Regex::Text(regex)) = pcre::compile(&pcre, false, REGEX_BYTES) else {
        return Err(RefusalReason::Regex);
    };
    if is_found_everywhere(&regex) { Err(RefusalReason::MatchesAll) } else { Ok(Cover::Regex(regex.as_str().into())) }
}

/// Whether an expression is found in the empty text, or in a character that no value has.
fn is_found_everywhere(regex: &Regex) -> bool {
    regex.is_match("") || regex.is_match("\u{1}")
}

/// The expression between the delimiters of PHP, with its flags in front, or the whole text if it has none. `None` for
/// flags that change its meaning in a way that the crate `regex` does not have.
fn without_delimiters(text: &str) -> Option<String> {
    let Some((pcre, flags)) = text.strip_prefix('/').and_then(|text| text.rsplit_once('/')) else {
        return Some(text.to_owned());
    };
    let mut inline = String::new();
    for flag in flags.chars() {
        match flag {
            'i' | 'm' | 's' | 'x' => inline.push(flag),
            // Text is Unicode here, and one place is enough.
            'u' | 'g' => {}
            _ => return None,
        }
    }
    Some(if inline.is_empty() { pcre.to_owned() } else { format!("(?{inline}){pcre}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds of what an entry covers, or why it is refused.
    fn forms(text: &str, kind: ListKind) -> Result<String, RefusalReason> {
        let mut forms = String::new();
        for (cover, _) in covers(text, kind, None)? {
            let form = match cover {
                Cover::Network(_) => "network".to_owned(),
                Cover::Domain(name) => format!("domain {name}"),
                Cover::Exact(text) => format!("exact {text}"),
                Cover::Substring(text) => format!("substring {text}"),
                Cover::Regex(text) => format!("regex {text}"),
            };
            forms.push_str(if forms.is_empty() { "" } else { ", " });
            forms.push_str(&form);
        }
        Ok(forms)
    }

    #[test]
    fn entries_of_each_kind() {
        use ListKind::{Domain, Exact, Mixed, Network, Regex, Substring};
        use RefusalReason as Reason;
        let long = "a".repeat(300);
        for (text, kind, expected) in [
            ("198.51.100.0/24", Network, Ok("network")),
            ("example.org", Network, Err(Reason::Network)),
            ("198.51.100.0/33", Network, Err(Reason::Network)),
            ("198.51.100.1/0", Network, Err(Reason::Network)),
            ("Example.org.", Domain, Ok("domain example.org")),
            (".example.org", Domain, Ok("domain example.org")),
            ("*.example.org", Domain, Ok("domain example.org")),
            ("a.*.example.org", Domain, Err(Reason::Domain)),
            ("com", Domain, Err(Reason::OneLabel)),
            (".lan", Domain, Ok("domain lan")),
            ("198.51.100.7", Domain, Ok("network")),
            ("AQ", Exact, Ok("exact AQ, exact aq")),
            ("q7", Exact, Ok("exact q7")),
            ("77", Substring, Err(Reason::TooShort)),
            ("éé", Substring, Err(Reason::TooShort)),
            ("777", Substring, Ok("substring 777")),
            (&long, Substring, Err(Reason::TooLong)),
            ("/^a\\/b$/i", Regex, Ok("regex (?i)^a\\/b(?:\\n?\\z)")),
            ("^ab", Regex, Ok("regex ^ab")),
            ("/a/e", Regex, Err(Reason::Regex)),
            ("(?=a)", Regex, Err(Reason::Regex)),
            ("(", Regex, Err(Reason::Regex)),
            ("a*", Regex, Err(Reason::MatchesAll)),
            (".", Regex, Err(Reason::MatchesAll)),
            ("10.0.0.0/8", Mixed, Ok("network")),
            ("cidr:x", Mixed, Err(Reason::Network)),
            ("hostname: .lan", Mixed, Ok("domain lan")),
            ("substring:ab", Mixed, Err(Reason::TooShort)),
            ("string:example.org", Mixed, Ok("exact example.org")),
            ("regex:^ab", Mixed, Ok("regex ^ab")),
            ("example.org", Mixed, Ok("exact example.org, domain example.org")),
            ("/usr/bin/", Mixed, Ok("exact /usr/bin/")),
            ("localhost", Mixed, Ok("exact localhost")),
        ] {
            assert_eq!(forms(text, kind), expected.map(str::to_owned), "{text} {kind}");
        }
        assert_eq!(forms(&"a".repeat(5000), Exact), Err(Reason::TooLong));
    }
}
