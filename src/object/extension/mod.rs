//! Extensions of objects: the standard's predefined ones and those that others define (STIX 2.1 sections 6 and 7.3).

mod archive;
mod http_request;
mod icmp;
mod ntfs;
mod pdf;
mod raster_image;
mod socket;
mod tcp;
mod unix_account;
mod windows_pebinary;
mod windows_process;
mod windows_service;

pub use archive::ArchiveExt;
pub use http_request::HttpRequestExt;
pub use icmp::IcmpExt;
pub use ntfs::{AlternateDataStream, NtfsExt};
pub use pdf::PdfExt;
pub use raster_image::RasterImageExt;
pub use socket::SocketExt;
pub use tcp::TcpExt;
pub use unix_account::UnixAccountExt;
pub use windows_pebinary::{WindowsPeOptionalHeader, WindowsPeSection, WindowsPebinaryExt};
pub use windows_process::WindowsProcessExt;
pub use windows_service::WindowsServiceExt;

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Deserializer};

use super::check::{Findings, Place};
use super::property::fields::{Context, Fields};
use super::property::list::finish_custom;
use super::property::value::{MayBeAbsent, Property, Shape, Value, deserialize_value};
use super::property::view::{PropertyValue, ViewMap};
use crate::json::cursor::{Cursor, Fault};
use crate::json::properties::Members;
use crate::vocab::ExtensionType;
use crate::{Identifier, Properties};

/// The extensions of an object (`extensions`, STIX 2.1 section 3.2).
///
/// The twelve that the standard predefines are structs. All others are kept whole as JSON beside the identifier of their
/// definition: property extensions with their properties, and those that only say of which kind they are, because their
/// properties stand at the top of the object (among the object's custom ones) or make up a new type.
///
/// ```
/// use stixkit::object::{Extensions, PdfExt};
/// use stixkit::vocab::ExtensionType;
///
/// let extensions: Extensions = serde_json::from_str(r#"{
///     "pdf-ext": {"version": "1.7", "is_optimized": false},
///     "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e": {
///         "extension_type": "property-extension",
///         "rank": 5
///     }
/// }"#)?;
/// assert_eq!(extensions.get::<PdfExt>().unwrap().version.as_deref(), Some("1.7"));
/// let definition = "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e";
/// assert_eq!(extensions.extension_type(definition), Some(ExtensionType::PropertyExtension));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extensions {
    predefined: Vec<Extension>,
    other: Properties,
}

/// A predefined extension: one of the structs in [`Extension`].
pub trait PredefinedExtension: Sized {
    /// The key under which it stands.
    const NAME: &'static str;

    #[doc(hidden)]
    fn from_ref(extension: &Extension) -> Option<&Self>;

    #[doc(hidden)]
    fn from_mut(extension: &mut Extension) -> Option<&mut Self>;
}

macro_rules! extensions {
    ($( $Type:ident as $Variant:ident = $name:literal, )+) => {
        /// An extension that the standard defines.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Extension {
            $( #[doc = concat!("`", $name, "`.")] $Variant(Box<$Type>), )+
        }

        impl Extension {
            /// The key under which it stands in [`Extensions`].
            pub fn name(&self) -> &'static str {
                match self {
                    $( Self::$Variant(_) => $name, )+
                }
            }

            /// The name as it is here, where it is a predefined one.
            fn known_name(name: &str) -> Option<&'static str> {
                [$($name),+].into_iter().find(|known| *known == name)
            }

            /// What the predefined extension of this name holds.
            pub(crate) fn shape(name: &str) -> Option<Shape> {
                match name {
                    $( $name => Some(<$Type as Value>::SHAPE), )+
                    _ => None,
                }
            }

            fn read(name: &str, cursor: &mut Cursor<'_>, context: &mut Context) -> Option<Result<Self, Fault>> {
                match name {
                    $( $name => Some(<$Type as Value>::read(cursor, context).map(Self::from)), )+
                    _ => None,
                }
            }

            fn view(&self) -> PropertyValue<'_> {
                match self {
                    $( Self::$Variant(extension) => Value::view(&**extension), )+
                }
            }

            fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
                match self {
                    $( Self::$Variant(extension) => Value::each_id(&mut **extension, change), )+
                }
            }

            fn check(&self, place: &Place<'_>, findings: &mut Findings) {
                match self {
                    $( Self::$Variant(extension) => Value::check(&**extension, place, findings), )+
                }
            }
        }

        impl Serialize for Extension {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$Variant(extension) => extension.serialize(serializer), )+
                }
            }
        }

        $(
            impl From<$Type> for Extension {
                fn from(extension: $Type) -> Self {
                    Self::$Variant(Box::new(extension))
                }
            }

            impl PredefinedExtension for $Type {
                const NAME: &'static str = $name;

                fn from_ref(extension: &Extension) -> Option<&Self> {
                    match extension {
                        Extension::$Variant(extension) => Some(extension),
                        _ => None,
                    }
                }

                fn from_mut(extension: &mut Extension) -> Option<&mut Self> {
                    match extension {
                        Extension::$Variant(extension) => Some(extension),
                        _ => None,
                    }
                }
            }
        )+

        #[cfg(any(test, feature = "arbitrary"))]
        impl super::generate::Generate for Extensions {
            fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                let mut extensions = Self { predefined: Vec::new(), other: super::generate::Generate::generate(u)? };
                $( if super::generate::chance(u, 1, 24)? {
                    extensions.insert(<$Type as super::generate::Generate>::generate(u)?);
                } )+
                Ok(extensions)
            }
        }
    };
}

extensions! {
    ArchiveExt as Archive = "archive-ext",
    HttpRequestExt as HttpRequest = "http-request-ext",
    IcmpExt as Icmp = "icmp-ext",
    NtfsExt as Ntfs = "ntfs-ext",
    PdfExt as Pdf = "pdf-ext",
    RasterImageExt as RasterImage = "raster-image-ext",
    SocketExt as Socket = "socket-ext",
    TcpExt as Tcp = "tcp-ext",
    UnixAccountExt as UnixAccount = "unix-account-ext",
    WindowsPebinaryExt as WindowsPebinary = "windows-pebinary-ext",
    WindowsProcessExt as WindowsProcess = "windows-process-ext",
    WindowsServiceExt as WindowsService = "windows-service-ext",
}

impl Extensions {
    /// No extensions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.predefined.is_empty() && self.other.is_empty()
    }

    /// The predefined extension of a type.
    pub fn get<T: PredefinedExtension>(&self) -> Option<&T> {
        self.predefined.iter().find_map(T::from_ref)
    }

    /// The predefined extension of a type, to change it.
    pub fn get_mut<T: PredefinedExtension>(&mut self) -> Option<&mut T> {
        self.predefined.iter_mut().find_map(T::from_mut)
    }

    /// Sets a predefined extension.
    pub fn insert(&mut self, extension: impl Into<Extension>) {
        let extension = extension.into();
        match self.predefined.iter_mut().find(|own| own.name() == extension.name()) {
            Some(own) => *own = extension,
            None => self.predefined.push(extension),
        }
    }

    /// Takes a predefined extension out.
    pub fn remove(&mut self, name: &str) -> Option<Extension> {
        let place = self.predefined.iter().position(|own| own.name() == name)?;
        Some(self.predefined.remove(place))
    }

    /// The predefined extensions.
    pub fn predefined(&self) -> &[Extension] {
        &self.predefined
    }

    /// All other extensions, by the identifiers of their definitions; also a predefined one that did not fit its type.
    pub fn other(&self) -> &Properties {
        &self.other
    }

    /// All other extensions, to change them.
    pub fn other_mut(&mut self) -> &mut Properties {
        &mut self.other
    }

    /// What an extension does, by the identifier of its definition: adds properties in its own place, at the top of the
    /// object, or makes a new type.
    pub fn extension_type(&self, definition: &str) -> Option<ExtensionType> {
        let extension = PropertyValue::of_json(self.other.get_text(definition)?);
        Some(ExtensionType::from(extension.property("extension_type")?.as_str()?))
    }

    /// Whether an extension adds properties to the top of the object or makes a new type: then its properties are among
    /// the object's custom ones.
    pub(crate) fn has_top_level(&self) -> bool {
        self.other.names().any(|definition| {
            self.extension_type(&definition).is_some_and(|kind| kind != ExtensionType::PropertyExtension)
        })
    }

    fn has_predefined(&self, name: &str) -> bool {
        self.predefined.iter().any(|own| own.name() == name)
    }
}

impl Property for Extensions {
    const SHAPE: Shape = Shape::Extensions;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        if cursor.null()? {
            context.set_unsayable("null");
            return Ok(Self::new());
        }
        let start = cursor.clone();
        let members = Fields::open(cursor)?.into_members()?;
        let mut predefined = Vec::new();
        let mut other = Members::default();
        for (name, value) in members {
            let mut nested = Context::default();
            match Extension::read(name, &mut start.on(value.text), &mut nested) {
                // Of a repeated one the last counts, as in `other`; its neighbours are few.
                Some(Ok(extension)) => {
                    context.absorb(nested);
                    let known = predefined.iter_mut().find(|own: &&mut Extension| own.name() == extension.name());
                    context.repeated_key |= known.is_some();
                    match known {
                        Some(own) => *own = extension,
                        None => predefined.push(extension),
                    }
                }
                Some(Err(fault)) => {
                    let name = Extension::known_name(name).unwrap_or("extensions");
                    context.set_part_aside(name, fault);
                    context.repeated_key |= predefined.iter().any(|own| own.name() == name);
                    predefined.retain(|own| own.name() != name);
                    other.push(name, value);
                }
                None => other.push(name, value),
            }
        }
        predefined.shrink_to_fit();
        let mut other = finish_custom(other, context);
        // What was set aside and then repeated in a form that fits.
        context.repeated_key |= other.retain(|name| !predefined.iter().any(|own| own.name() == name));
        let extensions = Self { predefined, other };
        if extensions.is_empty() {
            context.set_unsayable("{}");
        }
        Ok(extensions)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        for extension in &self.predefined {
            extension.check(&place.property(extension.name()), findings);
        }
        findings.extension_names(&self.other, place);
    }

    fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
        self.predefined.iter_mut().for_each(|extension| extension.each_id(change));
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::of_map(self))
    }
}

impl MayBeAbsent for Extensions {}

impl ViewMap for Extensions {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        let predefined = self.predefined.iter().find(|own| own.name() == name).map(Extension::view);
        predefined.or_else(|| self.other.member(name))
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        let predefined = self.predefined.iter().map(|own| Cow::Borrowed(own.name()));
        predefined.chain(self.other.names().filter(|name| !self.has_predefined(name))).collect()
    }
}

impl Serialize for Extensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for extension in &self.predefined {
            map.serialize_entry(extension.name(), extension)?;
        }
        self.other.write(&mut map, |name| self.has_predefined(name))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_value(deserializer)
    }
}
