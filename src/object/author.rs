//! Making objects in one producer's name.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::common::Common;
use super::confidence::Confidence;
use super::custom::Custom;
use super::object::Object;
use super::object_type::ObjectType;
use crate::kind::{Category, Kind};
use crate::vocab::SpecVersion;
use crate::{Identifier, Timestamp};

/// A producer of objects: what is the same on all of them is said once.
///
/// [`make`](Self::make) calls the constructor with the time and sets what the type of the object
/// takes: `created_by_ref`, `object_marking_refs`, `confidence` and `lang`. What the constructor
/// has set stays.
///
/// ```
/// use stixkit::object::{Author, Identity, Malware, Relationship, ThreatActor, Tlp};
/// use stixkit::object::confidence::NoneLowMedHigh;
/// use stixkit::vocab::RelationshipType;
/// use stixkit::{Bundle, Timestamp};
///
/// let us = Identity::new(Timestamp::now(), "Example CERT");
/// let author = Author::new(&us.common.id).with_marking(Tlp::Amber.marking_id()).with_confidence(NoneLowMedHigh::High);
///
/// let malware = author.make(|now| Malware::new(now, "Poison Ivy", true));
/// let actor = author.make(|now| ThreatActor::new(now, "Gardeners"));
/// let uses = author.make(|now| Relationship::new(now, RelationshipType::Uses, &actor.common.id, &malware.common.id));
/// assert_eq!(uses.common.created_by_ref.as_ref(), Some(&us.common.id));
/// assert_eq!((uses.common.object_marking_refs.len(), uses.common.confidence), (1, Some(85)));
/// let bundle = Bundle::new([us.into(), Tlp::Amber.definition().into(), malware.into(), actor.into(), uses.into()]);
/// ```
///
/// Times come from the system's clock and identifiers are random. [`with_clock`](Self::with_clock)
/// and [`with_ids`](Self::with_ids) set other sources, for output that is the same in every run.
#[derive(Clone)]
pub struct Author {
    identity: Identifier,
    markings: Vec<Identifier>,
    confidence: Option<Confidence>,
    lang: Option<String>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ids: Option<Arc<dyn Fn() -> Uuid + Send + Sync>>,
}

impl fmt::Debug for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Author")
            .field("identity", &self.identity)
            .field("markings", &self.markings)
            .field("confidence", &self.confidence)
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

impl Author {
    /// Creates an author that is this identity: the `created_by_ref` of the objects.
    pub fn new(identity: impl Into<Identifier>) -> Self {
        Self {
            identity: identity.into(),
            markings: Vec::new(),
            confidence: None,
            lang: None,
            clock: Arc::new(Timestamp::now),
            ids: None,
        }
    }

    /// Adds a marking of all objects: the identifier of its definition, for example
    /// [`Tlp::marking_id`](super::Tlp::marking_id).
    #[must_use]
    pub fn with_marking(mut self, marking: impl Into<Identifier>) -> Self {
        self.markings.push(marking.into());
        self
    }

    /// Sets the confidence of objects whose constructor does not.
    #[must_use]
    pub fn with_confidence(mut self, confidence: impl Into<Confidence>) -> Self {
        self.confidence = Some(confidence.into());
        self
    }

    /// Sets the language of the objects' text, an RFC 5646 tag.
    #[must_use]
    pub fn with_lang(mut self, lang: impl Into<String>) -> Self {
        self.lang = Some(lang.into());
        self
    }

    /// Sets the source of times.
    ///
    /// ```
    /// use stixkit::Timestamp;
    /// use stixkit::object::{Author, Malware};
    ///
    /// let now: Timestamp = "2024-05-01T10:00:00.000Z".parse()?;
    /// let created = now.clone();
    /// let author = Author::new("identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e").with_clock(move || now.clone());
    /// assert_eq!(author.make(|now| Malware::new(now, "Poison Ivy", true)).common.created, Some(created));
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    #[must_use]
    pub fn with_clock<T: Into<Timestamp>>(mut self, clock: impl Fn() -> T + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(move || clock().into());
        self
    }

    /// Sets the source of the UUIDs of new objects. Identifiers of observables follow from their
    /// properties and do not come from here.
    #[must_use]
    pub fn with_ids(mut self, ids: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        self.ids = Some(Arc::new(ids));
        self
    }

    /// Returns the author's identity.
    pub fn identity(&self) -> &Identifier {
        &self.identity
    }

    /// Returns the time by the author's clock.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Makes an object with a constructor that takes the time.
    pub fn make<T: ObjectType>(&self, make: impl FnOnce(Timestamp) -> T) -> T {
        let mut object = make(self.now());
        self.stamp_new(Some(T::KIND), object.common_mut());
        object
    }

    /// Makes an object of a type that the standard does not define, as [`make`](Self::make) does.
    pub fn make_custom(&self, make: impl FnOnce(Timestamp) -> Custom) -> Custom {
        let mut object = make(self.now());
        self.stamp_new(None, &mut object.common);
        object
    }

    /// Sets what all objects of the author have on an object that was made before. Its identifier
    /// and times stay.
    ///
    /// ```
    /// use stixkit::object::{Author, Ipv4Addr, Tlp};
    ///
    /// let author = Author::new("identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e").with_marking(Tlp::Green.marking_id());
    /// let mut object = Ipv4Addr::new("198.51.100.3").into();
    /// author.stamp(&mut object);
    /// assert_eq!(object.common().object_marking_refs, [Tlp::Green.marking_id()]);
    /// assert_eq!(object.common().created_by_ref, None, "observables have no author");
    /// ```
    pub fn stamp(&self, object: &mut Object) {
        let kind = object.kind();
        self.stamp_common(kind, object.common_mut());
    }

    fn stamp_new(&self, kind: Option<Kind>, common: &mut Common) {
        if let (Some(ids), false) = (&self.ids, kind.is_some_and(is_observable)) {
            common.id = match kind {
                Some(kind) => Identifier::new(kind, ids()),
                None => format!("{}--{}", common.id.prefix().unwrap_or_default(), ids()).into(),
            };
        }
        self.stamp_common(kind, common);
    }

    fn stamp_common(&self, kind: Option<Kind>, common: &mut Common) {
        for marking in &self.markings {
            // A marking does not mark itself.
            if *marking != common.id && !common.object_marking_refs.contains(marking) {
                common.object_marking_refs.push(marking.clone());
            }
        }
        if kind.is_some_and(is_observable) {
            return;
        }
        common.created_by_ref.get_or_insert_with(|| self.identity.clone());
        let has_confidence = !matches!(kind, Some(Kind::MarkingDefinition | Kind::ExtensionDefinition));
        // STIX 2.0 has neither.
        if has_confidence && common.spec_version.as_ref().is_some_and(|version| *version != SpecVersion::V20) {
            common.confidence = common.confidence.or(self.confidence.map(Confidence::get));
            if kind != Some(Kind::LanguageContent) && common.lang.is_none() {
                common.lang.clone_from(&self.lang);
            }
        }
    }
}

fn is_observable(kind: Kind) -> bool {
    kind.category() == Category::Observable
}

#[cfg(test)]
mod tests {
    use super::super::{ExtensionDefinition, Ipv4Addr, LanguageContent, Malware, Tlp};
    use super::*;
    use crate::vocab::ExtensionType;

    fn author() -> Author {
        let author = Author::new("identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e").with_lang("de");
        let author = author.with_marking(Tlp::Red.marking_id()).with_confidence(Confidence::new(15).unwrap());
        author
            .with_clock(|| Timestamp::parse("2024-05-01T10:00:00.000Z").unwrap())
            .with_ids(|| Uuid::from_u128(7 << 76 | 1 << 63))
    }

    #[test]
    fn each_type_gets_what_it_takes() {
        let author = author();
        let malware = author.make(|now| Malware::new(now, "a", true));
        let address = author.make(|_| Ipv4Addr::new("198.51.100.3"));
        let content = author.make(|now| {
            LanguageContent::new(now, &malware.common.id, {
                let mut contents = crate::Properties::new();
                contents.insert("fr", serde_json::json!({"name": "b"}));
                contents
            })
        });
        let extension = author
            .make(|now| ExtensionDefinition::new(now, "a", "https://example.org/", "1.0.0", [ExtensionType::NewSdo]));
        let custom = author.make_custom(|now| Custom::new(now, "x-a"));
        assert!(custom.common.id.is("x-a--00000000-0000-7000-8000-000000000000"), "{}", custom.common.id);
        let mut marking = Object::from(Tlp::Red.definition());
        author.stamp(&mut marking);
        for (object, properties) in [
            (malware.into(), ["created_by_ref", "object_marking_refs", "confidence", "lang"].as_slice()),
            (address.into(), &["object_marking_refs"]),
            (content.into(), &["created_by_ref", "object_marking_refs", "confidence"]),
            (extension.into(), &["created_by_ref", "object_marking_refs"]),
            (custom.into(), &["created_by_ref", "object_marking_refs", "confidence", "lang"]),
            (marking, &["created_by_ref"]),
        ] {
            let object: Object = object;
            let all = ["created_by_ref", "object_marking_refs", "confidence", "lang"];
            let own: Vec<_> = all.into_iter().filter(|name| object.property(name).is_some()).collect();
            assert_eq!(own, properties, "{}", object.type_name());
            assert!(
                object.check().iter().all(|finding| finding.kind.level() < crate::Level::Error),
                "{:?}",
                object.check()
            );
        }
    }

    #[test]
    fn what_the_constructor_sets_stays() {
        let other = Identifier::from("identity--f431f809-377b-45e0-aa1c-6a4751cae5ff");
        let malware = author().make(|now| {
            let mut malware = Malware::new(now, "a", true);
            malware.common.created_by_ref = Some(other.clone());
            malware.common.confidence = Some(0);
            malware.common.object_marking_refs = vec![Tlp::Red.marking_id()];
            malware
        });
        assert_eq!((malware.common.created_by_ref, malware.common.confidence), (Some(other), Some(0)));
        assert_eq!(malware.common.object_marking_refs.len(), 1);
        assert!(malware.common.id.is("malware--00000000-0000-7000-8000-000000000000"));
    }
}
