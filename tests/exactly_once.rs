//! Exactly one contact, one lead, one task and one note, whatever breaks: the process at every step of a journey,
//! the network and amoCRM at random, and a manager who edits meanwhile. In virtual time, against the sandbox.
#![cfg(all(feature = "sandbox", not(target_arch = "wasm32")))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "exactly_once/batches.rs"]
mod batches;
#[path = "exactly_once/bulk.rs"]
mod bulk;
#[path = "exactly_once/call_messages.rs"]
mod call_messages;
#[path = "exactly_once/every_step.rs"]
mod every_step;
#[path = "exactly_once/faults.rs"]
mod faults;
#[path = "exactly_once/mixed_identifiers.rs"]
mod mixed_identifiers;
#[path = "exactly_once/one_contact.rs"]
mod one_contact;
#[path = "exactly_once/snapshots.rs"]
mod snapshots;
#[path = "exactly_once/storms.rs"]
mod storms;
#[path = "exactly_once/summary.rs"]
mod summary;
#[path = "exactly_once/views.rs"]
mod views;
#[path = "exactly_once/world.rs"]
mod world;
