//! Which spellings of a value count as the same.

/// Which spellings of a constant count as the same in a [`Fingerprint`](super::Fingerprint).
///
/// Those that are not options: numbers and instants by their value, bytes in either notation,
/// hexadecimal hashes and keys of the Windows registry in any case, IP addresses as `std::net`
/// reads them, a network of one address as that address.
///
/// ```
/// use stixkit::pattern::{FingerprintRules, Pattern};
///
/// let rules = FingerprintRules::new().with_domains(false);
/// let one = Pattern::parse("[domain-name:value = 'EXAMPLE.org']")?;
/// let other = Pattern::parse("[domain-name:value = 'example.org']")?;
/// assert_eq!(one.fingerprint(), other.fingerprint());
/// assert_ne!(one.fingerprint_with(&rules), other.fingerprint_with(&rules));
/// # Ok::<(), stixkit::pattern::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FingerprintRules {
    /// Whether the case of a domain name and a dot at its end do not count, as in the DNS. By
    /// default, they do not.
    pub domains: bool,
    /// Whether the names of hash algorithms count without their punctuation and case, so that
    /// `SHA256` is `SHA-256`. By default, they do.
    pub hash_names: bool,
}

impl Default for FingerprintRules {
    fn default() -> Self {
        Self { domains: true, hash_names: true }
    }
}

impl FingerprintRules {
    /// The default rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether domain names are compared as in the DNS.
    #[must_use]
    pub fn with_domains(mut self, domains: bool) -> Self {
        self.domains = domains;
        self
    }

    /// Sets whether hash algorithms are compared without punctuation and case.
    #[must_use]
    pub fn with_hash_names(mut self, hash_names: bool) -> Self {
        self.hash_names = hash_names;
        self
    }
}
