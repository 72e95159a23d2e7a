//! Paths into JSON.

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To a property, or to the element of a list with this number.
    Name(String),
    /// To each element of a list.
    Each,
}

/// The names of a path: a JSON pointer (RFC 6901), or names with dots between.
pub(super) fn path(text: &str) -> Vec<String> {
    match text.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect(),
        None if text.is_empty() => Vec::new(),
        None => text.split('.').map(str::to_owned).collect(),
    }
}

/// The same with a step to each element after a name that ends in `[]`.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for name in path(text) {
        let plain = name.trim_end_matches("[]");
        let lists = (name.len() - plain.len()) / 2;
        // `[]` alone is the item itself, which is a list.
        if !plain.is_empty() || lists == 0 {
            steps.push(Step::Name(plain.to_owned()));
        }
        steps.extend(std::iter::repeat_n(Step::Each, lists));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(path("a.b.0"), ["a", "b", "0"]);
        assert_eq!(path("/a~1b/c~0d/"), ["a/b", "c~d", ""]);
        assert!(path("").is_empty());
        let name = |text: &str| Step::Name(text.into());
        assert_eq!(steps("a[].b"), [name("a"), Step::Each, name("b")]);
        assert_eq!(steps("[]"), [Step::Each]);
        assert_eq!(steps("/"), [name("")]);
    }
}
