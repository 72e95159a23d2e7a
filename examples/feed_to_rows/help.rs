//! What a program tells of itself.

use std::io::{self, Write};

pub(crate) fn print_help(program: &str, usage: &str) {
    print(&format!("{usage}\n\n{program} is an example of stixkit; its documentation is the head of its source.\n"));
}

pub(crate) fn print_version(program: &str) {
    print(&format!("{program} {}\n", env!("CARGO_PKG_VERSION")));
}

fn print(answer: &str) {
    // If nobody reads it, there is nobody to tell.
    _ = io::stdout().write_all(answer.as_bytes());
}
