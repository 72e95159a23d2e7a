//! The names of hash algorithms as columns have them.

use std::borrow::Cow;

/// Returns the hash algorithm that a key names, in lower case and without the hyphen of the SHA
/// family: `sha256` for `file:hashes.'SHA-256'`, `sha3_256` for `SHA3-256`. `None` if the key does
/// not lead to a hash.
pub(super) fn hash_type(key: &str) -> Option<Cow<'_, str>> {
    match key {
        // Nearly all are of these, and to know them takes less than to search.
        "file:hashes.'SHA-256'" => return Some(Cow::Borrowed("sha256")),
        "file:hashes.MD5" => return Some(Cow::Borrowed("md5")),
        "file:hashes.'SHA-1'" => return Some(Cow::Borrowed("sha1")),
        _ => {}
    }
    let (_, name) = key.rsplit_once("hashes.")?;
    Some(match name.trim_matches('\'') {
        "MD5" => Cow::Borrowed("md5"),
        "SHA-1" => Cow::Borrowed("sha1"),
        "SHA-256" => Cow::Borrowed("sha256"),
        "SHA-512" => Cow::Borrowed("sha512"),
        "SHA-224" => Cow::Borrowed("sha224"),
        "SHA-384" => Cow::Borrowed("sha384"),
        "SSDEEP" => Cow::Borrowed("ssdeep"),
        "TLSH" => Cow::Borrowed("tlsh"),
        other => Cow::Owned(other.to_lowercase().replace('-', "_")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (key, name) in [
            ("file:hashes.MD5", Some("md5")),
            ("file:hashes.'SHA-256'", Some("sha256")),
            ("file:hashes.'SHA-1'", Some("sha1")),
            ("x509-certificate:hashes.'SHA-1'", Some("sha1")),
            ("file:hashes.'SHA3-256'", Some("sha3_256")),
            ("process:image_ref.hashes.'RIPEMD-160'", Some("ripemd_160")),
            ("file:hashes.x_own", Some("x_own")),
            ("file:name", None),
        ] {
            assert_eq!(hash_type(key).as_deref(), name, "{key}");
        }
    }
}
