//! Turns a website form or a phone call tracked by Ringostat into the right contact, lead,
//! tasks and notes in amoCRM, exactly once.
//!
//! ```text
//! site form ─┐                                                   ┌─ contact
//! call hook ─┼─> intake ─> Event ─> rules ─> Flow ─> requests ──>│  lead        amoCRM API v4
//! calls/list ┘             (what     (what     (one event's      │  tasks
//!                           happened)  should    journey, step    └─ notes, call records
//!                                      happen)   by step)
//!                                         └──> trace: why, rule by rule
//! ```
//!
//! Everything that decides lives here and is sans-IO: time, ids and answers come in as arguments,
//! requests go out as values. The hosts (an edge worker, a browser widget, a terminal example)
//! only move bytes.
#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

pub mod amocrm;
pub mod config;
pub mod delivery;
pub mod event;
#[cfg(target_arch = "wasm32")]
pub mod ffi;
pub mod flow;
pub mod intake;
pub mod json;
pub mod phone;
pub mod problem;
pub mod rules;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod spelling;
pub mod trace;
#[cfg(target_arch = "wasm32")]
mod transport;
