//! An indicator as far as rows need it, read without copies of its text.

use std::borrow::Cow;
use std::ops::Range;

use super::common::Common;
use super::conformity::{conforms, is_plain_custom};
use super::indicator_parts::IndicatorParts;
use super::kill_chain_phase::KillChainPhase;
use super::property::context::Context;
use super::property::traits::{Property, Value};
use super::type_name::TypeName;
use crate::id::parse_uuid;
use crate::json::cursor::{Cursor, Fault};
use crate::json::properties::Members;
use crate::kind::Kind;
use crate::vocab::{IndicatorType, PatternType};
use crate::{Identifier, Timestamp};

/// An indicator whose longer text stays where it is, in the JSON, and whose custom properties were
/// stepped over.
///
/// It is read only from an indicator about which nothing is odd: each property that is defined has
/// its shape, is `null` or is absent, and no name is repeated or written with escapes. So there are
/// no findings that it could lack, and none of its custom properties has a meaning for the others.
///
/// Its memory is used again for the next indicator, since most time would go into lists of one
/// element.
#[derive(Debug)]
pub(crate) struct IndicatorExcerpt {
    common: Common,
    name: Option<Text>,
    description: Option<Text>,
    indicator_types: Vec<IndicatorType>,
    pattern: Option<Text>,
    pattern_type: Option<PatternType>,
    pattern_version: Option<Text>,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    kill_chain_phases: Vec<KillChainPhase>,
    seen: SeenMembers,
    memory: Memory,
}

/// What is kept from one indicator to the next.
#[derive(Debug, Default)]
struct Memory {
    /// Labels of earlier indicators.
    spare_labels: Vec<String>,
    order: Order,
}

/// Which members the indicator has.
#[derive(Clone, Copy, Debug, Default)]
struct SeenMembers {
    /// A bit for each [`Member`].
    members: u32,
    /// A check would find nothing in any custom property.
    has_plain_custom: bool,
}

/// After a huge indicator its memory need not stay.
const MAX_KEPT: usize = 256;

/// As many labels are used again, and only short ones.
const MAX_SPARE_LABELS: usize = 32;
const MAX_SPARE_LEN: usize = 256;

/// A string of the JSON.
#[derive(Debug)]
enum Text {
    /// It is written without escapes, at this place.
    Written(Range<usize>),
    Decoded(String),
}

/// Writes the list of the members that have a meaning of their own in an excerpt.
macro_rules! members {
    ($($Member:ident = $name:literal,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Member {
            $($Member),+
        }

        impl Member {
            const COUNT: usize = [$($name),+].len();

            #[inline]
            fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$Member),)+
                    _ => None,
                }
            }

            /// Steps over the name if it is next, in compact text.
            #[inline]
            fn is_taken(self, cursor: &mut Cursor<'_>, is_first: bool) -> bool {
                // Each name is a constant here, which is quicker to compare with than any text.
                match self {
                    $(Self::$Member if is_first => cursor.take(concat!("\"", $name, "\":")),)+
                    $(Self::$Member => cursor.take(concat!(",\"", $name, "\":")),)+
                }
            }
        }
    };
}

// The most common come first, because the names are compared one after the other.
members! {
    Type = "type",
    Id = "id",
    Created = "created",
    Modified = "modified",
    Pattern = "pattern",
    ValidFrom = "valid_from",
    Name = "name",
    SpecVersion = "spec_version",
    PatternType = "pattern_type",
    CreatedByRef = "created_by_ref",
    IndicatorTypes = "indicator_types",
    ObjectMarkingRefs = "object_marking_refs",
    Labels = "labels",
    Confidence = "confidence",
    Description = "description",
    ValidUntil = "valid_until",
    Revoked = "revoked",
    ExternalReferences = "external_references",
    KillChainPhases = "kill_chain_phases",
    PatternVersion = "pattern_version",
    Lang = "lang",
    Extensions = "extensions",
    GranularMarkings = "granular_markings",
    Defanged = "defanged",
}

/// Which member came after which the last time. A producer writes them in one order, so most names
/// need only one comparison.
#[derive(Debug, Default)]
struct Order {
    first: Option<Member>,
    after: [Option<Member>; Member::COUNT],
}

impl Order {
    /// Returns the place for the member after this one, or for the first one.
    #[inline]
    fn after(&mut self, member: Option<Member>) -> &mut Option<Member> {
        match member {
            Some(member) => &mut self.after[member as usize],
            None => &mut self.first,
        }
    }
}

/// The members that were read so far.
#[derive(Default)]
struct Seen<'de> {
    members: u32,
    custom: Members<'de>,
}

impl Seen<'_> {
    fn has(&self, member: Member) -> bool {
        self.members & 1 << member as u32 != 0
    }

    /// Returns `None` if the member is repeated.
    fn add(&mut self, member: Member) -> Option<()> {
        let is_new = !self.has(member);
        self.members |= 1 << member as u32;
        is_new.then_some(())
    }
}

impl Default for IndicatorExcerpt {
    fn default() -> Self {
        Self {
            common: Common::new(Identifier::from("")),
            name: None,
            description: None,
            indicator_types: Vec::new(),
            pattern: None,
            pattern_type: None,
            pattern_version: None,
            valid_from: None,
            valid_until: None,
            kill_chain_phases: Vec::new(),
            seen: SeenMembers::default(),
            memory: Memory::default(),
        }
    }
}

impl IndicatorExcerpt {
    /// Reads the indicator that `json` starts with, and returns where it ends. Returns `None` if it
    /// is not an indicator or anything about it is odd: then the object has to be read as a whole,
    /// which tells what it is.
    pub(crate) fn read(&mut self, json: &str, max_depth: usize) -> Option<usize> {
        self.clear();
        let mut cursor = Cursor::new(json, max_depth);
        cursor.open(b'{', "an object").ok()?;
        let mut seen = Seen::default();
        let (mut is_first, mut last) = (true, None);
        loop {
            let expected = self.memory.order.after(last);
            if let Some(member) = *expected
                && member.is_taken(&mut cursor, is_first)
            {
                is_first = false;
                last = Some(member);
                self.read_member(member, &mut cursor, json, &mut seen)?;
                continue;
            }
            let name = match cursor.next_plain_name(is_first) {
                Some(name) => name,
                None => match cursor.next_name(is_first).ok()? {
                    Some(name) if name.contains('\\') => return None,
                    Some(name) => name,
                    None => break,
                },
            };
            is_first = false;
            match Member::from_name(name) {
                Some(member) => {
                    *expected = Some(member);
                    last = Some(member);
                    self.read_member(member, &mut cursor, json, &mut seen)?;
                }
                None => seen.custom.push(name, cursor.raw().ok()?),
            }
        }
        self.seen = SeenMembers { members: seen.members, has_plain_custom: seen.custom.all(is_plain_custom) };
        let is_whole = seen.has(Member::Type) && seen.has(Member::Id) && self.pattern.is_some();
        (is_whole && !seen.custom.has_repeated()).then(|| cursor.at())
    }

    /// Forgets the last indicator.
    fn clear(&mut self) {
        let common = &mut self.common;
        let spare_labels = &mut self.memory.spare_labels;
        let spare = MAX_SPARE_LABELS.saturating_sub(spare_labels.len());
        let labels = common.labels.drain(..).take(spare);
        spare_labels.extend(labels.filter(|label| label.capacity() <= MAX_SPARE_LEN));
        common.spec_version = None;
        common.created_by_ref = None;
        common.created = None;
        common.modified = None;
        common.revoked = None;
        common.confidence = None;
        empty(&mut common.labels);
        empty(&mut common.external_references);
        empty(&mut common.object_marking_refs);
        empty(&mut common.granular_markings);
        if !common.extensions.is_empty() {
            common.extensions = super::Extensions::new();
        }
        self.name = None;
        self.description = None;
        empty(&mut self.indicator_types);
        self.pattern = None;
        self.pattern_type = None;
        self.pattern_version = None;
        self.valid_from = None;
        self.valid_until = None;
        empty(&mut self.kill_chain_phases);
    }

    fn read_member<'de>(
        &mut self,
        member: Member,
        cursor: &mut Cursor<'de>,
        json: &'de str,
        seen: &mut Seen<'de>,
    ) -> Option<()> {
        let is_type_known = seen.has(Member::Type);
        seen.add(member)?;
        let common = &mut self.common;
        match member {
            Member::Type => {
                let type_name: TypeName = value(cursor)?;
                (type_name.kind() == Some(Kind::Indicator)).then_some(())?;
            }
            Member::Id => {
                common.id = read_id(Kind::Indicator, "\"indicator--", cursor)?;
                // If it is another object, this shows here long before its type does.
                (is_type_known || common.id.kind() == Some(Kind::Indicator)).then_some(())?;
            }
            Member::SpecVersion => common.spec_version = value(cursor)?,
            Member::CreatedByRef => common.created_by_ref = read_id_or_null(cursor)?,
            Member::Created => common.created = read_time(cursor)?,
            Member::Modified => common.modified = read_time(cursor)?,
            Member::Revoked => common.revoked = value(cursor)?,
            Member::Labels => read_labels(&mut common.labels, &mut self.memory.spare_labels, cursor)?,
            Member::Confidence => common.confidence = value(cursor)?,
            // No row has these, but their shape has to be right.
            Member::Lang | Member::Defanged => read_unused(member, cursor)?,
            Member::ExternalReferences => read_list(&mut common.external_references, cursor)?,
            Member::ObjectMarkingRefs => read_markings(&mut common.object_marking_refs, cursor)?,
            Member::GranularMarkings => read_list(&mut common.granular_markings, cursor)?,
            Member::Extensions => common.extensions = value(cursor)?,
            Member::Name => self.name = read_text(json, cursor)?,
            Member::Description => self.description = read_text(json, cursor)?,
            Member::IndicatorTypes => read_list(&mut self.indicator_types, cursor)?,
            Member::Pattern => self.pattern = read_text(json, cursor)?,
            Member::PatternType => self.pattern_type = value(cursor)?,
            Member::PatternVersion => self.pattern_version = read_text(json, cursor)?,
            Member::ValidFrom => self.valid_from = read_time(cursor)?,
            Member::ValidUntil => self.valid_until = read_time(cursor)?,
            Member::KillChainPhases => read_list(&mut self.kill_chain_phases, cursor)?,
        }
        Some(())
    }

    /// Whether [`Object::check`](super::Object::check) certainly finds nothing in the indicator.
    /// `json` is the text that the excerpt was read from.
    pub(crate) fn conforms(&self, json: &str) -> bool {
        self.seen.has_plain_custom && self.seen.members == self.members_with_values() && conforms(&self.parts(json))
    }

    /// The members with a value that is kept here. A member that has been seen and is not among
    /// them is `null` or an empty list, or one whose value an excerpt does not keep.
    fn members_with_values(&self) -> u32 {
        let common = &self.common;
        let optional = [
            (Member::SpecVersion, common.spec_version.is_some()),
            (Member::CreatedByRef, common.created_by_ref.is_some()),
            (Member::Created, common.created.is_some()),
            (Member::Modified, common.modified.is_some()),
            (Member::Revoked, common.revoked.is_some()),
            (Member::Labels, !common.labels.is_empty()),
            (Member::Confidence, common.confidence.is_some()),
            (Member::ExternalReferences, !common.external_references.is_empty()),
            (Member::ObjectMarkingRefs, !common.object_marking_refs.is_empty()),
            (Member::Name, self.name.is_some()),
            (Member::Description, self.description.is_some()),
            (Member::IndicatorTypes, !self.indicator_types.is_empty()),
            (Member::PatternType, self.pattern_type.is_some()),
            (Member::PatternVersion, self.pattern_version.is_some()),
            (Member::ValidFrom, self.valid_from.is_some()),
            (Member::ValidUntil, self.valid_until.is_some()),
            (Member::KillChainPhases, !self.kill_chain_phases.is_empty()),
        ];
        let required = [Member::Type, Member::Id, Member::Pattern].into_iter();
        let present = optional.into_iter().filter_map(|(member, is_present)| is_present.then_some(member));
        required.chain(present).fold(0, |members, member| members | 1 << member as u32)
    }

    /// `json` is the text that the excerpt was read from.
    #[inline]
    pub(crate) fn parts<'o>(&'o self, json: &'o str) -> IndicatorParts<'o> {
        let text = |text: &'o Option<Text>| text.as_ref().map(|text| text.get(json));
        IndicatorParts {
            common: &self.common,
            custom: None,
            name: text(&self.name),
            description: text(&self.description),
            indicator_types: &self.indicator_types,
            pattern: text(&self.pattern).unwrap_or_default(),
            pattern_type: self.pattern_type.as_ref(),
            pattern_version: text(&self.pattern_version),
            valid_from: self.valid_from.as_ref(),
            valid_until: self.valid_until.as_ref(),
            kill_chain_phases: &self.kill_chain_phases,
        }
    }
}

impl Text {
    #[inline]
    fn get<'t>(&'t self, json: &'t str) -> &'t str {
        match self {
            Self::Written(place) => json.get(place.clone()).unwrap_or_default(),
            Self::Decoded(text) => text,
        }
    }
}

fn empty<T>(list: &mut Vec<T>) {
    list.clear();
    if list.capacity() > MAX_KEPT {
        *list = Vec::new();
    }
}

/// Reads a property as the object would. Returns `None` if it does not fit or anything in it is
/// odd.
#[inline]
fn value<T: Property>(cursor: &mut Cursor<'_>) -> Option<T> {
    let mut context = Context::default();
    let value = T::read(cursor, &mut context).ok()?;
    context.is_plain().then_some(value)
}

/// Reads a time or `null`.
#[inline]
fn read_time(cursor: &mut Cursor<'_>) -> Option<Option<Timestamp>> {
    match cursor.string_with_len([24, 20, 27], Timestamp::parse_standard) {
        Some(time) => Some(Some(time)),
        None => value(cursor),
    }
}

/// Reads an identifier, which most likely is one of this kind.
#[inline]
fn read_id(kind: Kind, beginning: &str, cursor: &mut Cursor<'_>) -> Option<Identifier> {
    match cursor.string_after(beginning, parse_uuid) {
        Some(uuid) => Some(Identifier::new(kind, uuid)),
        None => value(cursor),
    }
}

#[inline]
fn read_id_or_null(cursor: &mut Cursor<'_>) -> Option<Option<Identifier>> {
    if cursor.null().ok()? {
        return Some(None);
    }
    read_id(Kind::Identity, "\"identity--", cursor).map(Some)
}

#[inline]
fn read_markings(markings: &mut Vec<Identifier>, cursor: &mut Cursor<'_>) -> Option<()> {
    each_element(cursor, |cursor| {
        markings.push(read_id(Kind::MarkingDefinition, "\"marking-definition--", cursor)?);
        Some(())
    })
}

/// Reads a text or `null`.
#[inline]
fn read_text(json: &str, cursor: &mut Cursor<'_>) -> Option<Option<Text>> {
    if let Some(text) = cursor.plain_string() {
        // `text` is a part of `json`, so this is its place there.
        let start = (text.as_ptr() as usize).saturating_sub(json.as_ptr() as usize);
        return Some(Some(Text::Written(start..start + text.len())));
    }
    if cursor.null().ok()? {
        return Some(None);
    }
    cursor.string("a string").ok().map(|text| Some(Text::Decoded(text.into_owned())))
}

/// Reads a list or `null`.
#[inline]
fn each_element(cursor: &mut Cursor<'_>, mut read: impl FnMut(&mut Cursor<'_>) -> Option<()>) -> Option<()> {
    if cursor.null().ok()? {
        return Some(());
    }
    cursor.open(b'[', "a list").ok()?;
    let mut is_first = true;
    while cursor.next_element(is_first).ok()? {
        read(cursor)?;
        is_first = false;
    }
    Some(())
}

#[inline]
fn read_list<T: Value>(list: &mut Vec<T>, cursor: &mut Cursor<'_>) -> Option<()> {
    let mut context = Context::default();
    each_element(cursor, |cursor| {
        list.push(T::read(cursor, &mut context).ok()?);
        Some(())
    })?;
    context.is_plain().then_some(())
}

fn read_labels(labels: &mut Vec<String>, spare: &mut Vec<String>, cursor: &mut Cursor<'_>) -> Option<()> {
    each_element(cursor, |cursor| {
        labels.push(match cursor.plain_string() {
            Some(text) => {
                let mut label = spare.pop().unwrap_or_default();
                label.clear();
                label.push_str(text);
                label
            }
            None => cursor.string("a string").map(Cow::into_owned).ok()?,
        });
        Some(())
    })
}

fn read_unused(member: Member, cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.null().ok()? {
        return Some(());
    }
    let read: Result<(), Fault> = match member {
        Member::Defanged => cursor.boolean().map(drop),
        _ => cursor.string("a string").map(drop),
    };
    read.ok()
}
