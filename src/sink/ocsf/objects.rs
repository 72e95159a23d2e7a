//! The objects in an `osint`.

use std::borrow::Cow;

use crate::row::Observable;
use crate::sink::meaning::algorithm;
use crate::sink::parts::parts;

/// An object `user`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct User<'a> {
    /// The name of the identity, where it is known.
    pub name: Option<Cow<'a, str>>,
    /// Its STIX identifier.
    pub uid: Option<String>,
}

parts!(User<'_> { name, uid });

/// An object `kill_chain_phase`.
///
/// It is a part of [`Osint`](super::Osint).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KillChainPhase<'a> {
    /// The place of the phase, 1 to 7; 99 Other.
    pub phase_id: u8,
    /// Its name.
    pub phase: Cow<'a, str>,
}

parts!(KillChainPhase<'_> { phase_id, phase });

/// An object `attack`: a tactic or a technique.
///
/// It is a part of [`Osint`](super::Osint).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attack<'a> {
    /// The tactic.
    pub tactic: Entity<'a>,
    /// The technique.
    pub technique: Entity<'a>,
    /// The subtechnique.
    pub sub_technique: Entity<'a>,
}

parts!(Attack<'_> { tactic, technique, sub_technique });

/// What has a name and an id: a tactic, a technique.
///
/// It is a part of [`Osint`](super::Osint).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entity<'a> {
    /// The name.
    pub name: Option<Cow<'a, str>>,
    /// The id, `TA0011` or `T1059.001`.
    pub uid: Option<Cow<'a, str>>,
}

parts!(Entity<'_> { name, uid });

/// An object `malware`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malware<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// What it does: 0 Unknown.
    pub classification_ids: Vec<u8>,
}

parts!(Malware<'_> { name, classification_ids });

/// An object `threat_actor`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreatActor<'a> {
    /// The name.
    pub name: Cow<'a, str>,
}

parts!(ThreatActor<'_> { name });

/// An object `autonomous_system`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutonomousSystem<'a> {
    /// Who runs it.
    pub name: Option<Cow<'a, str>>,
    /// Its number.
    pub number: Option<u32>,
}

parts!(AutonomousSystem<'_> { name, number });

/// An object `file`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct File<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// What kind of file it is: 0 Unknown.
    pub type_id: u8,
}

parts!(File<'_> { name, type_id });

/// An object `digital_signature`, which OCSF also uses for a hash by itself.
///
/// It is a part of [`Osint`](super::Osint).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature<'a> {
    /// The algorithm of a signature: 0 Unknown, since there is only a hash.
    pub algorithm_id: u8,
    /// The hash.
    pub digest: Fingerprint<'a>,
}

parts!(Signature<'_> { algorithm_id, digest });

/// An object `fingerprint`: a hash.
///
/// It is a part of [`Osint`](super::Osint).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fingerprint<'a> {
    /// The algorithm.
    pub algorithm_id: u8,
    /// The same in words.
    pub algorithm: Cow<'a, str>,
    /// The hash.
    pub value: Cow<'a, str>,
}

parts!(Fingerprint<'_> { algorithm_id, algorithm, value });

/// An object `email`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Email<'a> {
    /// Whom the message is from.
    pub from: Option<Cow<'a, str>>,
    /// Whom it goes to.
    pub to: Vec<Cow<'a, str>>,
}

parts!(Email<'_> { from, to });

impl<'a> Fingerprint<'a> {
    pub(super) fn new(observable: &'a Observable<'_>) -> Self {
        let written = algorithm(&observable.key);
        let (algorithm_id, name) = match written {
            "MD5" => (1, "MD5"),
            "SHA-1" => (2, "SHA-1"),
            "SHA-256" => (3, "SHA-256"),
            "SHA-512" => (4, "SHA-512"),
            "SSDEEP" => (5, "CTPH"),
            "TLSH" => (6, "TLSH"),
            "SHA-224" => (8, "SHA-224"),
            "SHA-384" => (9, "SHA-384"),
            "SHA3-224" => (12, "SHA3-224"),
            "SHA3-256" => (13, "SHA3-256"),
            "SHA3-384" => (14, "SHA3-384"),
            "SHA3-512" => (15, "SHA3-512"),
            "IMPHASH" => (18, "Imphash"),
            other => (99, other),
        };
        Self { algorithm_id, algorithm: Cow::Borrowed(name), value: Cow::Borrowed(&observable.norm) }
    }
}
