//! Identifiers that follow from what an observable is (STIX 2.1 sections 2.9 and 3.4).

use super::contribution;
use super::object::Object;
use crate::id::Identifier;

impl Object {
    /// The identifier that follows from an observable's properties: a UUID version 5 of the canonical JSON (RFC 8785) of
    /// those that the standard names for its type.
    ///
    /// Of several hashes one is taken: MD5, SHA-1, SHA-256, SHA-512, else the first in document order, which the standard
    /// leaves open. Algorithms count by their standard names, also where they are spelled otherwise. `None` for objects of other types,
    /// for processes, and where none of the properties is there: such objects have random identifiers. Also `None` where
    /// a property holds JSON that has no canonical form, such as a number that is no double.
    ///
    /// ```
    /// use stixkit::object::Ipv4Addr;
    /// use stixkit::Object;
    ///
    /// let address = Object::from(Ipv4Addr::new("198.51.100.3"));
    /// assert_eq!(address.deterministic_id().unwrap().to_string(), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    /// assert_eq!(address.deterministic_id().as_ref(), Some(address.id()));
    /// ```
    pub fn deterministic_id(&self) -> Option<Identifier> {
        let kind = self.kind()?;
        contribution::deterministic_id(kind, kind.identified_by(), |name| self.property(name))
    }
}
