//! `--help` of the short examples.

use std::io::{self, Write};

/// Prints the usage and returns true if `--help` or `-h` is among the arguments.
pub(crate) fn is_asked(usage: &str) -> bool {
    let is_asked = std::env::args_os().skip(1).any(|argument| argument == "--help" || argument == "-h");
    if is_asked {
        // If nobody reads it, there is nobody to tell.
        _ = writeln!(io::stdout(), "{usage}");
    }
    is_asked
}
