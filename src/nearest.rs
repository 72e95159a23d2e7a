//! The name that was probably meant, for messages.

/// The name that was probably meant: one that differs in punctuation and case alone, or by at most
/// two letters.
pub(crate) fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    /// No name of the standard is longer, and comparing takes time.
    const MAX_LEN: usize = 40;
    if name.len() > MAX_LEN {
        return None;
    }
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(name);
    // Of a short name two letters are most of it.
    let most = if wanted.len() < 4 { 1 } else { 2 };
    let distances = known.map(|known| (distance(&wanted, &letters(known)), known));
    distances.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// How many letters have to be put in, taken out or replaced.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant() {
        let known = ["ipv4-addr", "ipv6-addr", "file", "url"];
        for (name, meant) in [
            ("IPv4_Addr", Some("ipv4-addr")),
            ("ipv4addr", Some("ipv4-addr")),
            ("files", Some("file")),
            ("uri", Some("url")),
            ("hash", None),
            ("fiel", Some("file")),
            ("app", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
        assert_eq!(nearest(&"a".repeat(1_000_000), known.into_iter()), None);
    }
}
