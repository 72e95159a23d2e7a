//! The findings of [`Object::check`](crate::Object::check) as findings of a validation: with a
//! suggestion, and with a more exact kind if the profile has it.

use std::borrow::Cow;

use super::checks::CHECKS;
use super::collected::Collected;
use super::finding::Finding;
use super::vocabularies::OF_PROPERTIES;
use crate::finding::{self, FindingKind};
use crate::kind::Kind;
use crate::nearest::nearest;
use crate::object::property::findings::Version;
use crate::object::property::view::PropertyValue;
use crate::object::{Common, Object};
use crate::vocab::HashAlgorithm;

/// The names of properties that STIX 2.1 section 3.8 reserves.
const RESERVED: &[&str] = &["action", "phone_numbers", "severity", "username"];

/// So many findings of an object get a suggestion: comparing names takes time.
const MAX_SUGGESTIONS: usize = 64;

/// Adds what a check of the object finds.
pub(super) fn check(object: &Object, found: &mut Collected<'_>) {
    let list = match found.wants(FindingKind::Vocabulary) {
        true => object.check_with_vocabularies(),
        false => object.check(),
    };
    for (index, own) in list.into_iter().enumerate() {
        let kind = refined(own.kind, object, &own.path, found);
        let mut finding = Finding::new(kind, own.path, sentence(&own.detail));
        if index < MAX_SUGGESTIONS {
            finding.suggestion = suggestion(kind, object, &finding.path);
        }
        found.push(finding);
    }
}

/// A finding that a reader made.
pub(super) fn of_reader(own: &finding::Finding) -> Finding {
    let mut finding = Finding::new(own.kind, own.path.clone(), sentence(&own.detail));
    finding.position = own.position;
    finding
}

/// The text as a sentence.
fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    // A name in quotes or of a property stays as it is.
    let is_word = detail.starts_with("the ") || detail.starts_with("an ") || detail.starts_with("a ");
    let end = if detail.ends_with('.') { "" } else { "." };
    if is_word || detail.starts_with("one of ") || detail.starts_with("objects ") {
        format!("{first}{}{end}", letters.as_str())
    } else {
        format!("{detail}{end}")
    }
}

/// The more exact kind, if it applies and the profile has it.
fn refined(kind: FindingKind, object: &Object, path: &str, found: &Collected<'_>) -> FindingKind {
    let mut candidates = CHECKS.iter().filter(|check| check.refines == Some(kind)).map(|check| check.kind);
    let applies = |exact: FindingKind| match exact {
        FindingKind::EmptyList => is_collection(object, path),
        FindingKind::ForeignProperty => Common::PROPERTIES.contains(&path.trim_start_matches('.')),
        FindingKind::ReservedName => is_reserved(path),
        // In STIX 2.0, the names of extensions are free.
        FindingKind::ExtensionKey => object.standard_version() != Version::V20,
        _ => false,
    };
    candidates.find(|exact| found.wants(*exact) && applies(*exact)).unwrap_or(kind)
}

/// Whether an object's own property has a name that the standard reserves.
fn is_reserved(path: &str) -> bool {
    let (parent, name) = path.rsplit_once('.').unwrap_or_default();
    let is_own = parent.is_empty() || parent.strip_prefix(".objects.").is_some_and(|name| !name.contains(['.', '[']));
    is_own && RESERVED.contains(&name)
}

fn is_collection(object: &Object, path: &str) -> bool {
    let value = object.select(path.trim_start_matches('.'));
    matches!(value, Some(PropertyValue::List(_) | PropertyValue::Map(_)))
}

fn suggestion(kind: FindingKind, object: &Object, path: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or_default();
    let text = || {
        let value = object.select(path.trim_start_matches('.'))?;
        value.as_str().map(Cow::into_owned)
    };
    let nearest = |name: &str, known: &[&'static str]| nearest(name, known.iter().copied()).map(str::to_owned);
    match kind {
        FindingKind::UnknownProperty if path == format!(".{name}") => {
            nearest(name, object.properties()).or_else(|| nearest(name, Common::PROPERTIES))
        }
        FindingKind::HashName => {
            let canonical = HashAlgorithm::from(name).canonical();
            canonical.is_standard().then(|| canonical.as_str().to_owned())
        }
        FindingKind::UnknownType => {
            let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            nearest(object.type_name(), &names)
        }
        FindingKind::StaleId | FindingKind::RandomId => object.deterministic_id().map(|id| id.to_string()),
        FindingKind::IdCase => Some(object.id().to_string().to_ascii_lowercase()).filter(|_| path == ".id"),
        FindingKind::Vocabulary | FindingKind::Enumeration => vocabulary_value(&text()?, name),
        _ => None,
    }
}

/// The value of a vocabulary that was probably meant. `name` is the property's.
fn vocabulary_value(text: &str, name: &str) -> Option<String> {
    let name = name.split('[').next().unwrap_or_default();
    let (_, values) = OF_PROPERTIES.iter().find(|(own, _)| *own == name)?;
    nearest(text, values.iter().copied()).map(str::to_owned)
}
