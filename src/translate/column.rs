//! Columns: where a property is in a table.

/// A column that holds values of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The name, in which dots separate the parts of a nested column.
    pub(super) name: Box<str>,
    pub(super) kind: ColumnKind,
    pub(super) form: Form,
    /// Whether the column also holds values of other properties, such as hashes of any algorithm.
    pub(super) shared: bool,
    /// Whether the column is a list, and for a list of structs the member that holds the value.
    pub(super) list: Option<Box<str>>,
    /// Whether each element of the list is a value of an object of its own, and not one of several
    /// values of an object.
    pub(super) has_objects: bool,
    /// Whether dots in the name separate the parts of a nested column.
    pub(super) nested: bool,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Text,
    Integer,
    Float,
    Boolean,
    Time,
    /// A type for addresses, or text that holds addresses.
    Ip,
}

/// How the values of a column are written, compared with those of the property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As in STIX.
    Same,
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
    /// In any case.
    AnyCase,
    /// A path whose last part is the value: `C:\a\value`, `/a/value`.
    FileName,
    /// A path whose folder is the value.
    Folder,
    /// A host, or a URL with it.
    Host,
    /// Upper case with hyphens: `00-00-5E-00-53-01`.
    HyphenMac,
    /// Keys of the registry with short names of hives: `HKLM\…`.
    ShortHive,
    /// As `ShortHive`, for a path to a value of the key.
    ShortHiveFolder,
    /// Hashes of a file with their names: `MD5=…,SHA256=…`, in upper case or any.
    HashList,
}

impl ColumnKind {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "text" => Self::Text,
            "integer" => Self::Integer,
            "float" => Self::Float,
            "boolean" => Self::Boolean,
            "time" => Self::Time,
            "ip" => Self::Ip,
            _ => return None,
        })
    }
}

impl Form {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "same" => Self::Same,
            "lower" => Self::Lower,
            "upper" => Self::Upper,
            "any_case" => Self::AnyCase,
            "file_name" => Self::FileName,
            "folder" => Self::Folder,
            "host" => Self::Host,
            "hyphen_mac" => Self::HyphenMac,
            "short_hive" => Self::ShortHive,
            "short_hive_folder" => Self::ShortHiveFolder,
            "hash_list" => Self::HashList,
            _ => return None,
        })
    }
}

impl Column {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            kind: ColumnKind::Text,
            form: Form::Same,
            shared: false,
            list: None,
            has_objects: false,
            nested: false,
        }
    }

    /// The column of a table's times.
    pub(super) fn time(name: &str) -> Self {
        Self { kind: ColumnKind::Time, ..Self::new(name) }
    }
}
