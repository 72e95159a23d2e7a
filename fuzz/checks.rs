//! What the fuzz targets run, compiled once for all of them. The checks are in `tests/checks/`.

#[path = "../tests/checks/mod.rs"]
#[allow(dead_code, unused_imports, reason = "some parts are for the crate's tests alone")]
mod checks;

macro_rules! targets {
    ($($name:ident),* $(,)?) => {$(
        /// The check of that name.
        pub fn $name(data: &[u8]) {
            checks::$name(data);
        }
    )*};
}

targets! {
    checkpoint,
    csv,
    feed,
    matching,
    pattern_parse,
    read,
    row_map,
    scan_json,
    snapshot,
    taxii_page,
    translate,
    upgrade,
    upserts,
    validate,
}
