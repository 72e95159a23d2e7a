//! Maps of usual logs.

use super::field_map::FieldMap;

macro_rules! maps {
    ($($(#[$documentation:meta])* $name:ident: $file:literal;)*) => {
        impl FieldMap {
            $(
                $(#[$documentation])*
                pub fn $name() -> Self {
                    // OK because a test reads each of them.
                    Self::parse(include_str!($file)).unwrap_or_else(|_| unreachable!())
                }
            )*

            /// Returns the map with a name, for example `common-security-log`, or `None` if there is none.
            pub fn named(name: &str) -> Option<Self> {
                $(
                    if name.replace('-', "_") == stringify!($name) {
                        return Some(Self::$name());
                    }
                )*
                None
            }

            /// The names of the maps.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
        }
    };
}

maps! {
    /// Returns the map of the Elastic Common Schema: Elastic Agent, Beats, and everything that writes ECS.
    ecs: "map/ecs.map";
    /// Returns the map of the Open Cybersecurity Schema Framework (OCSF).
    ocsf: "map/ocsf.map";
    /// Returns the map of the Advanced Security Information Model (ASIM) of Microsoft Sentinel.
    asim: "map/asim.map";
    /// Returns the map of the table `CommonSecurityLog` of Microsoft Sentinel, which holds CEF.
    common_security_log: "map/common_security_log.map";
    /// Returns the map of Zeek's logs in JSON: `conn`, `dns`, `http`, `ssl`, `x509`, `files`, `smtp` and others.
    zeek: "map/zeek.map";
    /// Returns the map of events of Sysmon as JSON. The fields may be at the top, in `EventData` or in
    /// `winlog.event_data`.
    sysmon: "map/sysmon.map";
    /// Returns the map of Suricata's `eve.json`.
    suricata: "map/suricata.map";
}
