//! Counters for callers.

use super::super::page::Page;

/// What a walk has done so far.
///
/// A [`Walk`](super::Walk) has it; see its example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Pages that were received, including those without anything new.
    pub pages: u64,
    /// Objects or records that were returned.
    pub objects: u64,
    /// Objects or records among them that could not be read.
    pub rejected: u64,
    /// Objects or records that the walk received again and dropped.
    pub duplicates: u64,
    /// How often the walk restarted because a cursor was lost.
    pub restarts: u64,
    /// How many instants were passed over although there may be more objects of them: see
    /// [`WalkOptions::accept_gaps`](crate::taxii::WalkOptions::accept_gaps).
    pub gaps: u64,
    /// Whether the end was inferred: the server said that there is more, and refused the same
    /// place twice.
    pub is_end_inferred: bool,
}

impl Progress {
    /// Counts a page from which everything known was dropped.
    pub(super) fn count_page(&mut self, page: &Page) {
        self.pages += 1;
        self.objects += page.count();
        self.rejected += page.rejected() as u64;
        self.duplicates += page.duplicates;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::resource::ManifestRecord;
    use super::*;
    use crate::Json;

    #[test]
    fn rejected_records_count_as_objects() {
        let mut page = Page::default();
        page.records = vec![ManifestRecord::default(); 3];
        page.rejected_records = vec![Json::new("5").unwrap().into_owned(); 2];
        page.duplicates = 7;
        let mut progress = Progress::default();
        progress.count_page(&page);
        progress.count_page(&Page::default());
        assert_eq!(progress, Progress { pages: 2, objects: 5, rejected: 2, duplicates: 7, ..Progress::default() });
    }
}
