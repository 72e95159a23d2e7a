use super::vocabulary::vocabulary;

vocabulary! {
    /// What a report is mainly about (`report-type-ov`, STIX 2.1 section 10.22).
    ReportType "report-type-ov" {
        /// A way of attacking.
        AttackPattern = "attack-pattern",
        /// A series of attacks with a common aim.
        Campaign = "campaign",
        /// A person, an organization or a group of such, often a victim.
        Identity = "identity",
        /// Signs by which something is detected.
        Indicator = "indicator",
        /// Attacks that are the work of one adversary.
        IntrusionSet = "intrusion-set",
        /// Hostile software.
        Malware = "malware",
        /// What was seen on systems and networks.
        ObservedData = "observed-data",
        /// An attacker.
        ThreatActor = "threat-actor",
        /// A threat from many sides.
        ThreatReport = "threat-report",
        /// Legitimate software that attackers use.
        Tool = "tool",
        /// A weakness.
        Vulnerability = "vulnerability",
    }
}

vocabulary! {
    /// What the objects of a grouping have in common (`grouping-context-ov`, STIX 2.1 section
    /// 10.6).
    GroupingContext "grouping-context-ov" {
        /// They belong to one suspicious event.
        SuspiciousActivity = "suspicious-activity",
        /// They belong to one sample or family of malware.
        MalwareAnalysis = "malware-analysis",
        /// Something that is not said.
        Unspecified = "unspecified",
    }
}

vocabulary! {
    /// How far somebody agrees with what an object says, from the least to the most
    /// (`opinion-enum`, STIX 2.1 section 10.18).
    closed OpinionValue "opinion-enum" {
        /// The object is surely wrong.
        StronglyDisagree = "strongly-disagree",
        /// The object seems wrong.
        Disagree = "disagree",
        /// Neither for nor against.
        Neutral = "neutral",
        /// The object seems right.
        Agree = "agree",
        /// The object is surely right.
        StronglyAgree = "strongly-agree",
    }
}
