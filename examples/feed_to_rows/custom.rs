//! Maps of custom feeds, and the lists that are written of rows.

use std::ffi::OsStr;
use std::io::{self, Read, Write};

use stixkit::feed::FieldMap;
use stixkit::feed::write::{DatasetType, ListFormat, WarninglistType};
use stixkit::object::Tlp;

/// What `--map` may be instead of the name of a file or of a ready map.
const AUTO: &str = "auto";

/// So many bytes of a feed show what it is.
const HEAD: u64 = 8192;

/// Names of lists.
pub(crate) const LISTS: [(&str, ListFormat); 16] = [
    ("plain", ListFormat::Plain),
    ("csv", ListFormat::Csv),
    ("hosts", ListFormat::Hosts),
    ("rpz", ListFormat::Rpz),
    ("netset", ListFormat::Netset),
    ("netset6", ListFormat::NetsetIpv6),
    ("pf", ListFormat::PfTable),
    ("zeek", ListFormat::ZeekIntel),
    ("suricata-ip", ListFormat::SuricataDataset(DatasetType::Ip)),
    ("suricata-md5", ListFormat::SuricataDataset(DatasetType::Md5)),
    ("suricata-sha256", ListFormat::SuricataDataset(DatasetType::Sha256)),
    ("suricata-domain", ListFormat::SuricataDataset(DatasetType::Domain)),
    ("suricata-url", ListFormat::SuricataDataset(DatasetType::Url)),
    ("suricata-iprep", ListFormat::SuricataIprep),
    ("misp-cidr", ListFormat::MispWarninglist(WarninglistType::Cidr)),
    ("misp-hostname", ListFormat::MispWarninglist(WarninglistType::Hostname)),
];

/// Names of levels.
pub(crate) const LEVELS: [(&str, Tlp); 5] = [
    ("clear", Tlp::Clear),
    ("green", Tlp::Green),
    ("amber", Tlp::Amber),
    ("amber+strict", Tlp::AmberStrict),
    ("red", Tlp::Red),
];

/// Prints the ready maps.
pub(crate) fn print_maps() {
    let mut out = io::stdout().lock();
    for map in FieldMap::all_named() {
        // Whoever reads the output has seen enough if this fails.
        _ = writeln!(out, "{:24}{}", map.name, map.feed);
    }
}

/// The map that is named, and the input from its beginning. An `Err` says what is wrong.
pub(crate) fn map<R: Read>(choice: &OsStr, mut input: R) -> Result<(FieldMap, impl Read + use<R>), String> {
    let mut start = Vec::new();
    let map = if choice == AUTO {
        // What fails here fails again when the feed is read, and is told then.
        _ = input.by_ref().take(HEAD).read_to_end(&mut start);
        let named =
            FieldMap::recognize(&start).ok_or("its layout is not that of one ready map: name the map, see --maps")?;
        _ = writeln!(io::stderr(), "feed_to_rows: this is {}: --map {}", named.feed, named.name);
        FieldMap::named(named.name)
    } else {
        choice.to_str().and_then(FieldMap::named)
    };
    let map = match map {
        Some(map) => map,
        None => {
            let told = |error: &dyn std::fmt::Display| format!("--map {}: {error}", choice.to_string_lossy());
            let text = std::fs::read_to_string(choice).map_err(|error| told(&error))?;
            serde_json::from_str(&text).map_err(|error| told(&error))?
        }
    };
    Ok((map, io::Cursor::new(start).chain(input)))
}
