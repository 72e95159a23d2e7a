//! What a property list says of a property, as data.

/// One property of a struct: one entry of its property list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition {
    /// The name in JSON.
    pub(crate) name: &'static str,
    /// What the property holds.
    pub(crate) shape: Shape,
    /// What the versions of the standard say of it.
    pub(crate) rules: &'static [Rule],
}

/// What a property holds, for code that goes by names: the check of patterns.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    Integer,
    Float,
    Boolean,
    Time,
    /// An identifier: a reference leads on to the object.
    Id,
    List(&'static Shape),
    /// Properties by name.
    Struct(&'static [Definition]),
    /// Hashes by algorithm.
    Hashes,
    /// The predefined extensions, and any other.
    Extensions,
    /// Whatever its author puts there.
    Any,
}

/// What a version of the standard says of a property beside its type: a word in the brackets after
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `required`: both versions require it, though the type allows absence.
    Required,
    /// `required_20`: STIX 2.0 requires it.
    Required20,
    /// `required_21`: STIX 2.1 requires it.
    Required21,
    /// `since_21`: STIX 2.1 added it.
    Since21,
    /// `until_20`: STIX 2.1 dropped it.
    Until20,
    /// `labels_20`: STIX 2.0 has it in `labels`.
    Labels20,
}

/// The names of properties, for a constant: `&names::<{ TABLE.len() }>(TABLE)`.
pub(crate) const fn names<const N: usize>(definitions: &[Definition]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = definitions[at].name;
        at += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_table() {
        const TABLE: &[Definition] = &[
            Definition { name: "a", shape: Shape::Text, rules: &[] },
            Definition { name: "b", shape: Shape::Any, rules: &[Rule::Required] },
        ];
        const NAMES: &[&str] = &names::<{ TABLE.len() }>(TABLE);
        assert_eq!(NAMES, ["a", "b"]);
    }
}
