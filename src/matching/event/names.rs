//! The names of fields that a map knows, found with one look at a table.

use std::collections::HashMap;

/// What a name leads to: what is done with the value, and the names that are known in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// The first action and the one after the last.
    pub(super) actions: (u32, u32),
    /// The level of an object in it, or `NO_LEVEL`.
    pub(super) level: u32,
}

/// No name is known there.
pub(super) const NO_LEVEL: u32 = u32::MAX;

impl Target {
    pub(super) const NONE: Self = Self { actions: (0, 0), level: NO_LEVEL };

    #[inline]
    pub(super) fn has_actions(self) -> bool {
        self.actions.0 != self.actions.1
    }
}

/// The names that a map knows, by level.
///
/// A name with dots is also found as names of objects in each other, and the other way around: `source.ip` is known as it
/// is, and `source` leads to the level that has `ip`.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    levels: Vec<Level>,
    /// The slots of all levels: at most an eighth is in use.
    slots: Vec<Slot>,
    names: Vec<(Box<[u8]>, Target)>,
}

/// Where the slots of a level are.
#[derive(Clone, Copy, Debug)]
struct Level {
    first_slot: usize,
    /// The number of slots, a power of two, less one.
    mask: usize,
    multiplier: u32,
}

/// A name, with what tells most other names apart from it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Its index, or `EMPTY`.
    name: u16,
    /// The lowest byte of its length.
    len: u8,
    first: u8,
}

const EMPTY: u16 = u16::MAX;

impl Names {
    /// Takes fields and what is done with their values. The fields have no empty parts, and are fewer than 4096.
    pub(super) fn new(fields: &[(String, (u32, u32))]) -> Self {
        let mut tree = vec![HashMap::new()];
        for (field, actions) in fields {
            let mut level = 0;
            let mut parents = vec![(0, 0)];
            for (end, _) in field.match_indices('.') {
                level = enter(&mut tree, level, &field[parents[parents.len() - 1].1..end]);
                parents.push((level, end + 1));
            }
            // The field is known from each level on its way by what is left of its name.
            for (level, start) in &parents {
                let target: &mut Target = tree[*level].entry(field[*start..].to_owned()).or_insert(Target::NONE);
                target.actions = *actions;
            }
            // Parts of the way may be one name, too: `dns` and `question.name`, or `dns.question` and `name`.
            for (first, (from, start)) in parents.iter().enumerate() {
                for (to, end) in &parents[first + 1..] {
                    let name = field[*start..*end - 1].to_owned();
                    tree[*from].entry(name).or_insert(Target::NONE).level = *to as u32;
                }
            }
        }
        let mut own = Self::default();
        tree.into_iter().for_each(|level| own.add_level(level));
        own
    }

    /// The level at the top.
    pub(super) fn root(&self) -> u32 {
        if self.levels.is_empty() { NO_LEVEL } else { 0 }
    }

    #[inline]
    pub(super) fn find(&self, level: u32, name: &[u8]) -> Target {
        let Some(level) = self.levels.get(level as usize) else { return Target::NONE };
        let mut at = place(name, level.multiplier) & level.mask;
        loop {
            // OK because there are empty slots in each level, and all others are indexes of names.
            let slot = self.slots[level.first_slot + at];
            if slot.name == EMPTY {
                return Target::NONE;
            }
            if slot.len == name.len() as u8 && Some(&slot.first) == name.first() {
                let (own, target) = &self.names[usize::from(slot.name)];
                if **own == *name {
                    return *target;
                }
            }
            at = (at + 1) & level.mask;
        }
    }

    fn add_level(&mut self, names: HashMap<String, Target>) {
        let mut names: Vec<_> = names.into_iter().map(|(name, target)| (name.into_bytes(), target)).collect();
        names.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mask = (8 * names.len()).next_power_of_two().max(16) - 1;
        // The multiplier with the fewest collisions.
        let multipliers = (1..=64_u32).map(|number| number.wrapping_mul(0x9e37_79b1) | 1);
        let collisions = |multiplier: &u32| {
            let mut seen = vec![false; mask + 1];
            let places = names.iter().map(|(name, _)| place(name, *multiplier) & mask);
            places.filter(|place| std::mem::replace(&mut seen[*place], true)).count()
        };
        let multiplier = multipliers.min_by_key(collisions).unwrap_or(1);
        let first_slot = self.slots.len();
        self.slots.resize(first_slot + mask + 1, Slot { name: EMPTY, len: 0, first: 0 });
        for (name, target) in names {
            let mut at = place(&name, multiplier) & mask;
            while self.slots[first_slot + at].name != EMPTY {
                at = (at + 1) & mask;
            }
            // OK because there are fewer names than the largest number.
            let index = self.names.len() as u16;
            let first = name.first().copied().unwrap_or_default();
            self.slots[first_slot + at] = Slot { name: index, len: name.len() as u8, first };
            self.names.push((name.into(), target));
        }
        self.levels.push(Level { first_slot, mask, multiplier });
    }
}

/// The level that a name without dots leads to.
fn enter(tree: &mut Vec<HashMap<String, Target>>, level: usize, name: &str) -> usize {
    let next = tree.len();
    let target = tree[level].entry(name.to_owned()).or_insert(Target::NONE);
    if target.level == NO_LEVEL {
        // OK because there are fewer levels than parts of all fields.
        target.level = next as u32;
        tree.push(HashMap::new());
        return next;
    }
    target.level as usize
}

/// The slot of a name, by its length and its first and last bytes.
#[inline]
fn place(name: &[u8], multiplier: u32) -> usize {
    let (first, last) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (u32::from_le_bytes(*first), u32::from_le_bytes(*last)),
        _ => (name.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)), 0),
    };
    let mixed = (first ^ last.rotate_left(11)).wrapping_mul(0x85eb_ca6b) ^ name.len() as u32;
    (mixed.wrapping_mul(multiplier) >> 13) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_objects_are_the_same() {
        let fields = [("a.b.c", (0, 1)), ("a.b", (1, 2)), ("a.x", (2, 3)), ("q", (3, 4))];
        let names = Names::new(&fields.map(|(name, actions)| (name.to_owned(), actions)));
        let follow = |path: &[&str]| {
            let mut target = Target { level: names.root(), ..Target::NONE };
            for name in path {
                target = names.find(target.level, name.as_bytes());
            }
            target.actions
        };
        for (path, expected) in [
            (&["a.b.c"][..], (0, 1)),
            (&["a", "b.c"], (0, 1)),
            (&["a.b", "c"], (0, 1)),
            (&["a", "b", "c"], (0, 1)),
            (&["a.b"], (1, 2)),
            (&["a", "b"], (1, 2)),
            (&["a", "x"], (2, 3)),
            (&["q"], (3, 4)),
            (&["a"], (0, 0)),
            (&["b"], (0, 0)),
            (&["a", "c"], (0, 0)),
            (&["q", "a"], (0, 0)),
            (&[""], (0, 0)),
        ] {
            assert_eq!(follow(path), expected, "{path:?}");
        }
        assert_eq!(Names::new(&[]).find(0, b"a"), Target::NONE);
    }
}
