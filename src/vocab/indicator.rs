use super::vocabulary::vocabulary;

vocabulary! {
    /// What an indicator points at (`indicator-type-ov`, STIX 2.1 section 10.10).
    IndicatorType "indicator-type-ov" {
        /// Unexpected activity that need not be hostile.
        AnomalousActivity = "anomalous-activity",
        /// Infrastructure that hides where traffic comes from: Tor, a VPN, a proxy.
        Anonymization = "anonymization",
        /// Activity that is harmless by itself, but may point at something hostile together with
        /// other activity.
        Benign = "benign",
        /// An asset that seems to have been taken over.
        Compromised = "compromised",
        /// Objects or activity that seem hostile.
        MaliciousActivity = "malicious-activity",
        /// A hint at who is behind an activity.
        Attribution = "attribution",
        /// Not known.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The language of an indicator's pattern (`pattern-type-ov`, STIX 2.1 section 10.19).
    PatternType "pattern-type-ov" {
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
