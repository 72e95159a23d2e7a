//! From STIX 2.0 to 2.1.
