//! Normal forms as bytes that no two different ones share.

use uuid::Uuid;

/// Tells the hashes of this module from others. Random.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1f_5a0e_92d4_4c7b_9d0c_3b8e_61a7_25f4);

/// Longer normal forms are hashed, so that each level of a tree looks at a bounded number of bytes
/// of each operand, and the whole takes linear time.
const MAX_LEN: usize = 96;

/// The normal form of a part of a pattern.
pub(super) type Code = Vec<u8>;

/// What a part is. Part of its code, so no two constructs have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Hashed,
    Compare,
    In,
    Exists,
    And,
    Or,
    Observation,
    ObservationsAnd,
    ObservationsOr,
    FollowedBy,
    Repeats,
    Within,
    StartStop,
}

/// Begins a code.
pub(super) fn begin(tag: Tag) -> Code {
    let mut code = Vec::with_capacity(MAX_LEN);
    code.push(tag as u8);
    code
}

/// Adds a part with its length, so that it cannot run into the next one.
pub(super) fn add(code: &mut Code, part: &[u8]) {
    code.extend_from_slice(&(part.len() as u64).to_be_bytes());
    code.extend_from_slice(part);
}

/// A code of parts.
pub(super) fn list<'c>(tag: Tag, parts: impl IntoIterator<Item = &'c [u8]>) -> Code {
    let mut code = begin(tag);
    parts.into_iter().for_each(|part| add(&mut code, part));
    shorten(code)
}

/// A code of bounded length.
pub(super) fn shorten(code: Code) -> Code {
    if code.len() <= MAX_LEN {
        return code;
    }
    let mut short = begin(Tag::Hashed);
    short.extend_from_slice(&hash(&code));
    short
}

/// SHA-1, cut to the 122 bits that a UUID has for it: two texts with one hash are out of reach of
/// those who write feeds, which the hashers of maps are not.
pub(super) fn hash(bytes: &[u8]) -> [u8; 16] {
    Uuid::new_v5(&NAMESPACE, bytes).into_bytes()
}
