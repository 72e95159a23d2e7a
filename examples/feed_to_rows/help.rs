//! What a program tells of itself.

use std::io::{self, Write};

/// Prints the answer if an argument is `--help`, `-h` or `--version`, and returns whether one was.
pub(crate) fn is_answered(program: &str, usage: &str) -> bool {
    let is_asked = |word: &str| std::env::args_os().skip(1).any(|arg| arg == word);
    let answer = if is_asked("--help") || is_asked("-h") {
        format!("{usage}\n\n{program} is an example of stixkit; its documentation is the head of its source.\n")
    } else if is_asked("--version") {
        format!("{program} {}\n", env!("CARGO_PKG_VERSION"))
    } else {
        return false;
    };
    // If nobody reads it, there is nobody to tell.
    _ = io::stdout().write_all(answer.as_bytes());
    true
}
