//! Open vocabularies (STIX 2.1 section 10): enumerations that never refuse a value.
//!
//! A value of the standard reads as its variant, anything else as `Other` with the text as written, so reading
//! never fails and writing gives back what was read.
//!
//! ```
//! use stixkit::vocab::IndicatorType;
//!
//! assert_eq!(IndicatorType::from("benign"), IndicatorType::Benign);
//! assert_eq!(IndicatorType::from("Benign").as_str(), "Benign");
//! assert!(!IndicatorType::from("Benign").is_standard());
//! ```

/// Writes one vocabulary: the enumeration with `Other`, its texts, and reading and writing.
macro_rules! vocabulary {
    (
        $(#[$meta:meta])*
        $Name:ident {
            $( $(#[$value_meta:meta])* $Value:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$value_meta])* $Value, )+
            /// A value that the standard does not list, as written.
            Other(Box<str>),
        }

        impl $Name {
            /// The standard's values, in its order.
            pub const STANDARD: &'static [&'static str] = &[$($text),+];

            /// The value as it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$Value => $text, )+
                    Self::Other(text) => text,
                }
            }

            /// Whether the standard lists the value.
            pub fn is_standard(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl From<&str> for $Name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$Value, )+
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl PartialEq<str> for $Name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $Name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::object::properties::TextVisitor::new())
            }
        }

        $crate::object::properties::text_value!($Name);
    };
}
vocabulary! {
    /// The version of the standard that an object follows (`spec_version`, STIX 2.1 section 3.2).
    SpecVersion {
        /// STIX 2.0. Objects of 2.0 carry no `spec_version` of their own; bundles do.
        V20 = "2.0",
        /// STIX 2.1.
        V21 = "2.1",
    }
}

vocabulary! {
    /// What an indicator points at (`indicator-type-ov`, STIX 2.1 section 10).
    IndicatorType {
        /// Unexpected activity that need not be hostile.
        AnomalousActivity = "anomalous-activity",
        /// Infrastructure that hides where traffic comes from: Tor, a VPN, a proxy.
        Anonymization = "anonymization",
        /// Activity that is known to be harmless.
        Benign = "benign",
        /// An asset that has been taken over.
        Compromised = "compromised",
        /// Hostile objects or activity.
        MaliciousActivity = "malicious-activity",
        /// A hint at who is behind an activity.
        Attribution = "attribution",
        /// Not known.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The language of an indicator's pattern (`pattern-type-ov`, STIX 2.1 section 10).
    PatternType {
        /// The STIX pattern language.
        Stix = "stix",
        /// Perl compatible regular expression.
        Pcre = "pcre",
        /// Sigma rule.
        Sigma = "sigma",
        /// Snort rule.
        Snort = "snort",
        /// Suricata rule.
        Suricata = "suricata",
        /// YARA rule.
        Yara = "yara",
    }
}

vocabulary! {
    /// What a relationship means (`relationship_type`, STIX 2.1 section 5.1): the verbs that the standard gives for its
    /// objects.
    RelationshipType {
        /// The source is the result of an analysis of the target.
        AnalysisOf = "analysis-of",
        /// The target is who is behind the source.
        AttributedTo = "attributed-to",
        /// The target wrote the source.
        AuthoredBy = "authored-by",
        /// The source, malware, signals to the target.
        BeaconsTo = "beacons-to",
        /// The source was made from what the target saw.
        BasedOn = "based-on",
        /// The source, an analysis, describes the target.
        Characterizes = "characterizes",
        /// The source exchanges data with the target.
        CommunicatesWith = "communicates-with",
        /// The source took the target over.
        Compromises = "compromises",
        /// The target is part of the source.
        ConsistsOf = "consists-of",
        /// The source has control over the target.
        Controls = "controls",
        /// The source hands the target out.
        Delivers = "delivers",
        /// The source was made out of the target.
        DerivedFrom = "derived-from",
        /// The source fetches the target.
        Downloads = "downloads",
        /// The source writes the target to a system.
        Drops = "drops",
        /// Source and target mean the same thing.
        DuplicateOf = "duplicate-of",
        /// The source is the result of running the target.
        DynamicAnalysisOf = "dynamic-analysis-of",
        /// The source sends stolen data to the target.
        ExfiltratesTo = "exfiltrates-to",
        /// The source makes use of the target, a weakness.
        Exploits = "exploits",
        /// The target is present on the source.
        Has = "has",
        /// The target runs or is kept on the source.
        Hosts = "hosts",
        /// The source pretends to be the target.
        Impersonates = "impersonates",
        /// The source is a sign of the target.
        Indicates = "indicates",
        /// The source looks into the target.
        Investigates = "investigates",
        /// The source is at the target.
        LocatedAt = "located-at",
        /// The source weakens the target.
        Mitigates = "mitigates",
        /// The source comes from the target.
        OriginatesFrom = "originates-from",
        /// The source has the target.
        Owns = "owns",
        /// Any other connection.
        RelatedTo = "related-to",
        /// The source cures the target.
        Remediates = "remediates",
        /// The source is the result of looking at the target without running it.
        StaticAnalysisOf = "static-analysis-of",
        /// The source is directed against the target.
        Targets = "targets",
        /// The source employs the target.
        Uses = "uses",
        /// The source is a version of the target.
        VariantOf = "variant-of",
    }
}

vocabulary! {
    /// What kind of party an identity is (`identity-class-ov`, STIX 2.1 section 10).
    IdentityClass {
        /// One person.
        Individual = "individual",
        /// People without a formal structure.
        Group = "group",
        /// A system: software, a device.
        System = "system",
        /// A company, an agency or another formal body.
        Organization = "organization",
        /// A class of parties, for example all hospitals.
        Class = "class",
        /// Not known.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// An industry (`industry-sector-ov`, STIX 2.1 section 10).
    IndustrySector {
        /// Farming.
        Agriculture = "agriculture",
        /// Air and space.
        Aerospace = "aerospace",
        /// Car making.
        Automotive = "automotive",
        /// Chemicals.
        Chemical = "chemical",
        /// Trade.
        Commercial = "commercial",
        /// Communications.
        Communications = "communications",
        /// Building.
        Construction = "construction",
        /// Defence.
        Defense = "defense",
        /// Schools and universities.
        Education = "education",
        /// Energy.
        Energy = "energy",
        /// Entertainment.
        Entertainment = "entertainment",
        /// Banks, insurance, markets.
        FinancialServices = "financial-services",
        /// Government as a whole.
        Government = "government",
        /// Emergency services.
        EmergencyServices = "emergency-services",
        /// Local government.
        GovernmentLocal = "government-local",
        /// National government.
        GovernmentNational = "government-national",
        /// Public services.
        GovernmentPublicServices = "government-public-services",
        /// Regional government.
        GovernmentRegional = "government-regional",
        /// Health care.
        Healthcare = "healthcare",
        /// Hotels, restaurants, leisure.
        HospitalityLeisure = "hospitality-leisure",
        /// Infrastructure as a whole.
        Infrastructure = "infrastructure",
        /// Dams.
        Dams = "dams",
        /// Nuclear plants.
        Nuclear = "nuclear",
        /// Water supply.
        Water = "water",
        /// Insurance.
        Insurance = "insurance",
        /// Manufacturing.
        Manufacturing = "manufacturing",
        /// Mining.
        Mining = "mining",
        /// Associations and charities.
        NonProfit = "non-profit",
        /// Drugs.
        Pharmaceuticals = "pharmaceuticals",
        /// Shops.
        Retail = "retail",
        /// Technology.
        Technology = "technology",
        /// Telephone and network carriers.
        Telecommunications = "telecommunications",
        /// Transport.
        Transportation = "transportation",
        /// Power, gas, water works.
        Utilities = "utilities",
    }
}

vocabulary! {
    /// The name of a hash algorithm (`hash-algorithm-ov`, STIX 2.1 section 10).
    ///
    /// Feeds spell the names in many ways (`SHA256`, `md5`): those read as `Other` with their text;
    /// [`HashAlgorithm::canonical`] gives the standard's name.
    HashAlgorithm {
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

impl HashAlgorithm {
    /// The standard's name for this spelling: letters and digits are compared, case and punctuation are not.
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
