//! When to give up.

/// Counts what brought nothing new.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// Pages in a row without anything new.
    idle: u32,
    /// Restarts in a row without anything new.
    idle_restarts: u32,
    /// New objects since the last restart.
    fresh: u64,
}

impl Patience {
    /// Counts a page with this many new objects. `has_progress` is also true if objects came again
    /// for the first time since a restart: the walk is then on its way back to where it was.
    pub(super) fn count_page(&mut self, fresh: u64, has_progress: bool) {
        self.fresh += fresh;
        self.idle = if has_progress { 0 } else { self.idle + 1 };
    }

    /// Whether nothing new came since the last restart.
    pub(super) fn is_idle(&self) -> bool {
        self.fresh == 0
    }

    /// Whether more than `max` pages in a row had nothing new.
    pub(super) fn is_exhausted(&self, max: u32) -> bool {
        self.idle > max
    }

    /// Counts a restart. Returns whether nothing new came since the last one.
    pub(super) fn count_restart(&mut self) -> bool {
        let is_idle = std::mem::take(&mut self.fresh) == 0;
        self.idle_restarts = if is_idle { self.idle_restarts + 1 } else { 0 };
        self.idle = 0;
        is_idle
    }

    /// Whether more than `max` restarts in a row had nothing new. If so, counting starts again, for
    /// a caller who tries once more.
    pub(super) fn is_out_of_restarts(&mut self, max: u32) -> bool {
        let is_out = self.idle_restarts > max;
        if is_out {
            self.idle_restarts = 0;
        }
        is_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_pages_in_a_row_exhaust_it() {
        let mut patience = Patience::default();
        for (fresh, has_progress, is_exhausted) in [
            (0, false, false),
            (0, false, false),
            (0, true, false),
            (0, false, false),
            (0, false, false),
            (0, false, true),
            (5, true, false),
        ] {
            patience.count_page(fresh, has_progress);
            assert_eq!(patience.is_exhausted(2), is_exhausted);
        }
    }

    #[test]
    fn idle_restarts_in_a_row_exhaust_it() {
        let mut patience = Patience::default();
        patience.count_page(1, true);
        for (is_idle, is_out) in [(false, false), (true, false), (true, false), (true, true), (true, false)] {
            assert_eq!((patience.count_restart(), patience.is_out_of_restarts(2)), (is_idle, is_out));
        }
        patience.count_page(1, true);
        assert!(!patience.count_restart());
        assert_eq!(patience.idle_restarts, 0);
    }

    #[test]
    fn a_restart_forgives_idle_pages() {
        let mut patience = Patience::default();
        patience.count_page(0, false);
        assert!(patience.is_exhausted(0));
        patience.count_restart();
        assert!(!patience.is_exhausted(0));
    }
}
