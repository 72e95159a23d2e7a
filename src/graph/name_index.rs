//! Nodes by a text that people know them by.

/// Texts with their nodes, sorted.
#[derive(Debug, Default)]
pub(super) struct NameIndex(Vec<(Box<str>, u32)>);

impl NameIndex {
    pub(super) fn new(mut entries: Vec<(Box<str>, u32)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        Self(entries)
    }

    /// The nodes that have this text.
    pub(super) fn find(&self, text: &str) -> impl Iterator<Item = u32> + Clone + '_ {
        let start = self.0.partition_point(|(own, _)| **own < *text);
        let len = self.0[start..].partition_point(|(own, _)| **own == *text);
        self.0[start..start + len].iter().map(|(_, node)| *node)
    }
}
