//! How much memory a page may take.

use super::error::{Error, ErrorKind};
use super::options::AnswerLimits;

/// What a page may take whatever the size of its body, in bytes.
pub(super) const BASE: usize = 32 << 20;

/// What a value in JSON may take beyond its text: a string in a list, an entry of a map. There is a
/// comma between two of them.
const PER_COMMA: usize = 64;

/// The memory that the objects or records of one page may still take.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
    factor: u32,
    /// How many items that cannot be read are still kept.
    rejected: usize,
}

impl Budget {
    /// The budget of a page whose body has this many bytes. The body itself is part of it.
    pub(super) fn new(body: usize, limits: &AnswerLimits) -> Self {
        let factor = limits.page_memory.max(1);
        let left = body.saturating_mul(factor as usize - 1).saturating_add(BASE);
        Self { left, factor, rejected: limits.max_rejected }
    }

    /// Charges for an item with this text, and what is kept in any case of an item of its kind.
    pub(super) fn charge(&mut self, text: &[u8], fixed: usize) -> Result<(), Error> {
        let commas = memchr::memchr_iter(b',', text).count();
        let cost = fixed.saturating_add(2 * text.len()).saturating_add(PER_COMMA.saturating_mul(commas));
        match self.left.checked_sub(cost) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                let detail = format!("what it holds takes more than {} times its size in memory", self.factor);
                Err(Error::new(ErrorKind::AnswerTooLarge).with_detail(detail))
            }
        }
    }

    /// Returns whether one more item that cannot be read is kept.
    pub(super) fn keeps_rejected(&mut self) -> bool {
        let is_kept = self.rejected > 0;
        self.rejected = self.rejected.saturating_sub(1);
        is_kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_multiple_of_the_body_and_a_base() {
        for (factor, body, text, is_enough) in [
            (1, 0, BASE / 2, true),
            (1, 1000, BASE / 2 + 1, false),
            (3, 1000, BASE / 2 + 1000, true),
            (3, 1000, BASE / 2 + 1001, false),
            (0, usize::MAX, 0, true),
        ] {
            let mut budget = Budget::new(body, &AnswerLimits::default().with_page_memory(factor));
            assert_eq!(budget.charge(&vec![b'a'; text], 0).is_ok(), is_enough, "{factor} {body} {text}");
        }
        let mut budget = Budget::new(0, &AnswerLimits::default());
        assert!(budget.charge(b"", BASE - 64).is_ok());
        assert!(budget.charge(b",", 0).is_err());
        assert!(budget.charge(b"", 64).is_ok(), "what was refused costs nothing");
        assert_eq!(budget.charge(b"", usize::MAX).unwrap_err().kind(), ErrorKind::AnswerTooLarge);
    }

    #[test]
    fn some_rejected_items_are_kept() {
        let mut budget = Budget::new(0, &AnswerLimits::default().with_max_rejected(2));
        assert_eq!([budget.keeps_rejected(), budget.keeps_rejected(), budget.keeps_rejected()], [true, true, false]);
    }
}
