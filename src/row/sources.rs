//! Feeds by number, with how far they are trusted.

use std::collections::HashMap;
use std::sync::Arc;

/// The names of feeds, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    trusted: Vec<String>,
    /// Names with their places in `trusted`; that of the others is its length.
    names: Vec<(usize, Arc<str>)>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Sources {
    pub(super) fn set_trusted(&mut self, trusted: Vec<String>) {
        self.trusted = trusted;
        let rank = |name: &str| self.trusted.iter().position(|own| own == name).unwrap_or(self.trusted.len());
        self.names.iter_mut().for_each(|(own, name)| *own = rank(name));
    }

    /// The number of a feed, which gets one if it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.find(name) {
            return number;
        }
        // OK because each has a name in memory.
        let number = self.names.len() as u32;
        let rank = self.trusted.iter().position(|own| own == name).unwrap_or(self.trusted.len());
        let name: Arc<str> = name.into();
        self.names.push((rank, name.clone()));
        self.numbers.insert(name, number);
        number
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(super) fn name(&self, number: u32) -> &Arc<str> {
        &self.names[number as usize].1
    }

    /// What feeds are sorted by: trust, and the name.
    pub(super) fn order(&self, number: u32) -> (usize, &Arc<str>) {
        let (rank, name) = &self.names[number as usize];
        (*rank, name)
    }
}
