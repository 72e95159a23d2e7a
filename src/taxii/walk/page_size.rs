//! How many objects to ask for at a time.

/// The page size: it grows to get past an instant with many objects, and shrinks if answers are too
/// large.
#[derive(Debug)]
pub(super) struct PageSize {
    limit: u32,
    /// What `limit` may become: less than the option if an answer was too large.
    max: u32,
    /// How many objects came when the same start was asked for last.
    ties: Option<u64>,
    /// How often it was made smaller since the last page, and what it and `max` were before.
    shrinks: u32,
    before: (u32, u32),
}

/// How often the page is made smaller without an answer that can be used. It is then a 64th: what
/// is still refused or too large is so whatever its size.
const MAX_SHRINKS: u32 = 3;

impl PageSize {
    /// A page size of at least 1 that may grow up to `max`.
    pub(super) fn new(limit: u32, max: u32) -> Self {
        let limit = limit.max(1);
        Self { limit, max: max.max(limit), ties: None, shrinks: 0, before: (limit, max) }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// Continues with the page size of an earlier walk, which its `next` is valid for.
    pub(super) fn resume_with(&mut self, limit: u32) {
        self.limit = limit.max(1);
    }

    /// Asks for this many objects, or for as many as allowed.
    pub(super) fn ask_for(&mut self, limit: u64) {
        self.limit = u32::try_from(limit).unwrap_or(u32::MAX).clamp(1, self.max);
    }

    /// Sets the page size after a lost cursor: larger if nothing new had come since the last one
    /// was lost, otherwise the `usual` one.
    pub(super) fn restart(&mut self, is_idle: bool, usual: u32) {
        self.ties = None;
        let limit = if is_idle { self.limit.saturating_mul(2) } else { usual.max(1) };
        self.limit = limit.min(self.max);
    }

    pub(super) fn max(&self) -> u32 {
        self.max
    }

    /// Makes the page smaller because an answer was too large or the page size was refused: a half,
    /// then a quarter of that, then an eighth. It is not exceeded again. Returns whether it did: if
    /// that has not helped so far, it has its size again.
    pub(super) fn shrink(&mut self) -> bool {
        if self.limit == 1 || self.shrinks == MAX_SHRINKS {
            if std::mem::take(&mut self.shrinks) > 0 {
                (self.limit, self.max) = self.before;
            }
            return false;
        }
        if self.shrinks == 0 {
            self.before = (self.limit, self.max);
        }
        self.shrinks += 1;
        self.cap((self.limit >> self.shrinks).max(1));
        true
    }

    /// Notes that an answer could be used.
    pub(super) fn settle(&mut self) {
        self.shrinks = 0;
    }

    /// Sets a page size that is not exceeded.
    pub(super) fn cap(&mut self, max: u32) {
        self.max = max.max(1);
        self.limit = self.limit.min(self.max);
    }

    /// Grows because the next request has the same start as the last one, whose page had `count`
    /// objects. Returns whether that can help: not if the server has stopped sending more, or the
    /// page may not be larger.
    pub(super) fn grow_for_ties(&mut self, count: u64) -> bool {
        if self.ties.is_some_and(|ties| count <= ties) || self.limit >= self.max {
            return false;
        }
        self.ties = Some(count);
        self.double();
        true
    }

    /// Notes that the walk is past an instant. The page stays as large as ties made it: if there
    /// were some, there are more. It grows if most of a page came again, or a walk over many ties
    /// would mostly read what it already has.
    pub(super) fn leave_ties(&mut self, count: u64, duplicates: u64) {
        self.ties = None;
        if duplicates.saturating_mul(2) > count {
            self.double();
        }
    }

    fn double(&mut self) {
        self.limit = self.limit.saturating_mul(2).min(self.max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_at_least_one_and_no_less_than_asked_for() {
        for (limit, max, expected) in [(0, 0, (1, 1)), (5, 3, (5, 5)), (5, 100, (5, 100))] {
            let size = PageSize::new(limit, max);
            assert_eq!((size.limit, size.max), expected);
        }
        let mut size = PageSize::new(5, 100);
        size.resume_with(0);
        assert_eq!(size.limit(), 1);
        size.resume_with(300);
        assert_eq!(size.limit(), 300);
    }

    #[test]
    fn ties_double_it_as_long_as_that_helps() {
        let mut size = PageSize::new(5, 30);
        for (count, grows, limit) in [(5, true, 10), (10, true, 20), (10, false, 20), (20, true, 30), (30, false, 30)] {
            assert_eq!((size.grow_for_ties(count), size.limit()), (grows, limit), "{count}");
        }
        size.leave_ties(30, 15);
        assert_eq!(size.limit(), 30);
        let mut size = PageSize::new(5, 30);
        assert!(size.grow_for_ties(5));
        size.leave_ties(10, 5);
        assert_eq!(size.limit(), 10, "half of the page was new");
        size.leave_ties(10, 6);
        assert_eq!(size.limit(), 20, "most of the page came again");
        assert!(size.grow_for_ties(1), "the ties of the instant before do not count");
    }

    #[test]
    fn it_shrinks_for_good() {
        let mut size = PageSize::new(5, 100);
        assert!(size.shrink());
        assert_eq!(size.limit(), 2);
        assert!(!size.grow_for_ties(2));
        size.restart(false, 5);
        assert_eq!(size.limit(), 2);
        size.settle();
        assert!(size.shrink() && !size.shrink());
        assert_eq!((size.limit(), size.max()), (2, 2), "a smaller page did not help");
    }

    #[test]
    fn what_does_not_help_is_not_tried_for_ever() {
        let mut size = PageSize::new(500, 100_000);
        for limit in [250, 62, 7] {
            assert!(size.shrink());
            assert_eq!((size.limit(), size.max()), (limit, limit));
        }
        assert!(!size.shrink());
        assert_eq!((size.limit(), size.max()), (500, 100_000));
        assert!(size.shrink(), "it is tried again once more is asked for");
        assert!(!PageSize::new(1, 1).shrink());
    }

    #[test]
    fn a_restart_resets_it_or_doubles_it_if_nothing_came() {
        let mut size = PageSize::new(5, 30);
        for (is_idle, expected) in [(true, 10), (true, 20), (true, 30), (true, 30), (false, 5)] {
            size.restart(is_idle, 5);
            assert_eq!(size.limit(), expected);
        }
        assert!(size.grow_for_ties(5));
        size.restart(false, 0);
        assert_eq!((size.limit(), size.ties), (1, None));
    }
}
