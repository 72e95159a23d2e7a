//! Field maps, compiled: names to actions, and the rules of values.

use std::collections::HashMap;

use super::definition::{Definition, Field};
use super::map_error::{MapError, MapErrorKind};
use super::names::Names;
use super::outcome::EventOutcome;
use super::place::Place;
use super::reading::{Reading, Yield};
use super::rule::Rule;

/// What is done with a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// It yields values. The first rule is that of the first yield.
    Read { reading: Reading, first_rule: u32 },
    /// It is one of the two parts of a value.
    Join { join: u32, is_second: bool },
    /// It is the time. Of several, the lowest number counts.
    Time(u32),
    /// It is the outcome, by the words with this number.
    Outcome(u32),
}

/// A value of two parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Join {
    pub(super) reading: Reading,
    pub(super) first_rule: u32,
}

/// What the slot of a rule means for choices.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    /// The bit of the slot, if it is part of a choice and the rule is not.
    pub(super) bit: u64,
    /// The choice that the rule is the first of.
    pub(super) choice: Option<u32>,
    pub(super) tells: Tells,
}

/// What the values of a rule tell about the scheme of URLs whose host and path are logged alone.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Tells {
    #[default]
    Nothing,
    Port,
    Protocol,
}

/// Slots of which values belong to one.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) bits: Vec<u64>,
    /// The rules for one slot.
    pub(super) yields: u32,
}

/// What the words of an outcome mean. They are in lower case.
pub(super) type Words = HashMap<Box<str>, EventOutcome>;

/// A field map, ready for lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled {
    pub(super) names: Names,
    pub(super) actions: Vec<Action>,
    pub(super) rules: Vec<Rule>,
    /// Beside the rules.
    pub(super) slots: Vec<Slot>,
    pub(super) choices: Vec<Choice>,
    pub(super) joins: Vec<Join>,
    pub(super) outcomes: Vec<Words>,
}

/// More would not fit into the tables.
const MAX_FIELDS: usize = 4000;
const MAX_PARTS: usize = 60_000;

impl Compiled {
    pub(super) fn new(definitions: &[(usize, Definition)]) -> Result<Self, MapError> {
        let mut compiled = Self::default();
        let mut fields = ByName::default();
        let mut slots = HashMap::new();
        let mut under = vec![""];
        let mut times = 0;
        for (line, definition) in definitions {
            match definition {
                Definition::Field(field) => compiled.add_field(field, *line, &mut fields, &mut slots)?,
                Definition::Time(name) => {
                    fields.add(name, Action::Time(times));
                    times += 1;
                }
                Definition::Outcome(name, words) => {
                    fields.add(name, Action::Outcome(compiled.outcomes.len() as u32));
                    let words = words.iter().map(|(word, meaning)| (word.to_ascii_lowercase().into(), *meaning));
                    compiled.outcomes.push(words.collect());
                }
                Definition::Under(names) => under.extend(names.iter().map(|name| &**name)),
            }
        }
        compiled.mark_slots(&slots);
        compiled.add_names(&fields, &under, definitions.last().map_or(0, |(line, _)| *line))?;
        Ok(compiled)
    }

    fn add_field<'d>(
        &mut self,
        field: &'d Field,
        line: usize,
        fields: &mut ByName<'d>,
        slots: &mut HashMap<&'d str, u64>,
    ) -> Result<(), MapError> {
        let first_rule = self.add_rules(field, line, slots)?;
        match &field.joined {
            None => fields.add(&field.name, Action::Read { reading: field.reading, first_rule }),
            Some(joined) => {
                let join = self.joins.len() as u32;
                self.joins.push(Join { reading: field.reading, first_rule });
                fields.add(joined, Action::Join { join, is_second: false });
                fields.add(&field.name, Action::Join { join, is_second: true });
            }
        }
        Ok(())
    }

    /// Adds the rules of a field and returns the index of the first: one for each yield, and that
    /// for each slot if there are several to choose from.
    fn add_rules<'d>(
        &mut self,
        field: &'d Field,
        line: usize,
        slots: &mut HashMap<&'d str, u64>,
    ) -> Result<u32, MapError> {
        let first = self.rules.len() as u32;
        let yields = field.reading.yields();
        let choice = field.places.first().map_or("", |place| &place.slot);
        if !choice.contains('|') {
            for value in &yields {
                self.rules.push(rule(field, None, value, line)?);
            }
            self.slots.resize(self.rules.len(), Slot::default());
            return Ok(first);
        }
        let mut bits = Vec::new();
        for slot in choice.split('|') {
            for value in &yields {
                self.rules.push(rule(field, Some(slot), value, line)?);
            }
            let next = slots.len();
            if next == 64 && !slots.contains_key(slot) {
                return Err(MapError::new(MapErrorKind::Choice, line, slot));
            }
            bits.push(*slots.entry(slot).or_insert(1 << next));
        }
        let own = Slot { choice: Some(self.choices.len() as u32), ..Slot::default() };
        self.slots.resize(self.rules.len(), own);
        self.choices.push(Choice { bits, yields: yields.len() as u32 });
        Ok(first)
    }

    /// Sets the bits of rules whose slots are in choices, and what rules tell about URLs.
    fn mark_slots(&mut self, slots: &HashMap<&str, u64>) {
        for (rule, slot) in self.rules.iter().zip(&mut self.slots) {
            let mut tells = rule.places().iter().map(|place| match place.as_str() {
                "network-traffic:dst_port" => Tells::Port,
                "network-traffic:protocols[*]" => Tells::Protocol,
                _ => Tells::Nothing,
            });
            slot.tells = tells.find(|tells| !matches!(tells, Tells::Nothing)).unwrap_or_default();
            if slot.choice.is_none() {
                slot.bit = slots.get(rule.place().slot()).copied().unwrap_or_default();
            }
        }
    }

    fn add_names(&mut self, fields: &ByName<'_>, under: &[&str], line: usize) -> Result<(), MapError> {
        let mut ranges = Vec::new();
        let mut parts = 0;
        for (name, actions) in &fields.list {
            let first = self.actions.len() as u32;
            self.actions.extend(actions);
            for object in under {
                let name = if object.is_empty() { (*name).to_owned() } else { format!("{object}.{name}") };
                parts += name.split('.').count().pow(2);
                ranges.push((name, (first, self.actions.len() as u32)));
            }
            if ranges.len() > MAX_FIELDS || parts > MAX_PARTS {
                return Err(MapError::new(MapErrorKind::TooMany, line, ""));
            }
        }
        self.names = Names::new(&ranges);
        Ok(())
    }
}

/// Actions by the names of fields, in the order of the map.
#[derive(Default)]
struct ByName<'d> {
    list: Vec<(&'d str, Vec<Action>)>,
    places: HashMap<&'d str, usize>,
}

impl<'d> ByName<'d> {
    fn add(&mut self, name: &'d str, action: Action) {
        let place = *self.places.entry(name).or_insert(self.list.len());
        match self.list.get_mut(place) {
            Some((_, actions)) => actions.push(action),
            None => self.list.push((name, vec![action])),
        }
    }
}

/// The rule of a value. `slot` is one of those to choose from.
fn rule(field: &Field, slot: Option<&str>, value: &Yield, line: usize) -> Result<Rule, MapError> {
    let name = match &field.joined {
        Some(joined) => format!("{joined}+{}", field.name),
        None => field.name.to_string(),
    };
    let mut places = Vec::new();
    for place in &field.places {
        add_places(slot.unwrap_or(&place.slot), place.path.as_deref(), value, line, &mut places)?;
    }
    let mut places = places.into_iter();
    let place = places.next().ok_or_else(|| MapError::new(MapErrorKind::Place, line, &*field.name))?;
    let mut rule = places.fold(Rule::new(name, place), Rule::with_place);
    if let Some(kind) = value.kind {
        rule = rule.with_kind(kind);
    }
    if let Some(direction) = field.direction {
        rule = rule.with_direction(direction);
    }
    Ok(rule)
}

/// Adds the places of a value in a slot.
fn add_places(
    slot: &str,
    path: Option<&str>,
    value: &Yield,
    line: usize,
    places: &mut Vec<Place>,
) -> Result<(), MapError> {
    let whole;
    let slot = match (value.slot, slot.strip_suffix("[]")) {
        ("", _) => slot,
        (own, Some(slot)) => {
            whole = format!("{slot}.{own}[]");
            &whole
        }
        (own, None) => {
            whole = format!("{slot}.{own}");
            &whole
        }
    };
    let own = match (path, value.suffix, value.path) {
        (None, _, Some(path)) => path.to_owned(),
        (None, _, None) => return Err(MapError::new(MapErrorKind::Place, line, slot)),
        (Some(path), "", _) => path.to_owned(),
        (Some(path), suffix, _) if path.ends_with(':') => format!("{path}{suffix}"),
        (Some(path), suffix, _) => format!("{path}.{suffix}"),
    };
    places.push(new_place(slot, &own, line)?);
    if path.is_none() && own == "file:parent_directory_ref.path" {
        let directory = match slot.strip_suffix("[]") {
            Some(slot) => format!("{slot}.directory[]"),
            None => format!("{slot}.directory"),
        };
        places.push(new_place(&directory, "directory:path", line)?);
    }
    Ok(())
}

fn new_place(slot: &str, path: &str, line: usize) -> Result<Place, MapError> {
    Place::new(slot, path).map_err(|error| MapError::of_path(line, path, error))
}
