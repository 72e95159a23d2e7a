use crate::Properties;
use crate::object::property::part::part_properties;

/// What is known of a file as a PDF document: the extension `pdf-ext` of a file (STIX 2.1 section
/// 6.7). At least one property is required.
///
/// ```
/// use stixkit::object::PdfExt;
///
/// let pdf: PdfExt = serde_json::from_str(r#"{
///     "version": "1.7",
///     "is_optimized": false,
///     "document_info_dict": {"Title": "Invoice", "Producer": "Example Writer 2.1"},
///     "pdfid0": "b4901b5be0ab6186933a751e2c076168"
/// }"#)?;
/// assert_eq!(pdf.version.as_deref(), Some("1.7"));
/// assert_eq!(pdf.document_info_dict.parse::<String>("Title").transpose()?, Some("Invoice".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PdfExt {
    /// The version of the PDF format that the file's header names, for example `1.7`.
    pub version: Option<String>,
    /// Whether the file is optimized (linearized), so that a viewer can show pages before all is
    /// loaded.
    pub is_optimized: Option<bool>,
    /// The document information dictionary: `Title`, `Author`, `Producer`, `CreationDate` …
    pub document_info_dict: Properties,
    /// The first of the file's two identifiers.
    pub pdfid0: Option<String>,
    /// The second of the file's two identifiers.
    pub pdfid1: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(PdfExt { version, is_optimized, document_info_dict, pdfid0, pdfid1 } not empty);
