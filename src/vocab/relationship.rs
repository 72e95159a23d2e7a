use super::vocabulary;

vocabulary! {
    /// What a relationship means (`relationship_type`, STIX 2.1 section 5.1): the verbs that the standard gives for its
    /// objects.
    RelationshipType "relationship_type" {
        /// The source is the result of an analysis of the target.
        AnalysisOf = "analysis-of",
        /// The target is who is behind the source.
        AttributedTo = "attributed-to",
        /// The target wrote the source.
        AuthoredBy = "authored-by",
        /// The source, malware, signals to the target.
        BeaconsTo = "beacons-to",
        /// The source, an address, is in the range of the target, an autonomous system.
        BelongsTo = "belongs-to",
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
        /// The source, a domain name or an address, leads to the target, another name or address.
        ResolvesTo = "resolves-to",
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
