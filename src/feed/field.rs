//! Where the fields of an entry are, and how to read them.

use std::collections::BTreeMap;

/// Where a field is, and how to read it.
///
/// ```
/// use stixkit::feed::Field;
///
/// let score = Field::from("score").with_scale(10.0);
/// let endpoint = Field::template("{ip}:{port}").with_type("ip:port");
/// assert_eq!(endpoint.value_type.as_deref(), Some("ip:port"));
/// # assert_eq!(score.scale, Some(10.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Where it is.
    pub place: Place,
    /// What the values of this field are, in the words of [`Fields::value_type`]. Only for `value`:
    /// it is meant for records that have values of several types.
    pub value_type: Option<String>,
    /// The text between several values, tags or names. Only for fields that may have several.
    /// Without it the text is one; lists of JSON need none.
    pub separator: Option<String>,
    /// The form of a time, in the letters of `strftime`: `%d.%m.%Y %H:%M`. Only for times. Without
    /// it: see [`Fields::valid_from`].
    pub format: Option<String>,
    /// The number that is full confidence, or the highest severity: 10, or 1. Only for `confidence`
    /// (without it 100) and `severity` (without it 5).
    pub scale: Option<f64>,
    /// The feed's own words for what the field may be, whatever their case, and what they mean:
    /// `{"Moderate": "50"}`. Other text is read as it is.
    pub words: BTreeMap<String, String>,
    /// What the text has to begin with, whatever its case; other texts do not count. The field is
    /// what follows, without quotes around it. It takes a level or a family out of a list of tags:
    /// `tlp:`.
    pub prefix: Option<String>,
    /// The kill chain that the phases belong to. Only for `kill_chain`. Without it:
    /// `lockheed-martin-cyber-kill-chain`.
    pub chain: Option<String>,
    /// The scheme of URLs without one, `http`. Only for `value`; without it such a URL is a bad
    /// line.
    pub scheme: Option<String>,
    /// Whether text that cannot be read makes the line bad. Without it only the field is set aside.
    pub is_strict: bool,
}

/// Where a field is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the column with this name, whatever its case, or at this path of a JSON item. A name that
    /// begins with `..` belongs to the nearest parent of the item that has it: see
    /// [`FieldMap::inside`](super::FieldMap::inside).
    Name(String),
    /// In the column with this number, from 1; in JSON the element of an item that is a list.
    Number(usize),
    /// Nowhere: it is always this text.
    Constant(String),
    /// In several columns or properties: text with their names or numbers in braces,
    /// `{ip}:{port}`. If one of them is empty, the field is.
    Template(String),
}

impl Field {
    /// Creates a field at a place.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            value_type: None,
            separator: None,
            format: None,
            scale: None,
            words: BTreeMap::new(),
            prefix: None,
            chain: None,
            scheme: None,
            is_strict: false,
        }
    }

    /// Creates a field that is always the same.
    pub fn constant(text: impl Into<String>) -> Self {
        Self::new(Place::Constant(text.into()))
    }

    /// Creates a field that is put together from several columns or properties: see
    /// [`Place::Template`].
    pub fn template(text: impl Into<String>) -> Self {
        Self::new(Place::Template(text.into()))
    }

    /// Sets what the values of this field are.
    #[must_use]
    pub fn with_type(mut self, word: impl Into<String>) -> Self {
        self.value_type = Some(word.into());
        self
    }

    /// Sets the text between several values.
    #[must_use]
    pub fn with_separator(mut self, separator: impl Into<String>) -> Self {
        self.separator = Some(separator.into());
        self
    }

    /// Sets the form of a time.
    #[must_use]
    pub fn with_format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }

    /// Sets the highest number.
    #[must_use]
    pub fn with_scale(mut self, scale: f64) -> Self {
        self.scale = Some(scale);
        self
    }

    /// Adds a word of the feed and what it means.
    #[must_use]
    pub fn with_word(mut self, word: impl Into<String>, meaning: impl Into<String>) -> Self {
        self.words.insert(word.into(), meaning.into());
        self
    }

    /// Sets what the text has to begin with.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Sets the kill chain that the phases belong to.
    #[must_use]
    pub fn with_chain(mut self, chain: impl Into<String>) -> Self {
        self.chain = Some(chain.into());
        self
    }

    /// Sets the scheme of URLs without one.
    #[must_use]
    pub fn with_scheme(mut self, scheme: impl Into<String>) -> Self {
        self.scheme = Some(scheme.into());
        self
    }

    /// Makes a line bad if the text of the field cannot be read.
    #[must_use]
    pub fn with_strict(mut self, is_strict: bool) -> Self {
        self.is_strict = is_strict;
        self
    }
}

impl From<&str> for Field {
    fn from(name: &str) -> Self {
        Self::new(Place::Name(name.to_owned()))
    }
}

impl From<usize> for Field {
    fn from(number: usize) -> Self {
        Self::new(Place::Number(number))
    }
}

/// Writes the struct of fields and the ways over it from one list.
macro_rules! fields {
    ($( $(#[$meta:meta])* $field:ident $name:literal $with:ident $Name:ident, )+) => {
        /// Where the fields of an [`Entry`](super::Entry) are. Properties and columns that no field
        /// names are not read.
        ///
        /// Each field is a list of places, mostly of one. Of `value`, `tags`, `tlp`, `references`,
        /// `indicator_types`, `malware`, `actor` and `kill_chain` all places count, of the others
        /// the first that is not empty.
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct Fields {
            $( $(#[$meta])* pub $field: Vec<Field>, )+
        }

        /// The name of a field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum FieldName {
            $( $Name, )+
        }

        impl FieldName {
            /// As it is in a map.
            pub(super) fn as_str(self) -> &'static str {
                match self {
                    $( Self::$Name => $name, )+
                }
            }
        }

        impl Fields {
            /// The fields that are named.
            pub(super) fn named(&self) -> impl Iterator<Item = (FieldName, &[Field])> {
                let fields = [$( (FieldName::$Name, &*self.$field) ),+];
                fields.into_iter().filter(|(_, places)| !places.is_empty())
            }

            pub(super) fn by_name(&mut self, name: &str) -> Option<&mut Vec<Field>> {
                match name {
                    $( $name => Some(&mut self.$field), )+
                    _ => None,
                }
            }

            /// Returns the fields that are named, with their names in a map.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &[Field])> {
                let fields = [$( ($name, &*self.$field) ),+];
                fields.into_iter().filter(|(_, places)| !places.is_empty())
            }

            $(
                #[doc = concat!("Adds a place of `", $name, "`.")]
                #[must_use]
                pub fn $with(mut self, field: impl Into<Field>) -> Self {
                    self.$field.push(field.into());
                    self
                }
            )+
        }
    };
}

fields! {
    /// The value itself. Required but for a list, in which it is the line. Several places are
    /// several values; each one becomes an entry of its own.
    value "value" with_value Value,
    /// What the value is, in the words of [`FieldMap::types`](super::FieldMap::types), in those of
    /// common feeds (`ipv4-addr`, `hostname`, `FileHash-SHA256`, `ip:port`, `domain|ip`, `hash` …),
    /// or as the path of an observable (`file:name`). Without it, or if it is empty, the form of
    /// the value decides. `type` in a map.
    value_type "type" with_value_type ValueType,
    /// A name to show.
    name "name" with_name Name,
    /// A description.
    description "description" with_description Description,
    /// How sure the producer is: a number from 0 to 100 (or to [`Field::scale`]), also followed by
    /// `%`, or one of the words `low`, `medium` (`med`) and `high`, which are 15, 50 and 85 (STIX
    /// 2.1 appendix A); `none` is 0 unless it is among [`FieldMap::empty`](super::FieldMap::empty).
    confidence "confidence" with_confidence Confidence,
    /// Start of validity: RFC 3339, the same with a blank instead of the `T`, without the seconds
    /// or without the zone, which then is UTC (`UTC` or `GMT` may follow); a day, `2024-05-01` or
    /// `2024/05/01`, which means its beginning; seconds or milliseconds since 1970; or the form
    /// that [`Field::format`] names.
    valid_from "valid_from" with_valid_from ValidFrom,
    /// End of validity (exclusive), in the same forms. If it cannot be read, the rows of the entry
    /// are [unclear](crate::row::State::Unclear).
    valid_until "valid_until" with_valid_until ValidUntil,
    /// When the producer last changed the line, in the same forms. Without it the contents of the
    /// line decide whether it is a new version.
    modified "modified" with_modified Modified,
    /// Whether the producer took the value back: `true`, `yes`, `1`, or `false`, `no`, `0`. If it
    /// cannot be read, the rows of the entry are [unclear](crate::row::State::Unclear).
    revoked "revoked" with_revoked Revoked,
    /// Labels.
    tags "tags" with_tags Tags,
    /// The producer, in a feed that has several.
    source "source" with_source Source,
    /// The level of the Traffic Light Protocol, with or without `TLP:`. The strictest of several
    /// counts. A level that cannot be read is `red`.
    tlp "tlp" with_tlp Tlp,
    /// Where to read more: URLs, or identifiers of the producer's.
    references "references" with_references References,
    /// The types of the indicator, such as `malicious-activity` (STIX 2.1 section 10.5).
    indicator_types "indicator_types" with_indicator_types IndicatorTypes,
    /// The names of malware families that the value indicates.
    malware "malware" with_malware Malware,
    /// The names of threat actors that the value indicates.
    actor "actor" with_actor Actor,
    /// Phases of the kill chain that [`Field::chain`] names.
    kill_chain "kill_chain" with_kill_chain KillChain,
    /// How severe it is: a number from 0 to 5 (or to [`Field::scale`]), or one of the words
    /// `informational` (0), `low` (1), `medium` (2), `high` (3), `critical` (4).
    severity "severity" with_severity Severity,
}
