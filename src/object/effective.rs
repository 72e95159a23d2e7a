//! The meaning of properties that were set aside because of their shape.

use std::borrow::Cow;
use std::fmt;

use super::any_object::AnyObject;
use super::common::Common;
use super::domain::Indicator;
use super::granular_marking::GranularMarking;
use super::meta::{MarkingDefinition, Tlp};
use super::object::Object;
use crate::json::{Json, Properties};
use crate::vocab::{IndicatorType, PatternType, SpecVersion};
use crate::{Identifier, Timestamp, lenient_time};

/// A property was sent, and its meaning is not plain.
///
/// Software that acts on the object has to expect the worst: it may be revoked, or must not be
/// shared.
///
/// ```
/// use stixkit::object::Indicator;
///
/// let indicator: Indicator = serde_json::from_str(r#"{
///     "type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
///     "pattern": "[file:size = 5]", "valid_from": "2024-05-01T10:00:00Z", "revoked": "perhaps"
/// }"#)?;
/// let unclear = indicator.effective_revoked().unwrap_err();
/// assert_eq!(unclear.property(), "revoked");
/// assert_eq!(unclear.to_string(), "the meaning of `revoked` is unclear");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unclear {
    property: &'static str,
}

impl Unclear {
    /// Returns the name of the property.
    pub fn property(self) -> &'static str {
        self.property
    }
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the meaning of `{}` is unclear", self.property)
    }
}

impl std::error::Error for Unclear {}

/// Properties that decide what may be done with an object. A custom property with one of these
/// names was set aside.
const DECISIVE: &[&str] = &[
    "revoked",
    "valid_from",
    "valid_until",
    "confidence",
    "labels",
    "indicator_types",
    "object_marking_refs",
    "granular_markings",
    "pattern_type",
];

/// The properties of an object, with those that were set aside.
#[derive(Clone, Copy)]
pub(crate) struct Effective<'o> {
    common: &'o Common,
    /// `None` if none of the decisive properties was set aside, as in nearly all objects.
    custom: Option<&'o Properties>,
}

impl<'o> Effective<'o> {
    fn new(object: &'o dyn AnyObject) -> Self {
        Self { common: object.common(), custom: Some(object.custom()) }
    }

    /// The same for more than one property: it looks once for those that were set aside. `custom`
    /// is `None` if there are none.
    pub(crate) fn of_all(common: &'o Common, custom: Option<&'o Properties>) -> Self {
        Self { common, custom: custom.filter(|custom| !custom.is_empty() && custom.has_any(DECISIVE)) }
    }

    /// The meaning of a property that was set aside. `None` if it was not, or is `null`.
    fn set_aside<T>(
        self,
        property: &'static str,
        read: impl FnOnce(Json<'o>) -> Option<T>,
    ) -> Result<Option<T>, Unclear> {
        let Some(custom) = self.custom else { return Ok(None) };
        match custom.get(property) {
            Some(json) if json.as_json() != "null" => read(json).map(Some).ok_or(Unclear { property }),
            _ => Ok(None),
        }
    }

    pub(crate) fn revoked(self) -> Result<bool, Unclear> {
        match self.common.revoked {
            Some(revoked) => Ok(revoked),
            None => Ok(self.set_aside("revoked", flag)?.unwrap_or(false)),
        }
    }

    pub(crate) fn confidence(self) -> Result<Option<u8>, Unclear> {
        match self.common.confidence {
            Some(confidence) if confidence <= 100 => Ok(Some(confidence)),
            Some(_) => Err(Unclear { property: "confidence" }),
            None => self.set_aside("confidence", percentage),
        }
    }

    /// A list, or the only element of one that was sent without brackets.
    fn list<T: Clone + for<'de> serde::Deserialize<'de>>(
        self,
        property: &'static str,
        typed: &'o [T],
    ) -> Result<Cow<'o, [T]>, Unclear> {
        if !typed.is_empty() || self.custom.is_none() {
            return Ok(Cow::Borrowed(typed));
        }
        let list = |json: Json<'_>| json.parse::<Vec<T>>().or_else(|_| Ok::<_, serde_json::Error>(vec![json.parse()?]));
        Ok(self.set_aside(property, |json| list(json).ok())?.map_or(Cow::Borrowed(typed), Cow::Owned))
    }

    pub(crate) fn labels(self) -> Result<Cow<'o, [String]>, Unclear> {
        self.list("labels", &self.common.labels)
    }

    pub(crate) fn object_marking_refs(self) -> Result<Cow<'o, [Identifier]>, Unclear> {
        self.list("object_marking_refs", &self.common.object_marking_refs)
    }

    pub(crate) fn granular_markings(self) -> Result<Cow<'o, [GranularMarking]>, Unclear> {
        self.list("granular_markings", &self.common.granular_markings)
    }

    fn time(self, property: &'static str, typed: Option<&'o Timestamp>) -> Result<Option<Cow<'o, Timestamp>>, Unclear> {
        match typed {
            Some(time) => Ok(Some(Cow::Borrowed(time))),
            None => Ok(self.set_aside(property, time)?.map(Cow::Owned)),
        }
    }

    /// `valid_from` without what may take its place.
    pub(crate) fn own_valid_from(self, typed: Option<&'o Timestamp>) -> Option<Cow<'o, Timestamp>> {
        self.time("valid_from", typed).ok().flatten()
    }

    pub(crate) fn valid_until(self, typed: Option<&'o Timestamp>) -> Result<Option<Cow<'o, Timestamp>>, Unclear> {
        self.time("valid_until", typed)
    }

    /// `indicator_types` without the labels that may take their place.
    pub(crate) fn own_indicator_types(self, typed: &'o [IndicatorType]) -> Result<Cow<'o, [IndicatorType]>, Unclear> {
        self.list("indicator_types", typed)
    }

    pub(crate) fn pattern_type(self, typed: Option<&'o PatternType>) -> Result<Cow<'o, PatternType>, Unclear> {
        if let Some(pattern_type) = typed {
            return Ok(Cow::Borrowed(pattern_type));
        }
        let only = |json: Json<'_>| match &json.parse::<Vec<String>>().ok()?[..] {
            [only] => Some(PatternType::from(only.as_str())),
            _ => None,
        };
        Ok(Cow::Owned(self.set_aside("pattern_type", only)?.unwrap_or(PatternType::Stix)))
    }
}

/// `true`, `"True"`, `1`, `"1"` and their opposites.
fn flag(json: Json<'_>) -> Option<bool> {
    let text = scalar(&json)?;
    let text = text.trim();
    if text == "1" || text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text == "0" || text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A whole number of 0 to 100, also as text.
fn percentage(json: Json<'_>) -> Option<u8> {
    let text = scalar(&json)?;
    let text = text.trim();
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    whole.parse().ok().filter(|number| is_number && *number <= 100)
}

fn time(json: Json<'_>) -> Option<Timestamp> {
    lenient_time::parse(&scalar(&json)?)
}

/// The text of a string, a number or a boolean.
fn scalar<'j>(json: &'j Json<'_>) -> Option<Cow<'j, str>> {
    match json.as_json().as_bytes().first()? {
        b'"' => json.as_str(),
        b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(json.as_json())),
    }
}

/// Writes the methods that all objects have, for a type that has an `AnyObject`.
macro_rules! effective {
    ($Type:ty, $own:ident => $object:expr) => {
        impl $Type {
            /// Returns whether the object was revoked: `revoked`, read leniently if its shape is
            /// wrong (`"True"`, `1`).
            ///
            /// # Errors
            ///
            /// Returns an error if the property has another value.
            pub fn effective_revoked(&self) -> Result<bool, Unclear> {
                let $own = self;
                Effective::new($object).revoked()
            }

            /// Returns `confidence`, 0 to 100, read leniently if its shape is wrong (`"85"`).
            ///
            /// # Errors
            ///
            /// Returns an error if the property has another value.
            pub fn effective_confidence(&self) -> Result<Option<u8>, Unclear> {
                let $own = self;
                Effective::new($object).confidence()
            }

            /// Returns `labels`, also if one label was sent without a list around it.
            ///
            /// # Errors
            ///
            /// Returns an error if the property has another value.
            pub fn effective_labels(&self) -> Result<Cow<'_, [String]>, Unclear> {
                let $own = self;
                Effective::new($object).labels()
            }

            /// Returns `object_marking_refs`, also if one identifier was sent without a list around
            /// it.
            ///
            /// # Errors
            ///
            /// Returns an error if the property has another value. Treat the object as for the
            /// recipient only (TLP:RED) then.
            pub fn effective_object_marking_refs(&self) -> Result<Cow<'_, [Identifier]>, Unclear> {
                let $own = self;
                Effective::new($object).object_marking_refs()
            }

            /// Returns `granular_markings`, also if one marking was sent without a list around it.
            ///
            /// # Errors
            ///
            /// Returns an error if the property has another value. Treat the object as for the
            /// recipient only (TLP:RED) then.
            pub fn effective_granular_markings(&self) -> Result<Cow<'_, [GranularMarking]>, Unclear> {
                let $own = self;
                Effective::new($object).granular_markings()
            }
        }
    };
}

effective!(Object, object => object.as_any());
effective!(Indicator, indicator => indicator);

impl Indicator {
    /// Returns what the indicator points at: `indicator_types`, also if one type was sent without a
    /// list around it, or the labels of an indicator of STIX 2.0.
    ///
    /// # Errors
    ///
    /// Returns an error if the property has another value.
    pub fn effective_indicator_types(&self) -> Result<Cow<'_, [IndicatorType]>, Unclear> {
        let effective = Effective::of_all(&self.common, Some(&self.custom));
        let own = effective.own_indicator_types(&self.indicator_types)?;
        if !own.is_empty() || !matches!(self.common.spec_version, None | Some(SpecVersion::V20)) {
            return Ok(own);
        }
        Ok(effective.labels()?.iter().map(|label| IndicatorType::from(label.as_str())).collect())
    }

    /// Returns the pattern's language: `pattern_type`, or `stix` if it is absent, as in STIX 2.0,
    /// which has no other.
    ///
    /// # Errors
    ///
    /// Returns an error if the property is not a string, or a list of one.
    pub fn effective_pattern_type(&self) -> Result<Cow<'_, PatternType>, Unclear> {
        Effective::new(self).pattern_type(self.pattern_type.as_ref())
    }

    /// Returns the start of validity: `valid_from`, read leniently if it is not a timestamp of the
    /// standard, or else `created`. `None` if neither can be read.
    ///
    /// A date that cannot be read does not cost the indicator. Its JSON stays in `custom`, and the
    /// [`Reader`](crate::Reader) reports it.
    ///
    /// ```
    /// use stixkit::object::Indicator;
    ///
    /// let with = |valid_from: &str| {
    ///     serde_json::from_value::<Indicator>(serde_json::json!({
    ///         "type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    ///         "created": "2024-05-01T10:00:00.000Z", "pattern": "[file:size = 5]", "valid_from": valid_from
    ///     }))
    /// };
    /// let lenient = with("2024-06-01")?;
    /// assert_eq!(lenient.valid_from, None);
    /// assert_eq!(lenient.effective_valid_from().unwrap().to_string(), "2024-06-01T00:00:00.000Z");
    ///
    /// let unreadable = with("2024-15-08T00:00:00Z")?;
    /// assert_eq!(unreadable.effective_valid_from().as_deref(), unreadable.common.created.as_ref());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn effective_valid_from(&self) -> Option<Cow<'_, Timestamp>> {
        let own = Effective::new(self).own_valid_from(self.valid_from.as_ref());
        own.or_else(|| self.common.created.as_ref().map(Cow::Borrowed))
    }

    /// Returns the end of validity (exclusive): `valid_until`, read leniently if it is not a
    /// timestamp of the standard (`2024-06-01`, `2024-06-01 10:00:00`, seconds since 1970). `None`
    /// means that the indicator does not expire.
    ///
    /// # Errors
    ///
    /// Returns an error if the property has another value. The indicator may have expired then.
    pub fn effective_valid_until(&self) -> Result<Option<Cow<'_, Timestamp>>, Unclear> {
        Effective::new(self).valid_until(self.valid_until.as_ref())
    }
}

impl MarkingDefinition {
    /// Returns the level of the Traffic Light Protocol, as [`tlp`](Self::tlp) does. `None` if the
    /// marking is about something else.
    ///
    /// # Errors
    ///
    /// Returns an error if the marking is a TLP marking and its level cannot be read. Treat what it
    /// marks as for the recipient only (TLP:RED) then.
    pub fn effective_tlp(&self) -> Result<Option<Tlp>, Unclear> {
        let is_about_tlp = || {
            let is_tlp = |name: &str| name.eq_ignore_ascii_case("tlp");
            self.definition_type.as_deref().is_some_and(is_tlp) || self.definition.names().any(|name| is_tlp(&name))
        };
        match self.tlp() {
            None if is_about_tlp() => Err(Unclear { property: "definition" }),
            tlp => Ok(tlp),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn indicator(name: &str, value: &Value) -> Indicator {
        let mut object = json!({"type": "indicator", "spec_version": "2.1", "created": "2024-01-01T00:00:00Z",
            "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "pattern": "[a:b = 1]", "pattern_type": "stix",
            "valid_from": "2024-02-01T00:00:00Z"});
        object[name] = value.clone();
        serde_json::from_value(object).unwrap()
    }

    #[test]
    fn c01_flags() {
        for (value, expected) in [
            (json!(true), Ok(true)),
            (json!("True"), Ok(true)),
            (json!(" true "), Ok(true)),
            (json!(1), Ok(true)),
            (json!("1"), Ok(true)),
            (json!("FALSE"), Ok(false)),
            (json!(0), Ok(false)),
            (Value::Null, Ok(false)),
            (json!("perhaps"), Err(Unclear { property: "revoked" })),
            (json!(""), Err(Unclear { property: "revoked" })),
            (json!(2), Err(Unclear { property: "revoked" })),
            (json!(["true"]), Err(Unclear { property: "revoked" })),
        ] {
            assert_eq!(indicator("revoked", &value).effective_revoked(), expected, "{value}");
        }
    }

    #[test]
    fn c01_b06_times() {
        for (value, expected) in [
            (json!("2024-06-01T00:00:00Z"), Some("2024-06-01T00:00:00Z")),
            (json!("2024-06-01"), Some("2024-06-01T00:00:00Z")),
            (json!("2024-06-01 10:00:00"), Some("2024-06-01T10:00:00Z")),
            (json!("2024-06-01T10:00:00"), Some("2024-06-01T10:00:00Z")),
            (json!("2024-06-01T10:00:00+0200"), Some("2024-06-01T08:00:00Z")),
            (json!(1_717_200_000), Some("2024-06-01T00:00:00Z")),
            (json!("1717200000000"), Some("2024-06-01T00:00:00Z")),
            (Value::Null, None),
        ] {
            let own = indicator("valid_until", &value);
            let until = own.effective_valid_until().unwrap();
            assert_eq!(until.as_deref(), expected.map(|text| text.parse().unwrap()).as_ref(), "{value}");
        }
        for value in [json!("2024-15-08T00:00:00Z"), json!("01/06/2024"), json!("soon"), json!(5), json!({}), json!("")]
        {
            let unclear = indicator("valid_until", &value).effective_valid_until().unwrap_err();
            assert_eq!(unclear.property(), "valid_until");
        }
    }

    #[test]
    fn c01_numbers_and_lists() {
        for (value, expected) in [
            (json!("85"), Some(85)),
            (json!(85.0), Some(85)),
            (json!(100), Some(100)),
            (json!(101), None),
            (json!("101"), None),
            (json!("high"), None),
            (json!(0.5), None),
            (json!(-1), None),
        ] {
            assert_eq!(indicator("confidence", &value).effective_confidence().ok().flatten(), expected, "{value}");
        }
        assert_eq!(indicator("labels", &json!("botnet")).effective_labels().unwrap()[..], ["botnet".to_owned()]);
        assert!(indicator("labels", &json!(["a", 5])).effective_labels().is_err());
        let one = indicator("indicator_types", &json!("malicious-activity"));
        assert_eq!(one.effective_indicator_types().unwrap()[..], [IndicatorType::MaliciousActivity]);
        let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
        let one = indicator("object_marking_refs", &json!(red));
        assert_eq!(one.effective_object_marking_refs().unwrap()[..], [red]);
        assert!(indicator("object_marking_refs", &json!([red, null])).effective_object_marking_refs().is_err());
        let one = indicator("granular_markings", &json!({"marking_ref": red, "selectors": ["name"]}));
        assert_eq!(one.effective_granular_markings().unwrap().len(), 1);
        assert!(indicator("granular_markings", &json!("x")).effective_granular_markings().is_err());
        assert_eq!(*indicator("pattern_type", &json!(["yara"])).effective_pattern_type().unwrap(), PatternType::Yara);
        assert!(indicator("pattern_type", &json!(5)).effective_pattern_type().is_err());
    }

    #[test]
    fn b14_b31_levels_of_markings() {
        let level = |more: Value| {
            let mut marking = json!({"type": "marking-definition", "created": "2024-01-01T00:00:00Z",
                "id": "marking-definition--0ba31fc3-ef2c-4f58-b5f0-f3b4f5d1d3d6"});
            marking.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value::<MarkingDefinition>(marking).unwrap().effective_tlp()
        };
        let tlp = |definition: Value| level(json!({"definition_type": "tlp", "definition": definition}));
        assert_eq!(tlp(json!({"tlp": "red"})), Ok(Some(Tlp::Red)));
        assert_eq!(tlp(json!({"tlp": "TLP:RED"})), Ok(Some(Tlp::Red)));
        assert_eq!(tlp(json!({"TLP": "RED"})), Ok(Some(Tlp::Red)));
        assert_eq!(tlp(json!({"tlp": "tlp:amber+strict"})), Ok(Some(Tlp::AmberStrict)));
        assert_eq!(tlp(json!({"tlp": "purple"})), Err(Unclear { property: "definition" }));
        assert_eq!(tlp(json!({})), Err(Unclear { property: "definition" }));
        let statement = json!({"definition_type": "statement", "definition": {"statement": "x"}});
        assert_eq!(level(statement.clone()), Ok(None));
        let mut opencti = statement;
        opencti["x_opencti_definition"] = json!("TLP:RED");
        assert_eq!(level(opencti), Ok(Some(Tlp::Red)));
        let clear = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
        let stricter = json!({"id": clear, "definition_type": "tlp", "definition": {"tlp": "red"}});
        assert_eq!(level(stricter), Ok(Some(Tlp::Red)));
    }

    #[test]
    fn all_objects_have_them() {
        let object: Object =
            serde_json::from_value(json!({"type": "x-own", "id": "x-own--1", "revoked": "yes"})).unwrap();
        assert_eq!(object.effective_revoked(), Err(Unclear { property: "revoked" }));
    }
}
