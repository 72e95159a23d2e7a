use crate::Properties;
use crate::object::common::Common;
use crate::object::hashes::Hashes;
use crate::object::property::list::properties;
use crate::vocab::EncryptionAlgorithm;

/// Bytes: either the object holds them, or it says where to get them (STIX 2.1 section 6.1). Other
/// objects refer to it for content, such as the raw form of a message.
///
/// ```
/// use stixkit::object::Artifact;
/// use stixkit::vocab::HashAlgorithm;
///
/// let artifact: Artifact = serde_json::from_str(r#"{
///     "type": "artifact",
///     "spec_version": "2.1",
///     "id": "artifact--6fa9209a-5d53-5929-a29c-44d135a5e00d",
///     "mime_type": "text/plain",
///     "payload_bin": "RXhhbXBsZQ==",
///     "hashes": {
///         "SHA-256": "d029f87e3d80f8fd9b1be67c7426b4cc1ff47b4a9d0a8461c826a59d8c5eb6cd"
///     }
/// }"#)?;
/// assert_eq!(artifact.payload_bin.as_deref(), Some("RXhhbXBsZQ=="));
/// assert!(artifact.hashes.get(&HashAlgorithm::Sha256).is_some());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Artifact {
    /// The common properties.
    pub common: Common,
    /// The MIME type of the bytes, for example `image/jpeg`.
    pub mime_type: Option<String>,
    /// The bytes, in base64. Required where there is no `url`, and not together with it.
    pub payload_bin: Option<String>,
    /// Where to get the bytes. Required where there is no `payload_bin`, and not together with it.
    pub url: Option<String>,
    /// Hashes of the bytes. Required beside `url`.
    pub hashes: Hashes,
    /// How the bytes are encrypted. Absent where they are not. Not in STIX 2.0.
    pub encryption_algorithm: Option<EncryptionAlgorithm>,
    /// The key or password to decrypt them with. Only beside `encryption_algorithm`. Not in STIX
    /// 2.0.
    pub decryption_key: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Artifact, "artifact" {
    mime_type, payload_bin, url, hashes, encryption_algorithm [since_21], decryption_key [since_21],
} identified by { hashes, payload_bin });
