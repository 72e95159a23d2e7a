//! Versions of objects (STIX 2.1 section 3.6).

use std::time::Duration;

use super::common::Common;
use super::object::Object;
use crate::error::{Error, ErrorKind};
use crate::kind::{Category, Kind};
use crate::time::Timestamp;

impl Object {
    /// A new version of the object, to be changed and then published: the same but for `modified`, which is `now`, or a
    /// millisecond after the last version where `now` is not later.
    ///
    /// Only the creator of an object makes versions of it: `created_by_ref`, `id` and `created` are to stay as they are.
    /// Who wants to say something else about another's object makes a new one, with a `derived-from` relationship.
    ///
    /// ```
    /// use stixkit::object::Tool;
    /// use stixkit::{Object, Timestamp};
    ///
    /// let mut tool = Tool::new("2024-05-01T10:00:00.000Z".parse::<Timestamp>()?, "VNC");
    /// tool.tool_version = Some("5.1".into());
    /// let newer = Object::from(tool).new_version("2024-06-01T10:00:00.000Z".parse::<Timestamp>()?)?;
    /// assert_eq!(newer.common().modified.as_ref().unwrap().to_string(), "2024-06-01T10:00:00.000Z");
    /// assert!(newer.revoke("2024-07-01T10:00:00.000Z".parse::<Timestamp>()?)?.common().is_revoked());
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoVersions`] when the object is revoked, which is the end of its versions, or of a type that has none:
    /// observables and marking definitions.
    pub fn new_version(&self, now: impl Into<Timestamp>) -> Result<Self, Error> {
        let mut newer = self.clone();
        begin(newer.kind(), newer.common_mut(), now.into())?;
        Ok(newer)
    }

    /// The last version of the object: a new version that is revoked.
    ///
    /// # Errors
    ///
    /// As [`new_version`](Self::new_version).
    pub fn revoke(&self, now: impl Into<Timestamp>) -> Result<Self, Error> {
        let mut last = self.new_version(now)?;
        last.common_mut().revoked = Some(true);
        Ok(last)
    }
}

/// Makes the properties of an object those of a new version.
pub(super) fn begin(kind: Option<Kind>, common: &mut Common, now: Timestamp) -> Result<(), Error> {
    let has_versions = kind != Some(Kind::MarkingDefinition)
        && kind.is_none_or(|kind| !matches!(kind.category(), Category::Observable | Category::Container));
    if !has_versions {
        let detail = format!("objects of type {} have no versions", common.id.prefix().unwrap_or("unknown"));
        return Err(Error::new(ErrorKind::NoVersions).with_detail(detail));
    }
    if common.is_revoked() {
        return Err(Error::new(ErrorKind::NoVersions).with_detail(format!("{} is revoked", common.id)));
    }
    common.modified = Some(match common.version() {
        Some(last) if *last >= now => Timestamp::from(last.instant() + Duration::from_millis(1)),
        _ => now,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Ipv4Addr, MarkingDefinition, ObjectType, Tool};

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn versions_only_move_forward() {
        let tool = Tool::new(time("2024-05-01T10:00:00.000Z"), "VNC");
        for (now, modified) in [
            ("2024-05-01T10:00:00.001Z", "2024-05-01T10:00:00.001Z"),
            ("2024-05-01T10:00:00.000Z", "2024-05-01T10:00:00.001Z"),
            ("2020-05-01T10:00:00.000Z", "2024-05-01T10:00:00.001Z"),
        ] {
            let newer = tool.new_version(time(now)).unwrap();
            assert_eq!(newer.common.modified.unwrap().to_string(), modified);
            assert_eq!((newer.common.id, newer.common.created), (tool.common.id.clone(), tool.common.created.clone()));
        }
    }

    #[test]
    fn some_objects_have_no_versions() {
        let now = time("2024-05-01T10:00:00.000Z");
        let revoked = Tool::new(now.clone(), "VNC").revoke(now.clone()).unwrap();
        let error = revoked.new_version(now.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoVersions);
        assert!(error.to_string().contains(&revoked.common.id.to_string()));
        assert!(Ipv4Addr::new("192.0.2.1").new_version(now.clone()).is_err());
        assert!(MarkingDefinition::new(now.clone()).revoke(now).is_err());
    }
}
