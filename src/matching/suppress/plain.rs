//! Lists as plain text, one entry a line.

use super::draft::Draft;
use super::error::Error;
use super::list::{List, ListKind};
use super::suppress::Suppress;

impl Suppress {
    /// Reads a list that has an entry on each line. Empty lines and those that start with `#` do not count.
    ///
    /// | a line | covers |
    /// |---|---|
    /// | `198.51.100.7`, `2001:db8::/32` | addresses and networks in it or around it |
    /// | `example.org` | the domain and its sub-domains; also other values, such as the name of a file, that are equal to it |
    /// | `.lan`, `*.example.org` | the domain and its sub-domains |
    /// | `substring:text` | values that contain the text |
    /// | `regex:expression` | values in which the expression is found |
    /// | `string:text` | values that are equal to the text |
    /// | `hostname:…`, `cidr:…` | as above, for entries whose form leaves doubt |
    /// | any other text | values that are equal to it: hashes, URLs, paths, e-mail addresses |
    ///
    /// A domain does not cover URLs on its hosts. To cover these too, read the lines with [`add`](Self::add), a list of
    /// kind [`ListKind::Mixed`], and [`List::with_kinds`].
    ///
    /// ```
    /// use stixkit::matching::suppress::Suppress;
    /// use stixkit::row::ValueKind;
    ///
    /// let text = "# ours\nexample.org\nsubstring:\\servicing\\\nd41d8cd98f00b204e9800998ecf8427e\nsubstring:77\n";
    /// let suppress = Suppress::plain_list("own.txt", text)?;
    /// assert!(suppress.check(ValueKind::Hash, "D41D8CD98F00B204E9800998ECF8427E").is_some());
    /// assert!(suppress.check(ValueKind::Url, "https://example.org/login").is_none());
    /// assert_eq!(suppress.refused()[0].line, 5);
    /// # Ok::<(), stixkit::matching::suppress::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`add`](Self::add). A line that cannot be used is no error: [`refused`](Self::refused) reports it.
    pub fn plain_list(name: &str, text: &str) -> Result<Self, Error> {
        let mut draft = Draft::new(List::new(name, ListKind::Mixed));
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (place, line) in text.lines().enumerate() {
            if !line.trim_start().starts_with('#') {
                draft.entry(place + 1, line)?;
            }
        }
        Self::of(draft)
    }
}
