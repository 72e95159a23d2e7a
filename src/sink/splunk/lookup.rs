//! The rows of lookups.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::row::{Observable, Row};
use crate::sink::distinguished_name::distinguished_name;
use crate::sink::matchable::matchable;
use crate::sink::meaning::Meaning;
use crate::sink::per_row::{MAX_REPEATED, repeatable};
use crate::sink::text::summary;
use crate::table::{Cells, Column, ColumnKind, JsonLine, Record};

/// Splunk's own weight of what has none.
pub const DEFAULT_WEIGHT: u8 = 60;

/// A file of threat intelligence, and the collection that Splunk reads it into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Collection {
    /// Addresses and networks.
    Ip,
    /// Domains, which share a collection with addresses and have a file of their own.
    Domain,
    /// Files.
    File,
    /// Messages.
    Email,
    /// HTTP requests.
    Http,
    /// The Windows registry.
    Registry,
    /// Processes.
    Process,
    /// User accounts.
    User,
    /// Certificates.
    Certificate,
}

impl Collection {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Ip,
        Self::Domain,
        Self::File,
        Self::Email,
        Self::Http,
        Self::Registry,
        Self::Process,
        Self::User,
        Self::Certificate,
    ];

    /// The collection that a row goes to; `None` where [it makes no
    /// lookup](super#what-makes-no-lookup).
    pub fn from_row(row: &Row<'_>) -> Option<Self> {
        Lookup::from_row(row).map(|lookup| lookup.collection())
    }

    /// The name of the collection, `ip_intel`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ip | Self::Domain => "ip_intel",
            Self::File => "file_intel",
            Self::Email => "email_intel",
            Self::Http => "http_intel",
            Self::Registry => "registry_intel",
            Self::Process => "process_intel",
            Self::User => "user_intel",
            Self::Certificate => "certificate_intel",
        }
    }

    /// The name of the lookup, `local_ip_intel`.
    pub const fn lookup(self) -> &'static str {
        match self {
            Self::Ip => IpIntel::TABLE,
            Self::Domain => DomainIntel::TABLE,
            Self::File => FileIntel::TABLE,
            Self::Email => EmailIntel::TABLE,
            Self::Http => HttpIntel::TABLE,
            Self::Registry => RegistryIntel::TABLE,
            Self::Process => ProcessIntel::TABLE,
            Self::User => UserIntel::TABLE,
            Self::Certificate => CertificateIntel::TABLE,
        }
    }
}

impl Collection {
    /// Returns the name of the lookup's file, `local_ip_intel.csv`.
    pub fn file_name(self) -> String {
        format!("{}.csv", self.lookup())
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A row of a lookup. See [the module](super) for what becomes of a row.
///
/// Written as JSON it is the record: one flat object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup<'a> {
    /// An address or a network.
    Ip(IpIntel<'a>),
    /// A domain.
    Domain(DomainIntel<'a>),
    /// A file.
    File(FileIntel<'a>),
    /// A message.
    Email(EmailIntel<'a>),
    /// An HTTP request.
    Http(HttpIntel<'a>),
    /// A part of the Windows registry.
    Registry(RegistryIntel<'a>),
    /// A process.
    Process(ProcessIntel<'a>),
    /// A user account.
    User(UserIntel<'a>),
    /// A certificate.
    Certificate(CertificateIntel<'a>),
}

/// Writes the records, each with its cells, from one table. `description` and `weight` are in all
/// of them.
macro_rules! records {
    ($(
        $(#[$meta:meta])*
        $Name:ident $table:literal: { $( $(#[$field_meta:meta])* $field:ident, )* } in [$($column:ident),+];
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $Name<'a> {
            /// What it is, in one line.
            pub description: Option<Cow<'a, str>>,
            $( $(#[$field_meta])* pub $field: Option<Cow<'a, str>>, )*
            /// How much a match counts, 1 to 100.
            pub weight: u8,
        }

        impl Record for $Name<'_> {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [Column] = &[$( Column::new(stringify!($column), records!(@kind $column)) ),+];

            fn cells(&self, cells: &mut Cells<'_>) {
                $( cells.show(records!(@cell self $column)); )+
            }
        }
    )+};
    (@kind weight) => { ColumnKind::Integer };
    (@kind $column:ident) => { ColumnKind::Text };
    (@cell $self:ident weight) => { $self.weight };
    (@cell $self:ident $column:ident) => { $self.$column.as_deref() };
}

records! {
    /// A row of `local_ip_intel`.
    IpIntel "local_ip_intel": {
        /// The address or network.
        ip,
    } in [description, ip, weight];

    /// A row of `local_domain_intel`.
    DomainIntel "local_domain_intel": {
        /// The domain.
        domain,
    } in [description, domain, weight];

    /// A row of `local_file_intel`.
    FileIntel "local_file_intel": {
        /// A hash, of any algorithm.
        file_hash,
        /// The name.
        file_name,
    } in [description, file_hash, file_name, weight];

    /// A row of `local_email_intel`.
    EmailIntel "local_email_intel": {
        /// The sender's address.
        src_user,
        /// The subject.
        subject,
    } in [description, src_user, subject, weight];

    /// A row of `local_http_intel`.
    HttpIntel "local_http_intel": {
        /// The header `Referer`.
        http_referrer,
        /// The header `User-Agent`.
        http_user_agent,
        /// The URL.
        url,
    } in [description, http_referrer, http_user_agent, url, weight];

    /// A row of `local_registry_intel`.
    RegistryIntel "local_registry_intel": {
        /// The key.
        registry_path,
        /// The name of a value.
        registry_value_name,
        /// What the value holds.
        registry_value_text,
    } in [description, registry_path, registry_value_name, registry_value_text, weight];

    /// A row of `local_process_intel`.
    ProcessIntel "local_process_intel": {
        /// The command line.
        process,
        /// The name of the program.
        process_file_name,
    } in [description, process, process_file_name, weight];

    /// A row of `local_user_intel`.
    UserIntel "local_user_intel": {
        /// The user.
        user,
    } in [description, user, weight];

    /// A row of `local_certificate_intel`.
    CertificateIntel "local_certificate_intel": {
        /// The issuer's distinguished name.
        certificate_issuer,
        /// The subject's distinguished name.
        certificate_subject,
        /// The first `O` of the issuer.
        certificate_issuer_organization,
        /// The first `O` of the subject.
        certificate_subject_organization,
        /// The serial number.
        certificate_serial,
        /// The first `OU` of the issuer.
        certificate_issuer_unit,
        /// The first `OU` of the subject.
        certificate_subject_unit,
    } in [
        certificate_issuer, certificate_subject, certificate_issuer_organization, certificate_subject_organization,
        certificate_serial, certificate_issuer_unit, certificate_subject_unit, description, weight
    ];
}

impl<'a> Lookup<'a> {
    /// The lookup that a row makes; `None` where [it makes none](super#what-makes-no-lookup).
    ///
    /// ```
    /// use stixkit::sink::splunk::Lookup;
    /// use stixkit::row::Mapper;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name = 'a.exe' AND file:size = 5]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// // The pattern is `[file:name = 'a.exe' AND file:size = 5]`: files of this name there may be many.
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// assert!(mapper.map(&indicator).rows.iter().all(|row| Lookup::from_row(row).is_none()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_row(row: &'a Row<'_>) -> Option<Self> {
        let observable = matchable(row).filter(|observable| !observable.norm.contains('*'))?;
        let value = || Some(Cow::Borrowed(&*observable.norm));
        let weight = row.context.confidence.map_or(DEFAULT_WEIGHT, |confidence| confidence.clamp(1, 100));
        /// Fills a record: what all have, and the column for the value.
        macro_rules! lookup {
            ($Variant:ident($Name:ident) $field:ident) => {
                Self::$Variant($Name { description: description(row), $field: value(), weight, ..$Name::default() })
            };
        }
        Some(match Meaning::from_observable(observable) {
            Meaning::Address | Meaning::Network | Meaning::ResolvedAddress => lookup!(Ip(IpIntel) ip),
            Meaning::Domain => lookup!(Domain(DomainIntel) domain),
            Meaning::FileHash => lookup!(File(FileIntel) file_hash),
            Meaning::FileName => lookup!(File(FileIntel) file_name),
            Meaning::EmailAddress | Meaning::EmailFrom | Meaning::EmailSender => lookup!(Email(EmailIntel) src_user),
            Meaning::EmailSubject => lookup!(Email(EmailIntel) subject),
            Meaning::Url => lookup!(Http(HttpIntel) url),
            Meaning::UserAgent => lookup!(Http(HttpIntel) http_user_agent),
            Meaning::Referrer => lookup!(Http(HttpIntel) http_referrer),
            Meaning::RegistryKey => lookup!(Registry(RegistryIntel) registry_path),
            Meaning::RegistryValueName => lookup!(Registry(RegistryIntel) registry_value_name),
            Meaning::RegistryValueData => lookup!(Registry(RegistryIntel) registry_value_text),
            Meaning::CommandLine => lookup!(Process(ProcessIntel) process),
            Meaning::ProcessName => lookup!(Process(ProcessIntel) process_file_name),
            Meaning::User => lookup!(User(UserIntel) user),
            Meaning::CertificateSerial => lookup!(Certificate(CertificateIntel) certificate_serial),
            meaning @ (Meaning::CertificateIssuer | Meaning::CertificateSubject) => {
                Self::Certificate(CertificateIntel::named(row, observable, meaning, weight))
            }
            Meaning::Port
            | Meaning::AsNumber
            | Meaning::AsName
            | Meaning::OtherHash
            | Meaning::FileDirectory
            | Meaning::Directory
            | Meaning::FileSize
            | Meaning::FileMimeType
            | Meaning::FileCreated
            | Meaning::CertificateHash
            | Meaning::Vulnerability
            | Meaning::EmailTo
            | Meaning::EmailCopy
            | Meaning::EmailOrigin
            | Meaning::EmailText
            | Meaning::Other => return None,
        })
    }

    /// The collection that it is for.
    pub fn collection(&self) -> Collection {
        match self {
            Self::Ip(_) => Collection::Ip,
            Self::Domain(_) => Collection::Domain,
            Self::File(_) => Collection::File,
            Self::Email(_) => Collection::Email,
            Self::Http(_) => Collection::Http,
            Self::Registry(_) => Collection::Registry,
            Self::Process(_) => Collection::Process,
            Self::User(_) => Collection::User,
            Self::Certificate(_) => Collection::Certificate,
        }
    }
}

impl Serialize for Lookup<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ip(record) => JsonLine(record).serialize(serializer),
            Self::Domain(record) => JsonLine(record).serialize(serializer),
            Self::File(record) => JsonLine(record).serialize(serializer),
            Self::Email(record) => JsonLine(record).serialize(serializer),
            Self::Http(record) => JsonLine(record).serialize(serializer),
            Self::Registry(record) => JsonLine(record).serialize(serializer),
            Self::Process(record) => JsonLine(record).serialize(serializer),
            Self::User(record) => JsonLine(record).serialize(serializer),
            Self::Certificate(record) => JsonLine(record).serialize(serializer),
        }
    }
}

impl<'a> CertificateIntel<'a> {
    /// With the parts of the issuer's or subject's name that have columns.
    fn named(row: &'a Row<'_>, observable: &'a Observable<'_>, meaning: Meaning, weight: u8) -> Self {
        let (mut organization, mut unit) = (None, None);
        for (kind, value) in distinguished_name(&observable.norm) {
            match &*kind {
                "O" if organization.is_none() => organization = Some(value),
                "OU" if unit.is_none() => unit = Some(value),
                _ => {}
            }
        }
        let name = Some(Cow::Borrowed(&*observable.norm));
        let own = Self { description: description(row), weight, ..Self::default() };
        if meaning == Meaning::CertificateIssuer {
            return Self {
                certificate_issuer: name,
                certificate_issuer_organization: organization,
                certificate_issuer_unit: unit,
                ..own
            };
        }
        Self {
            certificate_subject: name,
            certificate_subject_organization: organization,
            certificate_subject_unit: unit,
            ..own
        }
    }
}

/// In one line, because Splunk takes these files apart line by line, and short enough to be
/// repeated for every value.
fn description<'a>(row: &'a Row<'_>) -> Option<Cow<'a, str>> {
    let summary = summary(row)?;
    if !summary.contains(char::is_control) && summary.len() <= MAX_REPEATED {
        return Some(summary);
    }
    let words: Vec<_> = summary.split(char::is_control).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    let shown = repeatable(&line);
    Some(Cow::Owned(if shown.len() < line.len() { format!("{shown}\u{2026}") } else { line }))
}
