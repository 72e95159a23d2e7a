//! Lookups as CSV files.

use std::io::{self, Write};

use super::lookup::{
    CertificateIntel, Collection, DomainIntel, EmailIntel, FileIntel, HttpIntel, IpIntel, Lookup, ProcessIntel,
    RegistryIntel, UserIntel,
};
use crate::Error;
use crate::table::csv::CsvWriter;

/// Writes lookups as CSV files, one for each [`Collection`], with the header that Splunk documents.
///
/// A file replaces the one that Splunk has, which is how values disappear from it. Therefore all
/// files are written, those without a row with a header alone.
///
/// ```
/// use std::io::Write;
/// use stixkit::row::Mapper;
/// use stixkit::sink::splunk::{Collection, Lookup, LookupFiles};
/// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "name": "C2",
/// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
/// #     "pattern": "[ipv4-addr:value = '192.0.2.1' OR url:value = 'http://example.org/a']",
/// #     "valid_from": "2024-05-01T10:00:00Z"}"#;
/// # let indicator = serde_json::from_str(text)?;
///
/// let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?);
/// let outcome = mapper.map(&indicator);
/// // In a program: `File::create(directory.join(collection.file_name()))`.
/// let mut files = LookupFiles::new(|_| Ok(Vec::new()))?;
/// for lookup in outcome.rows.iter().filter_map(Lookup::from_row) {
///     files.write(&lookup)?;
/// }
/// for (collection, text) in files.finish()? {
///     match collection {
///         Collection::Ip => assert_eq!(text, b"description,ip,weight\nC2,192.0.2.1,60\n"),
///         Collection::User => assert_eq!(text, b"description,user,weight\n"),
///         _ => {}
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LookupFiles<W: Write> {
    /// One for each of [`Collection::ALL`].
    writers: Vec<(Collection, CsvWriter<W>)>,
}

impl<W: Write> LookupFiles<W> {
    /// Opens a writer for each collection.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Output`](crate::error::ErrorKind::Output) if `open`
    /// fails.
    pub fn new(mut open: impl FnMut(Collection) -> io::Result<W>) -> Result<Self, Error> {
        let mut writers = Vec::with_capacity(Collection::ALL.len());
        for collection in Collection::ALL {
            let out = open(collection).map_err(Error::output)?;
            let writer = match collection {
                Collection::Ip => CsvWriter::new::<IpIntel<'_>>(out),
                Collection::Domain => CsvWriter::new::<DomainIntel<'_>>(out),
                Collection::File => CsvWriter::new::<FileIntel<'_>>(out),
                Collection::Email => CsvWriter::new::<EmailIntel<'_>>(out),
                Collection::Http => CsvWriter::new::<HttpIntel<'_>>(out),
                Collection::Registry => CsvWriter::new::<RegistryIntel<'_>>(out),
                Collection::Process => CsvWriter::new::<ProcessIntel<'_>>(out),
                Collection::User => CsvWriter::new::<UserIntel<'_>>(out),
                Collection::Certificate => CsvWriter::new::<CertificateIntel<'_>>(out),
            };
            writers.push((collection, writer));
        }
        Ok(Self { writers })
    }

    /// Sets whether formulas are neutralized, for files that people open in a spreadsheet: see
    /// [`CsvWriter::with_neutralized_formulas`]. Splunk would not find such values. Default: values
    /// are as they are.
    #[must_use]
    pub fn with_neutralized_formulas(self, is_on: bool) -> Self {
        let writers = self.writers.into_iter();
        let writers = writers.map(|(collection, writer)| (collection, writer.with_neutralized_formulas(is_on)));
        Self { writers: writers.collect() }
    }

    /// Writes a row to the file of its collection.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Output`](crate::error::ErrorKind::Output) if the
    /// writer fails.
    pub fn write(&mut self, lookup: &Lookup<'_>) -> Result<(), Error> {
        let own = lookup.collection();
        let Some((_, writer)) = self.writers.iter_mut().find(|(collection, _)| *collection == own) else {
            return Ok(());
        };
        match lookup {
            Lookup::Ip(record) => writer.write(record),
            Lookup::Domain(record) => writer.write(record),
            Lookup::File(record) => writer.write(record),
            Lookup::Email(record) => writer.write(record),
            Lookup::Http(record) => writer.write(record),
            Lookup::Registry(record) => writer.write(record),
            Lookup::Process(record) => writer.write(record),
            Lookup::User(record) => writer.write(record),
            Lookup::Certificate(record) => writer.write(record),
        }
    }

    /// Writes what is buffered, and a header to files without rows. Returns the writers.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Output`](crate::error::ErrorKind::Output) if a writer
    /// fails.
    pub fn finish(self) -> Result<Vec<(Collection, W)>, Error> {
        let finish = |(collection, writer): (Collection, CsvWriter<W>)| Ok((collection, writer.finish()?));
        self.writers.into_iter().map(finish).collect()
    }
}
