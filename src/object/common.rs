//! The properties that every object has.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::extension::Extensions;
use super::external_reference::ExternalReference;
use super::granular_marking::GranularMarking;
use super::property::context::Context;
use super::property::fields::Fields;
use super::property::record::record;
use super::property::slot::{finish, finish_custom, missing, read_into};
use super::property::traits::Property;
use super::type_name::TypeName;
#[cfg(any(test, feature = "arbitrary"))]
use crate::generate::{Generate, arbitrary, chance};
use crate::json::cursor::Fault;
use crate::json::properties::Members;
use crate::kind::Kind;
use crate::vocab::SpecVersion;
use crate::{Identifier, Properties, Timestamp};

/// The common properties (STIX 2.1 section 3.2).
///
/// Which of them an object has depends on what it is: observables have no `created`, markings no
/// `modified`, objects of STIX 2.0 no `spec_version`. So all but `id` are optional here.
///
/// ```
/// use stixkit::Timestamp;
/// use stixkit::object::{Identity, Tlp};
///
/// let mut identity = Identity::new(Timestamp::now(), "Example CERT");
/// identity.common.labels.push("partner".into());
/// identity.common.object_marking_refs.push(Tlp::Green.marking_id());
/// assert_eq!(identity.common.created, identity.common.modified);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Common {
    /// The version of the standard that the object follows. Absent in STIX 2.0. An observable of
    /// 2.1 may lack it too, and then counts as 2.1.
    pub spec_version: Option<SpecVersion>,
    /// The object's identifier; all its versions share it. An observable in the dictionary of a
    /// STIX 2.0 observed-data object has its name there: see [`Observables`](super::Observables).
    pub id: Identifier,
    /// The identity that made the object.
    pub created_by_ref: Option<Identifier>,
    /// When the first version was made.
    pub created: Option<Timestamp>,
    /// When this version was made.
    pub modified: Option<Timestamp>,
    /// Whether the object is no longer to be used. `None` means no: see
    /// [`is_revoked`](Self::is_revoked).
    pub revoked: Option<bool>,
    /// Free terms that describe the object. In STIX 2.0 they hold what 2.1 put into properties such
    /// as `indicator_types`.
    pub labels: Vec<String>,
    /// How sure the producer is that the content is right, 0 to 100. Absent is not 0: it was not
    /// said. Not in STIX 2.0.
    pub confidence: Option<u8>,
    /// The language of the object's text, an RFC 5646 tag. Absent means `en`. Not in STIX 2.0.
    pub lang: Option<String>,
    /// Where to read more.
    pub external_references: Vec<ExternalReference>,
    /// Markings of the whole object: identifiers of marking definitions.
    pub object_marking_refs: Vec<Identifier>,
    /// Markings of parts of the object.
    pub granular_markings: Vec<GranularMarking>,
    /// Whether values were changed so that they do no harm, for example `hxxp`. Observables only.
    /// Absent means no. Not in STIX 2.0.
    pub defanged: Option<bool>,
    /// Extensions by their predefined name or their definition's identifier (STIX 2.1 section 7.3).
    /// In STIX 2.0 on observables only.
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

    /// Those of a new object of STIX 2.1 with a random identifier, made at `now`. Markings have no
    /// `modified`: nothing about them can change.
    pub fn new_at(kind: Kind, now: impl Into<Timestamp>) -> Self {
        let now = now.into();
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

    /// `created` of an observable of STIX 2.0, which is when the thing itself was made. One of 2.1
    /// has another property for that.
    pub(crate) fn created_20(&self) -> Option<&Timestamp> {
        self.created.as_ref().filter(|_| self.is_20())
    }

    /// `modified` of an observable of STIX 2.0.
    pub(crate) fn modified_20(&self) -> Option<&Timestamp> {
        self.modified.as_ref().filter(|_| self.is_20())
    }

    /// Whether the object was revoked.
    pub fn is_revoked(&self) -> bool {
        self.revoked == Some(true)
    }

    /// Reads an extension that the standard does not predefine into a type, by the identifier of
    /// its definition; `None` if the object does not have it. Predefined ones are read with
    /// [`Extensions::get`].
    ///
    /// # Errors
    ///
    /// The parser's error if the extension has another shape than the type.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use stixkit::Timestamp;
    /// use stixkit::object::Identity;
    ///
    /// #[derive(Deserialize, Serialize)]
    /// struct Triage {
    ///     extension_type: String,
    ///     score: u8,
    /// }
    ///
    /// let definition = "extension-definition--3146bda1-68d2-4f48-a7a7-d4994ba1af76";
    /// let mut identity = Identity::new(Timestamp::now(), "Example CERT");
    /// let triage = Triage { extension_type: "property-extension".into(), score: 97 };
    /// identity.common.set_extension(definition, &triage)?;
    /// let triage: Option<Triage> = identity.common.extension(definition)?;
    /// assert_eq!(triage.map(|triage| triage.score), Some(97));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn extension<T: DeserializeOwned>(&self, definition: &str) -> Result<Option<T>, serde_json::Error> {
        self.extensions.other().parse(definition).transpose()
    }

    /// Sets an extension that the standard does not predefine, by the identifier of its definition.
    /// The value's `extension_type` is `property-extension` in most cases.
    ///
    /// # Errors
    ///
    /// The serializer's error if the value has no JSON form.
    pub fn set_extension<T: Serialize>(&mut self, definition: &str, value: &T) -> Result<(), serde_json::Error> {
        self.extensions.other_mut().set(definition, value)
    }

    /// The instant that distinguishes versions: `modified`, or `created` where an object has only
    /// that.
    pub fn version(&self) -> Option<&Timestamp> {
        self.modified.as_ref().or(self.created.as_ref())
    }
}

impl Serialize for Common {
    /// Writes the common properties as they are in the object, without `type`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map, true)?;
        map.end()
    }
}

/// The values of a property that STIX 2.0 kept in `labels`: its own, or else the labels of an
/// object of 2.0.
pub(crate) fn labels_or<'a, T: Clone + for<'t> From<&'t str>>(own: &'a [T], common: &Common) -> Cow<'a, [T]> {
    if own.is_empty() && common.is_20() {
        common.labels.iter().map(|label| T::from(label.as_str())).collect()
    } else {
        Cow::Borrowed(own)
    }
}

/// Writes the reader, the writer and the table of [`Common`] from one list. Unlike `properties!` it
/// repeats the types, because the slots have to be fields of a struct: common properties come
/// between those of the object's own type.
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

            /// Whether [`read`](Self::read) reads a property of this name as a common one.
            pub(crate) fn is_common(name: &str) -> bool {
                matches!(name, $( stringify!($field) )|+)
            }

            pub(crate) fn finish(&mut self, context: &mut Context) -> Result<(Common, Properties), Fault> {
                self.id = self.id.take().or_else(|| self.local_name.take());
                $( let $field = finish(self.$field.take(), stringify!($field), context)?; )+
                let custom = finish_custom(std::mem::take(&mut self.custom), context);
                Ok((Common { $($field,)+ }, custom))
            }
        }

        impl Common {
            /// The names of the common properties, in the standard's order.
            pub const PROPERTIES: &'static [&'static str] = &[$(stringify!($field)),+];

            pub(crate) fn write<M: SerializeMap>(&self, map: &mut M, with_id: bool) -> Result<(), M::Error> {
                $( if Property::is_present(&self.$field) && (with_id || stringify!($field) != "id") {
                    map.serialize_entry(stringify!($field), &self.$field)?;
                } )+
                Ok(())
            }
        }

        record!(Common { $($field),+ });

        #[cfg(any(test, feature = "arbitrary"))]
        impl Generate for Common {
            fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                Ok(Self { $( $field: Generate::generate(u)?, )+ })
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

    /// The common property that has this name.
    pub(crate) fn find_name(name: &str) -> Option<&'static str> {
        ["type"].iter().chain(Common::PROPERTIES).find(|own| **own == name).copied()
    }

    pub(crate) fn id(&self) -> Option<&Identifier> {
        self.id.as_ref()
    }

    pub(crate) fn type_name(&self) -> Option<&TypeName> {
        self.type_name.as_ref()
    }

    /// Fails unless `type` was read and is this one. The identifier's prefix may have promised
    /// another.
    pub(crate) fn expect_type(&self, expected: Kind, context: &Context) -> Result<(), Fault> {
        match &self.type_name {
            Some(TypeName::Standard(kind)) if *kind == expected => Ok(()),
            Some(_) => Err(Fault::OtherType),
            None => Err(missing("type", context)),
        }
    }
}

#[cfg(any(test, feature = "arbitrary"))]
impl Common {
    /// The common properties of an object of a type, from random bytes.
    pub(crate) fn generate_for(kind: Kind, u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        let common = Self::generate(u)?;
        let uuid = uuid::Uuid::from_u128;
        let id = if chance(u, 9, 10)? { Identifier::new(kind, uuid(u.arbitrary()?)) } else { common.id };
        Ok(Self { id, ..common })
    }
}

#[cfg(any(test, feature = "arbitrary"))]
arbitrary!(Common);
