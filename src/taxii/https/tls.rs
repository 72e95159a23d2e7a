//! TLS: which servers to trust, and the client certificate.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::taxii::transport::{TransportError, TransportErrorKind};

/// Which servers a client trusts, and its client certificate. By default it trusts the platform's
/// issuers and has no certificate.
///
/// It supports TLS 1.2 and 1.3, without early data, with the cryptography of `ring`.
///
/// ```
/// use stixkit::taxii::Tls;
///
/// let tls = Tls::default().with_pin("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".parse()?);
/// assert_eq!(format!("{tls:?}"), "Tls { roots: Platform(0 more), identity: None, pins: 1, .. }");
/// # Ok::<(), stixkit::taxii::TransportError>(())
/// ```
#[derive(Clone, Default)]
pub struct Tls {
    roots: Roots,
    identity: Option<ClientIdentity>,
    pins: Vec<Pin>,
    accept_any: bool,
}

#[derive(Clone)]
enum Roots {
    Platform(Vec<CertificateDer<'static>>),
    Only(Vec<CertificateDer<'static>>),
}

impl Default for Roots {
    fn default() -> Self {
        Self::Platform(Vec::new())
    }
}

impl Tls {
    /// Trusts the issuers in this PEM text, too. Not supported on Android, whose verifier only
    /// takes the platform's issuers.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`TransportErrorKind::Options`] if the text has no certificate or a
    /// broken one.
    pub fn with_extra_roots(mut self, pem: &[u8]) -> Result<Self, TransportError> {
        let more = certificates(pem)?;
        match &mut self.roots {
            Roots::Platform(roots) | Roots::Only(roots) => roots.extend(more),
        }
        Ok(self)
    }

    /// Trusts only the issuers in this PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error as [`with_extra_roots`](Self::with_extra_roots) does.
    pub fn with_only_roots(mut self, pem: &[u8]) -> Result<Self, TransportError> {
        self.roots = Roots::Only(certificates(pem)?);
        Ok(self)
    }

    /// Sets the client certificate.
    #[must_use]
    pub fn with_identity(mut self, identity: ClientIdentity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Requires the server's own certificate to have this public key, in addition to being valid.
    /// If there are several pins, for example the current key and the next one, one of them has to
    /// match. Keys of issuers cannot be pinned; trust only these issuers instead, with
    /// [`with_only_roots`](Self::with_only_roots).
    #[must_use]
    pub fn with_pin(mut self, pin: Pin) -> Self {
        self.pins.push(pin);
        self
    }

    /// Accepts any certificate: expired, for another name, of an unknown issuer. An attacker in
    /// between can then read the credentials and replace the objects. With
    /// [`with_pin`](Self::with_pin) the certificate's key still has to be a pinned one.
    #[must_use]
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.accept_any = true;
        self
    }

    pub(super) fn config(self) -> Result<ClientConfig, TransportError> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Option<Arc<dyn ServerCertVerifier>> = match self.roots {
            _ if self.accept_any => None,
            #[cfg(not(target_os = "android"))]
            Roots::Platform(more) => {
                Some(Arc::new(Verifier::new_with_extra_roots(more, provider.clone()).map_err(unfit_with)?))
            }
            #[cfg(target_os = "android")]
            Roots::Platform(more) if more.is_empty() => {
                Some(Arc::new(Verifier::new(provider.clone()).map_err(unfit_with)?))
            }
            #[cfg(target_os = "android")]
            Roots::Platform(_) => return Err(unfit("Android takes no issuers beside the platform's")),
            Roots::Only(only) => {
                let mut roots = RootCertStore::empty();
                for root in only {
                    roots.add(root).map_err(unfit_with)?;
                }
                let builder = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
                Some(builder.build().map_err(unfit_with)?)
            }
        };
        let verifier: Arc<dyn ServerCertVerifier> = match verifier {
            Some(verifier) if self.pins.is_empty() => verifier,
            verifier => Arc::new(Special { verifier, pins: self.pins, provider: provider.clone() }),
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unfit_with)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match self.identity {
            Some(ClientIdentity { chain, key }) => builder.with_client_auth_cert(chain, key).map_err(unfit_with)?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roots = match &self.roots {
            Roots::Platform(more) => format_args!("Platform({} more)", more.len()).to_string(),
            Roots::Only(roots) => format_args!("Only({})", roots.len()).to_string(),
        };
        f.debug_struct("Tls")
            .field("roots", &format_args!("{roots}"))
            .field("identity", &self.identity)
            .field("pins", &self.pins.len())
            .finish_non_exhaustive()
    }
}

/// A client certificate with its key and the certificates between it and its issuer.
///
/// [`Tls`] takes it, and [`HttpTransport`](super::HttpTransport) has an example with that.
pub struct ClientIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl ClientIdentity {
    /// Reads PEM text: one private key (PKCS#8, PKCS#1 or SEC 1, not encrypted) and the
    /// certificates, the client's own first. If they are in two files, concatenate them.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`TransportErrorKind::Options`] if the text has no key, no
    /// certificate, or a broken one.
    pub fn from_pem(pem: &[u8]) -> Result<Self, TransportError> {
        // The reader's error about a broken key could repeat a part of it.
        let key =
            PrivateKeyDer::from_pem_slice(pem).map_err(|_| unfit("the PEM text has no private key that is whole"))?;
        Ok(Self { chain: certificates(pem)?, key })
    }

    /// Reads a PKCS#12 file (`.p12`, `.pfx`) with its password.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`TransportErrorKind::Options`] if the password is wrong, or the
    /// file has no key with a certificate.
    #[cfg(feature = "pkcs12")]
    pub fn from_pkcs12(file: &[u8], password: &str) -> Result<Self, TransportError> {
        use rustls::pki_types::PrivatePkcs8KeyDer;

        let refused = |_| unfit("the PKCS#12 file does not open: another password, or another format");
        let store = p12_keystore::KeyStore::from_pkcs12(file, password).map_err(refused)?;
        let missing = || unfit("the PKCS#12 file has no private key with a certificate");
        let (_, found) = store.private_key_chain().ok_or_else(missing)?;
        let chain: Vec<_> = found.chain().iter().map(|it| CertificateDer::from(it.as_der().to_vec())).collect();
        if chain.is_empty() {
            return Err(missing());
        }
        Ok(Self { chain, key: PrivatePkcs8KeyDer::from(found.key().to_vec()).into() })
    }
}

impl Clone for ClientIdentity {
    fn clone(&self) -> Self {
        Self { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientIdentity({} certificates)", self.chain.len())
    }
}

/// The SHA-256 of a public key (the certificate's SubjectPublicKeyInfo), as in RFC 7469.
///
/// It is parsed from Base64, with or without the prefix `sha256//` (as in curl) or `sha256/`.
/// Compute it with:
///
/// ```text
/// openssl x509 -in server.pem -pubkey -noout |
///     openssl pkey -pubin -outform der |
///     openssl dgst -sha256 -binary | base64
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin([u8; 32]);

impl Pin {
    /// Creates a pin from the digest.
    pub fn from_sha256(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl FromStr for Pin {
    type Err = TransportError;

    /// # Errors
    ///
    /// Returns an error of kind [`TransportErrorKind::Options`] if it is not the Base64 of 32
    /// bytes.
    fn from_str(text: &str) -> Result<Self, TransportError> {
        let digits = text.strip_prefix("sha256//").or_else(|| text.strip_prefix("sha256/")).unwrap_or(text);
        let refused = || unfit("a pin is the Base64 of 32 bytes, 43 digits and =");
        let bytes = STANDARD.decode(digits).map_err(|_| refused())?;
        bytes.try_into().map(Self).map_err(|_| refused())
    }
}

fn unfit(reason: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Options).with_source(reason)
}

fn unfit_with(error: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    TransportError::new(TransportErrorKind::Options).with_source(error)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(unfit_with)?;
    if certificates.is_empty() { Err(unfit("the PEM text has no certificate")) } else { Ok(certificates) }
}

/// A verifier for the special cases: any certificate, pinned keys, or both.
///
/// Only the server's own certificate counts for a pin: anyone can send along another one with the
/// pinned key, and the verifier does not report which of them it used.
#[derive(Debug)]
struct Special {
    /// `None` accepts any certificate whose key the server has.
    verifier: Option<Arc<dyn ServerCertVerifier>>,
    /// An empty list accepts any key.
    pins: Vec<Pin>,
    provider: Arc<CryptoProvider>,
}

impl Special {
    fn has_key(&self, certificate: &CertificateDer<'_>) -> bool {
        let Ok(parsed) = ParsedCertificate::try_from(certificate) else { return false };
        let digest = ::ring::digest::digest(&::ring::digest::SHA256, &parsed.subject_public_key_info());
        self.pins.iter().any(|pin| pin.0 == digest.as_ref())
    }
}

impl ServerCertVerifier for Special {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = match &self.verifier {
            Some(verifier) => {
                verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?
            }
            None => ServerCertVerified::assertion(),
        };
        let refused = rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
        if self.pins.is_empty() || self.has_key(end_entity) { Ok(verified) } else { Err(refused) }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
