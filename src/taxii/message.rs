//! The error message of TAXII.

use std::fmt;

use crate::{Json, Properties};

/// Why a server refuses or fails (section 3.6.1).
///
/// ```
/// use stixkit::taxii::ErrorMessage;
///
/// let message = ErrorMessage::from_slice(br#"{"code": 404, "name": "Not Found", "description": ["no", "such"]}"#)?;
/// assert_eq!(message.title.as_deref(), Some("Not Found"));
/// assert_eq!(message.to_string(), r#"Not Found: ["no","such"]"#);
/// # Ok::<(), stixkit::taxii::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorMessage {
    /// A short description. Some servers call it `name` or `error`.
    pub title: Option<String>,
    /// A full description. A list or an object is kept as JSON. Some servers call it `detail` or
    /// `message`.
    pub description: Option<String>,
    /// The identifier of this occurrence, for the server's log.
    pub error_id: Option<String>,
    /// The kind of error. Some servers call it `code`.
    pub error_code: Option<String>,
    /// The HTTP status according to the body.
    pub http_status: Option<String>,
    /// Where to read more.
    pub external_details: Option<String>,
    /// Further details.
    pub details: Option<Json<'static>>,
    /// All other properties.
    pub custom: Properties,
}

impl ErrorMessage {
    /// Whether the body contained no message.
    pub(super) fn is_empty(&self) -> bool {
        self.title.is_none() && self.description.is_none() && self.error_code.is_none() && self.error_id.is_none()
    }
}

impl fmt::Display for ErrorMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.title, &self.description) {
            (Some(title), Some(description)) => write!(f, "{title}: {description}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(text),
            (None, None) => f.write_str(self.error_code.as_deref().unwrap_or("no message")),
        }
    }
}
