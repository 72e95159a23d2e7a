use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties, Timestamp};

/// A running program, as an operating system shows it (STIX 2.1 section 6.13). Windows services are
/// processes with the extension [`WindowsServiceExt`](crate::object::WindowsServiceExt). At least
/// one property is required, be it in an extension. The identifier is random: it follows from no
/// properties.
///
/// ```
/// use stixkit::object::Process;
///
/// let process: Process = serde_json::from_str(r#"{
///     "type": "process",
///     "spec_version": "2.1",
///     "id": "process--2b56108c-6a0b-48d2-8348-bafcb344cb0f",
///     "pid": 4711,
///     "created_time": "2024-05-01T10:00:00Z",
///     "command_line": "./updater --quiet",
///     "image_ref": "file--40174f3e-14f2-5703-b5a5-f3617e850450"
/// }"#)?;
/// assert_eq!(process.pid, Some(4711));
/// assert_eq!(process.effective_image_ref(), process.image_ref.as_ref());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct Process {
    /// The common properties.
    pub common: Common,
    /// Whether the process is hidden.
    pub is_hidden: Option<bool>,
    /// The number that the system gave the process. Systems use it again after the process has
    /// ended.
    pub pid: Option<u64>,
    /// When the process was started. Not in STIX 2.0, which has it in `created`; that is a common
    /// property and is read there: see [`effective_created_time`](Self::effective_created_time).
    pub created_time: Option<Timestamp>,
    /// The working directory, a path.
    pub cwd: Option<String>,
    /// The whole command that started the process: the program and its arguments.
    pub command_line: Option<String>,
    /// The environment variables: their names, and their values as strings.
    pub environment_variables: Properties,
    /// The network traffic of the connections that the process opened.
    pub opened_connection_refs: Vec<Identifier>,
    /// The user account that started the process.
    pub creator_user_ref: Option<Identifier>,
    /// The file that was executed. Not in STIX 2.0, which has it in
    /// [`binary_ref`](Self::binary_ref): see [`effective_image_ref`](Self::effective_image_ref).
    pub image_ref: Option<Identifier>,
    /// The process that started this one.
    pub parent_ref: Option<Identifier>,
    /// The processes that this one started.
    pub child_refs: Vec<Identifier>,
    /// The name of the process. STIX 2.0 only.
    pub name: Option<String>,
    /// The arguments that the program was started with, in their order. STIX 2.0 only.
    pub arguments: Vec<String>,
    /// The file that was executed. STIX 2.0 only.
    pub binary_ref: Option<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Process, "process" {
    is_hidden, pid, created_time [since_21], cwd, command_line, environment_variables, opened_connection_refs,
    creator_user_ref, image_ref [since_21], parent_ref, child_refs, name [until_20], arguments [until_20],
    binary_ref [until_20],
} identified by {});

impl Process {
    /// When the process was started: `created_time`, else the common property `created`, where STIX
    /// 2.0 has it.
    pub fn effective_created_time(&self) -> Option<&Timestamp> {
        self.created_time.as_ref().or(self.common.created_20())
    }

    /// The file that was executed: `image_ref`, else `binary_ref`, where STIX 2.0 has it.
    pub fn effective_image_ref(&self) -> Option<&Identifier> {
        self.image_ref.as_ref().or(self.binary_ref.as_ref())
    }
}
