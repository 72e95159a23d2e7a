//! The table of all checks: the one place for codes and sections.

use crate::finding::FindingKind;

/// A row of the table [`CHECKS`]: a kind of finding, and where it comes from.
///
/// ```
/// use stixkit::validate::CHECKS;
///
/// let check = CHECKS.iter().find(|check| check.code == "id-form").expect("codes are stable");
/// assert_eq!(check.code, check.kind.code());
/// assert!(!check.section.is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Check {
    /// The kind of finding. It has the [level](FindingKind::level).
    pub kind: FindingKind,
    /// The stable name.
    pub code: &'static str,
    /// The section of STIX 2.1. Empty if the standard does not discuss the problem.
    pub section: &'static str,
    pub(super) scope: Scope,
    /// Whether reading or [`Object::check`](crate::Object::check) finds it.
    pub is_reading: bool,
    /// The kind that a less strict profile reports instead.
    pub refines: Option<FindingKind>,
    /// The smallest input that shows it.
    pub input: &'static str,
    /// The numbers or functions of the reference validator, `stix2-validator` 3.3. `schema` is its
    /// JSON schema. Empty if it does not look.
    pub validator: &'static str,
    /// The code of the Rust crate `rstix` 0.23. Empty if it does not look.
    pub rstix: &'static str,
}

/// Which of the profiles a check is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The standard's own rules.
    Standard,
    /// The rules of the interoperability tests.
    Interop,
    /// None: only a profile of one's own has it.
    Option,
}

impl FindingKind {
    /// Returns the stable name of the kind in kebab case, for example `reference-target`.
    ///
    /// ```
    /// use stixkit::FindingKind;
    ///
    /// assert_eq!(FindingKind::MarkingCycle.code(), "marking-cycle");
    /// assert_eq!(FindingKind::from_code("marking-cycle"), Some(FindingKind::MarkingCycle));
    /// ```
    pub fn code(self) -> &'static str {
        row(self).map_or("", |check| check.code)
    }

    /// Returns the section of STIX 2.1 that the kind is about, for example `7.2.1`. A
    /// [`validate::Finding`](super::Finding) can have a more exact one.
    pub fn section(self) -> &'static str {
        row(self).map_or("", |check| check.section)
    }

    /// Returns the kind of a [code](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        CHECKS.iter().find(|check| check.code == code).map(|check| check.kind)
    }
}

/// The row of a kind. A test shows that each kind has one.
fn row(kind: FindingKind) -> Option<&'static Check> {
    CHECKS.get(usize::from(*PLACES.get(kind as usize)?))
}

/// The place of the row of each kind.
const PLACES: [u8; 128] = {
    let (mut places, mut at) = ([u8::MAX; 128], 0);
    while at < CHECKS.len() {
        // OK because there are fewer than 128 kinds, or a profile could not hold them.
        places[CHECKS[at].kind as usize] = at as u8;
        at += 1;
    }
    places
};

macro_rules! checks {
    (@base) => { None };
    (@base $Base:ident) => { Some(FindingKind::$Base) };
    ($( $Kind:ident $code:literal $section:literal $Scope:ident $is_reading:literal $(refines $Base:ident)?:
        $input:literal, $validator:literal, $rstix:literal; )+) => {
        /// All checks, in the order of the documented table.
        pub const CHECKS: &[Check] = &[$( Check {
            kind: FindingKind::$Kind,
            code: $code,
            section: $section,
            scope: Scope::$Scope,
            is_reading: $is_reading,
            refines: checks!(@base $($Base)?),
            input: $input,
            validator: $validator,
            rstix: $rstix,
        }, )+];
    };
}

// Kind, code, section, scope, whether reading finds it: smallest input, reference validator, rstix.
checks! {
    Unreadable "unreadable" "" Standard true: "a report without `name`", "schema", "E0003";
    SetAside "set-aside" "3.1" Standard true: "`\"revoked\": \"yes\"`", "schema", "E0003";
    RepeatedKey "repeated-key" "3.1" Standard true: "`{\"name\": \"a\", \"name\": \"b\"}`", "", "";
    Container "container" "8" Standard true: "`{\"objects\": [{…},]}`", "", "";
    Unfinished "unfinished" "8" Standard true: "`{\"objects\": [{…}`", "", "";
    NotAList "not-a-list" "8" Standard true: "`\"objects\": {…}`", "schema", "E0003";
    Wrapped "wrapped" "8" Standard true: "`{\"data\": {\"objects\": […]}}`", "", "";
    More "more" "" Standard true: "more findings than are listed", "", "";
    IdForm "id-form" "2.9" Standard true: "`\"id\": \"identity--1\"`", "schema", "E0003";
    IdCase "id-case" "2.9" Standard true: "`\"id\": \"identity--8E2E…\"`", "", "";
    IdPrefix "id-prefix" "2.9" Standard true: "`\"type\": \"identity\", \"id\": \"malware--…\"`", "schema", "E0003";
    StaleId "stale-id" "2.9" Standard true: "an observable's UUID of version 5 after a change", "", "W0002";
    RandomId "random-id" "2.9" Standard true: "`\"id\": \"file--8e2e2d2b-17d4-4cbf-…\"` with `name`", "103", "W0002";
    IdVersion "id-version" "2.9" Standard false: "`\"id\": \"process--8e2e2d2b-17d4-5cbf-…\"`", "process, uuid_version_check", "W0002";
    IdNotRandom "id-not-random" "2.9" Standard false: "`\"id\": \"malware--8e2e2d2b-17d4-5cbf-…\"`", "103", "";
    TimestampForm "timestamp-form" "2.16" Standard true: "`\"created\": \"2020-01-01T00:00:00.000+01:00\"`", "schema", "E0003";
    TimestampPrecision "timestamp-precision" "2.16" Standard true: "`\"created\": \"2020-01-01T00:00:00.0000000Z\"`", "", "";
    TimestampRange "timestamp-range" "2.16" Standard true: "`\"first_seen\": \"0001-01-01T00:00:00Z\"`", "", "";
    TimestampOrder "timestamp-order" "3.2" Standard true: "`modified` before `created`", "timestamp_compare", "E0015";
    TimestampDigits "timestamp-digits" "3.2" Standard false: "`\"created\": \"2020-01-01T00:00:00Z\"`", "schema", "E0012";
    TimestampOrder20 "timestamp-order-20" "3.2" Standard false: "a campaign of 2.0 with `last_seen` before `first_seen`", "timestamp_compare", "";
    Missing "missing" "3.2" Standard true: "an identity without `created`", "schema", "E0003";
    OtherVersion "other-version" "3.2" Standard true: "`\"lang\": \"en\"` without `spec_version`", "", "";
    UnknownProperty "unknown-property" "11.1" Standard true: "`\"foo\": 1`", "101, 401", "";
    ForeignProperty "foreign-property" "3.2" Standard false refines UnknownProperty: "`modified` on a marking definition", "schema", "W0031";
    PropertyName "property-name" "11.1" Standard true: "`\"x_a!\": 1`", "schema", "";
    CustomProperty "custom-property" "11" Standard false: "`\"x_foo\": 1`", "401", "";
    CustomType "custom-type" "11" Standard false: "`\"type\": \"x-foo\"`", "401", "E0002";
    Null "null" "2.2" Standard true: "`\"x_a\": null`", "schema", "E0003";
    Empty "empty" "2.14" Standard true: "`\"description\": \"\"`", "", "";
    EmptyList "empty-list" "2.12" Standard false refines Empty: "`\"labels\": []`", "schema", "E0003";
    HashName "hash-name" "10.5" Standard true: "`\"hashes\": {\"SHA-224\": \"…\"}`", "150, 241", "E0003";
    Range "range" "3.2" Standard true: "`\"confidence\": 101`", "schema", "E0003";
    UnknownType "unknown-type" "11" Standard true: "`\"type\": \"foo\"`", "schema", "E0002";
    SpecVersion "spec-version" "3.2" Standard true: "`\"spec_version\": \"3\"`", "schema", "E0003";
    Enumeration "enumeration" "10" Standard true: "`\"opinion\": \"foo\"`", "schema", "E0003";
    Combination "combination" "3.2" Standard true: "`latitude` without `longitude`", "schema", "E0003";
    UnknownExtension "unknown-extension" "7.3" Standard true: "`\"extensions\": {\"foo-ext\": {\"a\": 1}}`", "", "";
    ExtensionKey "extension-key" "7.3" Standard false refines UnknownExtension: "`\"extensions\": {\"foo-ext\": {\"a\": 1}}`", "schema", "";
    ExtensionType "extension-type" "7.3" Standard false: "`\"extension-definition--…\": {\"a\": 1}`", "schema", "E0030";
    ExtensionForm "extension-form" "7.3" Standard false: "`\"extension_type\": \"foo\"`", "schema", "E0030";
    ReservedName "reserved-name" "3.8" Standard false refines UnknownProperty: "`\"action\": 1`", "schema", "";
    TypeName "type-name" "11.2" Standard false: "`\"type\": \"X_Foo\"`", "schema", "E0002";
    Language "language" "3.2" Standard false: "`\"lang\": \"not a tag\"`", "language", "E0013";
    ExternalId "external-id" "2.5" Standard false: "`\"source_name\": \"cve\", \"external_id\": \"CVE-1\"`", "schema", "";
    Url "url" "2.5" Standard false: "`\"url\": \"no url\"`", "schema", "E0003";
    ReferenceTarget "reference-target" "3.2" Standard false: "`\"created_by_ref\": \"malware--…\"`", "schema", "E0021";
    LangAndMarking "lang-and-marking" "7.2.3" Standard false: "`\"lang\": \"de\", \"marking_ref\": \"marking-definition--…\"`", "", "E0041";
    Selector "selector" "7.2.3.1" Standard false: "`\"selectors\": [\"absent\"]`", "marking_selector_syntax", "E0024";
    MarkingCycle "marking-cycle" "7.2.1" Standard false: "a definition in its own `object_marking_refs`", "object_marking_circular_refs", "W0031";
    TlpDefinition "tlp-definition" "7.2.1.4" Standard false: "`\"definition\": {\"tlp\": \"red\"}` under another identifier", "schema", "W0031";
    TlpContradiction "tlp-contradiction" "7.2.1.4" Standard false: "the identifier of TLP:RED with `\"tlp\": \"amber\"`", "schema", "W0031";
    TlpUnofficial "tlp-unofficial" "7.2.1.4" Standard false: "OpenCTI's identifier of TLP:AMBER+STRICT", "schema", "W0031";
    ValueForm "value-form" "6" Standard false: "`\"type\": \"ipv4-addr\", \"value\": \"foo\"`", "schema", "E0003";
    Hex "hex" "2.8" Standard false: "`\"magic_number_hex\": \"abc\"`", "schema", "W0002";
    HashLength "hash-length" "2.7" Standard false: "`\"hashes\": {\"SHA-256\": \"00\"}`", "schema", "E0013";
    RegistryHive "registry-hive" "6.17" Standard false: "`\"key\": \"HKLM\\\\Software\"`", "schema", "W0002";
    RelationshipTypeForm "relationship-type-form" "5.1" Standard false: "`\"relationship_type\": \"Uses\"`", "schema", "I0002";
    LocalReference "local-reference" "2.13" Standard false: "`\"parent_directory_ref\": \"9\"` without an object `9`", "observable_object_references", "E0003";
    HeaderList "header-list" "6.12.3" Standard false: "`\"request_header\": {\"Accept\": \"a\"}`", "schema", "E0030";
    SemanticVersion "semantic-version" "7.3" Standard false: "`\"version\": \"one\"`", "", "W0010";
    DictionaryKey "dictionary-key" "2.3" Standard false: "`\"exif_tags\": {\"a b\": 1}`", "schema", "";
    DictionaryKeyCase "dictionary-key-case" "2.3" Standard false: "`\"environment_variables\": {\"Foo\": \"1\"}`", "142", "";
    PatternSyntax "pattern-syntax" "9" Standard false: "`\"pattern\": \"[file:name =\"`", "patterns", "E0010";
    PatternRule "pattern-rule" "9.5" Standard false: "`[a:b = 1] REPEATS 0 TIMES`", "patterns", "E0010";
    PatternTypeForm "pattern-type-form" "9.7" Standard false: "`[FOO:name = 'a']`", "patterns", "E0011";
    PatternForm "pattern-form" "9" Standard false: "`[file:name == 'a']`", "", "";
    PatternName "pattern-name" "9.7" Standard false: "`[foo-bar:name = 'a']`", "101", "";
    Vocabulary "vocabulary" "10" Standard false: "`\"identity_class\": \"foo\"`", "111, 201, 211 to 231, 243 to 245", "I0001";
    KillChainName "kill-chain-name" "2.11" Standard false: "`\"phase_name\": \"Delivery\"`", "121", "";
    LocalName "local-name" "4.14" Standard false: "`\"objects\": {\"foo\": {…}}`", "141", "";
    Deprecated "deprecated" "4.14" Standard false: "`objects` in STIX 2.1", "304", "";
    ProductName "product-name" "4.12" Standard false: "`\"product\": \"Sandbox\"`", "143", "";
    ProcessPriority "process-priority" "6.13.2" Standard false: "`\"priority\": \"HIGH\"`", "149", "";
    RelationshipMatrix "relationship-matrix" "5.1" Standard false: "an indicator that `uses` malware", "202", "W0010";
    Country "country" "4.10" Standard false: "`\"country\": \"XX\"`", "277", "W0010";
    MediaType "media-type" "6.7" Standard false: "`\"mime_type\": \"foo/bar\"`", "271, artifact_mime_type", "W0002";
    Ports "ports" "6.12" Standard false: "`\"protocols\": [\"tcp\"]` without ports", "301", "W0002";
    HeaderName "header-name" "6.12.3" Standard false: "`\"request_header\": {\"X-Foo\": [\"a\"]}`", "274", "W0002";
    SocketOption "socket-option" "6.12.5" Standard false: "`\"options\": {\"FOO\": 1}`", "275", "W0002";
    PdfKey "pdf-key" "6.7.4" Standard false: "`\"document_info_dict\": {\"foo\": \"a\"}`", "276", "W0002";
    UnhashedUrl "unhashed-url" "2.5" Standard false: "an external reference with `url` and without `hashes`", "302", "";
    IndicatorText "indicator-text" "4.7" Standard false: "an indicator without `name`", "303", "";
    ExtensionText "extension-text" "7.3" Standard false: "an extension definition without `description`", "305", "W0010";
    ExtensionProperties "extension-properties" "7.3" Standard false: "`toplevel-property-extension` without `extension_properties`", "306", "W0010";
    BundleId "bundle-id" "8" Standard false: "`{\"type\": \"bundle\", \"objects\": […]}`", "schema", "E0003";
    BundleVersion "bundle-version" "8" Standard false: "`\"type\": \"bundle\", \"spec_version\": \"2.0\"` around objects of 2.1", "schema", "E0003";
    Duplicate "duplicate" "3.6" Standard false: "the same object twice", "203", "E0003";
    VersionConflict "version-conflict" "3.6" Standard false: "two objects with one `id` and `modified` and other names", "203", "E0003";
    DefinitionConflict "definition-conflict" "7.2.1" Standard false: "two statements under one identifier", "203", "E0003";
    DanglingReference "dangling-reference" "5.1" Option false: "a relationship to an object that is not in the bundle", "enforce_refs", "W0010";
    UnresolvedCreator "unresolved-creator" "3.2" Interop false: "`created_by_ref` of an identity that is not in the bundle", "interop", "";
    InteropTlp "interop-tlp" "7.2.1.4" Interop false: "an object without `object_marking_refs`", "interop", "";
    RepeatedItem "repeated-item" "2.12" Interop false: "`\"labels\": [\"a\", \"a\"]`", "interop", "";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;

    use super::*;
    use crate::finding::Level;

    #[test]
    fn codes_are_unique_and_in_kebab_case() {
        let codes: BTreeSet<_> = CHECKS.iter().map(|check| check.code).collect();
        assert_eq!(codes.len(), CHECKS.len());
        for check in CHECKS {
            let name = format!("{:?}", check.kind);
            let mut kebab = String::new();
            for (at, letter) in name.chars().enumerate() {
                let is_word = letter.is_uppercase() || (letter == '2' && at > 0);
                if is_word && at > 0 {
                    kebab.push('-');
                }
                kebab.extend(letter.to_lowercase());
            }
            assert_eq!(check.code, kebab);
            assert!(!check.input.is_empty(), "{kebab}");
        }
    }

    #[test]
    fn every_kind_has_a_row() {
        // Kinds are numbered without gaps, and this is the last one.
        assert_eq!(FindingKind::RepeatedItem as usize + 1, CHECKS.len());
    }

    #[test]
    fn a_check_refines_a_milder_one() {
        for check in CHECKS {
            let Some(base) = check.refines else { continue };
            assert!(base.level() < check.kind.level() && !check.is_reading, "{}", check.code);
        }
    }

    /// The table in the documentation. `STIXKIT_BLESS=1` writes it again.
    #[test]
    fn the_documented_table_is_this_one() {
        let mut table = String::from("| code | level | section | smallest input | `stix2-validator` | `rstix` |\n");
        table.push_str("|---|---|---|---|---|---|\n");
        for Check { kind, code, section, input, validator, rstix, .. } in CHECKS {
            let level = match kind.level() {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Advice => "advice",
            };
            let input = input.replace('|', "\\|");
            writeln!(table, "| `{code}` | {level} | {section} | {input} | {validator} | {rstix} |").unwrap();
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/validate/checks.md");
        if std::env::var_os("STIXKIT_BLESS").is_some() {
            std::fs::write(path, &table).unwrap();
        }
        assert!(include_str!("checks.md") == table || std::fs::read_to_string(path).unwrap() == table);
    }
}
