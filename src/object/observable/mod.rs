//! Cyber-observable objects (STIX 2.1 section 6).

mod artifact;
mod autonomous_system;
mod directory;
mod domain_name;
mod email_addr;
mod email_message;
mod file;
mod ipv4_addr;
mod ipv6_addr;
mod mac_addr;
mod mutex;
mod network_traffic;
mod process;
mod software;
mod url;
mod user_account;
mod windows_registry_key;
mod x509_certificate;

pub use artifact::Artifact;
pub use autonomous_system::AutonomousSystem;
pub use directory::Directory;
pub use domain_name::DomainName;
pub use email_addr::EmailAddr;
pub use email_message::{EmailMessage, EmailMimePart};
pub use file::File;
pub use ipv4_addr::Ipv4Addr;
pub use ipv6_addr::Ipv6Addr;
pub use mac_addr::MacAddr;
pub use mutex::Mutex;
pub use network_traffic::NetworkTraffic;
pub use process::Process;
pub use software::Software;
pub use url::Url;
pub use user_account::UserAccount;
pub use windows_registry_key::{WindowsRegistryKey, WindowsRegistryValue};
pub use x509_certificate::{X509Certificate, X509V3Extensions};
