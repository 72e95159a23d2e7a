//! What the fields of a log mean.

use std::fmt;

use super::compiled::Compiled;
use super::definition::Definition;
use super::error::{Error, ErrorKind};
use super::event::Event;
use super::fields::Fields;
use super::map_error::MapError;
#[cfg(feature = "arrow")]
use super::names::NO_LEVEL;
use super::parse;
use super::read::Collector;
use super::scan;
use super::scratch::Scratch;

/// What the fields of a log mean: which objects, properties, times and outcomes they hold.
///
/// There are maps for usual logs, and [`parse`](Self::parse) makes one from text:
///
/// ```
/// use stixkit::matching::event::{FieldMap, Scratch};
/// use stixkit::row::ValueKind;
///
/// let map = FieldMap::parse(
///     "# A proxy. Each line is a field, how it is read, and where its values belong.
///      time     when
///      outcome  verdict      success=allow denied=deny,block
///      client   address      client,  traffic network-traffic:src_ref.value   src
///      server   host         server,  traffic network-traffic:dst_ref.value   dst
///      port     port         traffic network-traffic:dst_port                 dst
///      url      url          url
///      file.sum hash         download",
/// )?;
/// let line = r#"{"when": "2024-05-01 10:00:00", "verdict": "ALLOW", "server": "c2.example", "port": 443,
///                "file": {"sum": "d41d8cd98f00b204e9800998ecf8427e"}}"#;
/// let mut scratch = Scratch::new();
/// let event = map.extract(line.as_bytes(), &mut scratch)?;
/// let values: Vec<_> = event.values().map(|value| (value.rule.place().as_str(), value.text)).collect();
/// assert_eq!(values, [
///     ("domain-name:value", "c2.example"),
///     ("network-traffic:dst_port", "443"),
///     ("file:hashes.MD5", "d41d8cd98f00b204e9800998ecf8427e"),
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Fields
///
/// `dns.question.name` is that name as it is, or objects in each other, or a mixture of both. A
/// list counts as each of its elements, at any place of a field. If a name is repeated in an
/// object, all of its values count: programs disagree on which one does, and nobody should be able
/// to hide a value behind another one. Of repeated times, the last one counts.
///
/// `null`, an empty text, `-` and `(empty)` are not values.
///
/// # The text of a map
///
/// A line of a map is one of these. Words are separated by blanks; `#` begins a comment. A name
/// with blanks, commas or a `+` is in quotes, with the escapes of JSON.
///
/// | line | meaning |
/// |---|---|
/// | `time FIELD` | the field has the time of the event. If several have one, the first of them in the map counts. |
/// | `outcome FIELD success=WORD,… failure=WORD,… denied=WORD,…` | what became of it, whatever the case of the words. `denied` counts more than `failure`, and that more than `success`. |
/// | `under OBJECT…` | all fields of the map may also be in these objects |
/// | `FIELD READING PLACE, PLACE… DIRECTION` | values of the field; `DIRECTION` is `src`, `dst` or left out |
/// | `FIELD+FIELD READING PLACE…` | values of two fields of one object: host and path of a `url`, algorithm and digits of a `hash` |
///
/// A place is a slot and a path of a pattern, for example `traffic network-traffic:dst_port`. The
/// path may be left out if the reading implies it. A slot with `[]` after its name is repeated: see
/// [`Place`](super::Place). If the first slot is a choice such as `loaded|image`, values belong to
/// the first of these slots that has other values in the event, or to the last: Sysmon has `Hashes`
/// of different files.
///
/// If a field at a place that is neither repeated nor a list has several values, the first one
/// belongs to the first object of the slot, the second one to the second object, and so on. Single
/// values of the slot belong to all of its objects: a connection to several addresses at one port
/// is a connection to each of them at that port.
///
/// A `url` of two fields has the scheme that `network-traffic:dst_port` (443, 80) and
/// `network-traffic:protocols[*]` (`https`, `tls`, `ssl`, `http`) tell. If the event has neither,
/// or they differ, the URL is looked up with both schemes, and the scheme of a hit's value is then
/// not one that the log has.
///
/// | reading | value |
/// |---|---|
/// | `address` | an IPv4 or IPv6 address; other text is left out |
/// | `host` | an address or a name, also with a port |
/// | `dns-results` | what Sysmon writes as the answer to a DNS query: addresses and names with `;` between them |
/// | `url` | a URL |
/// | `email` | an e-mail address, also as `Name <user@domain>` |
/// | `path` | a path of a file: its last part is the name of the file, what is before that is its directory. Without a separator it is only a name. Paths of places end before the property: `process process:image_ref`, `file file:`. |
/// | `base-name` | the last part of a path |
/// | `md5`, `sha1`, `sha256`, `sha512`, `imphash`, `ssdeep` | a hash. Paths of places end in `hashes`. |
/// | `hash` | a hash whose algorithm is known by its length, or by another field |
/// | `hashes` | hashes in the form `SHA1=…,MD5=…` |
/// | `registry-key` | a key of the Windows registry |
/// | `registry-value` | a key, or a key and the name of a value after a backslash: both are looked up. Paths of places end before the property. |
/// | `name`, `text`, `mac`, `serial`, `cve` | text that is looked up as what the word says |
/// | `port`, `asn`, `number` | a number, also if the log has it as text |
/// | `tested`, `tested-number` | any value, or a number, also if the log has it as text; it is not looked up, but patterns with other parts can test it |
///
/// # Memory and time
///
/// Once the [`Scratch`] has grown to the size of the lines, nothing is allocated, unless the time
/// is in a form that few logs have. The time is linear in the length of a line. Lines are at most
/// 16 MiB long and 128 levels deep.
#[derive(Clone)]
pub struct FieldMap {
    definitions: Vec<(usize, Definition)>,
    compiled: Compiled,
}

impl FieldMap {
    /// Reads a map from text, in the form that [`FieldMap`] documents.
    ///
    /// # Errors
    ///
    /// Returns an error with its line if a line is not one of a map. See
    /// [`MapErrorKind`](super::MapErrorKind).
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let definitions = parse::parse(text)?;
        let compiled = Compiled::new(&definitions)?;
        Ok(Self { definitions, compiled })
    }

    /// Adds lines to the map. Fields that it has already keep what they mean, and mean that as
    /// well.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse). Lines are numbered from the first that is added.
    pub fn with(mut self, text: &str) -> Result<Self, MapError> {
        self.definitions.extend(parse::parse(text)?);
        self.compiled = Compiled::new(&self.definitions)?;
        Ok(self)
    }

    /// Removes all lines about a field.
    pub fn without(mut self, field: &str) -> Self {
        self.definitions.retain(|(_, definition)| !definition.is_about(field));
        // OK because fewer lines of a map that was valid are valid.
        self.compiled = Compiled::new(&self.definitions).unwrap_or_default();
        self
    }

    /// Reads an event from a line of JSON.
    ///
    /// # Errors
    ///
    /// Returns an error with its place if the line is not one JSON object, or is longer or deeper
    /// than the limits. A lone half of a surrogate pair is not an error: it becomes U+FFFD.
    pub fn extract<'a>(&'a self, line: &'a [u8], scratch: &'a mut Scratch) -> Result<Event<'a>, Error> {
        const MAX_LINE: usize = 16 << 20;
        if line.len() > MAX_LINE {
            return Err(Error::new(ErrorKind::TooLong, MAX_LINE));
        }
        let line = simdutf8::basic::from_utf8(line).map_err(|_| invalid_utf8(line))?;
        let Scratch { quotes, frames, found } = scratch;
        found.clear();
        quotes.find(line.as_bytes())?;
        let mut collector = Collector { compiled: &self.compiled, found, line };
        scan::scan(quotes, frames, &self.compiled.names, &mut collector)?;
        collector.finish()?;
        Ok(found.event(&self.compiled.rules, line))
    }

    /// Starts an event whose fields are given one by one, for logs that are not JSON.
    ///
    /// ```
    /// use stixkit::matching::event::{FieldMap, Scratch};
    ///
    /// let (map, mut scratch) = (FieldMap::sysmon(), Scratch::new());
    /// let mut fields = map.fields(&mut scratch);
    /// fields.add("UtcTime", "2024-05-01 10:00:00.000");
    /// fields.add("DestinationIp", "198.51.100.7");
    /// let event = fields.finish()?;
    /// assert_eq!(event.values().next().unwrap().text, "198.51.100.7");
    /// # Ok::<(), stixkit::matching::event::Error>(())
    /// ```
    pub fn fields<'a>(&'a self, scratch: &'a mut Scratch) -> Fields<'a> {
        Fields::new(&self.compiled, scratch)
    }

    /// Whether the map has a field of this name, or one in an object of this name.
    #[cfg(feature = "arrow")]
    pub(in crate::matching) fn knows(&self, name: &str) -> bool {
        let names = &self.compiled.names;
        let target = names.find(names.root(), name.as_bytes());
        target.has_actions() || target.level != NO_LEVEL
    }
}

#[cold]
fn invalid_utf8(line: &[u8]) -> Error {
    let offset = std::str::from_utf8(line).map_or_else(|error| error.valid_up_to(), str::len);
    Error::new(ErrorKind::Utf8, offset)
}

impl fmt::Debug for FieldMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldMap").field(&self.compiled.rules).finish()
    }
}
