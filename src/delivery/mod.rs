//! Carrying a journey out: retry policy, write-ahead, what is told of it. The host moves bytes and keeps snapshots.
//!
//! The driver is sans-IO too: a trap inside an asynchronous core would leave a promise that never settles, so
//! the host asks for the next [`Action`], does it and reports back.

pub mod backlog;
pub mod courier;
#[cfg(feature = "sandbox")]
pub mod drive;
pub mod errand;
#[cfg(feature = "sandbox")]
pub mod preview;
pub mod report;
pub mod retry;

pub use courier::{Action, Courier, Options, Unanswered};
pub use errand::Errand;
