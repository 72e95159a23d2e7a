//! Hashes by algorithm.

use std::borrow::Cow;
use std::collections::HashMap;
use std::slice;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::property::context::Context;
use super::property::definition::Shape;
use super::property::fields::Fields;
use super::property::findings::{Findings, Place};
use super::property::traits::{MayBeAbsent, Part, Property};
use super::property::value::deserialize_value;
use super::property::view::{PropertyValue, ViewMap};
#[cfg(any(test, feature = "arbitrary"))]
use crate::generate::{Generate, arbitrary};
use crate::id::Identifier;
use crate::json::cursor::{Cursor, Fault, decode_name};
use crate::vocab::HashAlgorithm;

/// Hashes by algorithm (STIX 2.1 section 2.7), in document order and as written.
///
/// ```
/// use stixkit::object::Hashes;
/// use stixkit::vocab::HashAlgorithm;
///
/// let hashes: Hashes = serde_json::from_str(r#"{"SHA256": "ABCD", "MD5": "00"}"#)?;
/// assert_eq!(hashes.get(&HashAlgorithm::Sha256), Some("ABCD"));
/// assert_eq!(serde_json::to_string(&hashes)?, r#"{"SHA256":"ABCD","MD5":"00"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hashes(Vec<(HashAlgorithm, String)>);

impl Hashes {
    /// No hashes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The hash of an algorithm, whatever way the name is spelled.
    pub fn get(&self, algorithm: &HashAlgorithm) -> Option<&str> {
        let wanted = algorithm.canonical();
        self.iter().find(|(own, _)| own.canonical() == wanted).map(|(_, hash)| hash)
    }

    /// The algorithms and hashes in document order.
    pub fn iter(&self) -> HashesIter<'_> {
        HashesIter(self.0.iter())
    }

    /// Sets the hash of an algorithm.
    pub fn insert(&mut self, algorithm: HashAlgorithm, hash: impl Into<String>) {
        self.replace(algorithm, hash.into());
    }

    /// The number of hashes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the hash of an algorithm. Returns whether there was one before.
    fn replace(&mut self, algorithm: HashAlgorithm, hash: String) -> bool {
        match self.0.iter_mut().find(|(own, _)| *own == algorithm) {
            Some((_, own)) => {
                *own = hash;
                true
            }
            None => {
                self.0.push((algorithm, hash));
                false
            }
        }
    }
}

/// The hashes of [`Hashes`], borrowed, in document order: see [`Hashes::iter`].
#[derive(Clone, Debug)]
pub struct HashesIter<'a>(slice::Iter<'a, (HashAlgorithm, String)>);

impl<'a> Iterator for HashesIter<'a> {
    type Item = (&'a HashAlgorithm, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(algorithm, hash)| (algorithm, hash.as_str()))
    }
}

impl<'a> IntoIterator for &'a Hashes {
    type Item = (&'a HashAlgorithm, &'a str);
    type IntoIter = HashesIter<'a>;

    fn into_iter(self) -> HashesIter<'a> {
        self.iter()
    }
}

impl IntoIterator for Hashes {
    type Item = (HashAlgorithm, String);
    type IntoIter = std::vec::IntoIter<(HashAlgorithm, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<S: Into<String>> FromIterator<(HashAlgorithm, S)> for Hashes {
    /// If an algorithm is repeated, the last hash counts, at the place of the first one.
    fn from_iter<I: IntoIterator<Item = (HashAlgorithm, S)>>(hashes: I) -> Self {
        let mut all = Self::new();
        all.extend(hashes);
        all
    }
}

impl<S: Into<String>> Extend<(HashAlgorithm, S)> for Hashes {
    fn extend<I: IntoIterator<Item = (HashAlgorithm, S)>>(&mut self, hashes: I) {
        // A table, because there may be any number of algorithms that the standard does not list.
        let known = self.0.iter().enumerate().map(|(place, (algorithm, _))| (algorithm.clone(), place));
        let mut places: HashMap<HashAlgorithm, usize> = known.collect();
        for (algorithm, hash) in hashes {
            match places.get(&algorithm).and_then(|place| self.0.get_mut(*place)) {
                Some((_, own)) => *own = hash.into(),
                None => {
                    places.insert(algorithm.clone(), self.0.len());
                    self.0.push((algorithm, hash.into()));
                }
            }
        }
    }
}

impl<S: Into<String>, const N: usize> From<[(HashAlgorithm, S); N]> for Hashes {
    /// ```
    /// use stixkit::object::Hashes;
    /// use stixkit::vocab::HashAlgorithm;
    ///
    /// let hashes = Hashes::from([(HashAlgorithm::Md5, "d41d8cd98f00b204e9800998ecf8427e")]);
    /// for (algorithm, hash) in &hashes {
    ///     assert_eq!((algorithm.as_str(), hash.len()), ("MD5", 32));
    /// }
    /// ```
    fn from(hashes: [(HashAlgorithm, S); N]) -> Self {
        hashes.into_iter().collect()
    }
}

impl Property for Hashes {
    const SHAPE: Shape = Shape::Hashes;

    fn read(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Self, Fault> {
        /// More algorithms than anyone computes; it bounds the search for repeated names.
        const MAX_HASHES: usize = 256;

        if cursor.null()? {
            context.set_unrepresentable("null");
            return Ok(Self::default());
        }
        let mut fields = Fields::open(cursor, |_| None)?;
        let mut hashes = Self::default();
        while let Some(algorithm) = fields.next_name() {
            let hash: String = fields.next_value(context)?;
            context.repeated_key |=
                hashes.replace(HashAlgorithm::from(&*decode_name(algorithm).unwrap_or_default()), hash);
            if hashes.len() > MAX_HASHES {
                return Err(fields.unfit("at most 256 hashes"));
            }
        }
        fields.end()?;
        if hashes.is_empty() {
            context.set_unrepresentable("{}");
        }
        Ok(hashes)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn check(&self, place: &Place<'_>, findings: &mut Findings) {
        for (algorithm, _) in self.iter().filter(|(algorithm, _)| !algorithm.is_standard()) {
            findings.hash_name(algorithm.as_str(), &place.property(algorithm.as_str()));
        }
    }

    fn each_id(&mut self, _: &mut dyn FnMut(&mut Identifier)) {}

    fn each_part(&mut self, change: &mut dyn FnMut(Part<'_>)) {
        change(Part::Hashes(&mut self.0));
    }

    fn view(&self) -> Option<PropertyValue<'_>> {
        (!self.is_empty()).then(|| PropertyValue::from_map(self))
    }
}

impl MayBeAbsent for Hashes {}

impl ViewMap for Hashes {
    fn member(&self, name: &str) -> Option<PropertyValue<'_>> {
        let (_, hash) = self.iter().find(|(algorithm, _)| algorithm.as_str() == name)?;
        Some(PropertyValue::Text(hash.into()))
    }

    fn names(&self) -> Vec<Cow<'_, str>> {
        self.iter().map(|(algorithm, _)| Cow::Borrowed(algorithm.as_str())).collect()
    }

    fn members(&self) -> Vec<(Cow<'_, str>, PropertyValue<'_>)> {
        self.iter().map(|(algorithm, hash)| (algorithm.as_str().into(), PropertyValue::Text(hash.into()))).collect()
    }
}

impl Serialize for Hashes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Hashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_value(deserializer)
    }
}

#[cfg(any(test, feature = "arbitrary"))]
impl Generate for Hashes {
    fn generate(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
        let mut hashes = Self::default();
        for _ in 0..u.int_in_range(0..=3)? {
            hashes.insert(Generate::generate(u)?, String::generate(u)?);
        }
        Ok(hashes)
    }
}

#[cfg(any(test, feature = "arbitrary"))]
arbitrary!(Hashes);
