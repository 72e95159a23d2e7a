//! Hashes of a content: the strongest one decides the other facts about it.

use std::collections::HashMap;

use super::observable::Observable;
use super::rank::hash_strength;
use crate::pattern::ast::{Path, Step};

/// Returns the place of the hash that implies all other tests of an `AND`; `None` if there is no
/// such hash.
///
/// An object whose content has that hash has the other hashes, the size and the type that the
/// pattern names, provided that the pattern can match anything at all. A name, a path, a time or an
/// account does not follow from the content, so a pattern with one of them has no such hash.
/// Neither has a pattern that asks for two values of one property, or for a hash of the wrong
/// length, because it never matches.
pub(super) fn implying_hash<'t>(tests: impl Iterator<Item = (&'t Path<'t>, &'t Observable<'t>)>) -> Option<usize> {
    let mut content = None;
    let mut strongest: Option<(u8, usize)> = None;
    let mut known = HashMap::new();
    for (place, (path, observable)) in tests.enumerate() {
        let fact = Fact::new(path)?;
        if *content.get_or_insert(fact.content) != fact.content || !observable.well_formed {
            return None;
        }
        if known.insert(&*observable.key, &*observable.norm).is_some_and(|norm| norm != observable.norm) {
            return None;
        }
        if let Some(strength) = fact.is_hash.then(|| hash_strength(&observable.key)).flatten()
            && strongest.is_none_or(|(known, _)| strength < known)
        {
            strongest = Some((strength, place));
        }
    }
    strongest.map(|(_, place)| place)
}

/// A property that follows from a content.
struct Fact<'p> {
    content: Content<'p>,
    is_hash: bool,
}

/// Which object has the content: the type that the path begins with, and the references that it
/// follows.
#[derive(Clone, Copy)]
struct Content<'p> {
    object_type: &'p str,
    references: &'p [Step<'p>],
}

impl PartialEq for Content<'_> {
    fn eq(&self, other: &Self) -> bool {
        let names = |content: &Self| content.references.iter().map(Step::property);
        self.object_type == other.object_type && names(self).eq(names(other))
    }
}

impl<'p> Fact<'p> {
    fn new(path: &'p Path<'p>) -> Option<Self> {
        let (references, is_hash) = match &path.steps[..] {
            [references @ .., hashes, _] if hashes.property() == Some("hashes") => (references, true),
            [references @ .., last] if follows(&path.object_type, last.property()?) => (references, false),
            _ => return None,
        };
        // Each element of a list of references may be another object.
        let is_reference = |step: &Step<'_>| step.property().is_some_and(|name| name.ends_with("_ref"));
        let is_content = match references {
            [] => matches!(&*path.object_type, "file" | "artifact" | "x509-certificate"),
            references => references.iter().all(is_reference),
        };
        is_content.then(|| Self { content: Content { object_type: &path.object_type, references }, is_hash })
    }
}

fn follows(object_type: &str, property: &str) -> bool {
    match object_type {
        "x509-certificate" => matches!(property, "serial_number" | "issuer" | "subject"),
        _ => matches!(property, "size" | "mime_type" | "magic_number_hex"),
    }
}
