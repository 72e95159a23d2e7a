use crate::Properties;
use crate::object::property::part::part_properties;

/// What is known of a file as an image made of pixels: the extension `raster-image-ext` of a file
/// (STIX 2.1 section 6.7). At least one property is required.
///
/// ```
/// use stixkit::object::RasterImageExt;
///
/// let image: RasterImageExt = serde_json::from_str(r#"{
///     "image_height": 1080,
///     "image_width": 1920,
///     "bits_per_pixel": 24,
///     "exif_tags": {"Make": "Example", "XResolution": 72}
/// }"#)?;
/// assert_eq!((image.image_width, image.image_height), (Some(1920), Some(1080)));
/// assert_eq!(image.exif_tags.parse::<u32>("XResolution").transpose()?, Some(72));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RasterImageExt {
    /// The height in pixels.
    pub image_height: Option<u64>,
    /// The width in pixels.
    pub image_width: Option<u64>,
    /// The colour depth: the bits that all colour channels of one pixel take together.
    pub bits_per_pixel: Option<u64>,
    /// The EXIF tags by name; numbers and strings.
    pub exif_tags: Properties,
    /// How the image is compressed, for example `JPEG`. STIX 2.0 only.
    pub image_compression_algorithm: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(RasterImageExt {
    image_height, image_width, bits_per_pixel, exif_tags, image_compression_algorithm [until_20],
} not empty);
