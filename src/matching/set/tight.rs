//! Lists that grow by an eighth, where doubling would leave half of the memory unused.

const LEAST: usize = 64;

pub(super) fn push_tight<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 8 + LEAST);
    }
    list.push(item);
}

pub(super) fn extend_tight(list: &mut Vec<u8>, bytes: &[u8]) {
    if list.capacity() - list.len() < bytes.len() {
        list.reserve_exact(bytes.len() + list.len() / 8 + LEAST);
    }
    list.extend_from_slice(bytes);
}
