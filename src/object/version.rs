//! Versions of objects (STIX 2.1 section 3.6).

use std::time::Duration;

use super::common::Common;
use super::object::Object;
use crate::error::{Error, ErrorKind};
use crate::kind::{Category, Kind};
use crate::time::Timestamp;

impl Object {
    /// A new version of the object, to be changed and then published: the same but for `modified`,
    /// which is `now`, or a millisecond after the last version where `now` is not later. A
    /// `DateTime<Utc>` is cut to milliseconds: see [`Timestamp`].
    ///
    /// Only the creator of an object makes versions of it: `created_by_ref`, `id` and `created` are
    /// to stay as they are. Who wants to say something else about another's object makes a new one,
    /// with a `derived-from` relationship.
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
    /// Returns an error of kind [`ErrorKind::NoVersions`] if the object is revoked, which is the
    /// end of its versions, or of a type that has none: observables and marking definitions. The
    /// kind is the same if `created` is absent or cannot be read: all versions of an object share
    /// it, and a made-up one would belong to another history. If you know it, set it before. So is
    /// the kind if the last version is from the end of the year 9999.
    pub fn new_version(&self, now: impl Into<Timestamp>) -> Result<Self, Error> {
        let mut newer = self.clone();
        begin(newer.kind(), newer.common_mut(), now.into())?;
        // What could not be read of the last version is out of date.
        newer.custom_mut().remove("modified");
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
        last.custom_mut().remove("revoked");
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
    let Some(last) = common.version().filter(|_| common.created.is_some()) else {
        let detail = format!("`created` of {}, which its versions share, is absent or cannot be read", common.id);
        return Err(Error::new(ErrorKind::NoVersions).with_detail(detail));
    };
    let next = if *last >= now { Timestamp::from(last.instant() + Duration::from_millis(1)) } else { now };
    if next <= *last {
        let detail = format!("no later time than {last} of {} can be written", common.id);
        return Err(Error::new(ErrorKind::NoVersions).with_detail(detail));
    }
    common.modified = Some(next);
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
    fn versions_of_precise_times_move_forward_in_milliseconds() {
        let mut tool = Tool::new(time("2024-05-01T10:00:00.000Z"), "VNC");
        for (modified, now, expected) in [
            ("2024-05-01T10:00:00.123456789Z", "2024-05-01T10:00:00.123999999Z", "2024-05-01T10:00:00.124Z"),
            ("2024-05-01T10:00:00.1239999Z", "2020-05-01T10:00:00Z", "2024-05-01T10:00:00.124Z"),
            ("2024-05-01T10:00:00.123456789Z", "2024-05-01T10:00:00.124999999Z", "2024-05-01T10:00:00.124Z"),
            ("2024-05-01T10:00:00.999999999Z", "2024-05-01T10:00:00.999999999Z", "2024-05-01T10:00:01.000Z"),
        ] {
            tool.common.modified = Some(time(modified));
            let newer = tool.new_version(time(now).instant()).unwrap();
            assert_eq!(newer.common.modified.as_ref().unwrap().to_string(), expected);
            assert!(newer.common.modified > tool.common.modified);
        }
        for last in ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999-23:59"] {
            tool.common.modified = Some(time(last));
            assert_eq!(tool.revoke(time("2024-05-01T10:00:00Z")).unwrap_err().kind(), ErrorKind::NoVersions);
        }
    }

    #[test]
    fn b22_an_object_without_created_has_no_versions() {
        let now = time("2024-05-01T10:00:00.000Z");
        for json in [
            r#"{"type":"x-foo","id":"x-foo--d81f86b9-975b-4c0b-875e-810c5ad45a4f","a":1}"#,
            r#"{"type":"tool","id":"tool--d81f86b9-975b-4c0b-875e-810c5ad45a4f","name":"VNC","modified":"2024-01-01T00:00:00Z"}"#,
            r#"{"type":"tool","id":"tool--d81f86b9-975b-4c0b-875e-810c5ad45a4f","name":"VNC","created":"2024-13-01T00:00:00Z"}"#,
        ] {
            let mut object: Object = serde_json::from_str(json).unwrap();
            let error = object.new_version(now.clone()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NoVersions, "{json}");
            assert!(error.detail().contains("`created`") && error.detail().contains(&object.id().to_string()));
            assert!(object.revoke(now.clone()).is_err());
            object.common_mut().created = Some(time("2023-05-01T10:00:00Z"));
            assert_eq!(object.new_version(now.clone()).unwrap().common().modified, Some(now.clone()));
        }
    }

    #[test]
    fn what_could_not_be_read_of_the_last_version_does_not_stay() {
        let tool: Tool = serde_json::from_str(
            r#"{"type":"tool","id":"tool--1","name":"VNC","created":"2024-01-01T00:00:00Z","modified":"x","revoked":"no"}"#,
        )
        .unwrap();
        let now = time("2024-05-01T10:00:00.000Z");
        assert_eq!(tool.new_version(now.clone()).unwrap().custom.names().collect::<Vec<_>>(), ["revoked"]);
        assert!(tool.revoke(now.clone()).unwrap().custom.is_empty());
        let last = Object::from(tool).revoke(now).unwrap();
        assert!(last.custom().is_empty() && last.common().is_revoked());
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
