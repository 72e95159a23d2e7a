//! Names and values of patterns against the object model.

use super::ast::{Path, Step};
use super::finding::FindingKind;
use super::literal::Literal;
use super::version::Version;
use crate::nearest::nearest;
use crate::object::check::HASHES_OF_20;
use crate::object::property::definition::{Definition, Shape};
use crate::object::{Category, Common, Extension, Kind};
use crate::vocab::HashAlgorithm;

/// What a path leads to.
#[derive(Clone, Copy)]
enum Target {
    /// An object of this type.
    Object(Kind),
    /// A property.
    Property(Shape),
    /// Something that the object model does not describe.
    Unknown,
}

/// Follows a path through the object model and returns the shape of the property at its end.
///
/// `find` receives each finding with its step, or with `None` if it is about the object type.
pub(super) fn follow(
    path: &Path<'_>,
    version: Version,
    mut find: impl FnMut(FindingKind, Option<&Step<'_>>),
) -> Option<Shape> {
    let mut target = match Kind::from_name(&path.object_type) {
        Some(kind) if kind.category() == Category::Observable => Target::Object(kind),
        _ if path.object_type.starts_with("x-") => return None,
        _ => {
            let nearest = nearest(&path.object_type, observables().map(|kind| kind.name()));
            find(FindingKind::UnknownType { nearest }, None);
            return None;
        }
    };
    for step in &path.steps {
        let (next, finding) = match step {
            Step::Property(property) => target.property(&property.name, version),
            Step::Index(_) | Step::AnyIndex(_) => target.element(),
        };
        if let Some(kind) = finding {
            find(kind, Some(step));
        }
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

fn observables() -> impl Iterator<Item = &'static Kind> + Clone {
    Kind::ALL.iter().filter(|kind| kind.category() == Category::Observable)
}

impl Target {
    /// What a property of the target is, and what is wrong with its name.
    fn property(self, name: &str, version: Version) -> (Self, Option<FindingKind>) {
        if name.starts_with("x_") {
            return (Self::Unknown, None);
        }
        match self {
            Self::Object(kind) => member(kind.definitions().iter().chain(Common::DEFINITIONS), name),
            Self::Property(Shape::Id) => {
                // A reference leads to an observable of some type. Types share names, so the shape
                // of the property is not known.
                let known = observables().flat_map(|kind| kind.definitions()).chain(Common::DEFINITIONS);
                (Self::Unknown, member(known, name).1)
            }
            Self::Property(Shape::List(element)) => {
                let (next, _) = Self::Property(*element).property(name, version);
                (next, Some(FindingKind::MissingIndex))
            }
            Self::Property(Shape::Struct(members)) => member(members.iter(), name),
            Self::Property(Shape::Hashes) => (Self::Property(Shape::Text), unknown_hash(name, version)),
            Self::Property(Shape::Extensions) => (Extension::shape(name).map_or(Self::Unknown, Self::Property), None),
            Self::Property(Shape::Any) | Self::Unknown => (Self::Unknown, None),
            Self::Property(Shape::Text | Shape::Integer | Shape::Float | Shape::Boolean | Shape::Time) => {
                (Self::Unknown, Some(FindingKind::UnknownProperty { nearest: None }))
            }
        }
    }

    /// What an element of the target is, and whether the index is wrong.
    fn element(self) -> (Self, Option<FindingKind>) {
        match self {
            Self::Property(Shape::List(element)) => (Self::Property(*element), None),
            Self::Unknown | Self::Property(Shape::Any) => (Self::Unknown, None),
            Self::Object(_) | Self::Property(_) => (self, Some(FindingKind::NeedlessIndex)),
        }
    }
}

/// The property of this name among the known ones.
fn member<'s>(known: impl Iterator<Item = &'s Definition> + Clone, name: &str) -> (Target, Option<FindingKind>) {
    if name == "type" {
        return (Target::Property(Shape::Text), None);
    }
    match known.clone().find(|property| property.name == name) {
        Some(property) => (Target::Property(property.shape), None),
        None => {
            let nearest = nearest(name, known.map(|property| property.name));
            (Target::Unknown, Some(FindingKind::UnknownProperty { nearest }))
        }
    }
}

fn unknown_hash(name: &str, version: Version) -> Option<FindingKind> {
    let algorithm = HashAlgorithm::from(name);
    if algorithm.is_standard() || version == Version::V20 && HASHES_OF_20.contains(&name) {
        return None;
    }
    let known = algorithm.canonical();
    let nearest = HashAlgorithm::STANDARD.iter().copied().find(|name| known == *name);
    Some(FindingKind::UnknownHash { nearest })
}

/// Returns what a constant has to be to equal a property of this shape, or `None` if it can be
/// equal.
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
