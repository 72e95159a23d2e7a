use crate::object::property::part::part_properties;
use crate::{Identifier, Properties};

/// The HTTP request that traffic carried: the extension `http-request-ext` of network traffic (STIX
/// 2.1 section 6.12).
///
/// ```
/// use stixkit::object::HttpRequestExt;
///
/// let request: HttpRequestExt = serde_json::from_str(r#"{
///     "request_method": "get",
///     "request_value": "/download.html",
///     "request_version": "http/1.1",
///     "request_header": {"Host": ["www.example.com"], "Accept-Encoding": ["gzip, deflate"]}
/// }"#)?;
/// assert_eq!(request.request_value, "/download.html");
/// let host = request.request_header.parse::<Vec<String>>("Host").transpose()?;
/// assert_eq!(host.as_deref(), Some(["www.example.com".to_owned()].as_slice()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HttpRequestExt {
    /// The method, in lower case: `get`, `post`.
    pub request_method: String,
    /// What was asked for, as the request line has it: most often a path.
    pub request_value: String,
    /// The version of the protocol, in lower case: `http/1.1`.
    pub request_version: Option<String>,
    /// The header fields by name. A value is a list of strings in STIX 2.1, since a field may be
    /// repeated, and one string in STIX 2.0.
    pub request_header: Properties,
    /// The length of the body in bytes.
    pub message_body_length: Option<u64>,
    /// The body, an artifact.
    pub message_body_data_ref: Option<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(HttpRequestExt {
    request_method: String,
    request_value: String,
    request_version,
    request_header,
    message_body_length,
    message_body_data_ref,
});
