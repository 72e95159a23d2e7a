#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stixkit_fuzz::validate(data));
