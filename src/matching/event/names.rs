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

/// The names of one level.
///
/// A name with dots is also found as names of objects in each other, and the other way around: `source.ip` is known here
/// as it is, and `source` leads to the level that has `ip`.
#[derive(Clone, Debug, Default)]
struct Level {
    names: Vec<(Box<[u8]>, Target)>,
    /// Indexes of names, or `EMPTY`. At most a quarter is in use.
    slots: Box<[u16]>,
    multiplier: u32,
}

const EMPTY: u16 = u16::MAX;

/// The names that a map knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    levels: Vec<Level>,
}

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
        Self { levels: tree.into_iter().map(Level::new).collect() }
    }

    /// The level at the top.
    pub(super) fn root(&self) -> u32 {
        if self.levels.is_empty() { NO_LEVEL } else { 0 }
    }

    #[inline]
    pub(super) fn find(&self, level: u32, name: &[u8]) -> Target {
        match self.levels.get(level as usize) {
            Some(level) => level.find(name),
            None => Target::NONE,
        }
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

impl Level {
    fn new(names: HashMap<String, Target>) -> Self {
        let mut names: Vec<_> = names.into_iter().map(|(name, target)| (name.into_bytes().into(), target)).collect();
        names.sort_unstable_by(|(a, _): &(Box<[u8]>, Target), (b, _)| a.cmp(b));
        let len = (4 * names.len()).next_power_of_two().max(16);
        // The multiplier with the fewest collisions.
        let multipliers = (1..=64_u32).map(|number| number.wrapping_mul(0x9e37_79b1) | 1);
        let collisions = |multiplier: &u32| {
            let mut seen = vec![false; len];
            names.iter().filter(|(name, _)| std::mem::replace(&mut seen[place(name, *multiplier, len)], true)).count()
        };
        let multiplier = multipliers.min_by_key(collisions).unwrap_or(1);
        let mut slots = vec![EMPTY; len].into_boxed_slice();
        for (index, (name, _)) in names.iter().enumerate() {
            let mut at = place(name, multiplier, len);
            while slots[at] != EMPTY {
                at = (at + 1) % len;
            }
            slots[at] = index as u16;
        }
        Self { names, slots, multiplier }
    }

    #[inline]
    fn find(&self, name: &[u8]) -> Target {
        let len = self.slots.len();
        let mut at = place(name, self.multiplier, len);
        loop {
            // OK because there are empty slots, and all others are indexes of names.
            match self.slots[at] {
                EMPTY => return Target::NONE,
                index => {
                    let (own, target) = &self.names[usize::from(index)];
                    if **own == *name {
                        return *target;
                    }
                }
            }
            at = (at + 1) & (len - 1);
        }
    }
}

/// The slot of a name by its length and some of its bytes. The number of slots is a power of two.
#[inline]
fn place(name: &[u8], multiplier: u32, len: usize) -> usize {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return 0 };
    let byte = |at: usize| u32::from(name.get(at).copied().unwrap_or_default());
    let bytes = u32::from(*first) | u32::from(*last) << 8 | byte(name.len() / 2) << 16 | byte(name.len() / 3) << 24;
    let mixed = (bytes ^ (name.len() as u32).wrapping_mul(0x85eb_ca6b)).wrapping_mul(multiplier);
    (mixed >> 15) as usize & (len - 1)
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
