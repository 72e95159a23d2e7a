use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::object::property::part::part_properties;
use crate::{Identifier, Properties, Timestamp};

/// An e-mail message: its headers and its body (STIX 2.1 section 6.6). The addresses are objects of
/// their own that the message refers to. Encoded words in headers are stored decoded. In STIX 2.0
/// its references are names local to the observed data.
///
/// ```
/// use stixkit::object::EmailMessage;
///
/// let message: EmailMessage = serde_json::from_str(r#"{
///     "type": "email-message",
///     "spec_version": "2.1",
///     "id": "email-message--9f0f3895-b672-5049-97d0-a86e6852277d",
///     "is_multipart": true,
///     "date": "2024-05-01T10:00:00Z",
///     "content_type": "multipart/mixed",
///     "from_ref": "email-addr--94c9df9e-7880-5c98-ab11-048ff8d53ee9",
///     "to_refs": ["email-addr--6deb37bd-12b7-54ae-805f-5f7146f3d171"],
///     "subject": "Your invoice",
///     "body_multipart": [
///         {
///             "body": "See the attachment.",
///             "content_type": "text/plain; charset=utf-8",
///             "content_disposition": "inline"
///         },
///         {
///             "body_raw_ref": "artifact--8f4ad5be-7045-509a-89a1-8282af68bde8",
///             "content_type": "application/zip",
///             "content_disposition": "attachment; filename=\"invoice.zip\""
///         }
///     ]
/// }"#)?;
/// assert_eq!(message.subject.as_deref(), Some("Your invoice"));
/// assert_eq!(message.body_multipart[1].content_type.as_deref(), Some("application/zip"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SCO")]
pub struct EmailMessage {
    /// The common properties.
    pub common: Common,
    /// Whether the body is made of MIME parts. It is in `body_multipart` then, and in `body`
    /// otherwise.
    pub is_multipart: bool,
    /// When the message was sent.
    pub date: Option<Timestamp>,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The address in the header `From`: the author.
    pub from_ref: Option<Identifier>,
    /// The address in the header `Sender`: who sent the message, where that is not the author.
    pub sender_ref: Option<Identifier>,
    /// The addresses in the header `To`.
    pub to_refs: Vec<Identifier>,
    /// The addresses in the header `Cc`.
    pub cc_refs: Vec<Identifier>,
    /// The addresses in the header `Bcc`. Absent does not mean that the message had none.
    pub bcc_refs: Vec<Identifier>,
    /// The header `Message-ID`. Not in STIX 2.0.
    pub message_id: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The values of the `Received` headers, in the order of the message.
    pub received_lines: Vec<String>,
    /// The other headers by name. A value is a list of texts, since headers repeat; in STIX 2.0
    /// also a single text.
    pub additional_header_fields: Properties,
    /// The body of a message without MIME parts. Only where `is_multipart` is `false`.
    pub body: Option<String>,
    /// The body of a message with MIME parts. Only where `is_multipart` is `true`.
    pub body_multipart: Vec<EmailMimePart>,
    /// The artifact that holds the message as it was sent, headers and body.
    pub raw_email_ref: Option<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(EmailMessage, "email-message" {
    is_multipart: bool, date, content_type, from_ref, sender_ref, to_refs, cc_refs, bcc_refs, message_id [since_21],
    subject, received_lines, additional_header_fields, body, body_multipart, raw_email_ref,
} identified by { from_ref, subject, body });

/// One MIME part of the body of an [`EmailMessage`] (STIX 2.1 section 6.6). One of `body` and
/// `body_raw_ref` is required.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EmailMimePart {
    /// The content, where it is text.
    pub body: Option<String>,
    /// The artifact or file that holds the content, where it is not text.
    pub body_raw_ref: Option<Identifier>,
    /// The part's header `Content-Type`.
    pub content_type: Option<String>,
    /// The part's header `Content-Disposition`; an attachment's file name is in it.
    pub content_disposition: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(EmailMimePart { body, body_raw_ref, content_type, content_disposition } one of { body, body_raw_ref });
