//! The event around an `osint`.

use std::borrow::Cow;

use super::options::Options;
use super::osint::Osint;
use crate::object::IndicatorParts;
use crate::row::{Outcome, Row, RowKey};
use crate::sink::parts::parts;
use crate::sink::per_row::document_per_row;

/// The version of OCSF that has all attributes of these events.
pub const VERSION: &str = "1.8.0";

/// An event of the class `osint_inventory_info`. See [the module](super) for what becomes of a row.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// 5021.
    pub class_uid: u32,
    /// `OSINT Inventory Info`.
    pub class_name: &'static str,
    /// 5.
    pub category_uid: u32,
    /// `Discovery`.
    pub category_name: &'static str,
    /// 2: the indicator was collected.
    pub activity_id: u32,
    /// `Collect`.
    pub activity_name: &'static str,
    /// 502102: class and activity.
    pub type_uid: u32,
    /// When the indicator was collected, in milliseconds since 1970.
    pub time: i64,
    /// 1 Informational: that an indicator was collected. How severe the indicator is, is in
    /// `osint`.
    pub severity_id: u32,
    /// Who made the event, and by which version of the schema.
    pub metadata: Metadata<'a>,
    /// The indicator: a list of one.
    pub osint: Vec<Osint<'a>>,
}

parts!(Event<'_> {
    class_uid, class_name, category_uid, category_name, activity_id, activity_name, type_uid, time, severity_id,
    metadata, osint,
});

/// An object `metadata`.
///
/// It is a part of an [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata<'a> {
    /// [`VERSION`].
    pub version: &'static str,
    /// The software that makes the events.
    pub product: Product<'a>,
    /// The row's [`RowKey`]: the events about one value of one indicator, in all its versions, have
    /// it in common.
    pub correlation_uid: String,
}

parts!(Metadata<'_> { version, product, correlation_uid });

/// An object `product`.
///
/// It is a part of an [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Product<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// Who makes it.
    pub vendor_name: Option<Cow<'a, str>>,
    /// Its version.
    pub version: Option<Cow<'a, str>>,
}

parts!(Product<'_> { name, vendor_name, version });

impl<'a> Event<'a> {
    /// Returns the event for a row of an indicator.
    pub fn new(row: &'a Row<'_>, indicator: impl Into<IndicatorParts<'a>>, options: &'a Options) -> Self {
        Self::with_osint(row, Osint::new(row, indicator), options)
    }

    /// Returns the events for all rows of an indicator. If there are many, this takes less time
    /// than one by one, and what is longer than 4 KiB is in the first of them alone: the pattern,
    /// the description, a list of labels, references or names.
    ///
    /// ```
    /// use stixkit::row::Mapper;
    /// use stixkit::sink::ocsf;
    /// # let text = r#"{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
    /// #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z", "labels": ["benign"],
    /// #     "pattern": "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", "valid_from": "2024-05-01T10:00:00Z"}"#;
    /// # let indicator = serde_json::from_str(text)?;
    ///
    /// let now: stixkit::Timestamp = "2024-05-20T00:00:00Z".parse()?;
    /// let (mapper, options) = (Mapper::new(&now), ocsf::Options::new(&now));
    /// let outcome = mapper.map(&indicator);
    /// let events: Vec<_> = ocsf::Event::all(&outcome, &indicator, &options).collect();
    /// assert_eq!(events[1].osint[0].value, "192.0.2.2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn all(
        outcome: &'a Outcome<'_>,
        indicator: impl Into<IndicatorParts<'a>>,
        options: &'a Options,
    ) -> impl Iterator<Item = Self> {
        let indicator = indicator.into();
        let about = move |row| Osint::about(row, &indicator);
        let documents = document_per_row(&outcome.rows, about, Osint::set_row, Osint::shorten);
        outcome.rows.iter().zip(documents).map(move |(row, osint)| Self::with_osint(row, osint, options))
    }

    fn with_osint(row: &Row<'_>, osint: Osint<'a>, options: &'a Options) -> Self {
        Self {
            class_uid: 5021,
            class_name: "OSINT Inventory Info",
            category_uid: 5,
            category_name: "Discovery",
            activity_id: 2,
            activity_name: "Collect",
            type_uid: 502_102,
            time: options.time,
            severity_id: 1,
            metadata: Metadata {
                version: VERSION,
                product: Product {
                    name: Cow::Borrowed(&options.product),
                    vendor_name: options.vendor.as_deref().map(Cow::Borrowed),
                    version: options.product_version.as_deref().map(Cow::Borrowed),
                },
                correlation_uid: RowKey::from_row(row).to_string(),
            },
            osint: vec![osint],
        }
    }
}
