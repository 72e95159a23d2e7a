use super::vocabulary::vocabulary;

vocabulary! {
    /// Why somebody attacks (`attack-motivation-ov`, STIX 2.1 section 10.2).
    AttackMotivation "attack-motivation-ov" {
        /// No harm is meant; it comes of a mistake.
        Accidental = "accidental",
        /// Somebody else forces the attacker, by threats or blackmail.
        Coercion = "coercion",
        /// Power over the victim.
        Dominance = "dominance",
        /// Beliefs: politics, religion, morals.
        Ideology = "ideology",
        /// Fame, or standing among peers.
        Notoriety = "notoriety",
        /// An advantage for a company or a state over its rivals.
        OrganizationalGain = "organizational-gain",
        /// Money for oneself.
        PersonalGain = "personal-gain",
        /// Curiosity, thrill, fun.
        PersonalSatisfaction = "personal-satisfaction",
        /// To pay back a wrong, real or felt.
        Revenge = "revenge",
        /// Random acts in which no purpose shows. Does not stand for an unknown motivation.
        Unpredictable = "unpredictable",
    }
}

vocabulary! {
    /// The means that an attacker commands, from the fewest to the most
    /// (`attack-resource-level-ov`, STIX 2.1 section 10.3).
    AttackResourceLevel "attack-resource-level-ov" {
        /// What one person has.
        Individual = "individual",
        /// Volunteers who know each other and keep together, without much interest in one victim.
        Club = "club",
        /// Strangers who join for one aim and part when it is reached.
        Contest = "contest",
        /// A lasting group with a leader and an aim, mostly in one place.
        Team = "team",
        /// A company or a crime ring, larger than a team and active in several places.
        Organization = "organization",
        /// What a state can raise.
        Government = "government",
    }
}

vocabulary! {
    /// What kind of attacker a threat actor is (`threat-actor-type-ov`, STIX 2.1 section 10.23).
    ThreatActorType "threat-actor-type-ov" {
        /// Fights for a political or social cause.
        Activist = "activist",
        /// A rival in business.
        Competitor = "competitor",
        /// Organized crime.
        CrimeSyndicate = "crime-syndicate",
        /// A criminal who works alone or with a few others.
        Criminal = "criminal",
        /// Breaks in for the challenge.
        Hacker = "hacker",
        /// Somebody on the inside who does harm by mistake.
        InsiderAccidental = "insider-accidental",
        /// Somebody on the inside, or formerly so, who does harm out of anger.
        InsiderDisgruntled = "insider-disgruntled",
        /// Works for a state, or at its order.
        NationState = "nation-state",
        /// Exposes victims for the attention that it brings.
        Sensationalist = "sensationalist",
        /// Gathers secrets, for a state or for money.
        Spy = "spy",
        /// Spreads fear by violence for a political or social aim.
        Terrorist = "terrorist",
        /// Not known.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The part that a threat actor plays in attacks (`threat-actor-role-ov`, STIX 2.1 section
    /// 10.24).
    ThreatActorRole "threat-actor-role-ov" {
        /// Carries attacks out, for itself or for others.
        Agent = "agent",
        /// Sets the aims and gives the orders.
        Director = "director",
        /// Acts alone.
        Independent = "independent",
        /// Plans the servers and networks that attacks run on.
        InfrastructureArchitect = "infrastructure-architect",
        /// Runs those servers and networks, for example a botnet.
        InfrastructureOperator = "infrastructure-operator",
        /// Writes malware and other hostile tools.
        MalwareAuthor = "malware-author",
        /// Pays.
        Sponsor = "sponsor",
    }
}

vocabulary! {
    /// The skill of a threat actor, from the lowest to the highest
    /// (`threat-actor-sophistication-ov`, STIX 2.1 section 10.25).
    ThreatActorSophistication "threat-actor-sophistication-ov" {
        /// Runs tools without understanding them, and cannot aim at a victim.
        None = "none",
        /// Follows well-known recipes and scripts of others.
        Minimal = "minimal",
        /// Masters the toolkits of others and plans its own attacks.
        Intermediate = "intermediate",
        /// Builds its own tools for weaknesses that are public.
        Advanced = "advanced",
        /// Finds weaknesses that nobody knew, and builds tools for them.
        Expert = "expert",
        /// Comes up with new ways of attack; well paid professionals in a team.
        Innovator = "innovator",
        /// Plants weaknesses in products while they are made or delivered; the means of a state.
        Strategic = "strategic",
    }
}

vocabulary! {
    /// What infrastructure is for (`infrastructure-type-ov`, STIX 2.1 section 10.12).
    InfrastructureType "infrastructure-type-ov" {
        /// Makes small requests into large answers that flood a victim.
        Amplification = "amplification",
        /// Hides where traffic comes from, for example a proxy.
        Anonymization = "anonymization",
        /// The hosts that make up a botnet.
        Botnet = "botnet",
        /// Gives orders to malware: a C2 server, its domain or its address.
        CommandAndControl = "command-and-control",
        /// Runs machines and plants: industrial controllers, smart devices.
        ControlSystem = "control-system",
        /// Receives stolen data.
        Exfiltration = "exfiltration",
        /// Filters network traffic by rules.
        Firewall = "firewall",
        /// Offers malware for download.
        HostingMalware = "hosting-malware",
        /// Keeps lists of victims for phishing, floods and other attacks.
        HostingTargetLists = "hosting-target-lists",
        /// Sends phishing mail or shows phishing pages.
        Phishing = "phishing",
        /// Looks out for victims and their weak spots.
        Reconnaissance = "reconnaissance",
        /// Connects devices into networks.
        RoutersSwitches = "routers-switches",
        /// Holds tools or data ready for a later step of an attack.
        Staging = "staging",
        /// A computer that somebody works at.
        Workstation = "workstation",
        /// Not known.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// What a tool does for an attacker (`tool-type-ov`, STIX 2.1 section 10.26).
    ToolType "tool-type-ov" {
        /// Floods or stalls a service until it fails.
        DenialOfService = "denial-of-service",
        /// Makes use of weaknesses, for example Metasploit.
        Exploitation = "exploitation",
        /// Lists systems and what runs on them, for example Nmap.
        InformationGathering = "information-gathering",
        /// Records network traffic, for example Wireshark.
        NetworkCapture = "network-capture",
        /// Finds or cracks passwords, for example John the Ripper.
        CredentialExploitation = "credential-exploitation",
        /// Operates a computer from afar, for example VNC.
        RemoteAccess = "remote-access",
        /// Looks for known weaknesses, for example Nessus.
        VulnerabilityScanning = "vulnerability-scanning",
        /// Not known.
        Unknown = "unknown",
    }
}
