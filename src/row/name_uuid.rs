//! UUIDs that follow from names.

use uuid::Uuid;

/// A UUID of version 5 in the making: of each row of a table there is one.
pub(crate) struct NameUuid(Vec<u8>);

impl NameUuid {
    pub(crate) fn new(namespace: &Uuid) -> Self {
        // Most names have about a hundred bytes.
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(namespace.as_bytes());
        Self(bytes)
    }

    /// What is hashed: the namespace, and the name so far.
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    pub(crate) fn finish(&self) -> Uuid {
        of_bytes(&self.0)
    }
}

/// With the processor's own instructions for SHA-1, where it has them: then it takes a fifth of the
/// time, which was a fifth of that of a table. The default build does without the crates.
#[cfg(any(feature = "arrow", feature = "csv"))]
fn of_bytes(bytes: &[u8]) -> Uuid {
    use sha1::{Digest, Sha1};

    let hash: [u8; 20] = Sha1::digest(bytes).into();
    let mut beginning = [0; 16];
    beginning.copy_from_slice(&hash[..16]);
    uuid::Builder::from_sha1_bytes(beginning).into_uuid()
}

#[cfg(not(any(feature = "arrow", feature = "csv")))]
fn of_bytes(bytes: &[u8]) -> Uuid {
    let (namespace, name) = bytes.split_first_chunk().unwrap_or((&[0; 16], bytes));
    Uuid::new_v5(&Uuid::from_bytes(*namespace), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_uuid_of_the_standard() {
        for len in 0..300 {
            let text: Vec<u8> = (0..len).map(|place: usize| place as u8).collect();
            let mut name = NameUuid::new(&Uuid::NAMESPACE_URL);
            name.bytes().extend_from_slice(&text);
            assert_eq!(name.finish(), Uuid::new_v5(&Uuid::NAMESPACE_URL, &text));
        }
    }
}
