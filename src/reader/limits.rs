//! Limits on what a reader takes.

/// Limits on what a reader accepts, so that no input can cost more than its size warrants.
///
/// The defaults are well above every feed that the project has seen.
///
/// ```
/// use stixkit::Reader;
/// use stixkit::reader::Limits;
///
/// let limits = Limits::default().with_object_bytes(1024);
/// let text = format!(r#"{{"id":"{}"}}"#, "x".repeat(2000));
/// let item = Reader::from_str(&text).with_limits(limits).next();
/// assert!(item.unwrap()?.is_rejected());
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The deepest nesting in an object, the object itself being 1. Default 100, at most 128: STIX
    /// needs about 8, and `serde_json` refuses to nest deeper than 128 when JSON is parsed later.
    pub depth: usize,
    /// The longest string in bytes as written. Default 32 MiB, because artifacts contain files as
    /// Base64.
    pub string_bytes: usize,
    /// The largest object in bytes as written. Default 64 MiB. A stream's buffer may grow to this
    /// size.
    pub object_bytes: usize,
    /// The number of objects in the input. Default 1,000,000,000: a stream holds one at a time. A
    /// program that collects objects should set a limit that fits its memory.
    pub objects: u64,
    /// The size of the input in bytes, decompressed if it is compressed. Default 1 TiB, for the
    /// same reason.
    pub total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 100,
            string_bytes: 32 << 20,
            object_bytes: 64 << 20,
            objects: 1_000_000_000,
            total_bytes: 1 << 40,
        }
    }
}

impl Limits {
    /// The text as far as an object may reach that starts it: one byte more than the limit, so that
    /// reaching it shows.
    pub(super) fn window<'t>(&self, text: &'t str) -> &'t str {
        match self.object_bytes.checked_add(1) {
            Some(max) if max < text.len() => {
                let end = (0..=max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
                &text[..end]
            }
            _ => text,
        }
    }

    /// Sets [`depth`](Self::depth).
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Sets [`string_bytes`](Self::string_bytes).
    #[must_use]
    pub fn with_string_bytes(mut self, string_bytes: usize) -> Self {
        self.string_bytes = string_bytes;
        self
    }

    /// Sets [`object_bytes`](Self::object_bytes).
    #[must_use]
    pub fn with_object_bytes(mut self, object_bytes: usize) -> Self {
        self.object_bytes = object_bytes;
        self
    }

    /// Sets [`objects`](Self::objects).
    #[must_use]
    pub fn with_objects(mut self, objects: u64) -> Self {
        self.objects = objects;
        self
    }

    /// Sets [`total_bytes`](Self::total_bytes).
    #[must_use]
    pub fn with_total_bytes(mut self, total_bytes: u64) -> Self {
        self.total_bytes = total_bytes;
        self
    }
}
