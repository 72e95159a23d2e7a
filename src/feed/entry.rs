//! What a line of a feed says.

use std::fmt;

use super::bad_line_reason::BadLineReason;
use super::declared::Declared;
use super::detect::{Detected, detect};
use super::value_type::ValueType;
use crate::Timestamp;
use crate::object::{KillChainPhase, Tlp};
use crate::row::UnstatedTimes;

/// A line of a feed: a value, and what the feed says about it.
///
/// The fields and those of its [`context`](Self::context) are the fields of a map: see
/// [`Fields`](super::Fields).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The number of the line, from 1. For an item of several lines, the number of the first.
    pub line: u64,
    /// The value, in the form to compare with.
    pub value: String,
    /// The value as the feed has it.
    pub written: String,
    /// What the value is.
    pub value_type: ValueType,
    /// The pattern that finds the value. All entries of a reader have one; that of a
    /// [CVE](ValueType::Cve) asks for a vulnerability, which is not an observable, but rows can
    /// hold it.
    pub pattern: Option<String>,
    /// Start of validity.
    pub valid_from: Option<Timestamp>,
    /// End of validity (exclusive).
    pub valid_until: Option<Timestamp>,
    /// When the line was last changed.
    pub modified: Option<Timestamp>,
    /// Whether the producer took the value back.
    pub revoked: Option<bool>,
    /// What the feed says about the value.
    pub context: EntryContext,
    /// The fields that could not be read. The entry lacks them.
    pub set_aside: Vec<SetAside>,
}

/// A field of an entry that could not be read and is not needed for it.
///
/// `{}` prints one line for people.
///
/// ```
/// use stixkit::feed::{FeedItem, FeedReader, FieldMap, Fields, Format};
///
/// let fields = Fields::default().with_value("ioc").with_confidence("score");
/// let map = FieldMap::new(Format::JsonLines).with_fields(fields);
/// let feed = br#"{"ioc": "198.51.100.7", "score": "rather sure"}"#;
/// let Some(Ok(FeedItem::Entry(entry))) = FeedReader::new(map, &feed[..])?.next() else { panic!("an entry") };
/// assert_eq!(entry.context.confidence, None);
/// assert_eq!((entry.set_aside[0].field, &*entry.set_aside[0].text), ("confidence", "rather sure"));
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetAside {
    /// The name of the field, as in a map.
    pub field: &'static str,
    /// What is wrong.
    pub reason: BadLineReason,
    /// The text of the field. Long text is cut.
    pub text: String,
}

impl SetAside {
    /// As much of a text is kept.
    const MAX_TEXT: usize = 200;

    pub(super) fn new(field: &'static str, reason: BadLineReason, text: &str) -> Self {
        Self { field, reason, text: text.chars().take(Self::MAX_TEXT).collect() }
    }
}

impl fmt::Display for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was set aside: {}", self.field, self.reason)?;
        if !self.text.is_empty() {
            let text: String = self.text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
            write!(f, ": {text}")?;
        }
        Ok(())
    }
}

/// What a feed says about a value.
///
/// It is the [`context`](Entry::context) of an entry; [`FeedReader`](super::FeedReader) has an
/// example that reads it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EntryContext {
    /// A name to show.
    pub name: Option<String>,
    /// A description. In a list, the comment after the value.
    pub description: Option<String>,
    /// How confident the producer is, 0 to 100.
    pub confidence: Option<u8>,
    /// Labels of the value, for example the name of a malware family.
    pub tags: Vec<String>,
    /// The producer, in a feed that has several.
    pub source: Option<String>,
    /// With whom the entry may be shared.
    pub tlp: Option<Tlp>,
    /// Where to read more: URLs, or identifiers of the producer's.
    pub references: Vec<String>,
    /// The types of the indicator.
    pub indicator_types: Vec<String>,
    /// The names of malware families that the value indicates.
    pub malware: Vec<String>,
    /// The names of threat actors that the value indicates.
    pub actors: Vec<String>,
    /// The phases of kill chains that the value belongs to.
    pub kill_chain: Vec<KillChainPhase>,
    /// How severe it is, 0 to 5.
    pub severity: Option<u8>,
}

impl Entry {
    /// Recognizes a bare value by its form.
    ///
    /// ```
    /// use stixkit::feed::{BadLineReason, Entry, ValueType};
    ///
    /// let entry = Entry::detect("198[.]51[.]100[.]7")?;
    /// assert_eq!((entry.value_type, &*entry.value), (ValueType::Ipv4, "198.51.100.7"));
    /// assert_eq!(Entry::detect("invoice.zip"), Err(BadLineReason::MayBeFileName));
    /// # Ok::<(), BadLineReason>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the [`BadLineReason`] why the value cannot be recognized.
    pub fn detect(value: &str) -> Result<Self, BadLineReason> {
        let detected = detect(value, &Declared::Nothing, None)?;
        Ok(Self::new(1, value, detected))
    }

    /// Returns which times the feed does not state, so that [`to_object`](Self::to_object) takes
    /// them from the reader's clock.
    /// [`Upserts::apply_unstated`](crate::row::Upserts::apply_unstated) needs this.
    pub fn unstated_times(&self) -> UnstatedTimes {
        UnstatedTimes::new(self.modified.is_none(), self.valid_from.is_none())
    }

    /// Sets aside each text or list of the context that has more bytes.
    pub(super) fn lighten(&mut self, most: usize) {
        let EntryContext { name, description, source, references, tags, indicator_types, malware, actors, .. } =
            &mut self.context;
        let mut fields: Vec<&'static str> = Vec::new();
        for (field, text) in [("name", name), ("description", description), ("source", source)] {
            if text.as_ref().is_some_and(|text| text.len() > most) {
                *text = None;
                fields.push(field);
            }
        }
        let lists = [
            ("references", references),
            ("tags", tags),
            ("indicator_types", indicator_types),
            ("malware", malware),
            ("actor", actors),
        ];
        for (field, list) in lists {
            // Each text of a list takes some memory of its own.
            if list.iter().map(|text| text.len() + size_of::<String>()).sum::<usize>() > most {
                list.clear();
                fields.push(field);
            }
        }
        let phase = |phase: &KillChainPhase| phase.phase_name.len() + size_of::<KillChainPhase>();
        if self.context.kill_chain.iter().map(phase).sum::<usize>() > most {
            self.context.kill_chain.clear();
            fields.push("kill_chain");
        }
        self.set_aside.extend(fields.into_iter().map(|field| SetAside::new(field, BadLineReason::TooLong, "")));
    }

    pub(super) fn new(line: u64, written: &str, detected: Detected) -> Self {
        let Detected { value, value_type, pattern } = detected;
        Self {
            line,
            value,
            written: written.trim().to_owned(),
            value_type,
            pattern,
            valid_from: None,
            valid_until: None,
            modified: None,
            revoked: None,
            set_aside: Vec::new(),
            context: EntryContext::default(),
        }
    }
}
