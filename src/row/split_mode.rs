//! What becomes of values that mean something only together.

/// What becomes of an `AND`, whose values mean something only together.
///
/// ```
/// use stixkit::Timestamp;
/// use stixkit::row::{Mapper, SplitMode};
/// # let indicator: stixkit::object::Indicator = serde_json::from_str(r#"{
/// #     "type": "indicator", "spec_version": "2.1", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
/// #     "created": "2024-05-01T10:00:00Z", "modified": "2024-05-01T10:00:00Z", "pattern_type": "stix",
/// #     "pattern": "[ipv4-addr:value = '192.0.2.1' AND network-traffic:dst_port = 443]",
/// #     "valid_from": "2024-05-01T10:00:00Z"}"#)?;
///
/// let mapper = Mapper::new(Timestamp::now()).with_split_mode(SplitMode::Primary);
/// let outcome = mapper.map(&indicator);
/// assert_eq!((outcome.rows.len(), outcome.rows[0].relation.standalone), (1, false));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SplitMode {
    /// One row a value, none of them `standalone`.
    #[default]
    Split,
    /// No rows for the values: the pattern alone, as in Microsoft Sentinel's own import.
    Exact,
    /// Only the [`primary`](super::Relation::primary) row. It is not `standalone` either.
    Primary,
}
