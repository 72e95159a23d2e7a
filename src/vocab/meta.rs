use super::vocabulary::vocabulary;

vocabulary! {
    /// The version of the standard that an object follows (`spec_version`, STIX 2.1 section 3.2).
    SpecVersion "spec_version" {
        /// STIX 2.0. Objects of 2.0 carry no `spec_version` of their own; bundles do.
        V20 = "2.0",
        /// STIX 2.1.
        V21 = "2.1",
    }
}

vocabulary! {
    /// What an extension adds (`extension-type-enum`, STIX 2.1 section 10.5).
    closed ExtensionType "extension-type-enum" {
        /// A type of domain object.
        #[doc(alias = "SDO")]
        NewSdo = "new-sdo",
        /// A type of observable.
        #[doc(alias = "SCO")]
        NewSco = "new-sco",
        /// A type of relationship object.
        #[doc(alias = "SRO")]
        NewSro = "new-sro",
        /// Properties of existing types, kept together under `extensions`.
        PropertyExtension = "property-extension",
        /// Properties of existing types, beside those of the standard, which prefers
        /// `property-extension`.
        ToplevelPropertyExtension = "toplevel-property-extension",
    }
}
