use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::{Identifier, Properties};

/// An analyst's text on other objects (STIX 2.1 section 4.13): context, findings, questions.
/// Anybody may write one, also on objects that somebody else made. Not in STIX 2.0.
///
/// ```
/// use stixkit::object::Note;
///
/// let note: Note = serde_json::from_str(r#"{
///     "type": "note",
///     "spec_version": "2.1",
///     "id": "note--29032fb9-052f-4f79-b1b6-0f0eb76d5b84",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "abstract": "Sinkholed",
///     "content": "login.example.org has resolved to 192.0.2.10, a sinkhole, since April.",
///     "authors": ["A. Analyst"],
///     "object_refs": ["indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f"]
/// }"#)?;
/// assert_eq!(note.summary.as_deref(), Some("Sinkholed"));
/// assert_eq!(note.object_refs.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Note {
    /// The common properties.
    pub common: Common,
    /// What it says in short: the property `abstract`, which is a reserved word in Rust.
    #[doc(alias = "abstract")]
    pub summary: Option<String>,
    /// The text.
    pub content: String,
    /// The names of those who wrote it.
    pub authors: Vec<String>,
    /// The objects that it is about. Required in STIX 2.1.
    pub object_refs: Vec<Identifier>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Note, "note" {
    summary as "abstract", content: String, authors, object_refs: Vec<Identifier> [required],
});
