use crate::object::common::Common;
use crate::object::property::list::properties;
use crate::vocab::Region;
use crate::{Float, Properties};

/// A place on earth: a region, a country, an address or a point (STIX 2.1 section 4.10). The
/// standard requires a `region`, a `country`, or `latitude` and `longitude`. Not in STIX 2.0.
///
/// Of several kinds of place the most precise counts: a country rather than its region. Coordinates
/// without `precision` yield to the most precise other property.
///
/// ```
/// use stixkit::object::Location;
/// use stixkit::vocab::Region;
///
/// let location: Location = serde_json::from_str(r#"{
///     "type": "location",
///     "spec_version": "2.1",
///     "id": "location--0fb3ebfd-1104-4d99-bbe0-283396ffb569",
///     "created": "2024-05-01T10:00:00.000Z",
///     "modified": "2024-05-01T10:00:00.000Z",
///     "latitude": 49.6117,
///     "longitude": 6.13,
///     "precision": 500.0,
///     "region": "western-europe",
///     "country": "LU"
/// }"#)?;
/// assert_eq!(location.region, Some(Region::WesternEurope));
/// assert_eq!(location.country.as_deref(), Some("LU"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "SDO")]
pub struct Location {
    /// The common properties.
    pub common: Common,
    /// A name to show.
    pub name: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Degrees north of the equator, -90 to 90; south is negative. Comes with `longitude`.
    pub latitude: Option<Float>,
    /// Degrees east of Greenwich, -180 to 180; west is negative. Comes with `latitude`.
    pub longitude: Option<Float>,
    /// How far from the point the place may be, in metres. Only beside the coordinates. Absent
    /// means that it was not said.
    pub precision: Option<Float>,
    /// The part of the world.
    pub region: Option<Region>,
    /// The country, an ISO 3166-1 code of two letters.
    pub country: Option<String>,
    /// The state, province or other part of the country, an ISO 3166-2 code or a name.
    pub administrative_area: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The street and what goes with it, such as a house number.
    pub street_address: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

properties!(Location, "location" {
    name, description, latitude, longitude, precision, region, country, administrative_area, city, street_address,
    postal_code,
});
