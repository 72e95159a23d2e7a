use crate::object::hashes::Hashes;
use crate::object::property::part::part_properties;
use crate::vocab::WindowsPebinaryType;
use crate::{Float, Properties, Timestamp};

/// What is known of a file as a Windows executable, library or driver: the extension
/// `windows-pebinary-ext` of a file (STIX 2.1 section 6.7). Its properties are those of the
/// portable executable (PE) format's headers; at least one is required beside `pe_type`.
///
/// ```
/// use stixkit::object::WindowsPebinaryExt;
/// use stixkit::vocab::WindowsPebinaryType;
///
/// let binary: WindowsPebinaryExt = serde_json::from_str(r#"{
///     "pe_type": "exe",
///     "machine_hex": "014c",
///     "number_of_sections": 1,
///     "time_date_stamp": "2024-05-01T10:00:00Z",
///     "optional_header": {"magic_hex": "010b", "size_of_code": 512, "image_base": 4194304},
///     "sections": [{"name": ".text", "size": 512, "entropy": 6.25}]
/// }"#)?;
/// assert_eq!(binary.pe_type, WindowsPebinaryType::Exe);
/// assert_eq!(binary.sections[0].name, ".text");
/// assert_eq!(binary.optional_header.and_then(|header| header.image_base), Some(0x40_0000));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowsPebinaryExt {
    /// What kind of binary it is.
    pub pe_type: WindowsPebinaryType,
    /// The import hash: one over the libraries and functions that the binary imports.
    pub imphash: Option<String>,
    /// The processor that the binary is for, hexadecimal: `014c` is x86, `8664` is x64.
    pub machine_hex: Option<String>,
    /// The number of sections.
    pub number_of_sections: Option<u64>,
    /// When the binary was made, precise to the second.
    pub time_date_stamp: Option<Timestamp>,
    /// Where in the file the table of COFF symbols starts, a hexadecimal offset.
    pub pointer_to_symbol_table_hex: Option<String>,
    /// The number of entries in the table of symbols.
    pub number_of_symbols: Option<u64>,
    /// The size of the optional header in bytes.
    pub size_of_optional_header: Option<u64>,
    /// The flags of the file header, hexadecimal.
    pub characteristics_hex: Option<String>,
    /// Hashes of the file header.
    pub file_header_hashes: Hashes,
    /// The optional header.
    pub optional_header: Option<WindowsPeOptionalHeader>,
    /// The sections.
    pub sections: Vec<WindowsPeSection>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(WindowsPebinaryExt {
    pe_type: WindowsPebinaryType,
    imphash,
    machine_hex,
    number_of_sections,
    time_date_stamp,
    pointer_to_symbol_table_hex,
    number_of_symbols,
    size_of_optional_header,
    characteristics_hex,
    file_header_hashes,
    optional_header,
    sections,
} one of {
    imphash, machine_hex, number_of_sections, time_date_stamp, pointer_to_symbol_table_hex, number_of_symbols, size_of_optional_header, characteristics_hex, file_header_hashes, optional_header, sections,
});

/// The optional header of a Windows binary (STIX 2.1 section 6.7): how it is to be loaded. At least
/// one property is required. Addresses count bytes from `image_base`, which is itself absolute.
///
/// [`WindowsPebinaryExt`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowsPeOptionalHeader {
    /// Which layout the header has, hexadecimal: `010b` is PE32, `020b` is PE32+ (64 bits).
    pub magic_hex: Option<String>,
    /// The linker's version, the part before the point.
    pub major_linker_version: Option<u64>,
    /// The linker's version, the part after the point.
    pub minor_linker_version: Option<u64>,
    /// The size of all code in bytes.
    pub size_of_code: Option<u64>,
    /// The size of all data that has initial values, in bytes.
    pub size_of_initialized_data: Option<u64>,
    /// The size of all data without initial values, in bytes.
    pub size_of_uninitialized_data: Option<u64>,
    /// The address where execution starts.
    pub address_of_entry_point: Option<u64>,
    /// The address where the code begins.
    pub base_of_code: Option<u64>,
    /// The address where the data begins.
    pub base_of_data: Option<u64>,
    /// The address in memory that the binary would like to be loaded at.
    pub image_base: Option<u64>,
    /// The multiple of bytes at which sections start in memory.
    pub section_alignment: Option<u64>,
    /// The multiple of bytes at which sections start in the file.
    pub file_alignment: Option<u64>,
    /// The version of the operating system that is needed, the part before the point.
    pub major_os_version: Option<u64>,
    /// The version of the operating system that is needed, the part after the point.
    pub minor_os_version: Option<u64>,
    /// The binary's own version, the part before the point.
    pub major_image_version: Option<u64>,
    /// The binary's own version, the part after the point.
    pub minor_image_version: Option<u64>,
    /// The version of the subsystem that is needed, the part before the point.
    pub major_subsystem_version: Option<u64>,
    /// The version of the subsystem that is needed, the part after the point.
    pub minor_subsystem_version: Option<u64>,
    /// A reserved field of the header, hexadecimal. It should be zero.
    pub win32_version_value_hex: Option<String>,
    /// The size of the whole in memory, headers included, in bytes.
    pub size_of_image: Option<u64>,
    /// The size of all headers together in bytes.
    pub size_of_headers: Option<u64>,
    /// The checksum that the header holds, hexadecimal.
    pub checksum_hex: Option<String>,
    /// The subsystem that the binary runs in, hexadecimal: `02` is graphical, `03` is the console.
    pub subsystem_hex: Option<String>,
    /// The flags that say how the binary may be loaded, hexadecimal.
    pub dll_characteristics_hex: Option<String>,
    /// The bytes of address space to keep free for the stack.
    pub size_of_stack_reserve: Option<u64>,
    /// The bytes of the stack that are there from the start.
    pub size_of_stack_commit: Option<u64>,
    /// The bytes of address space to keep free for the heap.
    pub size_of_heap_reserve: Option<u64>,
    /// The bytes of the heap that are there from the start.
    pub size_of_heap_commit: Option<u64>,
    /// A reserved field of the header, hexadecimal. It should be zero.
    pub loader_flags_hex: Option<String>,
    /// The number of entries in the table of data directories, which ends the header.
    pub number_of_rva_and_sizes: Option<u64>,
    /// Hashes of the optional header.
    pub hashes: Hashes,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(WindowsPeOptionalHeader {
    magic_hex,
    major_linker_version,
    minor_linker_version,
    size_of_code,
    size_of_initialized_data,
    size_of_uninitialized_data,
    address_of_entry_point,
    base_of_code,
    base_of_data,
    image_base,
    section_alignment,
    file_alignment,
    major_os_version,
    minor_os_version,
    major_image_version,
    minor_image_version,
    major_subsystem_version,
    minor_subsystem_version,
    win32_version_value_hex,
    size_of_image,
    size_of_headers,
    checksum_hex,
    subsystem_hex,
    dll_characteristics_hex,
    size_of_stack_reserve,
    size_of_stack_commit,
    size_of_heap_reserve,
    size_of_heap_commit,
    loader_flags_hex,
    number_of_rva_and_sizes,
    hashes,
} not empty);

/// A section of a Windows binary (STIX 2.1 section 6.7).
///
/// [`WindowsPebinaryExt`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowsPeSection {
    /// The name, for example `.text`.
    pub name: String,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The Shannon entropy in bits per byte, from 0 to 8. Near 8 the section looks compressed or
    /// encrypted.
    pub entropy: Option<Float>,
    /// Hashes of the section's bytes.
    pub hashes: Hashes,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(WindowsPeSection { name: String, size, entropy, hashes });
