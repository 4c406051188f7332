//! The boundary in a real browser: every verb with real input, what it answers and what it throws.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[path = "wasm/calls.rs"]
mod calls;
#[path = "wasm/journeys.rs"]
#[cfg(feature = "sandbox")]
mod journeys;
#[path = "wasm/sending.rs"]
mod sending;
#[path = "wasm/settings.rs"]
mod settings;
#[path = "wasm/support.rs"]
mod support;
