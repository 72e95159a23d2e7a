//! Paths into JSON.

/// The names of a path: a JSON pointer (RFC 6901), or names with dots between.
pub(super) fn path(text: &str) -> Vec<String> {
    match text.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect(),
        None if text.is_empty() => Vec::new(),
        None => text.split('.').map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(path("a.b.0"), ["a", "b", "0"]);
        assert_eq!(path("/a~1b/c~0d/"), ["a/b", "c~d", ""]);
        assert!(path("").is_empty());
    }
}
