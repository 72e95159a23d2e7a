/// Bounds on what a reader takes, so that no input can cost more than its size warrants.
///
/// The defaults let every feed through that the project has seen, with room to spare.
///
/// ```
/// use stixkit::Reader;
/// use stixkit::reader::Limits;
///
/// let limits = Limits { object_bytes: 1024, ..Limits::default() };
/// let item = Reader::from_str(&format!(r#"{{"id":"{}"}}"#, "x".repeat(2000))).limits(limits).next();
/// assert!(item.unwrap()?.is_rejected());
/// # Ok::<(), stixkit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The deepest nesting in an object, the object itself being 1. Default 100: STIX needs about 8, and `serde_json`
    /// refuses to go below 128 when an object's JSON is parsed later.
    pub depth: usize,
    /// The longest string in bytes as written. Default 32 MiB: artifacts carry files as Base64.
    pub string_bytes: usize,
    /// The largest object in bytes as written. Default 64 MiB. A stream's buffer may grow to this size.
    pub object_bytes: usize,
    /// The number of objects in the input. Default 1,000,000,000: a stream holds one at a time, and whoever collects
    /// them sets a bound that fits the memory at hand.
    pub objects: u64,
    /// The size of the input in bytes. Default 1 TiB, for the same reason.
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
