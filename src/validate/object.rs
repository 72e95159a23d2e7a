//! The validation of one object.

use super::collected::Collected;
use super::finding::Finding;
use super::profile::Profile;
use super::{base, domain, indicator, markings, observable, targets};
use crate::finding::FindingKind;
use crate::object::Object;

impl Object {
    /// Compares the object with the standard and returns the findings that a profile contains.
    ///
    /// Findings that need other objects come from [`Checker`](super::Checker) and
    /// [`Bundle::check`](crate::Bundle::check); those that only the input shows, from
    /// [`Report::read`](super::Report::read).
    ///
    /// ```
    /// use stixkit::Object;
    /// use stixkit::validate::Profile;
    ///
    /// let object: Object = serde_json::from_str(r#"{
    ///     "type": "windows-registry-key",
    ///     "spec_version": "2.1",
    ///     "id": "windows-registry-key--2ba37ae7-2745-5082-9dfd-9486dad41016",
    ///     "key": "HKLM\\System\\Foo"
    /// }"#)?;
    /// let findings = object.validate(&Profile::spec());
    /// assert_eq!((findings.len(), findings[0].code(), findings[0].section), (1, "registry-hive", "6.17"));
    /// assert_eq!(findings[0].suggestion.as_deref(), Some(r"HKEY_LOCAL_MACHINE\System\Foo"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn validate(&self, profile: &Profile) -> Vec<Finding> {
        let mut found = Collected::new(profile);
        base::check(self, &mut found);
        if profile.has_more_than_reading() {
            check(self, &mut found);
        }
        let mut findings = found.into_vec();
        if !findings.is_empty() {
            let id = self.id().to_string();
            findings.iter_mut().for_each(|finding| finding.id = Some(id.clone()));
        }
        findings
    }
}

fn check(object: &Object, found: &mut Collected<'_>) {
    let version = object.standard_version();
    domain::check_common(object, version, found);
    domain::check_type(object, version, found);
    targets::check_common(object, found);
    targets::check(object, "", version, None, found);
    markings::check(object, found);
    observable::check(object, "", version, found);
    if let Object::Indicator(indicator) = object {
        indicator::check(indicator, found);
    }
    if found.profile.contains_any(&[FindingKind::InteropTlp, FindingKind::UnresolvedCreator]) {
        domain::check_interop(object, found);
    }
}
