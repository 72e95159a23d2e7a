//! What all types of objects can do, for code that is generic over them.

use super::any_object;
use super::any_object::TypedObject;
use super::common::Common;
use super::contribution::{self, Spelling};
use super::object::Object;
use super::property::view::PropertyValue;
use super::version;
use crate::error::Error;
use crate::kind::{Kind, each_kind};
use crate::{Identifier, Properties, Timestamp};

/// A type of object that has a struct of its own. [`Object`] has the same methods, for objects of
/// any type.
///
/// ```
/// use stixkit::Bundle;
/// use stixkit::object::{Malware, ObjectType, Tool};
///
/// fn ids<'a, T: ObjectType + 'a>(objects: impl Iterator<Item = &'a T>) -> Vec<String> {
///     objects.map(|object| format!("{} {}", T::KIND, object.common().id)).collect()
/// }
/// let bundle = Bundle::from_slice(include_bytes!("../../tests/fixtures/feed.json"))?;
/// let (malware, tools) = (ids(bundle.of_type::<Malware>()), ids(bundle.of_type::<Tool>()));
/// # Ok::<(), stixkit::Error>(())
/// ```
pub trait ObjectType: Clone + Into<Object> + sealed::Sealed {
    /// The type.
    const KIND: Kind;

    /// The names of the properties that the type adds to [`Common::PROPERTIES`], in the standard's
    /// order.
    const PROPERTIES: &'static [&'static str];

    /// The common properties.
    fn common(&self) -> &Common;

    /// The common properties, to change them.
    fn common_mut(&mut self) -> &mut Common;

    /// What the type does not define or could not hold.
    fn custom(&self) -> &Properties;

    /// What the type does not define or could not hold, to change it.
    fn custom_mut(&mut self) -> &mut Properties;

    /// The value of a property by its name in JSON: see [`Object::property`].
    fn property(&self, name: &str) -> Option<PropertyValue<'_>>;

    /// A new version of the object: see [`Object::new_version`].
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NoVersions`](crate::error::ErrorKind::NoVersions) if
    /// the object is revoked, lacks `created`, or is of a type that has no versions.
    fn new_version(&self, now: impl Into<Timestamp>) -> Result<Self, Error> {
        let mut newer = self.clone();
        version::begin(Some(Self::KIND), newer.common_mut(), now.into())?;
        newer.custom_mut().remove("modified");
        Ok(newer)
    }

    /// The last version of the object, which is revoked: see [`Object::revoke`].
    ///
    /// # Errors
    ///
    /// As [`new_version`](Self::new_version).
    fn revoke(&self, now: impl Into<Timestamp>) -> Result<Self, Error> {
        let mut last = self.new_version(now)?;
        last.common_mut().revoked = Some(true);
        last.custom_mut().remove("revoked");
        Ok(last)
    }
}

/// A type of observable: its identifier follows from some of its properties (STIX 2.1 section 2.9).
///
/// For example, [`Ipv4Addr`](super::Ipv4Addr) is one.
pub trait ObservableType: ObjectType {
    /// The identifier that follows from the properties, if there is one: see
    /// [`Object::deterministic_id`].
    fn deterministic_id(&self) -> Option<Identifier>;

    /// Sets the identifier that follows from the properties. If there is none, the identifier stays
    /// as it is.
    ///
    /// New objects need no call of it: their `new` and `with` do the same.
    fn identify(&mut self) {
        if let Some(id) = self.deterministic_id() {
            self.common_mut().id = id;
        }
    }
}

mod sealed {
    /// Keeps the traits to the types of this crate, so that they can grow.
    pub trait Sealed {}

    impl<T: super::TypedObject> Sealed for T {}
}

macro_rules! object_types {
    (
        $Domain:ident { $($domain:tt)+ }
        Observable { $( $(#[$meta:meta])* $Observable:ident = $name:literal, )+ }
        $( $Other:ident { $($other:tt)+ } )+
    ) => {
        object_types!(@each $($domain)+ $( $Observable = $name, )+ $( $($other)+ )+);
        $( impl ObservableType for super::$Observable {
            fn deterministic_id(&self) -> Option<Identifier> {
                contribution::deterministic_id(Kind::$Observable, self, Spelling::Normal)
            }
        } )+
    };
    (@each $( $(#[$meta:meta])* $Type:ident = $name:literal, )+) => { $(
        impl ObjectType for super::$Type {
            const KIND: Kind = Kind::$Type;
            const PROPERTIES: &'static [&'static str] = Kind::$Type.properties();

            fn common(&self) -> &Common {
                &self.common
            }

            fn common_mut(&mut self) -> &mut Common {
                &mut self.common
            }

            fn custom(&self) -> &Properties {
                &self.custom
            }

            fn custom_mut(&mut self) -> &mut Properties {
                &mut self.custom
            }

            fn property(&self, name: &str) -> Option<PropertyValue<'_>> {
                any_object::property(self, name)
            }
        }
    )+ };
}

each_kind!(object_types);
