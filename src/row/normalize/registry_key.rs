//! Keys of the Windows registry.

use std::borrow::Cow;

/// The hives by their short and long names.
const HIVES: [(&str, &str); 6] = [
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
    ("HKPD", "HKEY_PERFORMANCE_DATA"),
];

/// The hives by the names that the kernel and its logs have for them.
const NATIVE: [(&str, &str); 2] = [(r"\REGISTRY\MACHINE", "HKEY_LOCAL_MACHINE"), (r"\REGISTRY\USER", "HKEY_USERS")];

/// What the registry editor writes before the hive.
const ROOT: &str = r"Computer\";

/// The hive by its long name, the rest as written. `None` if the key begins with none.
pub(crate) fn normal(key: &str) -> Option<Cow<'_, str>> {
    for (native, long) in NATIVE {
        if let Some((name, rest)) = key.split_at_checked(native.len())
            && name.eq_ignore_ascii_case(native)
            && (rest.is_empty() || rest.starts_with('\\'))
        {
            return Some(Cow::Owned(format!("{long}{rest}")));
        }
    }
    let bare = match key.split_at_checked(ROOT.len()) {
        Some((root, bare)) if root.eq_ignore_ascii_case(ROOT) => bare,
        _ => key,
    };
    let (hive, rest) = bare.split_at(bare.find('\\').unwrap_or(bare.len()));
    // PowerShell has drives for hives, `HKLM:\`.
    let name = hive.strip_suffix(':').unwrap_or(hive);
    let is_hive = |(short, long): &&(&str, &str)| name.eq_ignore_ascii_case(short) || name.eq_ignore_ascii_case(long);
    let (_, long) = HIVES.iter().find(is_hive)?;
    Some(if hive == *long && bare.len() == key.len() {
        Cow::Borrowed(key)
    } else {
        Cow::Owned(format!("{long}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hives_have_long_names() {
        for key in [
            r"HKLM\Software\X",
            r"hklm\Software\X",
            r"HKLM:\Software\X",
            r"hkey_local_machine\Software\X",
            r"HKEY_LOCAL_MACHINE\Software\X",
            r"Computer\HKEY_LOCAL_MACHINE\Software\X",
            r"\Registry\Machine\Software\X",
        ] {
            assert_eq!(normal(key).as_deref(), Some(r"HKEY_LOCAL_MACHINE\Software\X"), "{key}");
        }
        assert_eq!(normal("HKU").as_deref(), Some("HKEY_USERS"));
        for key in ["", r"Software\X", r"HKLMX\a", r"Computer\Computer\HKLM\a", r"\REGISTRY\MACHINES\a", "\u{e9}"] {
            assert_eq!(normal(key), None, "{key}");
        }
    }
}
