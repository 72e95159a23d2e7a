//! The extensions that the standard predefines: the registry of their types.

use serde::ser::{Serialize, Serializer};

use super::archive::ArchiveExt;
use super::http_request::HttpRequestExt;
use super::icmp::IcmpExt;
use super::ntfs::NtfsExt;
use super::pdf::PdfExt;
use super::raster_image::RasterImageExt;
use super::socket::SocketExt;
use super::tcp::TcpExt;
use super::unix_account::UnixAccountExt;
use super::windows_pebinary::WindowsPebinaryExt;
use super::windows_process::WindowsProcessExt;
use super::windows_service::WindowsServiceExt;
#[cfg(any(test, feature = "arbitrary"))]
use crate::generate::{Generate, chance};
use crate::id::Identifier;
use crate::json::cursor::{Cursor, Fault};
use crate::object::property::context::Context;
use crate::object::property::definition::Shape;
use crate::object::property::findings::{Findings, Place};
use crate::object::property::traits::{Part, Value, Visit};
use crate::object::property::view::PropertyValue;

/// A predefined extension: one of the structs in [`Extension`].
///
/// For example, [`NtfsExt`] is one.
pub trait PredefinedExtension: sealed::Sealed {
    /// The key under which it is written.
    const NAME: &'static str;
}

/// Keeps the trait to the types of this crate, so that it can grow.
pub(super) mod sealed {
    use super::Extension;

    pub trait Sealed: Sized {
        fn from_ref(extension: &Extension) -> Option<&Self>;

        fn from_mut(extension: &mut Extension) -> Option<&mut Self>;
    }
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
            /// The key under which it is written in [`Extensions`](super::Extensions).
            pub fn name(&self) -> &'static str {
                match self {
                    $( Self::$Variant(_) => $name, )+
                }
            }

            /// The name, if it is that of a predefined extension.
            pub(super) fn find_name(name: &str) -> Option<&'static str> {
                [$($name),+].into_iter().find(|known| *known == name)
            }

            /// The shape of the predefined extension of this name.
            pub(crate) fn shape(name: &str) -> Option<Shape> {
                match name {
                    $( $name => Some(<$Type as Value>::SHAPE), )+
                    _ => None,
                }
            }

            pub(super) fn read(name: &str, cursor: &mut Cursor<'_>, context: &mut Context) -> Option<Result<Self, Fault>> {
                match name {
                    $( $name => Some(<$Type as Value>::read(cursor, context).map(Self::from)), )+
                    _ => None,
                }
            }

            pub(super) fn view(&self) -> PropertyValue<'_> {
                match self {
                    $( Self::$Variant(extension) => Value::view(&**extension), )+
                }
            }

            pub(super) fn each_id(&mut self, change: &mut dyn FnMut(&mut Identifier)) {
                match self {
                    $( Self::$Variant(extension) => Value::each_id(&mut **extension, change), )+
                }
            }

            pub(super) fn each_reference<'a>(&'a self, visit: Visit<'_, 'a>) {
                match self {
                    $( Self::$Variant(extension) => Value::each_reference(&**extension, $name, visit), )+
                }
            }

            pub(super) fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
                match self {
                    $( Self::$Variant(extension) => Value::each_part(&mut **extension, change), )+
                }
            }

            pub(super) fn check(&self, place: &Place<'_>, findings: &mut Findings) {
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
            }

            impl sealed::Sealed for $Type {
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
        impl Extension {
            /// A few extensions from random bytes, each of another type.
            pub(super) fn generate_few(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Vec<Self>> {
                let mut few = Vec::new();
                $( if chance(u, 1, 24)? {
                    few.push(Self::from(<$Type as Generate>::generate(u)?));
                } )+
                Ok(few)
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
