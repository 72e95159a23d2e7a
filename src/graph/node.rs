//! [`Node`]: an identifier with its object, if that is there.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::graph::Graph;
use crate::id::Identifier;
use crate::object::{Object, PropertyValue};

/// A node of a [`Graph`]: an identifier, and the versions of its object.
///
/// Two nodes of one graph are equal if they have the same identifier.
#[derive(Clone, Copy)]
pub struct Node<'g> {
    graph: &'g Graph<'g>,
    index: u32,
}

impl<'g> Node<'g> {
    pub(super) fn new(graph: &'g Graph<'g>, index: u32) -> Self {
        Self { graph, index }
    }

    /// The graph that the node belongs to.
    pub fn graph(&self) -> &'g Graph<'g> {
        self.graph
    }

    /// The node's number, less than [`Graph::node_count`]: an index for tables of your own.
    pub fn index(&self) -> usize {
        self.index as usize
    }

    pub(super) fn number(&self) -> u32 {
        self.index
    }

    /// The identifier.
    pub fn id(&self) -> &'g Identifier {
        self.graph.id_of(self.index)
    }

    /// The newest version of the object. `None` if objects refer to it that are in the graph, but
    /// it is not.
    pub fn object(&self) -> Option<&'g Object> {
        self.graph.newest(self.index)
    }

    /// The newest version of the object, if it is of this type.
    pub fn get<T>(&self) -> Option<&'g T>
    where
        &'g T: TryFrom<&'g Object>,
    {
        self.object()?.try_into().ok()
    }

    /// All versions of the object, from the oldest to the newest.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = &'g Object> + use<'g> {
        let graph = self.graph;
        graph.versions.all(self.index).iter().map(|place| graph.objects[*place as usize])
    }

    /// Whether the object is missing.
    pub fn is_dangling(&self) -> bool {
        self.object().is_none()
    }

    /// Whether the object's newest version is revoked.
    pub fn is_revoked(&self) -> bool {
        self.graph.flags_of(self.index).is_revoked()
    }

    /// Whether ATT&CK deprecated the object: `x_mitre_deprecated`.
    pub fn is_deprecated(&self) -> bool {
        self.graph.flags_of(self.index).is_deprecated()
    }

    /// Whether the object is there and neither revoked nor deprecated.
    pub fn is_live(&self) -> bool {
        !self.is_dangling() && self.graph.flags_of(self.index).is_live()
    }

    /// The type as written: that of the object, or else the prefix of the identifier.
    pub fn type_name(&self) -> &'g str {
        self.object().map_or_else(|| self.id().prefix().unwrap_or_default(), Object::type_name)
    }

    /// The name of the object: `name`, or what an observable without one is known by: `value`,
    /// `path`, `key`, `subject`, `user_id`, `command_line` or `product`.
    pub fn name(&self) -> Option<Cow<'g, str>> {
        const NAMES: &[&str] =
            &["name", "value", "path", "key", "subject", "user_id", "account_login", "command_line", "product"];
        let object = self.object()?;
        NAMES.iter().find_map(|name| text(object.property(name)?))
    }

    /// The identifier that a source gives the object in its external references, for example
    /// `T1059` of `mitre-attack`, or a CVE number.
    pub fn external_id(&self, source_name: &str) -> Option<&'g str> {
        let references = &self.object()?.common().external_references;
        references.iter().find(|own| own.source_name == source_name)?.external_id.as_deref()
    }
}

/// The text of a value.
pub(super) fn text(value: PropertyValue<'_>) -> Option<Cow<'_, str>> {
    match value {
        PropertyValue::Text(text) => Some(text),
        _ => None,
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.graph, other.graph)
    }
}

impl Eq for Node<'_> {}

impl Hash for Node<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("id", self.id()).field("name", &self.name()).finish()
    }
}
