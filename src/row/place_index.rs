//! Places by hash, in a table of eight bytes an entry.

/// Finds places by hashes of what is there. It has no keys, so the caller compares.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceIndex {
    /// Each entry is at the slot of its hash or after it, with no free slot in between.
    slots: Vec<Slot>,
    len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Slot {
    hash: u32,
    place: u32,
}

const FREE: Slot = Slot { hash: 0, place: u32::MAX };

impl PlaceIndex {
    pub(super) fn insert(&mut self, hash: u32, place: u32) {
        if (self.len + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        self.put(Slot { hash, place });
        self.len += 1;
    }

    /// The places that have this hash. One that was inserted several times comes once, if no other
    /// is between.
    pub(super) fn places(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.start(hash);
        let slots = self.slots[start..].iter().chain(&self.slots[..start]);
        let own = slots.take_while(|slot| slot.place != FREE.place).filter(move |slot| slot.hash == hash);
        let mut last = FREE.place;
        own.map(|slot| slot.place).filter(move |place| std::mem::replace(&mut last, *place) != *place)
    }

    pub(super) fn remove(&mut self, hash: u32, place: u32) {
        let len = self.slots.len();
        let start = self.start(hash);
        let own = Slot { hash, place };
        let at = (start..len).chain(0..start).take_while(|at| self.slots[*at].place != FREE.place);
        let Some(mut free) = at.into_iter().find(|at| self.slots[*at] == own) else { return };
        // What comes after it moves up, unless it would be before its own slot then.
        let mut at = free;
        loop {
            at = (at + 1) % len;
            let slot = self.slots[at];
            if slot.place == FREE.place {
                break;
            }
            let start = self.start(slot.hash);
            let stays = if free < at { free < start && start <= at } else { free < start || start <= at };
            if !stays {
                self.slots[free] = slot;
                free = at;
            }
        }
        self.slots[free] = FREE;
        self.len -= 1;
    }

    fn start(&self, hash: u32) -> usize {
        // OK because the product of the hash and the length, divided by 2^32, is less than the
        // length.
        ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize
    }

    fn put(&mut self, slot: Slot) {
        let start = self.start(slot.hash);
        let (before, after) = self.slots.split_at_mut(start);
        if let Some(free) = after.iter_mut().chain(before).find(|own| own.place == FREE.place) {
            *free = slot;
        }
    }

    /// By a quarter, so that less than a third is free.
    fn grow(&mut self) {
        let len = self.slots.len() + self.slots.len() / 4 + 8;
        let old = std::mem::replace(&mut self.slots, vec![FREE; len]);
        old.into_iter().filter(|slot| slot.place != FREE.place).for_each(|slot| self.put(slot));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_until_they_are_removed() {
        let mut index = PlaceIndex::default();
        assert_eq!(index.places(7).count(), 0);
        // Few hashes, so that entries stand next to each other, also around the end.
        let hash = |place: u32| [0, 1, u32::MAX, u32::MAX - 1, 1 << 31][place as usize % 5].wrapping_add(place % 7);
        (0..500).for_each(|place| index.insert(hash(place), place));
        let all = |index: &PlaceIndex, alive: &dyn Fn(u32) -> bool| {
            for place in 0..500 {
                let found = index.places(hash(place)).filter(|own| *own == place).count();
                assert_eq!(found, usize::from(alive(place)), "{place}");
            }
        };
        all(&index, &|_| true);
        (0..500).filter(|place| place % 3 != 0).for_each(|place| index.remove(hash(place), place));
        index.remove(9, 9);
        all(&index, &|place| place % 3 == 0);
        (0..500).filter(|place| place % 3 == 1).for_each(|place| index.insert(hash(place), place));
        all(&index, &|place| place % 3 != 2);
        assert_eq!(index.len, 334);
    }
}
