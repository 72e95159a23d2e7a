//! Whether an object was taken back.

use memchr::memmem;

use crate::object::Object;

/// What became of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u8);

const REVOKED: u8 = 1;
const DEPRECATED: u8 = 2;

impl Flags {
    pub(super) fn of(object: &Object) -> Self {
        let revoked = if object.common().is_revoked() { REVOKED } else { 0 };
        let deprecated = if is_deprecated(object) { DEPRECATED } else { 0 };
        Self(revoked | deprecated)
    }

    pub(super) fn is_revoked(self) -> bool {
        self.0 & REVOKED != 0
    }

    pub(super) fn is_deprecated(self) -> bool {
        self.0 & DEPRECATED != 0
    }

    pub(super) fn is_live(self) -> bool {
        self.0 == 0
    }
}

/// Whether ATT&CK deprecated the object.
fn is_deprecated(object: &Object) -> bool {
    const NAME: &str = "x_mitre_deprecated";
    // Custom properties are compact text, so that most objects need no look at single properties.
    memmem::find(object.custom().as_members().as_bytes(), b"\"x_mitre_deprecated\":true").is_some()
        && object.custom().get(NAME).is_some_and(|value| value.as_json() == "true")
}
