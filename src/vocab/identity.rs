use super::vocabulary::vocabulary;

vocabulary! {
    /// What kind of party an identity is (`identity-class-ov`, STIX 2.1 section 10.8).
    IdentityClass "identity-class-ov" {
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
    /// An industry (`industry-sector-ov`, STIX 2.1 section 10.11).
    IndustrySector "industry-sector-ov" {
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
        /// Defence. STIX 2.0 spells it `defence`, which reads as `Other`.
        Defense = "defense",
        /// Schools and universities.
        Education = "education",
        /// Energy.
        Energy = "energy",
        /// Entertainment.
        Entertainment = "entertainment",
        /// Banks and markets.
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
    /// A region of the world as the United Nations draws it for statistics (`region-ov`, STIX 2.1
    /// section 10.21).
    Region "region-ov" {
        /// The whole continent with its islands.
        Africa = "africa",
        /// From Eritrea to Mozambique, with Zambia, Zimbabwe and Madagascar.
        EasternAfrica = "eastern-africa",
        /// From Chad to Angola, with both Congos.
        MiddleAfrica = "middle-africa",
        /// The Mediterranean coast from Morocco to Egypt, with Western Sahara and Sudan.
        NorthernAfrica = "northern-africa",
        /// Botswana, Eswatini, Lesotho, Namibia and South Africa.
        SouthernAfrica = "southern-africa",
        /// From Mauritania to Niger and Nigeria.
        WesternAfrica = "western-africa",
        /// North and South America with their islands.
        Americas = "americas",
        /// The islands from the Bahamas to Trinidad.
        Caribbean = "caribbean",
        /// From Mexico to Panama.
        CentralAmerica = "central-america",
        /// South America, Central America and the Caribbean together.
        LatinAmericaCaribbean = "latin-america-caribbean",
        /// The United States, Canada, Greenland and Bermuda.
        NorthernAmerica = "northern-america",
        /// From Colombia and the Guianas to Cape Horn.
        SouthAmerica = "south-america",
        /// From Turkey to Japan, without Russia.
        Asia = "asia",
        /// Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.
        CentralAsia = "central-asia",
        /// China, Japan, Korea and Mongolia.
        EasternAsia = "eastern-asia",
        /// From Iran to Bangladesh, with India, Nepal and Sri Lanka.
        SouthernAsia = "southern-asia",
        /// From Myanmar to the Philippines and Indonesia.
        SouthEasternAsia = "south-eastern-asia",
        /// Turkey, Cyprus, the southern Caucasus, Iraq, the Levant and the Arabian peninsula.
        WesternAsia = "western-asia",
        /// From Iceland to the east of Russia.
        Europe = "europe",
        /// From Poland, Czechia and Bulgaria to Russia.
        EasternEurope = "eastern-europe",
        /// The Nordic and the Baltic countries, the United Kingdom and Ireland.
        NorthernEurope = "northern-europe",
        /// From Portugal to Greece, with Italy and the west of the Balkans.
        SouthernEurope = "southern-europe",
        /// From France and the Netherlands to Germany and Austria.
        WesternEurope = "western-europe",
        /// Australia, New Zealand and the islands of the Pacific.
        Oceania = "oceania",
        /// The land around the South Pole.
        Antarctica = "antarctica",
        /// The two countries with the outlying islands that belong to Australia.
        AustraliaNewZealand = "australia-new-zealand",
        /// From New Guinea to Fiji.
        Melanesia = "melanesia",
        /// From Palau and Guam to Kiribati.
        Micronesia = "micronesia",
        /// From Tuvalu to French Polynesia, without New Zealand and Hawaii.
        Polynesia = "polynesia",
    }
}
