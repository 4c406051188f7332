//! What must hold for every input, however broken. One function for each way bytes come in, called by the fuzz
//! target of the same name and, with the corpus, by `tests/fuzz_corpus.rs`: a failed property is a panic.
//!
//! The first byte or two of an input choose how the rest is fed (in which chunks, under which type), so that a
//! file of the corpus says all that is needed to repeat it.

mod calls;
mod chunks;
mod form_again;
mod forms;
mod journey;
mod lint;
mod lists;
mod phones;
mod problems;
mod secrets;
mod settings;
mod webhook;

pub use forms::{form_json, form_multipart, form_post, form_urlencoded};
pub use journey::{journey, snapshot};
pub use lists::{call_list_csv, call_list_json};
pub use phones::phone;
pub use settings::settings;
pub use webhook::webhook;

/// Checks the properties of one input.
pub type Target = fn(&[u8]);

/// Every target by its name: of the binary, of its corpus and of its dictionary.
pub const TARGETS: [(&str, Target); 11] = [
    ("form_json", form_json),
    ("form_urlencoded", form_urlencoded),
    ("form_multipart", form_multipart),
    ("form_post", form_post),
    ("webhook", webhook),
    ("call_list_json", call_list_json),
    ("call_list_csv", call_list_csv),
    ("settings", settings),
    ("phone", phone),
    ("snapshot", snapshot),
    ("journey", journey),
];
