//! What the constructors of addresses take: text, or an address of the standard library.

use std::borrow::Cow;
use std::net;

/// The text of an address, from text or from an address of the standard library.
macro_rules! address_text {
    ($(#[$meta:meta])* $Name:ident, $Address:ty) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name(String);

        address_text!(@from $Name, $Address, |address| address.to_string());
        address_text!(@from $Name, &str, |text| text.to_owned());
        address_text!(@from $Name, &String, |text| text.clone());
        address_text!(@from $Name, String, |text| text);
        address_text!(@from $Name, Box<str>, |text| text.into_string());
        address_text!(@from $Name, Cow<'_, str>, |text| text.into_owned());

        impl From<$Name> for String {
            fn from(text: $Name) -> Self {
                text.0
            }
        }
    };
    (@from $Name:ident, $Type:ty, |$value:ident| $text:expr) => {
        impl From<$Type> for $Name {
            fn from($value: $Type) -> Self {
                Self($text)
            }
        }
    };
}

address_text! {
    /// What [`Ipv4Addr::new`](super::Ipv4Addr::new) takes: text, or an address of the standard
    /// library.
    Ipv4Text, net::Ipv4Addr
}

address_text! {
    /// What [`Ipv6Addr::new`](super::Ipv6Addr::new) takes: text, or an address of the standard
    /// library.
    Ipv6Text, net::Ipv6Addr
}
