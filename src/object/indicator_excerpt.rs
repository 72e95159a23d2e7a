//! An indicator as far as rows need it, read without copies of its text.

use std::borrow::Cow;
use std::ops::Range;

use super::any_object::find_name;
use super::common::{Common, CommonReader};
use super::domain::Indicator;
use super::indicator_parts::IndicatorParts;
use super::kill_chain_phase::KillChainPhase;
use super::property::context::Context;
use super::property::fields::Fields;
use super::property::slot::{finish, read_into};
use crate::Timestamp;
use crate::kind::Kind;
use crate::vocab::{IndicatorType, PatternType};

/// An indicator whose longer text stays where it is, in the JSON, and whose custom properties were
/// stepped over.
///
/// There is one only of an indicator about which nothing is odd: each property that is defined has
/// its shape or is absent, and no name is repeated. So there are no findings that it could lack, and
/// none of its custom properties has a meaning for the others.
#[derive(Debug)]
pub(crate) struct IndicatorExcerpt {
    common: Common,
    name: Option<Text>,
    description: Option<Text>,
    indicator_types: Vec<IndicatorType>,
    pattern: Text,
    pattern_type: Option<PatternType>,
    pattern_version: Option<Text>,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    kill_chain_phases: Vec<KillChainPhase>,
}

/// A string of the JSON.
#[derive(Debug)]
enum Text {
    /// It is written without escapes, at this place.
    Written(Range<usize>),
    Decoded(String),
}

impl Text {
    fn new(json: &str, string: Cow<'_, str>) -> Self {
        match string {
            Cow::Borrowed(part) => {
                // `part` is a part of `json`, so this is its place there.
                let start = (part.as_ptr() as usize).saturating_sub(json.as_ptr() as usize);
                Self::Written(start..start + part.len())
            }
            Cow::Owned(text) => Self::Decoded(text),
        }
    }

    fn get<'t>(&'t self, json: &'t str) -> &'t str {
        match self {
            Self::Written(place) => json.get(place.clone()).unwrap_or_default(),
            Self::Decoded(text) => text,
        }
    }
}

impl IndicatorExcerpt {
    /// Reads the members of an indicator that are left after its type is known. Returns `None` if
    /// anything about it is odd: then it has to be read as a whole, which tells what it is.
    ///
    /// `json` is the text that all members are in.
    pub(crate) fn read<'de>(
        json: &'de str,
        common: &mut CommonReader<'de>,
        fields: &mut Fields<'_, 'de>,
        context: &mut Context,
    ) -> Option<Self> {
        fields.set_names(find_name::<Indicator>);
        let (mut name, mut description, mut pattern, mut pattern_version) = (None, None, None, None);
        let (mut indicator_types, mut pattern_type, mut kill_chain_phases) = (None, None, None);
        let (mut valid_from, mut valid_until) = (None, None);
        while let Some(property) = fields.next_name() {
            let custom = &mut common.custom;
            match property {
                "name" => read_text(&mut name, json, fields)?,
                "description" => read_text(&mut description, json, fields)?,
                "pattern" => read_text(&mut pattern, json, fields)?,
                "pattern_version" => read_text(&mut pattern_version, json, fields)?,
                "indicator_types" => {
                    read_into(&mut indicator_types, "indicator_types", custom, fields, context).ok()?;
                }
                "pattern_type" => read_into(&mut pattern_type, "pattern_type", custom, fields, context).ok()?,
                "valid_from" => read_into(&mut valid_from, "valid_from", custom, fields, context).ok()?,
                "valid_until" => read_into(&mut valid_until, "valid_until", custom, fields, context).ok()?,
                "kill_chain_phases" => {
                    read_into(&mut kill_chain_phases, "kill_chain_phases", custom, fields, context).ok()?;
                }
                _ => common.read(property, fields, context).ok()?,
            }
        }
        fields.end().ok()?;
        common.expect_type(Kind::Indicator, context).ok()?;
        let excerpt = Self {
            name: name.flatten(),
            description: description.flatten(),
            indicator_types: finish(indicator_types, "indicator_types", context).ok()?,
            pattern: pattern.flatten()?,
            pattern_type: finish(pattern_type, "pattern_type", context).ok()?,
            pattern_version: pattern_version.flatten(),
            valid_from: finish(valid_from, "valid_from", context).ok()?,
            valid_until: finish(valid_until, "valid_until", context).ok()?,
            kill_chain_phases: finish(kill_chain_phases, "kill_chain_phases", context).ok()?,
            common: common.finish_common(context).ok()?,
        };
        let is_odd = context.repeated_key || !context.misfits.is_empty() || common.custom.has_repeated();
        (!is_odd).then_some(excerpt)
    }

    /// `json` is the text that the excerpt was read from.
    pub(crate) fn parts<'o>(&'o self, json: &'o str) -> IndicatorParts<'o> {
        let text = |text: &'o Option<Text>| text.as_ref().map(|text| text.get(json));
        IndicatorParts {
            common: &self.common,
            custom: None,
            name: text(&self.name),
            description: text(&self.description),
            indicator_types: &self.indicator_types,
            pattern: self.pattern.get(json),
            pattern_type: self.pattern_type.as_ref(),
            pattern_version: text(&self.pattern_version),
            valid_from: self.valid_from.as_ref(),
            valid_until: self.valid_until.as_ref(),
            kill_chain_phases: &self.kill_chain_phases,
        }
    }
}

/// Reads a text or `null` into its slot. Returns `None` for anything else, and if the slot was full.
#[inline]
fn read_text<'de>(slot: &mut Option<Option<Text>>, json: &str, fields: &mut Fields<'_, 'de>) -> Option<()> {
    if slot.is_some() {
        return None;
    }
    *slot = Some(fields.next_text().ok()?.map(|string| Text::new(json, string)));
    Some(())
}
