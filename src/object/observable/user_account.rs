use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::vocab::AccountType;
use crate::{Properties, Timestamp};

/// An account of a user on a system or with a service (STIX 2.1 section 6.16). At least one
/// property is required. More about an account on Unix is in the extension `unix-account-ext`.
///
/// ```
/// use stixkit::object::UserAccount;
/// use stixkit::vocab::AccountType;
///
/// let account: UserAccount = serde_json::from_str(r#"{
///     "type": "user-account",
///     "spec_version": "2.1",
///     "id": "user-account--f94d689e-707d-58c3-b803-c720bb6ed096",
///     "user_id": "1001",
///     "account_login": "jdoe",
///     "account_type": "unix",
///     "display_name": "Jane Doe",
///     "is_privileged": false
/// }"#)?;
/// assert_eq!(account.account_type, Some(AccountType::Unix));
/// assert_eq!(account.is_privileged, Some(false));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct UserAccount {
    /// The common properties.
    pub common: Common,
    /// The account's identifier on its system: a UID, a SID, a name. Required in STIX 2.0.
    pub user_id: Option<String>,
    /// The password or another secret, in clear text. Meant for those found in malware, not for
    /// people's own. Not in STIX 2.0.
    pub credential: Option<String>,
    /// What the user types to log in, where that is not `user_id`.
    pub account_login: Option<String>,
    /// What kind of account it is.
    pub account_type: Option<AccountType>,
    /// The name that is shown to others.
    pub display_name: Option<String>,
    /// Whether a service or a process of the system uses the account rather than a person. Absent
    /// means that it was not said.
    pub is_service_account: Option<bool>,
    /// Whether it has raised privileges, as `root` has. Absent means that it was not said.
    pub is_privileged: Option<bool>,
    /// Whether it can raise its privileges, as with `sudo`. Absent means that it was not said.
    pub can_escalate_privs: Option<bool>,
    /// Whether it is disabled. Absent means that it was not said.
    pub is_disabled: Option<bool>,
    /// When the account was made.
    pub account_created: Option<Timestamp>,
    /// When it expires.
    pub account_expires: Option<Timestamp>,
    /// When the credential was last changed. Not in STIX 2.0: see
    /// [`effective_credential_last_changed`](Self::effective_credential_last_changed).
    pub credential_last_changed: Option<Timestamp>,
    /// When the account was first used.
    pub account_first_login: Option<Timestamp>,
    /// When it was last used.
    pub account_last_login: Option<Timestamp>,
    /// When the password was last changed. STIX 2.0 only.
    pub password_last_changed: Option<Timestamp>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(UserAccount, "user-account" {
    user_id [required_20], credential [since_21], account_login, account_type, display_name, is_service_account,
    is_privileged, can_escalate_privs, is_disabled, account_created, account_expires,
    credential_last_changed [since_21], account_first_login, account_last_login, password_last_changed [until_20],
} identified by { account_type, user_id, account_login });

impl UserAccount {
    /// When the credential was last changed: `credential_last_changed`, else
    /// `password_last_changed`, which is STIX 2.0's name for it.
    pub fn effective_credential_last_changed(&self) -> Option<&Timestamp> {
        self.credential_last_changed.as_ref().or(self.password_last_changed.as_ref())
    }
}
