use crate::Properties;
use crate::object::property::part::part_properties;

/// What an account on Unix has beyond others: the extension `unix-account-ext` of a user account
/// (STIX 2.1 section 6.16). At least one property is required.
///
/// ```
/// use stixkit::object::UnixAccountExt;
///
/// let account: UnixAccountExt = serde_json::from_str(r#"{
///     "gid": 1001,
///     "groups": ["wheel"],
///     "home_dir": "/home/jdoe",
///     "shell": "/bin/bash"
/// }"#)?;
/// assert_eq!(account.gid, Some(1001));
/// assert_eq!(account.groups, ["wheel"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnixAccountExt {
    /// The number of the account's primary group. Negative on some systems for a group such as
    /// `nobody`.
    pub gid: Option<i64>,
    /// The names of the groups that the account is in.
    pub groups: Vec<String>,
    /// The path of the home directory.
    pub home_dir: Option<String>,
    /// The shell that a login starts, a path.
    pub shell: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(UnixAccountExt { gid, groups, home_dir, shell } not empty);
