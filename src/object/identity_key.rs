//! Keys by which objects of several producers are the same thing.

use std::fmt;

use super::object::Object;
use crate::kind::{Category, Kind};

/// What two objects of one type have to share to be about the same thing: see
/// [`Object::identity_keys`].
///
/// Keys compare exactly, so they fit a hash map. As text, a key is `malware name emotet`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKey {
    kind: Kind,
    basis: IdentityBasis,
    value: Box<str>,
}

/// What an [`IdentityKey`] is made of. [`Object::identity_keys`](crate::Object::identity_keys) has
/// an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IdentityBasis {
    /// A name or alias, in lower case.
    Name,
    /// A name in lower case, and the class of an identity.
    NameAndClass,
    /// A CVE number.
    Cve,
    /// An ATT&CK identifier.
    Attack,
    /// A CAPEC identifier.
    Capec,
    /// The code of a country, in upper case.
    Country,
    /// The identifier that follows from an observable's properties.
    DeterministicId,
}

impl IdentityBasis {
    /// The basis as text: `name`, `cve`, `attack` …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameAndClass => "name-and-class",
            Self::Cve => "cve",
            Self::Attack => "attack",
            Self::Capec => "capec",
            Self::Country => "country",
            Self::DeterministicId => "deterministic-id",
        }
    }
}

impl IdentityKey {
    /// The type of the objects. A malware and a tool of one name have no key in common.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the key is made of.
    pub fn basis(&self) -> IdentityBasis {
        self.basis
    }

    /// The name, number or code, in the form in which keys compare.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind.name(), self.basis.as_str(), self.value)
    }
}

impl Object {
    /// The keys by which objects of several producers are the same thing, sorted, each once.
    /// Objects that share one of them are the same by its rule:
    ///
    /// | type | key |
    /// |---|---|
    /// | malware, tool, threat actor, intrusion set, campaign, infrastructure | each name and alias, whatever the case of its letters; the ATT&CK identifier |
    /// | attack pattern | the ATT&CK identifier, or else the CAPEC identifier |
    /// | course of action | the ATT&CK identifier |
    /// | vulnerability | the CVE number, of an external reference or as its name |
    /// | identity | name and class together |
    /// | location | the country, if nothing more precise is known |
    /// | observables | the [deterministic identifier](Self::deterministic_id) |
    ///
    /// Other objects have no keys. For indicators, compare the
    /// [fingerprints](crate::pattern::Pattern::fingerprint) of their patterns.
    ///
    /// Nothing is guessed: a name with other spaces or hyphens is another name, and an object with
    /// two CVE numbers, or two ATT&CK identifiers, is not the same as either, so it has no key of
    /// that kind. Producers use one name for different things now and then, above all for campaigns
    /// and infrastructure.
    ///
    /// ```
    /// use stixkit::object::{Malware, Object};
    /// use stixkit::Timestamp;
    ///
    /// let now: Timestamp = "2024-05-01T10:00:00Z".parse()?;
    /// let mut first = Malware::new(now.clone(), "EMOTET", true);
    /// first.aliases = vec!["Geodo".into()];
    /// let (first, second) = (Object::from(first), Object::from(Malware::new(now, "geodo", true)));
    /// let keys = first.identity_keys();
    /// assert_eq!(keys[1].to_string(), "malware name geodo");
    /// assert!(second.identity_keys().iter().any(|key| keys.contains(key)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "equivalence")]
    #[doc(alias = "deduplicate")]
    pub fn identity_keys(&self) -> Vec<IdentityKey> {
        let Some(kind) = self.kind() else { return Vec::new() };
        let mut keys = match self {
            Self::Malware(own) => names(kind, own.name.as_deref(), &own.aliases),
            Self::Tool(own) => names(kind, Some(&own.name), &own.aliases),
            Self::ThreatActor(own) => names(kind, Some(&own.name), &own.aliases),
            Self::IntrusionSet(own) => names(kind, Some(&own.name), &own.aliases),
            Self::Campaign(own) => names(kind, Some(&own.name), &own.aliases),
            Self::Infrastructure(own) => names(kind, Some(&own.name), &own.aliases),
            Self::Identity(own) => own.identity_class.as_ref().map_or_else(Vec::new, |class| {
                let name = folded(&own.name);
                let value = name.map(|name| format!("{name} ({})", class.as_str().to_lowercase()));
                value.into_iter().map(|value| key(kind, IdentityBasis::NameAndClass, value)).collect()
            }),
            Self::Vulnerability(own) => {
                let known = external_ids(self, "cve", is_cve).chain(Some(&*own.name).filter(|name| is_cve(name)));
                the_only(known).map(|value| key(kind, IdentityBasis::Cve, value)).into_iter().collect()
            }
            Self::Location(own) => {
                let is_precise = own.administrative_area.is_some()
                    || own.city.is_some()
                    || own.street_address.is_some()
                    || own.postal_code.is_some()
                    || own.latitude.is_some()
                    || own.longitude.is_some();
                let country = own.country.as_deref().map(str::trim).filter(|code| !is_precise && !code.is_empty());
                let code = country.map(str::to_uppercase);
                code.map(|code| key(kind, IdentityBasis::Country, code)).into_iter().collect()
            }
            _ if kind.category() == Category::Observable => {
                let id = self.deterministic_id().map(|id| id.to_string());
                id.map(|id| key(kind, IdentityBasis::DeterministicId, id)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        keys.extend(more_names(self, kind));
        keys.extend(numbered(self, kind));
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

fn key(kind: Kind, basis: IdentityBasis, value: String) -> IdentityKey {
    IdentityKey { kind, basis, value: value.into() }
}

/// A name in the form in which names compare; `None` if there is nothing but white space.
fn folded(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_lowercase())
}

fn names(kind: Kind, name: Option<&str>, aliases: &[String]) -> Vec<IdentityKey> {
    let all = name.into_iter().chain(aliases.iter().map(String::as_str));
    all.filter_map(folded).map(|name| key(kind, IdentityBasis::Name, name)).collect()
}

/// The other names in properties that well-known producers use instead of `aliases`.
fn more_names(object: &Object, kind: Kind) -> Vec<IdentityKey> {
    use Kind::{Campaign, Infrastructure, IntrusionSet, Malware, ThreatActor, Tool};
    if !matches!(kind, Campaign | Infrastructure | IntrusionSet | Malware | ThreatActor | Tool) {
        return Vec::new();
    }
    let custom = object.as_any().custom();
    let lists = ["x_mitre_aliases", "x_opencti_aliases"].into_iter();
    let lists = lists.filter_map(|name| custom.parse::<Vec<String>>(name)?.ok());
    lists.flat_map(|aliases| names(kind, None, &aliases)).collect()
}

/// The key by the number that MITRE has given to the object.
fn numbered(object: &Object, kind: Kind) -> Option<IdentityKey> {
    let letter = match kind {
        Kind::AttackPattern => 'T',
        Kind::Malware | Kind::Tool => 'S',
        Kind::IntrusionSet => 'G',
        Kind::Campaign => 'C',
        Kind::CourseOfAction => 'M',
        _ => return None,
    };
    let attack: Vec<_> = external_ids(object, "mitre-", |id| is_attack(id, letter)).collect();
    if kind == Kind::AttackPattern && attack.is_empty() {
        // A technique of ATT&CK refers to all patterns of CAPEC that are related.
        let value = the_only(external_ids(object, "capec", is_capec))?;
        return Some(key(kind, IdentityBasis::Capec, value));
    }
    Some(key(kind, IdentityBasis::Attack, the_only(attack.into_iter())?))
}

/// The external identifiers of a source that have its form. The sources of ATT&CK begin alike:
/// `mitre-attack`, `mitre-mobile-attack`, `mitre-ics-attack`.
fn external_ids<'o>(
    object: &'o Object,
    source: &'static str,
    is_form: impl Fn(&str) -> bool + 'o,
) -> impl Iterator<Item = &'o str> {
    let of_source = move |name: &str| {
        let name = name.to_ascii_lowercase();
        if source.ends_with('-') { name.starts_with(source) && name.ends_with("attack") } else { name == source }
    };
    let references = object.common().external_references.iter().filter(move |own| of_source(&own.source_name));
    references.filter_map(|own| own.external_id.as_deref()).map(str::trim).filter(move |id| is_form(id))
}

/// The one identifier of several that are equal, in upper case; `None` if they differ.
fn the_only<'a>(ids: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut ids = ids.map(str::to_ascii_uppercase);
    let first = ids.next()?;
    ids.all(|id| id == first).then_some(first)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `CVE-2024-99999`: a year, and at least four digits.
fn is_cve(id: &str) -> bool {
    let number = without(id, "CVE-").and_then(|rest| rest.split_once('-'));
    number.is_some_and(|(year, number)| year.len() == 4 && number.len() >= 4 && is_digits(year) && is_digits(number))
}

fn is_capec(id: &str) -> bool {
    without(id, "CAPEC-").is_some_and(is_digits)
}

/// `T1059`, `T1059.001`, `S0154`: a letter, four digits, and the number of a sub-technique.
fn is_attack(id: &str, letter: char) -> bool {
    let Some(number) = id.strip_prefix(letter).or_else(|| id.strip_prefix(letter.to_ascii_lowercase())) else {
        return false;
    };
    let (number, part) = number.split_once('.').map_or((number, None), |(number, part)| (number, Some(part)));
    number.len() == 4 && is_digits(number) && part.is_none_or(|part| part.len() == 3 && is_digits(part))
}
