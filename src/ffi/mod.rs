//! The JS boundary, cut by verb: one file each.
//!
//! Hot path: bytes in, bytes out. User interface: objects by serde-wasm-bindgen. Expected failures are data;
//! constructors, which cannot answer data, throw the same `Failure` object.
//!
//! Public for the tests that run in a browser: hosts in Rust use the modules behind it.

mod accepted;
mod answer;
mod backlog;
mod batch;
mod call_reader;
mod check_settings;
mod default_settings;
mod form_reader;
mod integration;
mod journey;
mod matrix_presets;
mod oauth;
#[cfg(feature = "sandbox")]
mod preview;
mod quota;
#[cfg(feature = "sandbox")]
mod sandbox;
mod send;
mod variables;
mod version;

pub use backlog::backlog_since;
pub use batch::Batch;
pub use call_reader::CallListReader;
pub use check_settings::check_settings;
pub use default_settings::default_settings;
pub use form_reader::FormReader;
pub use integration::Integration;
pub use journey::Journey;
pub use matrix_presets::matrix_presets;
pub use oauth::{account_host, consent_url, token_answer, token_claims, token_request};
#[cfg(feature = "sandbox")]
pub use preview::preview;
pub use quota::Quota;
#[cfg(feature = "sandbox")]
pub use sandbox::Sandbox;
pub use send::send;
pub use variables::variables;
pub use version::version;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");
