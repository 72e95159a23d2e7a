use crate::object::common::Common;
use crate::object::hashes::Hashes;
use crate::object::property::list::properties;
use crate::object::property::part::part_properties;
use crate::{Properties, Timestamp};

/// An X.509 certificate, as TLS servers and signers of code have them (STIX 2.1 section 6.18). At
/// least one property is required.
///
/// ```
/// use stixkit::object::X509Certificate;
///
/// let certificate: X509Certificate = serde_json::from_str(r#"{
///     "type": "x509-certificate",
///     "spec_version": "2.1",
///     "id": "x509-certificate--4c9504cc-15bb-52c8-8889-9fc6d27dd5ff",
///     "serial_number": "36:f7:d4:32:f4:ab:70:ea",
///     "issuer": "CN=Example CA, O=Example Corp",
///     "validity_not_before": "2024-01-01T00:00:00Z",
///     "validity_not_after": "2024-12-31T23:59:59Z",
///     "subject": "CN=login.example.org",
///     "x509_v3_extensions": {
///         "basic_constraints": "critical,CA:FALSE",
///         "subject_alternative_name": "DNS:login.example.org"
///     }
/// }"#)?;
/// assert_eq!(certificate.subject.as_deref(), Some("CN=login.example.org"));
/// let names = certificate.x509_v3_extensions.and_then(|extensions| extensions.subject_alternative_name);
/// assert_eq!(names.as_deref(), Some("DNS:login.example.org"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct X509Certificate {
    /// The common properties.
    pub common: Common,
    /// Whether it is signed with its own key. Absent means that it was not said.
    pub is_self_signed: Option<bool>,
    /// Hashes of the whole certificate.
    pub hashes: Hashes,
    /// The version of the certificate's format.
    pub version: Option<String>,
    /// The number that the issuer gave it.
    pub serial_number: Option<String>,
    /// The name of the algorithm that it was signed with.
    pub signature_algorithm: Option<String>,
    /// The name of the authority that issued it.
    pub issuer: Option<String>,
    /// From when it is valid.
    pub validity_not_before: Option<Timestamp>,
    /// Until when it is valid.
    pub validity_not_after: Option<Timestamp>,
    /// The name of the party whose key it certifies.
    pub subject: Option<String>,
    /// The name of the algorithm of the subject's public key.
    pub subject_public_key_algorithm: Option<String>,
    /// The modulus of the subject's public key, where that is an RSA key.
    pub subject_public_key_modulus: Option<String>,
    /// The exponent of the subject's public key, where that is an RSA key.
    pub subject_public_key_exponent: Option<u64>,
    /// The extensions of version 3 of the format.
    pub x509_v3_extensions: Option<X509V3Extensions>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(X509Certificate, "x509-certificate" {
    is_self_signed, hashes, version, serial_number, signature_algorithm, issuer, validity_not_before,
    validity_not_after, subject, subject_public_key_algorithm, subject_public_key_modulus,
    subject_public_key_exponent, x509_v3_extensions,
} identified by { hashes, serial_number });

/// The extensions of version 3 in an [`X509Certificate`], nearly all as free text (STIX 2.1 section
/// 6.18). At least one property is required.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct X509V3Extensions {
    /// Whether the subject is an authority, and how long the chain below it may be.
    pub basic_constraints: Option<String>,
    /// The names that certificates further down the chain may have.
    pub name_constraints: Option<String>,
    /// Limits on the policies of certificates further down the chain.
    pub policy_constraints: Option<String>,
    /// What the key may be used for, for example signatures.
    pub key_usage: Option<String>,
    /// The purposes that the key may be used for, for example to authenticate a server.
    pub extended_key_usage: Option<String>,
    /// What identifies the subject's public key.
    pub subject_key_identifier: Option<String>,
    /// What identifies the key that the certificate was signed with.
    pub authority_key_identifier: Option<String>,
    /// Further names of the subject, such as host names.
    pub subject_alternative_name: Option<String>,
    /// Further names of the issuer.
    pub issuer_alternative_name: Option<String>,
    /// Attributes of the subject, for example its nationality.
    pub subject_directory_attributes: Option<String>,
    /// Where the lists of revoked certificates are to be had.
    pub crl_distribution_points: Option<String>,
    /// How many certificates may follow in the chain until the policy `anyPolicy` no longer counts.
    pub inhibit_any_policy: Option<String>,
    /// From when the private key may be used, where that differs from the certificate.
    pub private_key_usage_period_not_before: Option<Timestamp>,
    /// Until when the private key may be used, where that differs from the certificate.
    pub private_key_usage_period_not_after: Option<Timestamp>,
    /// The policies that the certificate was issued under, by their object identifiers.
    pub certificate_policies: Option<String>,
    /// Which policies of the issuer and of the subject count as equal: pairs of object identifiers.
    pub policy_mappings: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(X509V3Extensions {
    basic_constraints,
    name_constraints,
    policy_constraints,
    key_usage,
    extended_key_usage,
    subject_key_identifier,
    authority_key_identifier,
    subject_alternative_name,
    issuer_alternative_name,
    subject_directory_attributes,
    crl_distribution_points,
    inhibit_any_policy,
    private_key_usage_period_not_before,
    private_key_usage_period_not_after,
    certificate_policies,
    policy_mappings,
} not empty);
