//! Rows to the lines of a list.

use std::collections::HashSet;
use std::fmt;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::counts::ListCounts;
use super::format::{DatasetType, ListFormat, WarninglistType};
use super::options::Options;
use super::rpz;
use crate::error::Error;
use crate::row::{Observable, Row, State, ValueKind};

/// Writes rows as a list: see the [module](super).
///
/// It writes small pieces; give it a buffer if `W` has none.
pub struct ListWriter<W> {
    format: ListFormat,
    options: Options,
    out: W,
    counts: ListCounts,
    /// The lines that were written, without what is only said about the value.
    seen: HashSet<String>,
}

/// Why a value makes no line.
enum Refused {
    NotWritable,
    OtherType,
}

impl<W: Write> ListWriter<W> {
    /// Creates a writer, and writes what is before the first value.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Io`](crate::error::ErrorKind::Io) if writing fails.
    pub fn new(format: ListFormat, options: Options, mut out: W) -> Result<Self, Error> {
        out.write_all(head(format, &options).as_bytes())?;
        Ok(Self { format, options, out, counts: ListCounts::default(), seen: HashSet::new() })
    }

    /// Writes the value of a row, if the list takes it; otherwise it counts why not.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Io`](crate::error::ErrorKind::Io) if writing fails.
    pub fn write(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let Some(observable) = row.observable.as_ref().filter(|_| row.relation.standalone) else {
            self.counts.not_standalone += 1;
            return Ok(());
        };
        if row.validity.state != State::Active {
            self.counts.not_active += 1;
            return Ok(());
        }
        if !self.options.limit.allows(row.markings) {
            self.counts.too_strict += 1;
            return Ok(());
        }
        match self.line(observable, row) {
            Ok((key, line)) => {
                if !self.seen.insert(key) {
                    self.counts.repeated += 1;
                    return Ok(());
                }
                self.counts.written += 1;
                self.out.write_all(line.as_bytes())?;
            }
            Err(Refused::NotWritable) => self.counts.not_writable += 1,
            Err(Refused::OtherType) => self.counts.other_type += 1,
        }
        Ok(())
    }

    /// Returns what became of the rows so far.
    pub fn counts(&self) -> ListCounts {
        self.counts
    }

    /// Writes what is after the last value, and returns the output and the counts.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Io`](crate::error::ErrorKind::Io) if writing fails.
    pub fn finish(mut self) -> Result<(W, ListCounts), Error> {
        if let ListFormat::MispWarninglist(_) = self.format {
            self.out.write_all(b"]}\n")?;
        }
        self.out.flush()?;
        Ok((self.out, self.counts))
    }

    /// What tells the value apart, and its line.
    fn line(&self, observable: &Observable<'_>, row: &Row<'_>) -> Result<(String, String), Refused> {
        let value = &*observable.norm;
        let is_network = matches!(observable.kind, ValueKind::Ipv4 | ValueKind::Ipv6 | ValueKind::Cidr);
        let is_ipv6 = is_network && value.contains(':');
        let line = match self.format {
            ListFormat::Plain => format!("{value}\n"),
            ListFormat::Csv => csv_line(observable, row),
            ListFormat::Netset if is_network && !is_ipv6 => format!("{value}\n"),
            ListFormat::NetsetIpv6 if is_ipv6 => format!("{value}\n"),
            ListFormat::PfTable if is_network => format!("{value}\n"),
            ListFormat::Hosts if observable.kind == ValueKind::Domain => format!("0.0.0.0 {value}\n"),
            ListFormat::Rpz if observable.kind == ValueKind::Domain => {
                rpz::domain(value, self.options.has_subdomains).ok_or(Refused::NotWritable)?
            }
            ListFormat::Rpz if is_network => rpz::network(value).ok_or(Refused::NotWritable)?,
            ListFormat::SuricataDataset(own) => dataset_line(own, observable)?,
            ListFormat::SuricataIprep if is_network => {
                // 127 is the highest score; 0 takes an address out of a list.
                let score = row.context.confidence.map_or(127, |own| (u16::from(own) * 127 / 100).max(1));
                format!("{value},{},{score}\n", self.options.category)
            }
            ListFormat::ZeekIntel => zeek_line(observable, row)?,
            ListFormat::MispWarninglist(own) => {
                let is_of_type = match own {
                    WarninglistType::Cidr => is_network,
                    WarninglistType::Hostname => observable.kind == ValueKind::Domain,
                    WarninglistType::String => true,
                };
                if !is_of_type {
                    return Err(Refused::OtherType);
                }
                let comma = if self.counts.written == 0 { "" } else { "," };
                format!("{comma}\n{}", json_text(value))
            }
            ListFormat::Netset
            | ListFormat::NetsetIpv6
            | ListFormat::PfTable
            | ListFormat::Hosts
            | ListFormat::Rpz
            | ListFormat::SuricataIprep => return Err(Refused::OtherType),
        };
        // A name of a file may have anything in it, and a line has an end and may be a comment.
        let is_json = matches!(self.format, ListFormat::MispWarninglist(_));
        let is_clean = is_json || !(value.contains(char::is_control) || value.starts_with(['#', ';']));
        if !observable.well_formed || !is_clean || value.is_empty() {
            return Err(Refused::NotWritable);
        }
        Ok((value.to_owned(), line))
    }
}

impl<W> fmt::Debug for ListWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListWriter").field("format", &self.format).field("counts", &self.counts).finish_non_exhaustive()
    }
}

fn head(format: ListFormat, options: &Options) -> String {
    let Options { name, now, .. } = options;
    // The field is public, and a line end in it would be a line of the list.
    let name = &name.replace(char::is_control, " ");
    let at = now.format("%Y-%m-%dT%H:%M:%SZ");
    match format {
        // Devices differ in what they take for a comment.
        ListFormat::Plain | ListFormat::SuricataDataset(_) | ListFormat::SuricataIprep => String::new(),
        ListFormat::Csv => "value,type,key,name,confidence,valid_from,valid_until,source,tlp\n".to_owned(),
        ListFormat::Hosts | ListFormat::Netset | ListFormat::NetsetIpv6 | ListFormat::PfTable => {
            format!("# {name}, {at}\n")
        }
        ListFormat::Rpz => format!(
            "; {name}, {at}\n$TTL 300\n@ IN SOA localhost. root.localhost. {} 3600 600 86400 300\n@ IN NS localhost.\n",
            // The serial has 32 bits.
            now.timestamp() as u32
        ),
        ListFormat::ZeekIntel => "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\n".to_owned(),
        ListFormat::MispWarninglist(own) => format!(
            "{{\"name\":{},\"version\":{},\"description\":{},\"type\":\"{}\",\"matching_attributes\":{},\"list\":[",
            json_text(name),
            now.format("%Y%m%d"),
            json_text(&format!("{name}, {at}")),
            own.as_str(),
            // OK because texts cannot fail to be written.
            serde_json::to_string(own.attributes()).unwrap_or_default(),
        ),
    }
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn dataset_line(own: DatasetType, observable: &Observable<'_>) -> Result<String, Refused> {
    let value = &*observable.norm;
    let is_hash = |algorithm: &str| observable.key.strip_prefix("file:hashes.").is_some_and(|own| own == algorithm);
    let is_encoded = match own {
        DatasetType::Ip if matches!(observable.kind, ValueKind::Ipv4 | ValueKind::Ipv6) => false,
        DatasetType::Md5 if is_hash("MD5") => false,
        DatasetType::Sha256 if is_hash("'SHA-256'") => false,
        DatasetType::Domain if observable.kind == ValueKind::Domain => true,
        DatasetType::Url if observable.kind == ValueKind::Url => true,
        _ => return Err(Refused::OtherType),
    };
    Ok(if is_encoded { format!("{}\n", STANDARD.encode(value)) } else { format!("{value}\n") })
}

fn zeek_line(observable: &Observable<'_>, row: &Row<'_>) -> Result<String, Refused> {
    let value = &*observable.norm;
    let (kind, value) = match (observable.kind, &*observable.object_type) {
        (ValueKind::Ipv4 | ValueKind::Ipv6, _) => ("ADDR", value),
        (ValueKind::Cidr, _) => ("SUBNET", value),
        (ValueKind::Domain, _) => ("DOMAIN", value),
        (ValueKind::Email, _) => ("EMAIL", value),
        // Zeek has the host and what follows.
        (ValueKind::Url, _) => {
            let rest = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
            ("URL", rest.ok_or(Refused::NotWritable)?)
        }
        (ValueKind::Hash, "file") if is_usual_hash(value) => ("FILE_HASH", value),
        (ValueKind::Hash, "x509-certificate") if is_usual_hash(value) => ("CERT_HASH", value),
        (ValueKind::Name, "file") if observable.key == "file:name" => ("FILE_NAME", value),
        _ => return Err(Refused::OtherType),
    };
    let context = &row.context;
    let desc = context.name.as_deref().unwrap_or_default();
    let url = context.references.iter().find_map(|reference| reference.url.as_deref()).unwrap_or_default();
    let source = context.provider.as_deref().unwrap_or(&row.source);
    let columns = [value, &format!("Intel::{kind}"), source, desc, url].map(zeek_text);
    Ok(format!("{}\n", columns.join("\t")))
}

/// MD5, SHA-1 and SHA-256, which Zeek computes.
fn is_usual_hash(value: &str) -> bool {
    matches!(value.len(), 32 | 40 | 64)
}

/// Text of a column. `-` is a column without a value; tabs and line ends are written as `\x09`.
fn zeek_text(text: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    if text == "-" {
        return "\\x2d".to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            letter if letter.is_ascii_control() => out.push_str(&format!("\\x{:02x}", letter as u32)),
            letter => out.push(letter),
        }
    }
    out
}

fn csv_line(observable: &Observable<'_>, row: &Row<'_>) -> String {
    let time = |time: &Option<crate::Timestamp>| time.as_ref().map(ToString::to_string).unwrap_or_default();
    let columns = [
        observable.norm.to_string(),
        observable.kind.as_str().to_owned(),
        observable.key.to_string(),
        row.context.name.as_deref().unwrap_or_default().to_owned(),
        row.context.confidence.map(|confidence| confidence.to_string()).unwrap_or_default(),
        time(&row.validity.from),
        time(&row.validity.until),
        row.source.to_string(),
        row.tlp.map(|tlp| tlp.to_string()).unwrap_or_default(),
    ];
    format!("{}\n", columns.map(csv_text).join(","))
}

fn csv_text(text: String) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_escaped() {
        assert_eq!(zeek_text("a\tb\\c\n"), "a\\x09b\\\\c\\x0a");
        assert_eq!((zeek_text(""), zeek_text("-")), ("-".to_owned(), "\\x2d".to_owned()));
        assert_eq!(csv_text("a,\"b\"".to_owned()), "\"a,\"\"b\"\"\"");
    }
}
