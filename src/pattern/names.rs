//! Names and values of patterns against the object model.

use super::Version;
use super::ast::{Literal, Path, Step};
use super::check::FindingKind;
use crate::object::check::HASHES_OF_20;
use crate::object::property::definition::{Definition, Shape};
use crate::object::{Category, Common, Extension, Kind};
use crate::vocab::HashAlgorithm;

/// What a path leads to.
enum Target {
    /// An object of this type.
    Object(Kind),
    /// An object that a reference leads to: an observable of some type.
    Referred,
    /// A property.
    Property(Shape),
    /// Something that the object model does not describe.
    Unknown,
}

/// What the path leads to, and what is found on the way: each with the step, or none for the object type.
pub(super) fn follow(
    path: &Path<'_>,
    version: Version,
    mut find: impl FnMut(FindingKind, Option<&Step<'_>>),
) -> Option<Shape> {
    let mut target = match Kind::from_name(&path.object_type) {
        Some(kind) if kind.category() == Category::Observable => Target::Object(kind),
        _ if path.object_type.starts_with("x-") => return None,
        _ => {
            let observables = Kind::ALL.iter().filter(|kind| kind.category() == Category::Observable);
            let nearest = nearest(&path.object_type, observables.map(|kind| kind.name()));
            find(FindingKind::UnknownType { nearest }, None);
            return None;
        }
    };
    for step in &path.steps {
        let next = match step {
            Step::Property(property) => {
                let mut kind = None;
                let next = target.property(&property.name, version, &mut kind);
                if let Some(kind) = kind {
                    find(kind, Some(step));
                }
                next
            }
            Step::Index(_) | Step::AnyIndex(_) => match target {
                Target::Property(Shape::List(element)) => Target::Property(*element),
                Target::Unknown | Target::Property(Shape::Any) => Target::Unknown,
                _ => {
                    find(FindingKind::NeedlessIndex, Some(step));
                    target
                }
            },
        };
        target = next;
    }
    match target {
        Target::Property(Shape::List(element)) => {
            find(FindingKind::MissingIndex, path.steps.last());
            Some(*element)
        }
        Target::Property(shape) => Some(shape),
        _ => None,
    }
}

impl Target {
    fn property(&self, name: &str, version: Version, found: &mut Option<FindingKind>) -> Self {
        if name.starts_with("x_") {
            return Self::Unknown;
        }
        match self {
            Self::Object(kind) => {
                let known = kind.definitions().iter().chain(Common::DEFINITIONS);
                member(known, name, found)
            }
            Self::Referred => {
                let observables = Kind::ALL.iter().filter(|kind| kind.category() == Category::Observable);
                let known = observables.flat_map(|kind| kind.definitions()).chain(Common::DEFINITIONS);
                match member(known, name, found) {
                    // Types share names; which of them is meant is not known.
                    Self::Property(_) => Self::Unknown,
                    other => other,
                }
            }
            Self::Property(Shape::Id) => Self::Referred.property(name, version, found),
            Self::Property(Shape::List(element)) => {
                *found = Some(FindingKind::MissingIndex);
                Self::Property(**element).property(name, version, &mut None)
            }
            Self::Property(Shape::Struct(members)) => member(members.iter(), name, found),
            Self::Property(Shape::Hashes) => {
                let algorithm = HashAlgorithm::from(name);
                let is_known = algorithm.is_standard() || version == Version::V20 && HASHES_OF_20.contains(&name);
                if !is_known {
                    let known = algorithm.canonical();
                    let nearest = HashAlgorithm::STANDARD.iter().copied().find(|name| known == *name);
                    *found = Some(FindingKind::UnknownHash { nearest });
                }
                Self::Property(Shape::Text)
            }
            Self::Property(Shape::Extensions) => Extension::shape(name).map_or(Self::Unknown, Self::Property),
            Self::Property(Shape::Any) | Self::Unknown => Self::Unknown,
            Self::Property(Shape::Text | Shape::Integer | Shape::Float | Shape::Boolean | Shape::Time) => {
                *found = Some(FindingKind::UnknownProperty { nearest: None });
                Self::Unknown
            }
        }
    }
}

fn member<'s>(
    known: impl Iterator<Item = &'s Definition> + Clone,
    name: &str,
    found: &mut Option<FindingKind>,
) -> Target {
    if name == "type" {
        return Target::Property(Shape::Text);
    }
    match known.clone().find(|property| property.name == name) {
        Some(property) => Target::Property(property.shape),
        None => {
            *found = Some(FindingKind::UnknownProperty { nearest: nearest(name, known.map(|property| property.name)) });
            Target::Unknown
        }
    }
}

/// What a literal has to be to equal a property of this shape; `None` where it can be.
pub(super) fn expected(shape: Shape, literal: &Literal<'_>) -> Option<&'static str> {
    let (fits, expected) = match shape {
        Shape::Text | Shape::Id => {
            (matches!(literal, Literal::String(_) | Literal::Hex(_) | Literal::Binary(_)), "a string")
        }
        Shape::Integer | Shape::Float => (matches!(literal, Literal::Integer(_) | Literal::Float(_)), "a number"),
        Shape::Boolean => (matches!(literal, Literal::Boolean(_)), "true or false"),
        Shape::Time => (matches!(literal, Literal::Timestamp(_)), "a timestamp, t'…'"),
        Shape::Struct(_) | Shape::Hashes | Shape::Extensions => (false, "the name of a property inside of it"),
        Shape::List(_) | Shape::Any => (true, ""),
    };
    (!fits).then_some(expected)
}

/// The name that was probably meant: one that differs in punctuation and case alone, or by at most two letters.
fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    /// No name of the standard is longer, and comparing takes time.
    const MAX_LEN: usize = 40;
    if name.len() > MAX_LEN {
        return None;
    }
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(name);
    // Of a short name two letters are most of it.
    let most = if wanted.len() < 4 { 1 } else { 2 };
    let distances = known.map(|known| (distance(&wanted, &letters(known)), known));
    distances.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// How many letters have to be put in, taken out or replaced.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant() {
        let known = ["ipv4-addr", "ipv6-addr", "file", "url"];
        for (name, meant) in [
            ("IPv4_Addr", Some("ipv4-addr")),
            ("ipv4addr", Some("ipv4-addr")),
            ("files", Some("file")),
            ("uri", Some("url")),
            ("hash", None),
            ("fiel", Some("file")),
            ("app", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
        assert_eq!(nearest(&"a".repeat(1_000_000), known.into_iter()), None);
    }
}
