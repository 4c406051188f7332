//! The sandbox against the contract of API v4: bodies, statuses, paths, switches, faults.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "sandbox/activity.rs"]
mod activity;
#[path = "sandbox/control.rs"]
mod control;
#[path = "sandbox/directory.rs"]
mod directory;
#[path = "sandbox/entities.rs"]
mod entities;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/incoming.rs"]
mod incoming;
#[path = "sandbox/oauth.rs"]
mod oauth;
#[path = "sandbox/support.rs"]
mod support;
#[path = "sandbox/switches.rs"]
mod switches;
