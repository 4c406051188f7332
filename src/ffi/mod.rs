//! The JS boundary, cut by verb: one file each.
//!
//! Hot path: bytes in, bytes out. User interface: objects by serde-wasm-bindgen. Expected failures are data;
//! constructors, which cannot answer data, throw the same [`Failure`](answer::failure) object.

mod answer;
mod check_settings;
mod default_settings;
mod form_reader;
mod integration;
mod journey;
#[cfg(feature = "sandbox")]
mod preview;
mod quota;
#[cfg(feature = "sandbox")]
mod sandbox;
mod send;
mod variables;
mod version;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");
