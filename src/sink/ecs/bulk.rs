//! Documents in the form of Elasticsearch's bulk API.

use std::io;

use super::fields::Document;
use crate::row::RowKey;

impl Document<'_> {
    /// Returns the document's `_id`: the row's [`RowKey`], which the versions of an indicator
    /// share. `None` if a program has taken `stix.row.row_id` out.
    pub fn id(&self) -> Option<&str> {
        self.stix.row.row_id.as_deref()
    }

    /// Writes the document for the body of `POST <index>/_bulk`: a line with the action and a line
    /// with the document. It replaces the document with the same [`id`](Self::id), so the newest
    /// version of an indicator counts, also one that was revoked.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::ecs;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[file:name = 'a.exe']", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
    /// let (outcome, options) = (mapper.map(&indicator), ecs::Options::new());
    /// let mut body = Vec::new();
    /// for document in ecs::Document::all(&outcome, &indicator, &options) {
    ///     document.write_bulk(&mut body)?;
    /// }
    /// let body = String::from_utf8(body)?;
    /// let mut lines = body.lines();
    /// assert_eq!(lines.next(), Some(r#"{"index":{"_id":"9934bdb8-7f19-5bcc-ba2c-8ed4a2bf237f"}}"#));
    /// assert!(lines.next().unwrap().starts_with(r#"{"@timestamp":"2024-05-01T10:00:00.000Z","#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the writer.
    pub fn write_bulk(&self, out: &mut impl io::Write) -> io::Result<()> {
        match self.id() {
            Some(id) => {
                out.write_all(br#"{"index":{"_id":"#)?;
                serde_json::to_writer(&mut *out, id)?;
                out.write_all(b"}}\n")?;
            }
            None => out.write_all(b"{\"index\":{}}\n")?,
        }
        serde_json::to_writer(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

/// Writes the line of a bulk body that deletes the document of a row, for rows that
/// [`Upserts`](crate::row::Upserts) reports as gone: a newer version of an indicator no longer
/// names the value, or the feed no longer has the indicator.
///
/// # Errors
///
/// Returns the error of the writer.
pub fn write_bulk_delete(key: RowKey, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out, r#"{{"delete":{{"_id":"{key}"}}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_is_one_line() {
        let key: RowKey = serde_json::from_str(r#""5b25e5e897245379ada33d10dd0a15c4""#).unwrap();
        let mut out = Vec::new();
        write_bulk_delete(key, &mut out).unwrap();
        assert_eq!(out, b"{\"delete\":{\"_id\":\"5b25e5e8-9724-5379-ada3-3d10dd0a15c4\"}}\n");
    }
}
