//! Lookups of Splunk Enterprise Security: the local threat intelligence files, one for each
//! collection.
//!
//! ```
//! use stixkit::object::Indicator;
//! use stixkit::sink::splunk::{Collection, Lookup};
//! use stixkit::row::Mapper;
//!
//! let indicator: Indicator = serde_json::from_str(r#"{
//!     "type": "indicator",
//!     "spec_version": "2.1",
//!     "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
//!     "created": "2024-05-01T10:00:00.000Z",
//!     "modified": "2024-05-01T10:00:00.000Z",
//!     "name": "Scanner",
//!     "pattern": "[ipv4-addr:value = '198.51.100.3']",
//!     "pattern_type": "stix",
//!     "valid_from": "2024-05-01T10:00:00Z"
//! }"#)?;
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
//! let outcome = mapper.map(&indicator);
//! assert_eq!(Collection::from_row(&outcome.rows[0]), Some(Collection::Ip));
//!
//! let lookup = Lookup::from_row(&outcome.rows[0]).unwrap();
//! assert_eq!((lookup.collection().as_str(), lookup.collection().lookup()), ("ip_intel", "local_ip_intel"));
//! assert_eq!(serde_json::to_string(&lookup)?, r#"{"description":"Scanner","ip":"198.51.100.3","weight":60}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Lookup`] is a row of one of these files, by its collection; each has a
//! [`Record`](crate::table::Record) of its own, with the columns and the order that Splunk
//! documents for the file's header:
//!
//! | record | collection | lookup | columns |
//! |---|---|---|---|
//! | [`IpIntel`] | `ip_intel` | `local_ip_intel` | `description,ip,weight` |
//! | [`DomainIntel`] | `ip_intel` | `local_domain_intel` | `description,domain,weight` |
//! | [`FileIntel`] | `file_intel` | `local_file_intel` | `description,file_hash,file_name,weight` |
//! | [`EmailIntel`] | `email_intel` | `local_email_intel` | `description,src_user,subject,weight` |
//! | [`HttpIntel`] | `http_intel` | `local_http_intel` | `description,http_referrer,http_user_agent,url,weight` |
//! | [`RegistryIntel`] | `registry_intel` | `local_registry_intel` | `description,registry_path,registry_value_name,registry_value_text,weight` |
//! | [`ProcessIntel`] | `process_intel` | `local_process_intel` | `description,process,process_file_name,weight` |
//! | [`UserIntel`] | `user_intel` | `local_user_intel` | `description,user,weight` |
//! | [`CertificateIntel`] | `certificate_intel` | `local_certificate_intel` | `certificate_issuer,certificate_subject,certificate_issuer_organization,certificate_subject_organization,certificate_serial,certificate_issuer_unit,certificate_subject_unit,description,weight` |
//!
//! No row makes one of `service_intel`: STIX has no value for it.
//!
//! # What becomes of a row
//!
//! | row | column |
//! |---|---|
//! | name and description | `description`, as `name: description`, in one line; cut after 4 KiB |
//! | confidence | `weight`, 1 to 100: 60, Splunk's own default, if there is none; 1 if it is 0 |
//! | IP address or network, at either end of traffic too; what a domain resolves to | `ip` |
//! | domain | `domain` |
//! | hash, name of a file | `file_hash`, `file_name` |
//! | e-mail address by itself or of a sender; subject | `src_user`; `subject` |
//! | URL; user agent; referrer | `url`; `http_user_agent`; `http_referrer` |
//! | registry key; name, data of a value | `registry_path`; `registry_value_name`, `registry_value_text` |
//! | command line; name of a process or its image | `process`; `process_file_name` |
//! | user id, login | `user` |
//! | certificate's issuer, subject, with organization and unit; serial number | `certificate_issuer` …; `certificate_serial` |
//!
//! Values are in their normal form.
//!
//! # Setting up Splunk Enterprise Security
//!
//! 1. Write the files: `LookupFiles` (feature `csv`) writes one for each collection, and
//!    `feed_to_rows --sink splunk --format csv --output DIR` does so for feeds. Values are as they
//!    are; see [below](self#values-and-spreadsheets) for spreadsheets.
//! 2. Put the files in the place of those in
//!    `$SPLUNK_HOME/etc/apps/DA-ESS-ThreatIntelligence/lookups/`, or paste their lines into the
//!    managed lookups of the same names (Configure, Content Management). Entries of your own in
//!    these lookups have to go to other files.
//! 3. Enable the sources `local_ip_intel`, `local_domain_intel` … (Configure, Threat Intelligence,
//!    Threat Intelligence Management). Splunk then reads each file into its collection.
//! 4. Enable the correlation search *Threat Activity Detected*. It reports matches in the index
//!    `threat_activity`.
//! 5. Write the files anew when the feeds change, and at least daily: they have no column for an
//!    end, so an indicator expires by not being written.
//!
//! Connections to an address that is an indicator, in SPL, without waiting for Splunk's own search:
//!
//! ```text
//! | tstats summariesonly=true count from datamodel=Network_Traffic.All_Traffic
//!     by _time span=1h All_Traffic.src All_Traffic.dest
//! | rename All_Traffic.* as *
//! | lookup local_ip_intel ip as dest OUTPUT description as threat weight
//! | where isnotnull(weight)
//! ```
//!
//! Networks match if the lookup's definition has the match type `CIDR(ip)`. What Splunk found
//! itself:
//!
//! ```text
//! index=threat_activity threat_collection=ip_intel | stats count by threat_match_value, src, dest
//! ```
//!
//! # Values and spreadsheets
//!
//! A value may begin like a formula, for example a command line with `-enc`. The files have it as
//! it is, since Splunk has to find it. `LookupFiles::with_neutralized_formulas` is for people.
//!
//! # What makes no lookup
//!
//! Whatever is in a lookup is matched by itself, until it is taken out. So a row makes none when
//!
//! - it is not [`standalone`](crate::row::Relation::standalone), or has no value;
//! - the indicator was revoked or has expired when it was mapped: lookups have no column for an
//!   end, so they are to be written anew, which is also how the rows of a revoked indicator go. One
//!   that is not good yet does make one: leave out rows whose
//!   [`state`](crate::row::Validity::state) is `Pending` where that is not wanted;
//! - it comes from a bare observable: no one states that the value is hostile;
//! - the value has an asterisk: a lookup may be defined to take it for a wildcard, and would match
//!   what the pattern does not;
//! - the collections have no column for it: ports, protocols, autonomous systems, MAC addresses,
//!   mutexes, paths, sizes, software, hashes of certificates and of processes' images, recipients,
//!   other parts of messages.
//!
//! # What is lost
//!
//! Everything that the tables above do not name: id, version, pattern, validity, TLP, labels, kill
//! chains, provider. In particular **the TLP is lost**: a receiver who may not pass an indicator on
//! must not write it here.

mod lookup;
#[cfg(feature = "csv")]
mod lookup_files;

pub use lookup::{
    CertificateIntel, Collection, DEFAULT_WEIGHT, DomainIntel, EmailIntel, FileIntel, HttpIntel, IpIntel, Lookup,
    ProcessIntel, RegistryIntel, UserIntel,
};
#[cfg(feature = "csv")]
pub use lookup_files::LookupFiles;
