//! Where the fields of an entry are, and how to read them.

/// Where a field stands, and how to read it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// Where it stands.
    pub place: Place,
    /// What stands between several tags. Without it the text is one tag. Only for `tags`; lists of
    /// JSON need none.
    pub separator: Option<String>,
    /// The form of a time, in the letters of `strftime`: `%d.%m.%Y %H:%M`. Only for times. Without
    /// it: see [`Fields::valid_from`].
    pub format: Option<String>,
    /// The number that stands for full confidence: 10, or 1. Only for `confidence`. Without it:
    /// 100.
    pub scale: Option<f64>,
}

/// Where a field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the column with this name, whatever its case, or at this path of a JSON item.
    Name(String),
    /// In the column with this number, from 1; in JSON the element of an item that is a list.
    Number(usize),
    /// Nowhere: it is always this.
    Constant(String),
}

impl Field {
    /// A field at a place.
    pub fn new(place: Place) -> Self {
        Self { place, separator: None, format: None, scale: None }
    }

    /// A field that is always the same.
    pub fn constant(text: impl Into<String>) -> Self {
        Self::new(Place::Constant(text.into()))
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
    ($( $(#[$meta:meta])* $field:ident $name:literal, )+) => {
        /// Where the fields of an [`Entry`](super::Entry) stand. What is not named is not read.
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct Fields {
            $( $(#[$meta])* pub $field: Option<Field>, )+
        }

        impl Fields {
            pub(super) fn by_name(&mut self, name: &str) -> Option<&mut Option<Field>> {
                match name {
                    $( $name => Some(&mut self.$field), )+
                    _ => None,
                }
            }

            /// The fields that are named, with their names in a map.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Field)> {
                [$( ($name, &self.$field) ),+].into_iter().filter_map(|(name, field)| Some((name, field.as_ref()?)))
            }
        }
    };
}

fields! {
    /// The value itself. Required but for a list, where it is the line.
    value "value",
    /// What the value is, in the words of [`FieldMap::types`](super::FieldMap::types), in those of
    /// common feeds (`ipv4-addr`, `hostname`, `FileHash-SHA256`, `ip:port`, `hash` …), or as the
    /// path of an observable (`file:name`). Without it, or where it is empty, the value's form
    /// tells. `type` in a map.
    value_type "type",
    /// A name to show.
    name "name",
    /// More about it.
    description "description",
    /// How sure the producer is: a number from 0 to 100 (or to [`Field::scale`]), `%` allowed
    /// behind it, or one of the words `low`, `medium` (`med`) and `high`, which are 15, 50 and 85
    /// (STIX 2.1 appendix A); `none` is 0 where [`FieldMap::empty`](super::FieldMap::empty) does
    /// not have it.
    confidence "confidence",
    /// From when the value is bad: RFC 3339, the same with a blank for the `T`, without the seconds
    /// or without the zone, which then is UTC (a `UTC` or `GMT` behind it is fine); a day,
    /// `2024-05-01` or `2024/05/01`, which means its beginning; seconds or milliseconds since 1970;
    /// or what [`Field::format`] says.
    valid_from "valid_from",
    /// Until when: the first instant outside. In the same forms.
    valid_until "valid_until",
    /// When the producer last changed the line, in the same forms. Without it each reading makes a
    /// new version.
    modified "modified",
    /// What the value has to do with.
    tags "tags",
    /// Who says so, where a feed has several sources.
    source "source",
    /// The level of the Traffic Light Protocol, with or without `TLP:`.
    tlp "tlp",
    /// Where to read more: a URL, or an identifier of the producer's.
    reference "reference",
}
