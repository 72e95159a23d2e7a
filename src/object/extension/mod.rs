//! Extensions of objects: the standard's predefined ones and those that others define (STIX 2.1
//! sections 6 and 7.3).

mod archive;
mod extensions;
mod http_request;
mod icmp;
mod ntfs;
mod pdf;
mod predefined;
mod raster_image;
mod socket;
mod tcp;
mod unix_account;
mod windows_pebinary;
mod windows_process;
mod windows_service;

pub use archive::ArchiveExt;
pub use extensions::Extensions;
pub use http_request::HttpRequestExt;
pub use icmp::IcmpExt;
pub use ntfs::{AlternateDataStream, NtfsExt};
pub use pdf::PdfExt;
pub use predefined::{Extension, PredefinedExtension};
pub use raster_image::RasterImageExt;
pub use socket::SocketExt;
pub use tcp::TcpExt;
pub use unix_account::UnixAccountExt;
pub use windows_pebinary::{WindowsPeOptionalHeader, WindowsPeSection, WindowsPebinaryExt};
pub use windows_process::WindowsProcessExt;
pub use windows_service::WindowsServiceExt;
