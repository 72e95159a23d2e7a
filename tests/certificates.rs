//! Certificates for tests of TLS: an issuer, a server `localhost` and a client, made anew by each run.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};

/// What both sides of a connection need.
pub(crate) static CERTIFICATES: LazyLock<Certificates> = LazyLock::new(Certificates::new);

pub(crate) struct Certificates {
    /// The issuer's certificate, in PEM.
    pub(crate) issuer: String,
    pub(crate) server: Signed,
    pub(crate) client: Signed,
    /// The SHA-256 of the server's public key, in Base64.
    pub(crate) pin: String,
}

/// A certificate of the issuer and its key, in PEM.
pub(crate) struct Signed {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Certificates {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params("issuer");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);

        let sign = |name, usage| -> (Certificate, KeyPair) {
            let key = KeyPair::generate().unwrap();
            let mut params = self::params(name);
            params.extended_key_usages = vec![usage];
            (params.signed_by(&key, &issuer).unwrap(), key)
        };
        let signed = |(certificate, key): (Certificate, KeyPair)| Signed {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        };
        let server = sign("server", ExtendedKeyUsagePurpose::ServerAuth);
        let hash = ring::digest::digest(&ring::digest::SHA256, &server.1.subject_public_key_info());
        Self {
            issuer: certificate.pem(),
            pin: STANDARD.encode(hash),
            server: signed(server),
            client: signed(sign("client", ExtendedKeyUsagePurpose::ClientAuth)),
        }
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, format!("stixkit test {name}"));
    params
}
