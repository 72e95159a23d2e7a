//! Where a stretch really starts.

use super::super::item::Item;
use crate::error::Position;

/// Where a stretch really starts.
pub(super) struct Base {
    pub(super) index: u64,
    /// The path of its first element, and of the element that it took for the first, each with the
    /// element's number in the list if there is a list.
    pub(super) path: Path,
    pub(super) own_path: Path,
    pub(super) position: Position,
}

/// The path of an element, with its number in the list if there is a list.
pub(super) struct Path {
    pub(super) list: String,
    pub(super) first: Option<u64>,
}

impl Path {
    fn of_element(&self, number: u64) -> String {
        match self.first {
            Some(first) => format!("{}[{}]", self.list, first + number),
            None => self.list.clone(),
        }
    }
}

impl Base {
    /// Gives the items of a stretch the indexes and places that they have in the whole input.
    pub(super) fn apply(&self, items: &mut [Item]) {
        for (number, item) in (0..).zip(items) {
            match item {
                Item::Object(accepted) => {
                    accepted.index = self.index + number;
                    for finding in &mut accepted.findings {
                        self.apply_to_path(number, &mut finding.path);
                        finding.position.iter_mut().for_each(|position| self.apply_to_position(position));
                    }
                }
                Item::Rejected(rejected) => {
                    rejected.index = self.index + number;
                    self.apply_to_position(&mut rejected.position);
                    rejected.error.change_place(|path, position| {
                        self.apply_to_path(number, path);
                        self.apply_to_position(position);
                    });
                }
            }
        }
    }

    fn apply_to_path(&self, number: u64, path: &mut String) {
        if let Some(below) = path.strip_prefix(&self.own_path.of_element(number)) {
            *path = format!("{}{below}", self.path.of_element(number));
        }
    }

    /// The first line of a stretch, which has the number 1, continues the line that it starts in.
    fn apply_to_position(&self, position: &mut Position) {
        if position.line == 1 {
            position.column += self.position.column - 1;
        }
        position.line += self.position.line - 1;
    }
}
