use super::vocabulary::vocabulary;

vocabulary! {
    /// Where a user account is kept (`account-type-ov`, STIX 2.1 section 10.1).
    AccountType "account-type-ov" {
        /// At Facebook.
        Facebook = "facebook",
        /// In an LDAP directory.
        Ldap = "ldap",
        /// In the Network Information Service, which Unix hosts share.
        Nis = "nis",
        /// At an OpenID provider.
        Openid = "openid",
        /// On a RADIUS server, which admits to networks.
        Radius = "radius",
        /// At Skype.
        Skype = "skype",
        /// On a TACACS server, which admits to network devices.
        Tacacs = "tacacs",
        /// At Twitter, now X.
        Twitter = "twitter",
        /// On a Unix host.
        Unix = "unix",
        /// On one Windows host.
        WindowsLocal = "windows-local",
        /// In a Windows domain.
        WindowsDomain = "windows-domain",
    }
}

vocabulary! {
    /// How the content of an artifact is encrypted (`encryption-algorithm-enum`, STIX 2.1 section
    /// 10.4).
    closed EncryptionAlgorithm "encryption-algorithm-enum" {
        /// AES with a key of 256 bits in Galois/Counter Mode.
        Aes256Gcm = "AES-256-GCM",
        /// The ChaCha20 stream cipher with the Poly1305 authenticator.
        ChaCha20Poly1305 = "ChaCha20-Poly1305",
        /// In the way of the file format, which the MIME type names: a ZIP archive with a password,
        /// for example.
        MimeTypeIndicated = "mime-type-indicated",
    }
}

vocabulary! {
    /// The name of a hash algorithm (`hash-algorithm-ov`, STIX 2.1 section 10.7).
    ///
    /// Feeds spell the names in many ways (`SHA256`, `md5`): those read as `Other` with their text;
    /// [`HashAlgorithm::canonical`] gives the standard's name.
    HashAlgorithm "hash-algorithm-ov" {
        /// MD5, 32 hexadecimal digits.
        Md5 = "MD5",
        /// SHA-1, 40 hexadecimal digits.
        Sha1 = "SHA-1",
        /// SHA-2 with 256 bits, 64 hexadecimal digits.
        Sha256 = "SHA-256",
        /// SHA-2 with 512 bits, 128 hexadecimal digits.
        Sha512 = "SHA-512",
        /// SHA-3 with 256 bits.
        Sha3_256 = "SHA3-256",
        /// SHA-3 with 512 bits.
        Sha3_512 = "SHA3-512",
        /// The ssdeep fuzzy hash.
        Ssdeep = "SSDEEP",
        /// The TLSH locality-sensitive hash.
        Tlsh = "TLSH",
    }
}

/// Hash algorithms of STIX 2.0 that 2.1 does not have or spells differently.
pub(crate) const HASHES_OF_20: &[&str] =
    &["MD6", "RIPEMD-160", "SHA-224", "SHA-384", "SHA3-224", "SHA3-384", "ssdeep", "WHIRLPOOL"];

impl HashAlgorithm {
    /// The standard's name for this spelling: letters and digits are compared, case and punctuation
    /// are not.
    ///
    /// ```
    /// use stixkit::vocab::HashAlgorithm;
    ///
    /// assert_eq!(HashAlgorithm::from("sha_256").canonical(), HashAlgorithm::Sha256);
    /// assert_eq!(HashAlgorithm::from("IMPHASH").canonical().as_str(), "IMPHASH");
    /// ```
    pub fn canonical(&self) -> Self {
        let Self::Other(text) = self else { return self.clone() };
        fn letters(text: &str) -> impl Iterator<Item = u8> + '_ {
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase())
        }
        let standard = Self::STANDARD.iter().find(|name| letters(name).eq(letters(text)));
        standard.map_or_else(|| self.clone(), |name| Self::from(*name))
    }
}

vocabulary! {
    /// The kind of addresses that a socket uses (`network-socket-address-family-enum`, STIX 2.1
    /// section 10.16).
    closed SocketAddressFamily "network-socket-address-family-enum" {
        /// Not specified.
        Unspec = "AF_UNSPEC",
        /// IPv4.
        Inet = "AF_INET",
        /// IPX, from Novell networks.
        Ipx = "AF_IPX",
        /// AppleTalk, from old Apple networks.
        Appletalk = "AF_APPLETALK",
        /// NetBIOS.
        Netbios = "AF_NETBIOS",
        /// IPv6.
        Inet6 = "AF_INET6",
        /// Infrared.
        Irda = "AF_IRDA",
        /// Bluetooth.
        Bth = "AF_BTH",
    }
}

vocabulary! {
    /// How a socket sends data (`network-socket-type-enum`, STIX 2.1 section 10.17).
    closed SocketType "network-socket-type-enum" {
        /// A reliable stream of bytes over a connection, as in TCP.
        Stream = "SOCK_STREAM",
        /// Single packets without a connection, as in UDP.
        Dgram = "SOCK_DGRAM",
        /// Packets below the transport layer, whose headers the program handles.
        Raw = "SOCK_RAW",
        /// Reliable packets without a connection.
        Rdm = "SOCK_RDM",
        /// Reliable packets in order over a connection.
        Seqpacket = "SOCK_SEQPACKET",
    }
}
