//! The findings of one object as they are collected.

use super::finding::Finding;
use super::profile::Profile;
use crate::finding::FindingKind;

/// So many findings of one object are listed. One of kind [`FindingKind::More`] counts the others.
const MAX_FINDINGS: usize = 1000;

/// Collects the findings that a profile contains.
#[derive(Debug)]
pub(super) struct Collected<'p> {
    pub(super) profile: &'p Profile,
    findings: Vec<Finding>,
    left_out: usize,
}

impl<'p> Collected<'p> {
    pub(super) fn new(profile: &'p Profile) -> Self {
        Self { profile, findings: Vec::new(), left_out: 0 }
    }

    pub(super) fn into_vec(mut self) -> Vec<Finding> {
        if self.left_out > 0 && self.profile.contains(FindingKind::More) {
            let message = format!("There are {} more findings: correct these first.", self.left_out);
            self.findings.push(Finding::new(FindingKind::More, "", message));
        }
        self.findings
    }

    /// Whether findings of a kind are of interest.
    pub(super) fn wants(&self, kind: FindingKind) -> bool {
        self.profile.contains(kind)
    }

    /// Whether there are so many findings already that the next one is only counted.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }

    /// Adds a finding about the section of its kind.
    pub(super) fn add(&mut self, kind: FindingKind, path: impl Into<String>, message: impl Into<String>) {
        self.push(Finding::new(kind, path, message));
    }

    /// Adds a finding about a section.
    pub(super) fn add_in(
        &mut self,
        section: &'static str,
        kind: FindingKind,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.push(Finding { section, ..Finding::new(kind, path, message) });
    }

    /// Adds a finding with the value to write instead.
    pub(super) fn suggest(
        &mut self,
        kind: FindingKind,
        path: impl Into<String>,
        message: impl Into<String>,
        suggestion: Option<String>,
    ) {
        self.push(Finding { suggestion, ..Finding::new(kind, path, message) });
    }

    pub(super) fn push(&mut self, finding: Finding) {
        if !self.wants(finding.kind) {
            return;
        }
        match self.is_full() {
            true => self.left_out += 1,
            false => self.findings.push(finding),
        }
    }
}
