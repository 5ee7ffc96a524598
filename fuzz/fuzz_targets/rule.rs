//! Any text as a rule, chosen by libFuzzer.
#![no_main]

#[path = "../../crates/rules/proof/src/any_text.rs"]
mod any_text;

libfuzzer_sys::fuzz_target!(|text: &str| any_text::ask(text));
