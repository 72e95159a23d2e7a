use super::vocabulary::vocabulary;

vocabulary! {
    /// What a relationship means (`relationship_type`, STIX 2.1 section 5.1): the verbs that the
    /// standard gives for its objects, in alphabetical order, since it has none itself. Three are
    /// common to all types (section 3.7): `derived-from`, `duplicate-of` and `related-to`.
    RelationshipType "relationship_type" {
        /// The source is the result of an analysis of the target.
        AnalysisOf = "analysis-of",
        /// The target is who is behind the source.
        AttributedTo = "attributed-to",
        /// The target wrote the source.
        AuthoredBy = "authored-by",
        /// The source is the result of an anti-virus analysis of the target.
        // Section 4.11 has this name where section 4.12 has `analysis-of`; the draft of Errata 01
        // keeps only this one.
        AvAnalysisOf = "av-analysis-of",
        /// The source, an indicator, was made from the target, observed data.
        BasedOn = "based-on",
        /// The source, malware, reports to the target.
        BeaconsTo = "beacons-to",
        /// The source, an address, is in the range of the target, an autonomous system.
        BelongsTo = "belongs-to",
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
        /// The source brings the target to victims.
        Delivers = "delivers",
        /// The source was made out of the target.
        // Section 3.7, read literally, says the reverse; section 3.6 and practice say this.
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
        /// The source runs the target or keeps it on its systems.
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
        /// The source owns the target.
        Owns = "owns",
        /// Any other connection.
        RelatedTo = "related-to",
        /// The source repairs the target, or the harm that it did.
        Remediates = "remediates",
        /// The source, a domain name or an address, leads to the target, another name or address.
        ResolvesTo = "resolves-to",
        /// The source is the result of a static analysis of the target: without running it.
        StaticAnalysisOf = "static-analysis-of",
        /// The source is directed against the target.
        Targets = "targets",
        /// The source employs the target.
        Uses = "uses",
        /// The source is a variant of the target.
        VariantOf = "variant-of",
    }
}
