//! The properties that every object has, and the small types that they and others are made of.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::check::{Findings, Place};
use super::property::fields::{Context, Fields};
use super::property::list::{finish_custom, missing, properties, read_into};
use super::property::value::{MayBeAbsent, Property, Shape, Value, deserialize_value, read_text};
use super::property::view::{PropertyValue, ViewMap};
use super::{Extensions, Kind};
use crate::json::cursor::{Cursor, Fault, decode_name};
use crate::json::properties::Members;
use crate::vocab::{HashAlgorithm, SpecVersion};
use crate::{Identifier, Properties, Timestamp};

/// The common properties (STIX 2.1 section 3.2).
///
/// Which of them an object has depends on what it is: observables have no `created`, markings no `modified`, objects
/// of STIX 2.0 no `spec_version`. So all but `id` are optional here.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Common {
    /// The version of the standard that the object follows. Absent in STIX 2.0. An observable of 2.1 may lack it too,
    /// and then counts as 2.1.
    pub spec_version: Option<SpecVersion>,
    /// The object's identifier; all its versions share it. An observable in the dictionary of a STIX 2.0 observed-data
    /// object has its name there: see [`Observables`](super::Observables).
    pub id: Identifier,
    /// The identity that made the object.
    pub created_by_ref: Option<Identifier>,
    /// When the first version was made.
    pub created: Option<Timestamp>,
    /// When this version was made.
    pub modified: Option<Timestamp>,
    /// Whether the object is no longer to be used. Absent means no: see [`is_revoked`](Self::is_revoked).
    pub revoked: Option<bool>,
    /// Free terms that describe the object. In STIX 2.0 they hold what 2.1 put into properties such as
    /// `indicator_types`.
    pub labels: Vec<String>,
    /// How sure the producer is that the content is right, 0 to 100. Absent is not 0: it was not said. Not in STIX 2.0.
    pub confidence: Option<u8>,
    /// The language of the object's text, an RFC 5646 tag. Absent means `en`. Not in STIX 2.0.
    pub lang: Option<String>,
    /// Where to read more.
    pub external_references: Vec<ExternalReference>,
    /// Markings of the whole object: identifiers of marking definitions.
    pub object_marking_refs: Vec<Identifier>,
    /// Markings of parts of the object.
    pub granular_markings: Vec<GranularMarking>,
    /// Whether values were changed so that they do no harm, for example `hxxp`. Observables only. Absent means no. Not
    /// in STIX 2.0.
    pub defanged: Option<bool>,
    /// Extensions by their predefined name or their definition's identifier (STIX 2.1 section 7.3). In STIX 2.0 on
    /// observables only.
    pub extensions: Extensions,
}

impl Common {
    /// Common properties with nothing but an identifier.
    pub fn new(id: Identifier) -> Self {
        Self {
            spec_version: None,
            id,
            created_by_ref: None,
            created: None,
            modified: None,
            revoked: None,
            labels: Vec::new(),
            confidence: None,
            lang: None,
            external_references: Vec::new(),
            object_marking_refs: Vec::new(),
            granular_markings: Vec::new(),
            defanged: None,
            extensions: Extensions::new(),
        }
    }

    /// Those of a new object of STIX 2.1 with a random identifier, made at `now`. Markings have no `modified`: nothing
    /// about them can change.
    pub fn new_at(kind: Kind, now: Timestamp) -> Self {
        Self {
            spec_version: Some(SpecVersion::V21),
            modified: (kind != Kind::MarkingDefinition).then(|| now.clone()),
            created: Some(now),
            ..Self::new(Identifier::random(kind))
        }
    }

    /// Those of a new observable of STIX 2.1, with a random identifier.
    pub(crate) fn new_observable(kind: Kind) -> Self {
        Self { spec_version: Some(SpecVersion::V21), ..Self::new(Identifier::random(kind)) }
    }

    /// Whether the object does not say that it is of a version after STIX 2.0.
    fn is_20(&self) -> bool {
        matches!(self.spec_version, None | Some(SpecVersion::V20))
    }

    /// `created` of an observable of STIX 2.0, which is when the thing itself was made. One of 2.1 has another property
    /// for that.
    pub(crate) fn created_20(&self) -> Option<&Timestamp> {
        self.created.as_ref().filter(|_| self.is_20())
    }

    /// `modified` of an observable of STIX 2.0, likewise.
    pub(crate) fn modified_20(&self) -> Option<&Timestamp> {
        self.modified.as_ref().filter(|_| self.is_20())
    }

    /// Whether the object was revoked.
    pub fn is_revoked(&self) -> bool {
        self.revoked == Some(true)
    }

    /// The instant that tells versions apart: `modified`, or `created` where an object has only that.
    pub fn version(&self) -> Option<&Timestamp> {
        self.modified.as_ref().or(self.created.as_ref())
    }
}

/// The values of a property that STIX 2.0 kept in `labels`: its own, or else the labels of an object of 2.0.
pub(crate) fn labels_or<'a, T: Clone + for<'t> From<&'t str>>(own: &'a [T], common: &Common) -> Cow<'a, [T]> {
    if own.is_empty() && common.is_20() {
        common.labels.iter().map(|label| T::from(label.as_str())).collect()
    } else {
        Cow::Borrowed(own)
    }
}

/// Writes the reader and the writer of [`Common`] from one list. It repeats the types, as `properties!` need not: the
/// slots have to live in a struct, because common properties come between those of the object's own type.
macro_rules! common_properties {
    ($($field:ident: $Type:ty),+ $(,)?) => {
        /// The common properties while an object is read, and its custom ones.
        #[derive(Debug, Default)]
        pub(crate) struct CommonReader<'de> {
            $( $field: Option<$Type>, )+
            type_name: Option<TypeName>,
            /// What an object is called that need not have an identifier of its own.
            local_name: Option<Identifier>,
            pub(crate) custom: Members<'de>,
        }

        impl<'de> CommonReader<'de> {
            /// Reads a property that the object's own type does not define.
            pub(crate) fn read(
                &mut self,
                name: &'de str,
                fields: &mut Fields<'_, 'de>,
                context: &mut Context,
            ) -> Result<(), Fault> {
                let custom = &mut self.custom;
                if name.starts_with("x_") {
                    // No standard name starts like this, and comparing with all of them would show.
                    custom.push(name, fields.next_raw()?);
                    return Ok(());
                }
                match name {
                    $( stringify!($field) => read_into(&mut self.$field, stringify!($field), custom, fields, context), )+
                    "type" => read_into(&mut self.type_name, "type", custom, fields, context),
                    _ => {
                        custom.push(name, fields.next_raw()?);
                        Ok(())
                    }
                }
            }

            /// The names that [`read`](Self::read) takes for common ones.
            pub(crate) fn is_common(name: &str) -> bool {
                matches!(name, $( stringify!($field) )|+)
            }

            pub(crate) fn finish(&mut self, context: &mut Context) -> Result<(Common, Properties), Fault> {
                self.id = self.id.take().or_else(|| self.local_name.take());
                $( let $field = super::property::list::finish(self.$field.take(), stringify!($field), context)?; )+
                let custom = finish_custom(std::mem::take(&mut self.custom), context);
                Ok((Common { $($field,)+ }, custom))
            }
        }

        impl Common {
            /// The names of the common properties, in the standard's order.
            pub const PROPERTIES: &'static [&'static str] = &[$(stringify!($field)),+];

            pub(crate) fn is_present(&self, name: &str) -> bool {
                match name {
                    $( stringify!($field) => self.$field.is_present(), )+
                    _ => name == "type",
                }
            }

            pub(crate) const SHAPES: &'static [(&'static str, Shape)] =
                &[$( (stringify!($field), <$Type as Property>::SHAPE) ),+];

            pub(crate) fn property(&self, name: &str) -> Option<PropertyValue<'_>> {
                match name {
                    $( stringify!($field) => Property::view(&self.$field), )+
                    _ => None,
                }
            }

            pub(crate) fn check_properties(&self, findings: &mut Findings) {
                $( Property::check(&self.$field, &Place::Object.property(stringify!($field)), findings); )+
            }

            pub(crate) fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
                $( Property::each_id(&mut self.$field, change); )+
            }

            pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, with_id: bool) -> Result<(), M::Error> {
                $( if self.$field.is_present() && (with_id || stringify!($field) != "id") {
                    map.serialize_entry(stringify!($field), &self.$field)?;
                } )+
                Ok(())
            }
        }
    };
}

common_properties! {
    spec_version: Option<SpecVersion>,
    id: Identifier,
    created_by_ref: Option<Identifier>,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
    revoked: Option<bool>,
    labels: Vec<String>,
    confidence: Option<u8>,
    lang: Option<String>,
    external_references: Vec<ExternalReference>,
    object_marking_refs: Vec<Identifier>,
    granular_markings: Vec<GranularMarking>,
    defanged: Option<bool>,
    extensions: Extensions,
}

impl CommonReader<'_> {
    /// For an object that has this name where it has no `id`.
    pub(crate) fn local(name: Identifier) -> Self {
        Self { local_name: Some(name), ..Self::default() }
    }

    /// Whether the local name went unused: the object has an `id`. Only after the end.
    pub(crate) fn had_id(&self) -> bool {
        self.local_name.is_some()
    }

    pub(crate) fn id(&self) -> Option<&Identifier> {
        self.id.as_ref()
    }

    pub(crate) fn type_name(&self) -> Option<&TypeName> {
        self.type_name.as_ref()
    }

    /// Fails unless `type` was read and is this one. The identifier's prefix may have promised another.
    pub(crate) fn expect_type(&self, expected: Kind, context: &Context) -> Result<(), Fault> {
        match &self.type_name {
            Some(TypeName::Standard(kind)) if *kind == expected => Ok(()),
            Some(_) => Err(Fault::OtherType),
            None => Err(missing("type", context)),
        }
    }
}

/// The value of `type`, without allocation for the standard's types.
#[derive(Clone, Debug)]
pub(crate) enum TypeName {
    Standard(Kind),
    Other(String),
}

impl TypeName {
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Standard(kind) => Some(*kind),
            Self::Other(_) => None,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Standard(kind) => kind.name(),
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for TypeName {
    fn from(name: &str) -> Self {
        Kind::from_name(name).map_or_else(|| Self::Other(name.to_owned()), Self::Standard)
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Value for TypeName {
    const SHAPE: Shape = Shape::Text;

    #[inline]
    fn read(cursor: &mut Cursor<'_>, _: &mut Context) -> Result<Self, Fault> {
        read_text(cursor)
    }

    fn view(&self) -> PropertyValue<'_> {
        PropertyValue::Text(self.as_str().into())
    }
}

/// A pointer to something outside STIX (STIX 2.1 section 2.5). One of `description`, `url` and `external_id` is
/// required.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExternalReference {
    /// The source: `cve`, `mitre-attack`, the name of a report's publisher.
    pub source_name: String,
    /// What is to be found there.
    pub description: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// Hashes of what the URL points to.
    pub hashes: Hashes,
    /// The source's own identifier, for example `CVE-2014-0160`.
    pub external_id: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(ExternalReference { source_name: String, description, url, hashes, external_id } one of { description, url, external_id });

/// A phase of a kill chain (STIX 2.1 section 2.11).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KillChainPhase {
    /// The kill chain, for example `lockheed-martin-cyber-kill-chain` or `mitre-attack`.
    pub kill_chain_name: String,
    /// The phase in it.
    pub phase_name: String,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(KillChainPhase { kill_chain_name: String, phase_name: String });

/// A marking of some of an object's properties (STIX 2.1 section 7.2.3). Exactly one of `lang` and `marking_ref` is
/// there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GranularMarking {
    /// The language of the selected text, an RFC 5646 tag. Not in STIX 2.0.
    pub lang: Option<String>,
    /// The marking definition. Required in STIX 2.0.
    pub marking_ref: Option<Identifier>,
    /// The properties that are marked, as paths: `description`, `labels.[0]`.
    pub selectors: Vec<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(GranularMarking { lang [since_21], marking_ref [required_20], selectors: Vec<String> [required] } one of { lang, marking_ref });

/// Hashes by algorithm (STIX 2.1 section 2.7), in document order and as written.
///
/// ```
/// use stixkit::object::Hashes;
/// use stixkit::vocab::HashAlgorithm;
///
/// let hashes: Hashes = serde_json::from_str(r#"{"SHA256": "ABCD", "MD5": "00"}"#)?;
/// assert_eq!(hashes.get(&HashAlgorithm::Sha256), Some("ABCD"));
/// assert_eq!(serde_json::to_string(&hashes)?, r#"{"SHA256":"ABCD","MD5":"00"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hashes(Vec<(HashAlgorithm, String)>);

impl Hashes {
    /// The hash of an algorithm, whatever way the name is spelled.
    pub fn get(&self, algorithm: &HashAlgorithm) -> Option<&str> {
        let wanted = algorithm.canonical();
        self.iter().find(|(own, _)| own.canonical() == wanted).map(|(_, hash)| hash)
    }

    /// The algorithms and hashes in document order.
    pub fn iter(&self) -> impl Iterator<Item = (&HashAlgorithm, &str)> {
        self.0.iter().map(|(algorithm, hash)| (algorithm, hash.as_str()))
    }

    /// Sets the hash of an algorithm.
    pub fn insert(&mut self, algorithm: HashAlgorithm, hash: impl Into<String>) {
        self.replace(algorithm, hash.into());
    }

    /// The number of hashes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives the algorithms their standard names.
    pub(crate) fn canonicalize(&mut self) {
        for (algorithm, _) in &mut self.0 {
            *algorithm = algorithm.canonical();
        }
        // Of two spellings of one name, the last one counts.
        let mut kept = Self::default();
        for (algorithm, hash) in std::mem::take(&mut self.0) {
            kept.replace(algorithm, hash);
        }
        *self = kept;
    }

    /// Whether the algorithm was there before.
    fn replace(&mut self, algorithm: HashAlgorithm, hash: String) -> bool {
        match self.0.iter_mut().find(|(own, _)| *own == algorithm) {
            Some((_, own)) => {
                *own = hash;
                true
            }
            None => {
                self.0.push((algorithm, hash));
                false
            }
        }
    }
}

impl Property for Hashes {
    const SHAPE: Shape = Shape::Hashes;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        /// More algorithms than anyone computes; it bounds the search for repeated names.
        const MAX_HASHES: usize = 256;

        if cursor.null()? {
            context.set_unsayable("null");
            return Ok(Self::default());
        }
        let mut fields = Fields::open(cursor)?;
        let mut hashes = Self::default();
        while let Some(algorithm) = fields.next_name() {
            let hash: String = fields.next_value(context)?;
            context.repeated_key |=
                hashes.replace(HashAlgorithm::from(&*decode_name(algorithm).unwrap_or_default()), hash);
            if hashes.len() > MAX_HASHES {
                return Err(fields.unfit("at most 256 hashes"));
            }
        }
        fields.end()?;
        if hashes.is_empty() {
            context.set_unsayable("{}");
        }
        Ok(hashes)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        for (algorithm, _) in self.iter().filter(|(algorithm, _)| !algorithm.is_standard()) {
            findings.hash_name(algorithm.as_str(), &place.property(algorithm.as_str()));
        }
    }

    fn each_id(&mut self, _: &mut dyn FnMut(&mut Identifier)) {}

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::of_map(self))
    }
}

impl MayBeAbsent for Hashes {}

impl ViewMap for Hashes {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        let (_, hash) = self.iter().find(|(algorithm, _)| algorithm.as_str() == name)?;
        Some(PropertyValue::Text(hash.into()))
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        self.iter().map(|(algorithm, _)| Cow::Borrowed(algorithm.as_str())).collect()
    }
}

impl Serialize for Hashes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Hashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_value(deserializer)
    }
}
