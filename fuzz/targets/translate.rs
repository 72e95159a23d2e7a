#![no_main]

#[path = "../../tests/checks/mod.rs"]
#[allow(dead_code, unused_imports, reason = "each target takes its own part")]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::translate(data));
