//! Names below a domain.

/// Whether anybody can register names directly below this one, so that a match of all of them means nothing.
pub(super) fn is_public_suffix(name: &[u8]) -> bool {
    if !name.contains(&b'.') {
        return true;
    }
    #[cfg(feature = "psl")]
    {
        use psl::Psl as _;
        psl::List.suffix(name).is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() == name.len())
    }
    #[cfg(not(feature = "psl"))]
    false
}

/// Calls `found` with the places of the names that a name is below, and how many labels are before each.
#[inline]
pub(super) fn parents(name: &[u8], mut found: impl FnMut(usize, u8)) {
    /// No name of the DNS is longer.
    const LONGEST: usize = 255;
    if name.len() > LONGEST {
        return;
    }
    let Some(last) = memchr::memrchr(b'.', name) else { return };
    let (mut at, mut labels) = (0, 0_u8);
    while let Some(dot) = memchr::memchr(b'.', &name[at..]) {
        if at + dot >= last {
            break;
        }
        at += dot + 1;
        // OK because 255 bytes have at most 128 labels.
        labels += 1;
        found(at, labels);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_found_but_for_the_last_label() {
        let all = |name: &str| {
            let mut all = Vec::new();
            parents(name.as_bytes(), |at, labels| all.push((name[at..].to_owned(), labels)));
            all
        };
        assert_eq!(all("a.b.c.example"), [("b.c.example".to_owned(), 1), ("c.example".to_owned(), 2)]);
        assert_eq!(all("c.example"), []);
        assert_eq!(all("example"), []);
        assert_eq!(all(&"a.".repeat(200)), []);
    }

    #[test]
    fn public_suffixes() {
        assert!(is_public_suffix(b"com"));
        assert!(!is_public_suffix(b"example.com"));
        assert_eq!(is_public_suffix(b"co.uk"), cfg!(feature = "psl"));
        assert_eq!(is_public_suffix(b"github.io"), cfg!(feature = "psl"));
    }
}
