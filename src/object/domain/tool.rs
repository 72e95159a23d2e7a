use std::borrow::Cow;

use crate::Properties;
use crate::object::common::Common;
use crate::object::common::labels_or;
use crate::object::kill_chain_phase::KillChainPhase;
use crate::object::property::list::properties;
use crate::vocab::ToolType;

/// Legitimate software that adversaries use in attacks (STIX 2.1 section 4.18), for example a port
/// scanner or a remote desktop client. Software that was made to do harm is malware, and software
/// that is used to answer attacks is not a tool either.
///
/// ```
/// use stixkit::object::Tool;
/// use stixkit::vocab::ToolType;
///
/// let tool: Tool = serde_json::from_str(r#"{
///     "type": "tool",
///     "spec_version": "2.1",
///     "id": "tool--9c36e377-9091-4591-a5c9-01a014495a23",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "name": "Example Desk",
///     "tool_types": ["remote-access"],
///     "tool_version": "7.2"
/// }"#)?;
/// assert_eq!(*tool.effective_tool_types(), [ToolType::RemoteAccess]);
/// assert_eq!(tool.tool_version.as_deref(), Some("7.2"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Tool {
    /// The common properties.
    pub common: Common,
    /// The name.
    pub name: String,
    /// More about it, and how it is used in attacks.
    pub description: Option<String>,
    /// What it is for. STIX 2.0 has this in `labels`: see
    /// [`effective_tool_types`](Self::effective_tool_types).
    pub tool_types: Vec<ToolType>,
    /// Other names that it has. Not in STIX 2.0.
    pub aliases: Vec<String>,
    /// The phases of kill chains that it is used in.
    pub kill_chain_phases: Vec<KillChainPhase>,
    /// The tool's own version, in free form.
    pub tool_version: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Tool, "tool" {
    name: String, description, tool_types [since_21, labels_20], aliases [since_21], kill_chain_phases, tool_version,
});

impl Tool {
    /// What the tool is for: `tool_types`, or where there are none in STIX 2.0 the labels.
    pub fn effective_tool_types(&self) -> Cow<'_, [ToolType]> {
        labels_or(&self.tool_types, &self.common)
    }
}
